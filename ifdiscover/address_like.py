"""What a caller may give for an address: a text, an object of ``ipaddress``, or an ``Address`` of ours."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_pton

from ifdiscover.errors import AddressTextError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address
    from typing import Union

    from ifdiscover.model import Address

    AddressLike = Union[str, IPv4Address, IPv6Address, Address]


def packed_address(value: AddressLike) -> tuple[int, bytes]:
    r"""The family (AF_INET, AF_INET6) and the bytes of an address, in network order; a zone is left out.

    Args:
        value: a text as inet_pton(3) reads it, without brackets, zone or length; an ``ipaddress`` address or
            interface; or an ``Address``.

    Raises:
        AddressTextError: a text that is no such address. It is a ValueError.
        TypeError: anything else; a network, too, which is no address.

    >>> packed_address("192.0.2.1") == (AF_INET, b"\xc0\x00\x02\x01")
    True
    """
    if isinstance(value, str):
        family = AF_INET6 if ":" in value else AF_INET
        try:
            return family, inet_pton(family, value)
        except (OSError, ValueError):  # ValueError: a NUL, or a surrogate
            raise AddressTextError(
                f'"{value}" is not an address; write 192.0.2.1 or 2001:db8::1, without brackets, zone or length'
            ) from None
    packed = getattr(value, "packed", None)  # of ipaddress' networks there is none
    if isinstance(packed, bytes) and len(packed) in (4, 16):
        return AF_INET if len(packed) == 4 else AF_INET6, packed
    raise TypeError(
        f"an address is a text, an ipaddress object or an ifdiscover.Address, and not {type(value).__name__}"
    )
