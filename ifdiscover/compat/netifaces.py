"""netifaces' interface, for programs that were written for it: ``from ifdiscover.compat import netifaces``.

netifaces had its last release in 2021, and takes a compiler. Each call here reads this host anew, and its answer is the
caller's to change. docs/netifaces.md tells where answers differ from netifaces' own.
"""

from __future__ import annotations

import _socket
from _socket import AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, inet_ntop

from ifdiscover.discovery import discover
from ifdiscover.model import KERNEL

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover.model import Address

__all__ = [
    "AF_INET",
    "AF_INET6",
    "AF_LINK",
    "AF_UNIX",
    "AF_UNSPEC",
    "address_families",
    "default_gateway",
    "gateways",
    "ifaddresses",
    "interfaces",
    "version",
]

_families: dict[str, int] = {name: number for name, number in vars(_socket).items() if name.startswith("AF_")}

AF_LINK: int = _families.get("AF_LINK", _families.get("AF_PACKET", -1))
"""The family of hardware addresses."""

address_families: dict[int, str] = {number: name for name, number in sorted(_families.items(), reverse=True)}
"""The name of each address family that Python knows here; as in netifaces, each is a number of this module too."""

globals().update(_families)

version: str = "0.11.0"
"""The version of netifaces to which this interface belongs."""

_IFF_BROADCAST = 0x2


def interfaces() -> list[str]:
    """The names of all interfaces, and behind them each label that an address has in place of its interface's name.

    Raises:
        NoBackendError: nothing can read this host.
    """
    host = discover()
    names = [interface.name for interface in host.interfaces]
    return list(dict.fromkeys([*names, *map(_name, host.addresses)]))


def ifaddresses(ifname: str, /) -> dict[int, list[dict[str, str]]]:
    """The addresses of one interface, or those with one label, by family: each as a dict of texts.

    ``addr`` is always there. ``netmask`` is not where the kernel gives none, and has ``/prefixlen`` behind it for IPv6.
    ``broadcast`` and ``peer`` are there where the kernel gives them; an IPv4 address of an interface that cannot
    broadcast is its own peer if it has no other. An address of AF_LINK has ``addr`` alone.

    Raises:
        ValueError: there is no such interface, and no such label.
        NoBackendError: nothing can read this host.
    """
    from ifdiscover._misuse import demand_texts

    demand_texts(ifname=ifname)
    host = discover()
    found: dict[int, list[dict[str, str]]] = {}
    is_known = False
    for interface in host.interfaces:
        if interface.name == ifname:
            is_known = True
            if interface.mac is not None:
                found[AF_LINK] = [{"addr": interface.mac}]
    for address in host.addresses:
        if _name(address) == ifname:
            found.setdefault(address.family, []).append(_entry(address))
    if not is_known and not found:
        raise ValueError(f'"{ifname}" is no valid interface name; interfaces() lists those of this host')
    return found


def gateways() -> dict[Any, Any]:
    """The routers of the default routes: by family a list of tuples, and under "default" the first in use by family.

    Each tuple has the router's address, the interface's name, and whether the route is in use. Of each interface its
    first default route counts. A route to an interface without a router is left out.

    Raises:
        BlindError: this system tells no routes.
        NoBackendError: nothing can read this host.
    """
    host = discover(routes=True)
    if host.routes is None:
        from ifdiscover.errors import BlindError

        raise BlindError(f"backend {host.backend} tells no routes here, and so no gateways")
    in_use: dict[int, tuple[str, str]] = {}
    found: dict[Any, Any] = {"default": in_use}
    for route in host.routes:
        for hop in route.next_hops:
            if hop.gateway is not None:
                router = (str(hop.gateway), hop.interface_name)
                found.setdefault(route.family, []).append((*router, route.is_default))
                if route.is_default:
                    in_use.setdefault(route.family, router)
    return found


def default_gateway() -> dict[int, tuple[str, str]]:
    """The router in use of each family, with its interface's name: what ``gateways()`` has under "default".

    Raises:
        BlindError: this system tells no routes.
        NoBackendError: nothing can read this host.
    """
    in_use: dict[int, tuple[str, str]] = gateways()["default"]
    return in_use


def _name(address: Address) -> str:
    """What netifaces takes for the name of an address's interface."""
    return address.label or address.interface.name


def _entry(address: Address) -> dict[str, str]:
    zone = f"%{address.interface.name}" if address.scope_id else ""
    entry = {"addr": f"{address}{zone}"}
    if address.packed_netmask is not None and address.netmask_origin == KERNEL:
        netmask = inet_ntop(address.family, address.packed_netmask)
        if address.family == AF_INET6 and netmask.endswith(":0"):
            netmask = f"{netmask[:-1]}:"  # netifaces shortens a single group of zeros at the end too
        length = f"/{address.prefixlen}" if address.family == AF_INET6 and address.prefixlen is not None else ""
        entry["netmask"] = f"{netmask}{length}"
    if address.packed_broadcast is not None:
        entry["broadcast"] = inet_ntop(address.family, address.packed_broadcast)
    flags = address.interface.flags
    if address.packed_peer is not None:
        entry["peer"] = inet_ntop(address.family, address.packed_peer)
    elif address.family == AF_INET and flags is not None and not flags & _IFF_BROADCAST:
        entry["peer"] = str(address)
    return entry
