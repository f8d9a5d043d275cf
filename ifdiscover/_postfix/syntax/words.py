"""How Postfix splits a parameter's value into words, and how it checks words that must be known names."""

from __future__ import annotations

from ifdiscover._names import to_bytes, to_text

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._errors.postfix import ConfigurationError

WHITE_SPACE = " \t\n\v\f\r"
"""The white space of C's isspace(); ``str.isspace()`` has more."""

# Fewer characters separate words: to Postfix a vertical tab is part of a word.
LIST_SEPARATORS = " ,\t\r\n"
ADDRESS_SEPARATORS = " ,\t"


def trimmed(value: str) -> str:
    """A parameter's value without the white space around it, as Postfix takes it from main.cf."""
    return value.strip(WHITE_SPACE)


def split(value: str, separators: str = LIST_SEPARATORS) -> list[str]:
    r"""The words of a value. Any run of separators ends a word.

    >>> split(" ipv4,\tipv6 ")
    ['ipv4', 'ipv6']
    """
    for separator in separators:
        value = value.replace(separator, " ")
    return [word for word in value.split(" ") if word]


def known_words(
    value: str, known: Iterable[str], *, what: str, error: type[ConfigurationError], remedy: str
) -> frozenset[str]:
    """The words of a value. Each must be one of ``known``; their order and number are free.

    Args:
        value: the parameter's value.
        known: the allowed words, exactly as they must be written.
        what: Postfix's name for the value in its sentence.
        error: the exception for a word that is not known.
        remedy: what to write instead, for the exception.

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
    """The first bytes of a text for a message, and a mark if the text has more.

    Args:
        text: the text, from anybody and of any length.
        size: the number of bytes that are kept.
        mark: what replaces the rest.
    """
    raw = to_bytes(text[:size])
    if len(raw) <= size and len(text) <= size:
        return text
    return to_text(raw[:size]) + mark


class Expanded(str):
    """A value after its ``$name`` have been expanded.

    Postfix trims the text in main.cf (``trimmed()``), but not the expanded value: ``${x? all}`` in inet_interfaces
    is not the keyword ``all`` but a host name. Code that compares a value with keywords must know which of the two it
    has.
    """

    __slots__ = ()
