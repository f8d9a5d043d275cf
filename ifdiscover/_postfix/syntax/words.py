"""How Postfix splits a parameter's value into words, and how it reads those that must be known names."""

from __future__ import annotations

from ifdiscover._names import to_bytes, to_text
from ifdiscover.errors import ConfigurationError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

WHITE_SPACE = " \t\n\v\f\r"
"""What C's isspace() takes for white space; ``str.isspace()`` knows more."""

# Between words there is less of it: to Postfix a vertical tab is part of a word.
LIST_SEPARATORS = " ,\t\r\n"
ADDRESS_SEPARATORS = " ,\t"


def trimmed(value: str) -> str:
    """A parameter's value without the blanks around it, as it stands in main.cf."""
    return value.strip(WHITE_SPACE)


def split(value: str, separators: str = LIST_SEPARATORS) -> list[str]:
    r"""The words of a value between any run of separators.

    >>> split(" ipv4,\tipv6 ")
    ['ipv4', 'ipv6']
    """
    for separator in separators:
        value = value.replace(separator, " ")
    return [word for word in value.split(" ") if word]


def known_words(
    value: str, known: Iterable[str], *, what: str, error: type[ConfigurationError], remedy: str
) -> frozenset[str]:
    """The words of a value, each of which must be one of ``known``, in any order and number.

    Args:
        value: the parameter's value.
        known: the words that may stand in it, exactly as they must be written.
        what: what Postfix calls the value in its sentence.
        error: the exception for a word that is not known.
        remedy: how to mend that, for the exception.

    Raises:
        error: a word is not known.
    """
    value = trimmed(value)
    words = split(value)
    for word in words:
        if word not in known:
            raise error(f'unknown {what} value "{word}" in "{value}"', remedy)
    return frozenset(words)


def shortened(text: str, size: int = 1000, mark: str = "...") -> str:
    """A text of anybody's for a message: its first bytes, then the mark if there are more.

    Args:
        text: the text.
        size: how many bytes of it are shown.
        mark: what stands for the rest.
    """
    raw = to_bytes(text[:size])
    if len(raw) <= size and len(text) <= size:
        return text
    return to_text(raw[:size]) + mark


class Expanded(str):
    """A value as it is after its ``$name`` have been expanded. It is text, and remembers that.

    Postfix trims what is written in main.cf (``trimmed()``), and not what it makes of that: ``${x? all}`` in
    inet_interfaces is no ``all`` but the name of a host. Who looks for a keyword must know which of the two a value is.
    """

    __slots__ = ()
