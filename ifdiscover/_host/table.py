"""Addresses as rows of a table, for people."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover._names import printable

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._host import Address, Interface

UNKNOWN = "?"
NONE = "-"


def address_table(addresses: Iterable[Address]) -> list[tuple[str, ...]]:
    """A header, and a row for each address, sorted by interface in the order given; names are escaped.

    ``?`` means that the backend cannot tell, ``-`` that there is none.
    """
    by_interface: dict[Interface, list[Address]] = {}
    for address in addresses:
        by_interface.setdefault(address.interface, []).append(address)
    header = ("interface", "state", "address", "scope", "peer", "flags", "netmask")
    return [header, *(_row(address) for found in by_interface.values() for address in found)]


def address_text(address: Address) -> str:
    """An address with its zone, and its prefix length or else its netmask, if there is one."""
    text = f"{address}%{address.scope_id}" if address.scope_id else str(address)
    if address.prefixlen is not None:
        return f"{text}/{address.prefixlen}"
    if address.packed_netmask is not None:
        return f"{text}/{inet_ntop(address.family, address.packed_netmask)}"
    return text


def _row(address: Address) -> tuple[str, ...]:
    name, label, up = address.interface.name, address.label, address.interface.is_up
    if label is None or label.startswith(f"{name}:"):
        name = printable(label or name)
    else:
        name = f"{printable(name)} ({printable(label)})"
    return (
        name,
        UNKNOWN if up is None else "up" if up else "down",
        address_text(address),
        printable(address.scope or UNKNOWN),
        NONE if address.packed_peer is None else inet_ntop(address.family, address.packed_peer),
        UNKNOWN if address.flag_names is None else ",".join(address.flag_names) or NONE,
        address.netmask_origin or "null",
    )
