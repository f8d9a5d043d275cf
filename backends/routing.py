"""Which routes a host has, and which address its packets leave from: asked of the kernel, now.

On Linux that is one question by netlink for each destination, and a dump where all networks are wanted that routes lead
to. Where there is no netlink, a UDP socket is connected, which tells the source address and no route.
"""

from __future__ import annotations

import sys
from _socket import AF_INET, AF_INET6

from ifdiscover._host.asked import address_and_zone
from ifdiscover._packed import is_ipv6_link_local
from ifdiscover.errors import AddressTextError, DiscoveryError, UnknownInterfaceError, UnknownNamespaceError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from ifdiscover._backends.netlink.route_messages import Destination
    from ifdiscover._host.asked import AddressLike
    from ifdiscover.model import Host, IPAddress

    T = TypeVar("T")

FAMILIES = {4: AF_INET, 6: AF_INET6}
_MAX_INDEX = 0x7FFFFFFF  # an index is an int to the kernel, and positive (RFC 3493, section 4)


def with_routes(host: Host, netns: str | None = None) -> Host:
    """The host with its default routes and its sources.

    Where the kernel tells no routes, it gets its sources alone, and stays blind to routes.

    Args:
        host: a host that was read here, or in ``netns``.
        netns: another network namespace.

    Raises:
        DiscoveryError, NotPermittedError: the kernel refused.
    """
    return _inside(netns, lambda: _with_routes(host))


def _with_routes(host: Host) -> Host:
    warnings = host.warnings
    if host.routes is None and sys.platform == "linux":
        from ifdiscover._backends.netlink.routes import read_routes

        try:
            routes, sources = read_routes(host)
        except DiscoveryError as error:
            warnings += (f"routes are not told: {error}",)
        else:
            blind_to = tuple(word for word in host.blind_to if word != "routes")
            return host._replace(routes=routes, packed_sources=sources, blind_to=blind_to)
    from ifdiscover._backends.connected import read_source

    found = [read_source(family) for family in FAMILIES.values()]
    return host._replace(packed_sources=tuple(packed for packed in found if packed is not None), warnings=warnings)


def source(to: AddressLike | None = None, *, family: int | None = None, netns: str | None = None) -> IPAddress | None:
    """The address that this host sends packets from, to one address or to everywhere else; the kernel is asked now.

    Nothing is sent, and nobody need be there. For IPv6 it may be a temporary address: ``Host.stable_address()`` tells
    the one that stays. If a NAT replaces it, nobody here can tell by which one.

    Args:
        to: the address to send to: a text, with its zone if it is link-local (``fe80::1%eth0``), or an object. None:
            everywhere else.
        family: 4 or 6. None: that of ``to``; without ``to`` 4, or 6 if there is none of 4.
        netns: another network namespace, by name, path or process number.

    Returns:
        An ``ipaddress`` object; None: there is no route there, or one that refuses.

    Raises:
        AddressTextError: ``to`` is no address, or it is link-local and without a zone.
        UnknownInterfaceError: no interface has the name that ``to`` has for a zone.
        ValueError: ``family`` is neither 4 nor 6, or not that of ``to``.
        UnknownNamespaceError: there is no such namespace.
        DiscoveryError, NotPermittedError: the kernel refused.
    """
    if netns is not None:
        from ifdiscover._misuse import demand_texts

        demand_texts(netns=netns)
    if family not in (None, *FAMILIES):
        raise ValueError(f"family is 4 or 6, and not {family!r}")
    if to is None:
        families = FAMILIES.values() if family is None else (FAMILIES[family],)
        packed = _inside(netns, lambda: next(filter(None, map(_read_source, families)), None))
    else:
        number, destination, zone = address_and_zone(to)
        if is_ipv6_link_local(destination) and not zone:
            raise AddressTextError(f"{to} is on each link; add the interface of the one that is meant: {to}%eth0")
        if family is not None and FAMILIES[family] != number:
            raise ValueError(f"{to} is no IPv{family} address")
        packed = _inside(netns, lambda: _read_source(number, destination, _index_of(zone)))
    if packed is None:
        return None
    import ipaddress

    return ipaddress.ip_address(packed)


def destinations(family: int, netns: str | None = None) -> tuple[Destination, ...] | None:
    """The networks that a route of this host leads to, other than a default route.

    Args:
        family: AF_INET or AF_INET6.
        netns: another network namespace.

    Returns:
        Each packed network with its prefix length; None: this system does not tell, or it refused, or there are too
        many.
    """
    if sys.platform != "linux":
        return None
    from ifdiscover._backends.netlink.routes import read_destinations

    try:
        return _inside(netns, lambda: read_destinations(family))
    except (DiscoveryError, UnknownNamespaceError):
        return None


def _index_of(zone: str) -> int:
    """The index of an interface, from its name or itself; 0 for no zone."""
    if not zone:
        return 0
    if zone.isascii() and zone.isdigit():
        number = zone.lstrip("0")
        if not number or len(number) > 10 or int(number) > _MAX_INDEX:
            raise UnknownInterfaceError(
                f"no interface has the index {zone[:20]}: an index is positive, and at most {_MAX_INDEX}"
            )
        return int(number)
    from ifdiscover._backends.shared import index_of
    from ifdiscover._names import to_bytes

    index = index_of(to_bytes(zone))
    if index is None:
        raise UnknownInterfaceError(f'no interface is called "{zone}"; ifdiscover interfaces shows those of this host')
    return index


def _read_source(family: int, destination: bytes | None = None, interface: int = 0) -> bytes | None:
    from ifdiscover._backends import connected

    if sys.platform == "linux":
        from ifdiscover._backends.netlink import routes

        try:
            return routes.read_source(family, destination, interface)
        except DiscoveryError:
            pass  # no netlink here, as under seccomp: a connected socket tells the same
    return connected.read_source(family, destination, interface)


def _inside(netns: str | None, function: Callable[[], T]) -> T:
    """Call a function in a network namespace."""
    if netns is None:
        return function()
    from ifdiscover._backends.netlink.namespace import in_namespace

    return in_namespace(netns, function)
