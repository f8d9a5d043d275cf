"""The addresses that a caller asks about: texts, objects of ``ipaddress``, or our own."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_pton

from ifdiscover._host import Address

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address
    from typing import Union

    AddressLike = Union[str, IPv4Address, IPv6Address, Address]  # what a caller may give for an address

_MAPPED = bytes(10) + b"\xff\xff"  # ::ffff:0:0/96 (RFC 4291, section 2.5.5.2): IPv4's packets carry them


def address_and_zone(value: AddressLike) -> tuple[int, bytes, str]:
    """The family, the bytes and the zone ("" for none) of an address; of ::ffff:192.0.2.1 those of 192.0.2.1.

    Args:
        value: as for ``packed_address()``; a text may have a zone, ``fe80::1%eth0``.

    Raises:
        AddressTextError, TypeError: as ``packed_address()``.
    """
    zone = ""
    if isinstance(value, str):
        value, percent, zone = value.partition("%")
        if percent and not zone:
            from ifdiscover.errors import AddressTextError

            raise AddressTextError(f'"{value}%" has no zone behind its %; write {value}%eth0')
    elif getattr(value, "scope_id", None):
        zone = str(value.scope_id)  # type: ignore[union-attr]  # an IPv4Address has none
    family, packed = packed_address(value)
    if family == AF_INET6 and packed.startswith(_MAPPED):
        return AF_INET, packed[len(_MAPPED) :], zone
    return family, packed, zone


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
