"""Networks as they are written in match lists and cidr tables."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from ifdiscover._packed import cut, pattern_text
from ifdiscover._postfix.syntax.findings import ERROR, Finding
from ifdiscover._postfix.syntax.list_words import list_words
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    Parsed = tuple[int, bytes, int]  # family, packed network, prefix length


class PatternError(ValueError):
    """A network that Postfix cannot read.

    Attributes:
        finding: Postfix's words; its suggestion is the network that was probably meant, as it must be written.
            Its remark warns of Postfix's own advice, if that is something else.
    """

    def __init__(self, kind: str, postfix_says: str, suggestion: str = "", remark: str = "") -> None:
        super().__init__(postfix_says)
        self.finding = Finding(kind, postfix_says, suggestion=suggestion, remark=remark, level=ERROR)


def parse_network(text: str) -> Parsed:
    """The network that Postfix reads from ``NET``, ``NET/LEN``, ``[NET]``, ``[NET]/LEN`` or ``[NET/LEN]``.

    Postfix keeps a prefix length in one byte: /256 becomes /0, and /264 becomes /8. The same is done here, because that
    is what Postfix trusts.

    Raises:
        PatternError: Postfix reads no network from the text.
    """
    network, length = _split(text)
    family = AF_INET6 if ":" in network else AF_INET
    bits = BITS[family]
    if length is None:
        packed = packed_or_none(family, network)
        if packed is None:
            raise _fault("bad-network", f'bad address pattern: "{network}"', text)
        return family, packed, bits
    bare = f"{network}/{length}"
    prefixlen = _prefixlen(length)
    if prefixlen is None:
        raise _fault("bad-mask", f'bad mask value in "{bare}"', text)
    if prefixlen > bits:
        raise _fault("bad-length", f'bad mask length in "{bare}"', text)
    packed = packed_or_none(family, network)
    if packed is None:
        raise _fault("bad-network", f'bad network value in "{bare}"', text)
    base = cut(packed, prefixlen)
    if base != packed:
        raise _host_bits(text, bare, family, base, prefixlen)
    return family, packed, prefixlen


def without_repeats(value: str) -> str:
    """A value without the words that say what a word before them says: the first that matches decides.

    Networks and addresses are compared, and not their texts.

    >>> without_repeats("127.0.0.0/8, [2001:DB8::1] 127.0.0.0/8, 2001:db8::1 !127.0.0.0/8")
    '127.0.0.0/8, [2001:DB8::1] !127.0.0.0/8'
    """
    kept, end = "", 0
    said: set[object] = set()
    for offset, word in list_words(value):
        meaning = _meaning(word)
        if meaning not in said:
            kept += value[end:offset] + word
        said.add(meaning)
        end = offset + len(word)
    return kept + value[end:]


def _meaning(word: str) -> object:
    bare = word.lstrip("!")
    try:
        return len(word) - len(bare), parse_network(bare)
    except PatternError:
        return word


def over_a_byte(text: str) -> bool:
    """Whether the written prefix length does not fit in Postfix's one byte. The network must be one it can read."""
    _network, length = _split(text)
    return length is not None and _prefixlen(length) != _number(length)


def _split(text: str) -> tuple[str, str | None]:
    """Network and length; the length is None if there is no slash."""
    inside = text
    if text[:1] == "[":
        inside, bracket, rest = text[1:].partition("]")
        if not bracket:
            raise _fault("bad-brackets", f"missing ']' character after \"{text}\"", text)
        if rest:
            if rest[0] != "/":
                raise _fault("bad-brackets", f'garbage after "[{inside}]"', text)
            return inside, rest[1:]
    network, slash, length = inside.partition("/")
    return network, length if slash else None


def packed_or_none(family: int, text: str) -> bytes | None:
    """The packed address from inet_pton(3); None if it refuses the text."""
    try:
        return inet_pton(family, text)
    except (OSError, ValueError):  # ValueError: a NUL, or a surrogate
        return None


def ipv4_or_none(word: str) -> bytes | None:
    """The packed IPv4 address that a word without a length is, perhaps in brackets; None if it is none."""
    return packed_or_none(AF_INET, word[1:-1] if word[:1] + word[-1:] == "[]" else word)


def _prefixlen(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()):
        return None
    # C's conversion turns all numbers from 2**63 on into its largest one.
    return min(_number(text), (1 << 63) - 1) % 256


def _number(digits: str) -> int:
    """The value of a text of digits; some large number if there are more than 30 of them."""
    return int(digits.lstrip("0")[:30] or "0")


def _fault(kind: str, postfix_says: str, text: str, remark: str = "") -> PatternError:
    from ifdiscover._postfix.syntax.meant import networks_meant  # most networks have no fault

    meant = networks_meant(text)
    return PatternError(kind, postfix_says, "" if " " in meant else meant, remark)  # a rule of a table has one network


def _host_bits(text: str, bare: str, family: int, base: bytes, prefixlen: int) -> PatternError:
    """The fault of host bits. Postfix gives an advice, which would let everybody in if the length is 0."""
    advice = f"{inet_ntop(family, base)}/{prefixlen}"
    sentence = f'non-null host address bits in "{bare}", perhaps you should use "{advice}" instead'
    fault = _fault("host-bits", sentence, text)
    if fault.finding.suggestion != pattern_text(family, base, prefixlen):
        why = "every client of this address family" if not prefixlen else "probably not the network that was meant"
        fault.finding = fault.finding._replace(remark=f"do not write {advice}: that is {why}")
    return fault
