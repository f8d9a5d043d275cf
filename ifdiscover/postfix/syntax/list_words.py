"""How Postfix cuts the text of a match list into words."""

from __future__ import annotations

from ifdiscover.postfix.syntax.words import LIST_SEPARATORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACES = str.maketrans(dict.fromkeys(LIST_SEPARATORS, " "))


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
