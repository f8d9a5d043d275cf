"""A host as a snapshot: versioned JSON, which backend ``replay`` turns back into an equal host."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._kernel import stamp
from ifdiscover._names import printable
from ifdiscover._record import CollectingPaused
from ifdiscover._render.documents import (
    address_fields,
    document,
    name_fields,
    own_fields,
    route_fields,
    set_apart,
)
from ifdiscover.model import FAMILY_NAMES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover.model import Host, Interface


def snapshot(host: Host | None = None) -> str:
    """A host as versioned JSON, for ``replay()``.

    Args:
        host: the host; None: ``discover(routes=True)`` reads this one.

    Raises:
        BackendError: no host was given, and this one could not be read.
        ValueError: an address is on an interface that the host does not list.
        TypeError: ``host`` is not a host.
    """
    from ifdiscover._misuse import demand_host

    demand_host(host)
    if host is None:
        from ifdiscover.discovery import discover

        host = discover(routes=True)
    with CollectingPaused():
        return _snapshot(host)


def _snapshot(host: Host) -> str:
    recorded = host.recorded or stamp()
    positions: dict[Interface, int] = {}
    for number, interface in enumerate(host.interfaces):
        positions.setdefault(interface, number)
    addresses: list[list[dict[str, Any]]] = [[] for _ in host.interfaces]
    alike: dict[tuple[object, ...], dict[str, Any]] = {}
    order = []
    for address in host.addresses:
        number = positions.get(address.interface, -1)
        if number < 0:
            raise ValueError(f"{address} is on an interface that the host does not list: {address.interface.name}")
        order.append([number, len(addresses[number])])
        rest = (number, address[1], *address[3:7], *address[8:])  # all but the address and its broadcast address
        known = alike.get(rest)
        if known is None:
            known = alike[rest] = {**address_fields(address), "protocol": address.protocol}
        addresses[number].append({**known, **own_fields(address)})
    return document(
        "snapshot",
        host.backend,
        host.warnings,
        blind_to=[printable(word) for word in host.blind_to],
        refusals=[printable(refusal) for refusal in host.refusals],
        consistent=host.consistent,
        host=None if recorded.host is None else printable(recorded.host),
        taken_at=None if recorded.taken_at is None else printable(recorded.taken_at),
        system=None if recorded.system is None else printable(recorded.system),
        families=None if recorded.families is None else [FAMILY_NAMES[family] for family in recorded.families],
        interfaces=[
            {
                **name_fields("name", interface.name),
                "index": interface.index,
                "flags": interface.flags,
                "mtu": interface.mtu,
                "hardware_address": (
                    None if interface.hardware_address is None else interface.hardware_address.hex(":")
                ),
                **name_fields("kind", interface.kind),
                **name_fields("master", interface.master),
                **set_apart(interface),
                "addresses": found,
            }
            for interface, found in zip(host.interfaces, addresses)
        ],
        order=order,
        routes=None if host.routes is None else list(map(route_fields, host.routes)),
        sources=None if host.packed_sources is None else list(map(_source, host.packed_sources)),
    )


def _source(packed: bytes) -> dict[str, str]:
    family = AF_INET if len(packed) == 4 else AF_INET6
    return {"family": FAMILY_NAMES[family], "address": inet_ntop(family, packed)}
