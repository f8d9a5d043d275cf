"""How Postfix cuts the text of a match list into words, and the braces that keep one word together."""

from __future__ import annotations

from ifdiscover._postfix.syntax.words import LIST_SEPARATORS, WHITE_SPACE

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACES = str.maketrans(dict.fromkeys(LIST_SEPARATORS, " "))


class BraceError(ValueError):
    """What Postfix says of a text that is not one balanced pair of braces with something inside."""


def list_words(text: str) -> Iterator[tuple[int, str]]:
    """The words of a text, each with its offset.

    Inside braces nothing separates, and braces stay in the word; one that is not closed swallows the rest. Quotes,
    backslashes and square brackets mean nothing here. A NUL ends the text.

    >>> list(list_words("a, {b c} d"))
    [(0, 'a'), (3, '{b c}'), (9, 'd')]
    """
    text = text.partition("\0")[0]
    if "{" in text:
        yield from _braced(text)
        return
    end = 0
    for word in text.translate(_SPACES).split(" "):
        if word:
            yield end, word
        end += len(word) + 1


def _braced(text: str) -> Iterator[tuple[int, str]]:
    begin = level = 0
    for offset, character in enumerate(text):
        if character == "{":
            level += 1
        elif character == "}":
            level = max(level - 1, 0)
        elif not level and character in LIST_SEPARATORS:
            if offset > begin:
                yield begin, text[begin:offset]
            begin = offset + 1
    if begin < len(text):
        yield begin, text[begin:]


def folded(text: str) -> str:
    """A word as it is compared: ASCII letters in lower case; where there are others, Unicode's case folding."""
    return text.lower() if text.isascii() else text.casefold()


def marked(word: str, suggestion: str) -> str:
    """A suggestion with the "!" of the word that it is for."""
    return suggestion and word[: len(word) - len(word.lstrip("!"))] + suggestion


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
