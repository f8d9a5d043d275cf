"""How Postfix splits the text of a match list into words, and what braces mean there."""

from __future__ import annotations

from ifdiscover._postfix.syntax.words import LIST_SEPARATORS, WHITE_SPACE

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACES = str.maketrans(dict.fromkeys(LIST_SEPARATORS, " "))


class BraceError(ValueError):
    """A text is not enclosed in one balanced pair of braces. The message is in Postfix's words."""


def list_words(text: str) -> Iterator[tuple[int, str]]:
    """The words of a text, each with its offset.

    Braces keep a word together, and stay in it. A word with an unclosed brace goes on to the end of the text. Quotes,
    backslashes and square brackets have no special meaning. A NUL ends the text.

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


def fold_case(text: str) -> str:
    """A text in the form in which texts are compared: lower case, or Unicode's case folding if it is not ASCII."""
    return text.lower() if text.isascii() else text.casefold()


def with_negation(word: str, suggestion: str) -> str:
    """A suggestion for a word, with the word's "!" before it; "" if there is none. A command stays as it is."""
    if is_command(suggestion):
        return suggestion
    return suggestion and word[: len(word) - len(word.lstrip("!"))] + suggestion


def is_command(suggestion: str) -> bool:
    """Whether a suggestion is a command to run, and not a word to write."""
    return suggestion.startswith("postmap ")


def balanced_length(text: str) -> int:
    """The length up to the "}" that closes the first "{"; 0 if there is none or the text does not begin with "{"."""
    level = 0
    for place, character in enumerate(text):
        level += (character == "{") - (character == "}")
        if level <= 0:
            return place + 1 if character == "}" and place else 0
    return 0


def inside_braces(text: str) -> str:
    """The text between the braces, without white space at either end.

    Raises:
        BraceError: the text is not enclosed in one pair of braces.
    """
    return between_braces(text).strip(WHITE_SPACE)


def between_braces(text: str) -> str:
    """The text between the braces, with its white space.

    Raises:
        BraceError: the text is not enclosed in one pair of braces.
    """
    if text[:1] != "{":
        raise BraceError(f"no '{{' at start of text in \"{text}\"")
    length = balanced_length(text)
    if not length:
        raise BraceError(f"missing '}}' in \"{text}\"")
    if length != len(text):
        raise BraceError(f"syntax error after '}}' in \"{text}\"")
    return text[1:-1]
