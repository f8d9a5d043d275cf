"""Read the host through psutil: the fallback if none of our own backends knows the platform.

This backend sees addresses, IPv4 netmasks, broadcasts, peers, labels, scope ids, MTUs, and the interface flags that
psutil has words for. psutil does not tell IPv6 netmasks on every platform. So each IPv6 address gets /128, marked as
assumed, on all platforms; Postfix does the same if it cannot know. psutil sorts addresses and pads hardware addresses
to six bytes. It cannot read the host at all if the name of one interface is not UTF-8.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._backends.packages.address_text import (
    parse_address,
    parse_hardware_address,
    read_failure,
)
from ifdiscover._backends.platforms import here
from ifdiscover._backends.shared import (
    assumption,
    demand_that_getifaddrs_returns,
    index_of,
    label_warning,
    netmask_or_assumed,
    settled,
    without_itself,
)
from ifdiscover.model import Address, Host, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

NOTE = "every IPv6 netmask is assumed to be /128, so style subnet trusts no IPv6 neighbours"
BLIND_TO: tuple[str, ...] = (
    "order",
    "ipv6 netmasks",
    "address flags",
    "lifetimes",
    "scope",
    "origin protocol",
    "odd labels",
    "broadcast peer",
    "hardware addresses",
    "interface kinds",
    "masters",
    "routes",
    "interruption",
)
if here()[0] in ("sunos", "win"):
    BLIND_TO = (*BLIND_TO, "interface flags")  # psutil has no words for flags there

# <net/if.h>, in psutil's words. Its other words mean different bits on each platform.
FLAGS = {
    "up": 0x1,
    "broadcast": 0x2,
    "debug": 0x4,
    "loopback": 0x8,
    "pointopoint": 0x10,
    "running": 0x40,
    "noarp": 0x80,
    "promisc": 0x100,
    "allmulti": 0x200,
}
if here()[0] == "linux":
    FLAGS.update(
        notrailers=0x20, master=0x400, slave=0x800, multicast=0x1000, portsel=0x2000, automedia=0x4000, dynamic=0x8000
    )
else:
    FLAGS.update(multicast=0x80000 if here()[0] == "aix" else 0x8000)


def decode(
    entries: Mapping[str, Iterable[Any]],
    stats: Mapping[str, Any],
    af_link: int,
    index_of: Callable[[str], int | None] = lambda _name: None,
) -> Host:
    """Turn psutil's answers into a host.

    Args:
        entries: the answer of ``net_if_addrs()``.
        stats: the answer of ``net_if_stats()``.
        af_link: the family of hardware addresses.
        index_of: from an interface's name to its index; None if no interface has this name.

    Raises:
        DiscoveryError: a text is not an address.
    """
    interfaces: dict[str, Interface] = {}
    owners = {}
    for raw in (*stats, *entries):
        # If an address has a label, psutil has it in place of the interface's name. Only labels have a colon in them.
        name = raw if raw in stats else raw.partition(":")[0]
        if name not in interfaces:
            known = stats.get(name)  # psutil before 5.9.3 has no flags
            flags, mtu = (None, None) if known is None else (flags_of(getattr(known, "flags", "")), known.mtu)
            interfaces[name] = Interface(name, index_of(name), flags, mtu, _hardware(entries.get(name, ()), af_link))
        owners[raw] = interfaces[name]
    addresses = []
    warnings = [
        label_warning(interface, "psutil")
        for interface in interfaces.values()
        if interface.index is None and interface.name not in stats
    ]
    for raw, listed in entries.items():
        interface = owners[raw]
        label = None if raw == interface.name else raw
        for entry in listed:
            if entry.family == AF_INET:
                packed, _ = parse_address(AF_INET, entry.address, index_of)
                netmask, broadcast, peer = (
                    None if text is None else parse_address(AF_INET, text, index_of)[0]
                    for text in (entry.netmask, entry.broadcast, entry.ptp)
                )
                found = netmask_or_assumed(AF_INET, netmask)
                address = Address(interface, AF_INET, packed, *found, 0, broadcast, peer, label)
            elif entry.family == AF_INET6:
                packed, scope_id = parse_address(AF_INET6, entry.address, index_of)
                peer = None if entry.ptp is None else parse_address(AF_INET6, entry.ptp, index_of)[0]
                found = netmask_or_assumed(AF_INET6, None)
                address = Address(interface, AF_INET6, packed, *found, scope_id, None, peer, label)
            else:
                continue
            addresses.append(without_itself(address))
    if any(address.family == AF_INET6 for address in addresses):
        warnings.append(assumption("psutil does not tell IPv6 netmasks everywhere"))
    return Host(tuple(interfaces.values()), tuple(addresses), "psutil", BLIND_TO, tuple(warnings))


def _hardware(listed: Iterable[Any], af_link: int) -> bytes | None:
    texts = [entry.address for entry in listed if entry.family == af_link]
    return parse_hardware_address(texts[0]) if texts else None


def flags_of(words: str) -> int | None:
    """The IFF_* bits of psutil's words, which have commas between them; None if there are no words, as on Solaris."""
    return sum({FLAGS.get(word, 0) for word in words.split(",")}) if words else None


def unavailable() -> str | None:
    """Why psutil cannot be used here; None if it can."""
    try:
        import psutil  # noqa: F401 - read() needs it next
    except ModuleNotFoundError:
        return "psutil is not installed; try: pip install 'ifdiscover[psutil]'"
    except (ImportError, NotImplementedError) as error:
        return f"psutil cannot be imported: {error}; try: pip install --force-reinstall psutil"
    return None


def read() -> Host:
    """Ask psutil.

    Raises:
        DiscoveryError: the system refused, an interface has a name that psutil cannot read, or interfaces changed
            during each attempt.
        NotPermittedError: this process has no permission.
        UnansweredError: getifaddrs(3), which it calls, does not return.
    """
    demand_that_getifaddrs_returns()
    return settled(_read_once, "psutil")


def _read_once() -> Host:
    import psutil

    try:
        entries, stats = psutil.net_if_addrs(), psutil.net_if_stats()
    except (OSError, UnicodeError, SystemError) as error:
        raise read_failure("psutil", error) from error
    return decode(entries, stats, psutil.AF_LINK, index_of)
