"""The lines of a recorded text, what a word of one may be, and how one is refused: for ifconfig(8) and ip(8) alike.

What a line says is believed only where it can be read in one way. The rest is refused with the number of the line,
since a digit lost from a netmask could make a mail server trust a stranger.
"""

from __future__ import annotations

import re
from _socket import AF_INET, AF_INET6, inet_pton

from ifdiscover._backends.recorded.strict_json import shown
from ifdiscover._names import to_text
from ifdiscover.errors import RecordingError
from ifdiscover.model import BITS, FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import NoReturn

MAX_LINES = 1 << 21  # a host of 100,000 interfaces has half as many, by the wordiest ifconfig
MAY_BE_CUT_OFF = "what the end of the text may have cut off is not believed"
MAX_LINE = 1 << 14  # characters; the longest is a description, of which FreeBSD allows 1,024

FAMILIES = {"inet": AF_INET, "inet6": AF_INET6}
# What only lines of addresses have, and lines that may have it all the same: a tunnel's ends, and what people wrote.
_OF_ADDRESSES = re.compile(r"inet|netmask|prefixlen|Mask:|broadcast [0-9]")
_FREE = ("tunnel", "tunnel:", "physical", "description:", "desc:", "groups:", "wgaip", "wgendpoint")
_HEX_NETMASK = re.compile(r"(?:0x)?([0-9a-fA-F]{8}|0)", re.ASCII)


def is_address(word: str) -> bool:
    """Whether a word is an address, with a zone or without."""
    address = word.partition("%")[0]
    try:
        inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except (OSError, ValueError):
        return False
    return True


def is_network(word: str) -> bool:
    """Whether a word looks like an address and its prefix length."""
    address, _, length = word.partition("/")
    return 0 < len(length) <= 3 and length.isdigit() and (address.count(".") == 3 or address.count(":") > 1)


class Line:
    """A line of the text and its number, from 1."""

    __slots__ = ("is_cut", "number", "text")

    def __init__(self, number: int, text: str, *, is_cut: bool) -> None:
        self.number = number
        self.text = text
        self.is_cut = is_cut  # the text ends in it, without a newline: what stands last may be half a word

    def refuse(self, rule: str, value: str | None = None, remedy: str = "") -> NoReturn:
        """Raise RecordingError: the line, the rule, what stands there, what to do."""
        value, remedy = self.text if value is None else value, remedy and f"; {remedy}"
        raise RecordingError(f"line {self.number}: {rule}, not {shown(value)}{remedy}")

    @property
    def is_indented(self) -> bool:
        """Whether it says more of the interface that was named above it."""
        return self.text[:1] in (" ", "\t")

    @property
    def may_hide_address(self) -> bool:
        """Whether it may be a damaged line of an address, if it is none that is known."""
        words = self.text.split()
        return words[0] not in _FREE and (
            _OF_ADDRESSES.search(self.text) is not None
            or any(map(is_network, words))
            or any(map(is_address, words[:3]))
        )

    def passed_over(self) -> str:
        """The warning of a line that is not read, although it may say what matters."""
        return f"line {self.number}: passed over, since ifconfig prints no such line: {shown(self.text.strip())}"

    def whole(self, text: str | None, what: str, low: int, high: int, base: int = 10) -> int:
        """A whole number in a range."""
        digits = "" if text is None else text.lower()
        if base == 16:
            digits = digits.removeprefix("0x")
        allowed = "0123456789abcdef"[:base]
        if not 0 < len(digits) <= 20 or digits.strip(allowed) or not low <= int(digits, base) <= high:
            self.refuse(f"{what} must be a whole number from {low} to {high}", text or "")
        return int(digits, base)

    def packed(self, family: int, text: str) -> bytes:
        """An address of a family, without zone."""
        try:
            return inet_pton(family, text)
        except (OSError, ValueError):
            self.refuse(f"must have an {FAMILY_TITLES[family]} address here", text)

    def prefixlen(self, family: int, text: str | None) -> int:
        """A prefix length, which must not be the first digits of a longer number that the end of the text cut off."""
        length = self.whole(text, "a prefix length", 0, BITS[family])
        self._whole_number(str(text), length, BITS[family])
        return length

    def _whole_number(self, text: str, number: int, high: int) -> None:
        """Refuse a number that the end of the text may have cut: more digits would fit behind it."""
        if self.is_cut and self.text.endswith(text) and 0 < number * 10 <= high:
            self.refuse(f"{MAY_BE_CUT_OFF}; end the text with a newline", text)

    def netmask(self, text: str | None) -> bytes:
        """An IPv4 netmask, dotted or in hexadecimal.

        BSD does not write leading zeros, but no netmask that means anything has them, and eight digits are how one that
        was cut off is told from one that is whole.
        """
        text = text or ""
        if "." in text:
            netmask = self.packed(AF_INET, text)
            self._whole_number(text, netmask[3], 255)
            return netmask
        found = _HEX_NETMASK.fullmatch(text)
        if found is None:
            self.refuse("a netmask must be dotted, or eight hexadecimal digits", text)
        if len(found[1]) < 8 and self.is_cut and self.text.endswith(text):  # 0 may be the beginning of 0xffffff00
            self.refuse(f"{MAY_BE_CUT_OFF}; end the text with a newline", text)
        return int(found[1], 16).to_bytes(4, "big")


def lines_of(data: bytes) -> list[Line]:
    """The lines of a text that are not empty; bytes that are not UTF-8 survive.

    Raises:
        RecordingError: too many lines, one too long, a NUL.
    """
    if data.count(b"\n") > MAX_LINES:
        raise RecordingError(f"more than {MAX_LINES} lines; no host has an ifconfig -a of that size")
    texts = to_text(data).split("\n")
    lines = []
    for number, text in enumerate(texts, 1):
        line = Line(number, text.rstrip("\r"), is_cut=number == len(texts))
        if len(text) > MAX_LINE:
            line.refuse(f"must have at most {MAX_LINE} characters")
        if "\0" in text:
            line.refuse("must have no NUL")
        if text.strip():  # all that split() takes for white space: a line has at least one word
            lines.append(line)
    return lines
