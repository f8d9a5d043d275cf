"""What was probably meant by a word that Postfix cannot read as a network.

Only what is evident is suggested, and never more than was written: a suggestion that is too wide opens the relay.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from ifdiscover._packed import MAPPED, contiguous_prefixlen, cut, is_loopback, pattern_text
from ifdiscover._postfix.syntax.words import split
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

WRAPPERS = "\"'`()<>{}=\ufeff\u200b"
"""Characters around a word that are no part of a network."""

_SEPARATORS = " ,\t\r\n;|&\v\f\xa0"
_LONGEST = 400  # characters of a word: a longer one is no slip of the pen
_MOST_NETWORKS = 8  # that a range is cut into
_WIDEST = {AF_INET: 8, AF_INET6: 7}  # 10.0.0.0/8 and fc00::/7; a shorter prefix is a large part of the Internet
_WIDEST_PUBLIC = {AF_INET: 16, AF_INET6: 32}  # if host bits have to be cleared
_PRIVATE = ("10.0.0.0/8", "127.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "fc00::/7", "fe80::/10")


def networks_meant(word: str) -> str:
    """The networks that were probably meant by a word, as they must be written in a list, with blanks between them.

    "": it is not evident, or it would be a large part of all clients.

    >>> networks_meant("fd::/8")
    '[fd00::]/8'
    >>> networks_meant("192.0.2.10-12")
    '192.0.2.10/31 192.0.2.12'
    """
    if len(word) > _LONGEST:
        return _of_long_length(word)
    parts = split(word.partition("#")[0], _SEPARATORS)
    meant = [_of_range(part) or _of_network(part) for part in parts if part.strip(WRAPPERS)]
    return " ".join(meant) if all(meant) else ""


def _of_long_length(word: str) -> str:
    """As ``networks_meant()``, for a length with very many zeros before it."""
    head, slash, length = word.rpartition("/")
    digits = length.lstrip("0")
    return networks_meant(f"{head}/{digits}") if slash and len(head) + len(digits) < _LONGEST else ""


def _of_network(text: str) -> str:
    """The network that one word means."""
    address, slash, length = _bare(text).partition("/")
    length = length.strip("/.")
    if slash and not length:
        return ""
    return _of_ipv6(address, length) if ":" in address else _of_ipv4(address, length)


def _bare(text: str) -> str:
    """A word as ADDRESS or ADDRESS/LENGTH: without brackets, tag, zone and port, and with the slash that was meant."""
    text = text.strip(WRAPPERS)
    head, bracket, tail = text.rpartition("]")
    if bracket:
        text = head + _length_after_bracket(head.lstrip("["), tail)
    text = text.replace("[", "").replace("]", "").replace("\\", "/")
    tag, colon, rest = text.partition(":")
    if colon and tag.lower() in ("ipv4", "ipv6"):
        text = rest
    if "/" not in text:
        text = text.replace("_", "/")
    head, percent, zone = text.partition("%")
    if percent:
        _zone, slash, length = zone.partition("/")
        text = head + slash + length
    return _without_port(text) if text.count(":") == 1 and "/" not in text else text


def _length_after_bracket(inside: str, tail: str) -> str:
    """``[2001:db8::]64`` lacks a slash; what comes after a colon is a port, if it is no length of the network."""
    digits = tail.lstrip(":")
    packed = _packed(AF_INET6, inside)
    if packed is None or not digits.isdecimal() or len(digits) > 5:
        return f"/{tail}" if tail.isdecimal() else tail
    is_length = tail == digits or (0 < int(digits) < 128 and cut(packed, int(digits)) == packed)
    return f"/{digits}" if is_length else ""


def _without_port(text: str) -> str:
    """``192.0.2.0:24`` is a network with a wrong slash; ``192.0.2.1:25`` is an address with a port."""
    address, _colon, number = text.partition(":")
    packed = _packed(AF_INET, address)
    if packed is None:
        return text
    if number.isdecimal():
        is_length = packed[-1] == 0 and len(number) < 3 and 0 < int(number) < 32 and cut(packed, int(number)) == packed
        return f"{address}/{number}" if is_length else address
    return f"{address}/{number}"


def _of_ipv4(address: str, length: str) -> str:
    octets = address.split(".")
    given = len(octets)
    while octets and octets[-1] in ("", "*", "x"):
        octets.pop()
    if not 1 <= len(octets) <= 4 or not all(map(_is_octet, octets)):
        return ""
    # 10 alone may be anything. 10. and 10.* are a network in hosts_access(5) and in shells.
    if not length and len(octets) < 4:
        if given == 1:
            return ""
        length = str(8 * len(octets))
    if not length:
        packed = bytes(map(int, octets))
        return inet_ntop(AF_INET, packed) if any(packed) else ""
    packed = bytes([*map(int, octets), *bytes(4 - len(octets))])
    return _network(AF_INET, packed, length, is_whole=len(octets) == 4)


def _is_octet(text: str) -> bool:
    """Whether a text is a number up to 255, and the same number to those who read 010 as 8."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= 255):
        return False
    return text[0] != "0" or int(text) < 8 or not frozenset("01234567").issuperset(text)


def _of_ipv6(address: str, length: str) -> str:
    packed = _packed(AF_INET6, address)
    if packed is None or not any(packed):
        return ""
    if _is_short_private(inet_ntop(AF_INET6, packed)) and not _is_short_private(address):  # 0fd:: or 00fd::
        return ""
    number = _prefixlen(AF_INET6, length) if length else 128
    if packed[:12] == MAPPED:
        return _of_mapped(packed[12:], number)
    padded = _packed(AF_INET6, _with_long_group(address))
    is_whole = True
    if padded is not None and (_is_short_private(address) or cut(packed, number)[:2] != packed[:2]):
        packed, is_whole = padded, _is_short_private(address)
    if not length:
        return f"[{inet_ntop(AF_INET6, packed)}]"
    return _network(AF_INET6, packed, length, is_whole=is_whole)


def _of_mapped(packed: bytes, length: int) -> str:
    """The IPv4 network that ``::ffff:10.0.0.0/104`` means: smtpd sees IPv4 clients by their IPv4 addresses."""
    if length == 128:
        return inet_ntop(AF_INET, packed) if any(packed) else ""
    return _network(AF_INET, packed, str(length - 96 if length > 96 else length), is_whole=True)


def _with_long_group(address: str) -> str:
    """An address whose first group has all four digits, as in fd00 for fd."""
    group, _colon, rest = address.partition(":")
    return f"{group.ljust(4, '0')}:{rest}" if group else address


def _is_short_private(address: str) -> bool:
    """Whether an address begins with fd, fc, or fe8 to feb: a block that everybody knows, and zeros are missing."""
    group = address.partition(":")[0].lower()
    return group in ("fc", "fd", "fe8", "fe9", "fea", "feb")


def _network(family: int, packed: bytes, length: str, *, is_whole: bool) -> str:
    """The network in Postfix's spelling; "" if it would be wide.

    Args:
        family: AF_INET or AF_INET6.
        packed: the address as it is written.
        length: a prefix length, a netmask, or what Cisco calls a wildcard mask.
        is_whole: the address was written with all its parts. Otherwise it cannot have host bits by intent.
    """
    prefixlen = _prefixlen(family, length)
    if prefixlen < _WIDEST[family]:
        return ""
    base = cut(packed, prefixlen)
    if not any(base):  # an address of mere host bits, such as ::1/64
        return pattern_text(family, packed, BITS[family]) if is_loopback(family, packed) else ""
    if base != packed:
        is_wide = prefixlen < _WIDEST_PUBLIC[family] and not _is_private(family, base, prefixlen)
        if is_wide or not is_whole:
            return ""
    return pattern_text(family, base, prefixlen)


def _prefixlen(family: int, length: str) -> int:
    """The length that was meant; 0 if none was."""
    bits = BITS[family]
    if length.isascii() and length.isdecimal():
        number = int(length.lstrip("0")[:30] or "0")
        if bits < number <= bits + 8 or (family == AF_INET and number == 128):  # /33, or IPv6's length of one address
            return bits
        return number if number <= bits else 0
    mask = _packed(AF_INET, length) if family == AF_INET else None
    if mask is None:
        return 0
    ones = contiguous_prefixlen(mask)
    return ones if ones is not None else contiguous_prefixlen(bytes(byte ^ 255 for byte in mask)) or 0


def _is_private(family: int, base: bytes, prefixlen: int) -> bool:
    """Whether a network is part of one that nobody on the Internet has."""
    for text in _PRIVATE:
        address, _slash, length = text.partition("/")
        block = _packed(family, address)
        if block is not None and prefixlen >= int(length) and cut(base, int(length)) == block:
            return True
    return False


def _of_range(text: str) -> str:
    """The networks of a range, such as ``10.0.0.1-10.0.0.9`` or ``10.0.0.1-9``, and of no address outside it."""
    first, dash, last = text.strip(WRAPPERS).replace("[", "").replace("]", "").partition("-")
    family = AF_INET6 if ":" in first else AF_INET
    begin = _packed(family, first)
    if not dash or begin is None:
        return ""
    if family == AF_INET and last.isdecimal():
        if first.endswith(".0") and len(last) < 3 and int(last) <= 32:  # the hyphen may stand for a slash
            return ""
        last = f"{first.rpartition('.')[0]}.{last}"
    end = _packed(family, last)
    if end is None:
        return ""
    networks: list[str] = []
    for base, prefixlen in cover(int.from_bytes(begin, "big"), int.from_bytes(end, "big"), BITS[family]):
        if len(networks) == _MOST_NETWORKS or prefixlen < _WIDEST[family]:
            return ""
        text = pattern_text(family, base.to_bytes(BITS[family] // 8, "big"), prefixlen)
        networks.append(text.rpartition("/")[0] if prefixlen == BITS[family] else text)
    return " ".join(networks)


def cover(begin: int, end: int, bits: int) -> Iterator[tuple[int, int]]:
    """The fewest networks that have all addresses from ``begin`` to ``end``, and no other."""
    while begin <= end:
        host_bits = (end - begin + 1).bit_length() - 1
        if begin:
            host_bits = min(host_bits, (begin & -begin).bit_length() - 1)
        yield begin, bits - host_bits
        begin += 1 << host_bits


def _packed(family: int, text: str) -> bytes | None:
    try:
        return inet_pton(family, text)
    except (OSError, ValueError):  # ValueError: a NUL, or a surrogate
        return None
