"""Read the host through netifaces, which netifaces-plus maintains.

This backend sees addresses, netmasks, broadcasts, peers, labels, scope ids, hardware addresses, and the default routes
that have one next hop. It sees no interface flags. So nobody knows which interfaces are up, and the Postfix part leaves
all addresses out. For addresses in 169.254.0.0/16 it sees neither broadcast nor peer.

It is slow on a host with many interfaces: it calls ``ifaddresses`` for each one, and each call reads the whole host.
The time grows with the square of their number: 2 s for 500 links, 42 s for 2,000. netifaces-plus also has
``allifaddresses``, which reads all at once. But it leaks memory, and crashes Python if a name is not UTF-8.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._backends.packages.address_text import (
    parse_address,
    parse_hardware_address,
    parse_packed,
    read_failure,
)
from ifdiscover._backends.shared import demand_that_getifaddrs_returns, index_of, label_warning, settled, without_itself
from ifdiscover._packed import contiguous_prefixlen
from ifdiscover.model import KERNEL, Address, Host, Interface, NextHop, Route

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

NOTE = (
    "it tells no interface's state, so that Postfix's view is empty; "
    "its time grows with the square of the interfaces: many seconds for thousands"
)
# netifaces reads the whole host anew for each interface: half a second for 200 of them, 2.6 seconds for 400.
MOST_INTERFACES = 500
"""Of how many interfaces it is asked without being named."""

BLIND_TO = (
    "order",
    "interface flags",
    "mtu",
    "interface kinds",
    "masters",
    "address flags",
    "lifetimes",
    "scope",
    "origin protocol",
    "odd labels",
    "broadcasts",
    "peers",
    "broadcast peer",
    "interruption",
)


def decode(
    entries: Mapping[str, Mapping[int, Iterable[Mapping[str, str]]]],
    gateways: Mapping[Any, Any] | None,
    af_link: int,
    index_of: Callable[[str], int | None] = lambda _name: None,
) -> Host:
    """Turn netifaces' answers into a host.

    Args:
        entries: the answer of ``ifaddresses()`` for each name of ``interfaces()``; empty if it has no entries.
        gateways: the answer of ``gateways()``; None if it was not asked for, or failed.
        af_link: the family of hardware addresses.
        index_of: from an interface's name to its index; None if no interface has this name.

    Raises:
        DiscoveryError: a text is not an address.
    """
    interfaces: dict[str, Interface] = {}
    addresses: list[Address] = []
    for raw, families in entries.items():
        name = raw.partition(":")[0]  # only a label has a ":"; it stands here in place of its interface's name
        interface = interfaces.get(name)
        if interface is None:
            index = index_of(name)
            if index is None and not families:  # it went away
                continue
            hardware = [entry["addr"] for entry in entries.get(name, {}).get(af_link, ()) if "addr" in entry]
            hardware_address = parse_hardware_address(hardware[0]) if hardware else None
            interface = interfaces[name] = Interface(name, index, None, None, hardware_address)
        label = None if raw == name else raw
        addresses += [
            _address(entry, family, interface, label, index_of)
            for family in (AF_INET, AF_INET6)
            for entry in families.get(family, ())
        ]
    return Host(
        tuple(interfaces.values()),
        tuple(addresses),
        "netifaces",
        BLIND_TO,
        tuple(label_warning(found, "netifaces") for found in interfaces.values() if found.index is None),
        routes=None if gateways is None else decode_routes(gateways),
    )


def _address(
    entry: Mapping[str, str],
    family: int,
    interface: Interface,
    label: str | None,
    index_of: Callable[[str], int | None],
) -> Address:
    def packed_or_none(key: str) -> bytes | None:
        return parse_address(family, entry[key], index_of)[0] if key in entry else None

    packed, scope_id = parse_address(family, entry["addr"], index_of)
    netmask = parse_netmask(family, entry["netmask"]) if "netmask" in entry else None
    return without_itself(
        Address(
            interface,
            family,
            packed,
            None if netmask is None else contiguous_prefixlen(netmask),
            netmask,
            None if netmask is None else KERNEL,
            scope_id,
            packed_or_none("broadcast") if family == AF_INET else None,
            packed_or_none("peer"),
            label,
        )
    )


def parse_netmask(family: int, text: str) -> bytes:
    """The netmask in a text: ``255.255.255.0``, ``ffff:ffff::``, or ``ffff:ffff::/32`` since netifaces 0.10.9.

    Raises:
        DiscoveryError: it is no netmask of that family.
    """
    return parse_packed(family, text.partition("/")[0])


def decode_routes(gateways: Mapping[Any, Any]) -> tuple[Route, ...]:
    """The default routes of ``netifaces.gateways()``, IPv4 first, each family in its own order.

    Raises:
        DiscoveryError: a text is not an address.
    """
    return tuple(
        Route(family, (NextHop(parse_address(family, text, lambda _zone: None)[0], name),), default)
        for family in (AF_INET, AF_INET6)
        for text, name, default in gateways.get(family, ())
    )


def unavailable() -> str | None:
    """Why netifaces cannot be used here; None if it can."""
    try:
        import netifaces  # noqa: F401 - read() needs it next
    except ModuleNotFoundError:
        return "netifaces is not installed; try: pip install 'ifdiscover[netifaces]'"
    except ImportError as error:
        return f"netifaces cannot be imported: {error}; try: pip install --force-reinstall netifaces-plus"
    return None


def read(*, routes: bool = False) -> Host:
    """Ask netifaces.

    Args:
        routes: ask for the default routes too.

    Raises:
        DiscoveryError: the system refused, an interface has a name that netifaces cannot read, or interfaces changed
            during each attempt.
        NotPermittedError: this process has no permission.
        UnansweredError: getifaddrs(3), which it calls, does not return.
    """
    demand_that_getifaddrs_returns()
    return settled(lambda: _read_once(routes=routes), "netifaces")


def _read_once(*, routes: bool) -> Host:
    import netifaces

    try:
        # interfaces() first: if a name is not UTF-8, it raises, but gateways() crashes Python.
        entries = {name: _entries_of(netifaces, name) for name in netifaces.interfaces()}
    except (OSError, UnicodeError, SystemError) as error:
        raise read_failure("netifaces", error) from error
    if not routes:
        return decode(entries, None, netifaces.AF_LINK, index_of)
    try:
        return decode(entries, netifaces.gateways(), netifaces.AF_LINK, index_of)
    except (OSError, NotImplementedError) as error:
        host = decode(entries, None, netifaces.AF_LINK, index_of)
        return host._replace(warnings=(*host.warnings, f"netifaces does not tell gateways: {error}"))


def _entries_of(netifaces: Any, name: str) -> dict[int, list[dict[str, str]]]:
    try:
        found: dict[int, list[dict[str, str]]] = netifaces.ifaddresses(name)
    except UnicodeError:  # it is a ValueError too
        raise
    except ValueError:  # no such interface, or a tunnel without link layer and addresses
        return {}
    return found
