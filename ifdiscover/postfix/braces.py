"""The braces with which Postfix keeps together, in one word of a list, what has blanks and commas in it."""

from __future__ import annotations

from ifdiscover.postfix.logical_lines import WHITE_SPACE
from ifdiscover.postfix.words import LIST_SEPARATORS


class BraceError(ValueError):
    """What Postfix says of a text that is not one balanced pair of braces with something inside."""


def split_outside_braces(text: str) -> list[str]:
    """The words of a text between any run of separators; inside braces nothing separates, and they stay in the word.

    >>> split_outside_braces("{a, {b}} c, } {d, e")
    ['{a, {b}}', 'c', '}', '{d, e']
    """
    words = []
    begin = level = 0
    for place, character in enumerate(text):
        if character == "{":
            level += 1
        elif character == "}":
            level = max(level - 1, 0)
        elif level == 0 and character in LIST_SEPARATORS:
            words.append(text[begin:place])
            begin = place + 1
    words.append(text[begin:])
    return [word for word in words if word]


def balanced_length(text: str) -> int:
    """How much of a text that begins with a brace is needed to close it; 0 if it begins with none or never closes."""
    level = 0
    for place, character in enumerate(text):
        level += (character == "{") - (character == "}")
        if level <= 0:
            return place + 1 if character == "}" and place else 0
    return 0


def inside_braces(text: str) -> str:
    """What stands between the braces that begin and end a text, without white space at either end.

    Raises:
        BraceError: they do not.
    """
    if text[:1] != "{":
        raise BraceError(f"no '{{' at start of text in \"{text}\"")
    length = balanced_length(text)
    if not length:
        raise BraceError(f"missing '}}' in \"{text}\"")
    if length != len(text):
        raise BraceError(f"syntax error after '}}' in \"{text}\"")
    return text[1:-1].strip(WHITE_SPACE)
