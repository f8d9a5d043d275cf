"""Networks as they are written in match lists and cidr tables."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from ifdiscover._packed import contiguous_prefixlen, cut, pattern_text
from ifdiscover._postfix.syntax.findings import ERROR, Finding
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    Parsed = tuple[int, bytes, int]  # family, packed network, prefix length


class PatternError(ValueError):
    """A network that Postfix cannot read.

    Attributes:
        finding: Postfix's words; its suggestion is the network that was probably meant, as it must be written.
    """

    def __init__(self, kind: str, postfix_says: str, suggestion: str = "") -> None:
        super().__init__(postfix_says)
        self.finding = Finding(kind, postfix_says, suggestion=suggestion, level=ERROR)


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
            raise PatternError("bad-network", f'bad address pattern: "{network}"')
        return family, packed, bits
    bare = f"{network}/{length}"
    prefixlen = _prefixlen(length)
    if prefixlen is None:
        raise PatternError("bad-mask", f'bad mask value in "{bare}"', _pattern_of_netmask(network, length))
    if prefixlen > bits:
        raise PatternError("bad-length", f'bad mask length in "{bare}"')
    packed = packed_or_none(family, network)
    if packed is None:
        raise PatternError("bad-network", f'bad network value in "{bare}"')
    base = cut(packed, prefixlen)
    if base != packed:
        meant = f"{inet_ntop(family, base)}/{prefixlen}"
        sentence = f'non-null host address bits in "{bare}", perhaps you should use "{meant}" instead'
        raise PatternError("host-bits", sentence, _safe_suggestion(family, base, prefixlen, length))
    return family, packed, prefixlen


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
            raise PatternError("bad-brackets", f"missing ']' character after \"{text}\"")
        if rest:
            if rest[0] != "/":
                raise PatternError("bad-brackets", f'garbage after "[{inside}]"')
            return inside, rest[1:]
    network, slash, length = inside.partition("/")
    return network, length if slash else None


def packed_or_none(family: int, text: str) -> bytes | None:
    """The packed address from inet_pton(3); None if it refuses the text."""
    try:
        return inet_pton(family, text)
    except (OSError, ValueError):  # ValueError: a NUL, or a surrogate
        return None


def _prefixlen(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()):
        return None
    # C's conversion turns all numbers from 2**63 on into its largest one.
    return min(_number(text), (1 << 63) - 1) % 256


def _number(digits: str) -> int:
    """The value of a text of digits; some large number if there are more than 30 of them."""
    return int(digits.lstrip("0")[:30] or "0")


def _safe_suggestion(family: int, packed: bytes, prefixlen: int, length: str) -> str:
    """The network as a suggestion; "" if it could be wider than was meant: /0, or a length over one byte."""
    return pattern_text(family, packed, prefixlen) if prefixlen and _number(length) == prefixlen else ""


def _pattern_of_netmask(network: str, mask: str) -> str:
    """The network that a netmask in address form stands for; "" if it is no contiguous netmask or has no bits."""
    packed, netmask = packed_or_none(AF_INET, network), packed_or_none(AF_INET, mask)
    if packed is None or netmask is None:
        return ""
    prefixlen = contiguous_prefixlen(netmask)
    if not prefixlen:
        return ""
    return pattern_text(AF_INET, cut(packed, prefixlen), prefixlen)
