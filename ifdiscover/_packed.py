"""Arithmetic on packed addresses and netmasks: 4 or 16 bytes, network order."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from ifdiscover.model import BITS, Address

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address
    from typing import Union

    AddressLike = Union[str, IPv4Address, IPv6Address, Address]  # what a caller may give for an address

_IPV6_LOOPBACK = bytes(15) + b"\1"


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


def pattern_text(family: int, packed: bytes, prefixlen: int) -> str:
    """A network in Postfix's own spelling.

    >>> from _socket import AF_INET6
    >>> pattern_text(AF_INET6, bytes(16), 0)
    '[::]/0'
    """
    text = inet_ntop(family, packed)
    return f"{text}/{prefixlen}" if family == AF_INET else f"[{text}]/{prefixlen}"


def is_loopback(family: int, packed: bytes) -> bool:
    """Whether an address is in 127.0.0.0/8 or is ::1; its interface does not matter."""
    return packed[0] == 127 if family == AF_INET else packed == _IPV6_LOOPBACK


def is_ipv6_link_local(packed: bytes) -> bool:
    """Whether a packed address is in fe80::/10 (RFC 4291, section 2.5.6)."""
    return len(packed) == 16 and packed[0] == 0xFE and packed[1] & 0xC0 == 0x80


def packed_address(value: AddressLike) -> tuple[int, bytes]:
    r"""The family (AF_INET, AF_INET6) and the bytes of an address, in network order, without its zone.

    Args:
        value: a text as inet_pton(3) reads it, without brackets, zone or length; an ``ipaddress`` address or
            interface; or an ``Address``.

    Raises:
        AddressTextError: the text is no such address. It is a ValueError.
        TypeError: the value is anything else, such as a network.

    >>> packed_address("192.0.2.1") == (AF_INET, b"\xc0\x00\x02\x01")
    True
    """
    if isinstance(value, str):
        family = AF_INET6 if ":" in value else AF_INET
        try:
            return family, inet_pton(family, value)
        except (OSError, ValueError):  # ValueError: a NUL, or a surrogate
            from ifdiscover.errors import AddressTextError

            raise AddressTextError(
                f'"{value}" is not an address; write 192.0.2.1 or 2001:db8::1, without brackets, zone or length'
            ) from None
    # Networks are refused: those of ipaddress have no ``packed``, and ours have no ``version``.
    packed = (
        value.packed if isinstance(value, Address) or (hasattr(value, "version") and hasattr(value, "packed")) else None
    )
    if isinstance(packed, bytes) and len(packed) in (4, 16):
        return AF_INET if len(packed) == 4 else AF_INET6, packed
    raise TypeError(
        f"an address is a text, an ipaddress object or an ifdiscover.Address, and not {type(value).__name__}"
    )
