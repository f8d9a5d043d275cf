"""Arithmetic on packed addresses and netmasks: 4 or 16 bytes, network order."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._host import BITS

_IPV6_LOOPBACK = bytes(15) + b"\1"

MAPPED = bytes(10) + b"\xff\xff"
"""How an IPv4-mapped address begins: ::ffff:0:0/96 (RFC 4291, section 2.5.5.2). Four bytes of IPv4 follow."""


def netmask_of(prefixlen: int, family: int) -> bytes:
    """The netmask of a prefix length, packed.

    >>> netmask_of(20, AF_INET).hex()
    'fffff000'
    """
    bits = BITS[family]
    return ((1 << bits) - (1 << bits - prefixlen)).to_bytes(bits // 8, "big")


def contiguous_prefixlen(netmask: bytes) -> int | None:
    """The number of leading one bits of a netmask; None if a one bit follows a zero bit (RFC 4632, section 5.1).

    >>> contiguous_prefixlen(bytes([255, 255, 240, 0]))
    20
    >>> contiguous_prefixlen(bytes([255, 0, 255, 0])) is None
    True
    """
    bits = len(netmask) * 8
    zeros = (1 << bits) - 1 - int.from_bytes(netmask, "big")  # contiguous: 2**n - 1
    return None if zeros & (zeros + 1) else bits - zeros.bit_length()


def cut(packed: bytes, prefixlen: int) -> bytes:
    """An address with its host bits cleared."""
    host_bits = len(packed) * 8 - prefixlen
    return ((int.from_bytes(packed, "big") >> host_bits) << host_bits).to_bytes(len(packed), "big")


def text_of(packed: bytes) -> str:
    """An address as inet_ntop(3) writes it; its size tells its family."""
    return inet_ntop(AF_INET if len(packed) == 4 else AF_INET6, packed)


def pattern_text(family: int, packed: bytes, prefixlen: int) -> str:
    """A network in Postfix's own spelling.

    >>> from _socket import AF_INET6
    >>> pattern_text(AF_INET6, bytes(16), 0)
    '[::]/0'
    """
    opening, closing = pattern_ends(family, prefixlen)
    return f"{opening}{inet_ntop(family, packed)}{closing}"


def pattern_ends(family: int, prefixlen: int) -> tuple[str, str]:
    """What Postfix writes before and behind the address of a network."""
    return ("", f"/{prefixlen}") if family == AF_INET else ("[", f"]/{prefixlen}")


def cidr_text(family: int, packed: bytes, prefixlen: int) -> str:
    """A network as most programs but Postfix spell it, without brackets.

    >>> from _socket import AF_INET6
    >>> cidr_text(AF_INET6, bytes(16), 0)
    '::/0'
    """
    return f"{inet_ntop(family, packed)}/{prefixlen}"


def is_loopback(family: int, packed: bytes) -> bool:
    """Whether an address is in 127.0.0.0/8 or is ::1; its interface does not matter."""
    return packed[0] == 127 if family == AF_INET else packed == _IPV6_LOOPBACK


def is_mapped_loopback(packed: bytes) -> bool:
    """Whether a packed address is IPv4-mapped, and that of an IPv4 loopback address."""
    return packed.startswith(MAPPED) and packed[len(MAPPED)] == 127


def is_ipv6_link_local(packed: bytes) -> bool:
    """Whether a packed address is in fe80::/10 (RFC 4291, section 2.5.6)."""
    return len(packed) == 16 and packed[0] == 0xFE and packed[1] & 0xC0 == 0x80
