"""The braces with which Postfix keeps together, in one word of a list, what has blanks and commas in it."""

from __future__ import annotations

from ifdiscover.postfix.syntax.lines import WHITE_SPACE


class BraceError(ValueError):
    """What Postfix says of a text that is not one balanced pair of braces with something inside."""


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
    return between_braces(text).strip(WHITE_SPACE)


def between_braces(text: str) -> str:
    """What stands between the braces that begin and end a text.

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
    return text[1:-1]
