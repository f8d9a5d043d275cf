"""What a host has that was asked for its routes: routes, and the address that stays.

These records are imported by who needs them, and records.py by each start.
"""

from __future__ import annotations

from ifdiscover._host.records import FAMILY_TITLES, ip_or_none
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._host.records import Address, IPAddress


class NextHop(Record):
    """Where a route sends packets first.

    Attributes:
        packed_gateway: the router's address, of either family (RFC 8950); None: the packets need no router.
        interface_name: the name of the interface that sends the packets.
    """

    packed_gateway: bytes | None
    interface_name: str

    @property
    def gateway(self) -> IPAddress | None:
        """The router's address as an ``ipaddress`` object; None: the packets need no router."""
        return ip_or_none(self.packed_gateway)


class Route(Record):
    """One route of a host.

    Attributes:
        family: the destinations' AF_INET or AF_INET6.
        next_hops: every ``NextHop`` that the kernel may take, at least one.
        is_default: whether the kernel takes it if no other route fits; if there are several, only the one in use.
        metric: the kernel takes the route with the lowest; None: the backend cannot tell.
        packed_source: the preferred source address; None: none, or the backend cannot tell.
    """

    family: int
    next_hops: tuple[NextHop, ...]
    is_default: bool
    metric: int | None = None
    packed_source: bytes | None = None

    def __repr__(self) -> str:
        to = f"{'default' if self.is_default else 'other'} {FAMILY_TITLES[self.family]}"
        hops = [f"{hop.gateway or 'no router'} on {hop.interface_name!r}" for hop in self.next_hops]
        return f"Route({to} by {', '.join(hops)})"

    @property
    def gateway(self) -> IPAddress | None:
        """The router of the first next hop as an ``ipaddress`` object; None: the packets need no router."""
        return self.next_hops[0].gateway

    @property
    def interface_name(self) -> str:
        """The name of the interface of the first next hop."""
        return self.next_hops[0].interface_name

    @property
    def source(self) -> IPAddress | None:
        """The preferred source address as an ``ipaddress`` object; None: none, or the backend cannot tell."""
        return ip_or_none(self.packed_source)


class StableAddress(Record):
    """Which address of a host stays, and why.

    Attributes:
        address: the ``Address``; None: none does.
        reason: why it is this one, or why there is none.
    """

    address: Address | None
    reason: str
