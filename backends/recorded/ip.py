"""Decode what ``ip -j addr`` or ``ip -d -j addr`` printed.

Sees all that a netlink dump tells but for interface flags that ip(8) does not print and the protocol where it has no
word for it. The order of addresses is the kernel's: ip(8) keeps it within a link, and across links it is known.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._backends.recorded.fields import (
    HIGHEST_U32,
    checked_name,
    hardware_address,
    packed,
    packed_or_none,
    prefix_length,
    scope_or_none,
)
from ifdiscover._packed import netmask_of
from ifdiscover.model import ADDRESS_FLAGS, KERNEL, Address, Host, Interface, Recorded

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._backends.recorded.strict_json import Field

BLIND_TO = ("origin protocol", "routes", "interruption")

FAMILIES = {"inet": AF_INET, "inet6": AF_INET6}

# <linux/if.h>, in the words of ip(8), which does not print IFF_RUNNING but NO-CARRIER where it is missing.
INTERFACE_FLAGS = {
    "UP": 0x1,
    "BROADCAST": 0x2,
    "DEBUG": 0x4,
    "LOOPBACK": 0x8,
    "POINTOPOINT": 0x10,
    "NOTRAILERS": 0x20,
    "NOARP": 0x80,
    "PROMISC": 0x100,
    "ALLMULTI": 0x200,
    "MASTER": 0x400,
    "SLAVE": 0x800,
    "MULTICAST": 0x1000,
    "PORTSEL": 0x2000,
    "AUTOMEDIA": 0x4000,
    "DYNAMIC": 0x8000,
    "LOWER_UP": 0x10000,
    "DORMANT": 0x20000,
    "ECHO": 0x40000,
}
IFF_RUNNING = 0x40
NO_FLAGS = ("NO-CARRIER", "M-DOWN")  # IFF_RUNNING is missing; the interface that this one stands on is down
PROTOCOLS = {"unspec": 0, "kernel_lo": 1, "kernel_ra": 2, "kernel_ll": 3}
_FOREVER = HIGHEST_U32
_PERMANENT = 0x80


def mended(text: str) -> str:
    r"""The text with ``\'``, which old versions of ip(8) write and JSON does not know, as ``'``."""
    if "\\'" not in text:
        return text
    import re

    return re.sub(r"\\(.)", lambda found: "'" if found[1] == "'" else found[0], text, flags=re.DOTALL)


def decode(document: Field) -> Host:
    """The host that ip(8) showed.

    Raises:
        RecordingError: a value that ip(8) does not print; the message has its place and the rule.
    """
    interfaces: list[Interface] = []
    addresses: dict[int, list[Address]] = {AF_INET: [], AF_INET6: []}
    for link in document.items():
        if link.value == {}:  # ip(8) leaves these for links that its arguments filtered out
            continue
        interface = Interface(
            checked_name(link["ifname"], link["ifname"].text()),
            link["ifindex"].whole(1, HIGHEST_U32),
            _interface_flags(link["flags"]),
            link["mtu"].whole(0, HIGHEST_U32) if link["mtu"].known else None,
            hardware_address(link["address"]) if _has_link_layer(link) else None,
        )
        interfaces.append(interface)
        for item in link["addr_info"].items():
            if item.value == {}:
                continue
            family = FAMILIES.get(item["family"].text())
            if family is None:
                item["family"].refuse("must be inet or inet6")
            addresses[family].append(_address(item, interface, family))
    return Host(
        tuple(interfaces),
        (*addresses[AF_INET], *addresses[AF_INET6]),  # the kernel gives all IPv4 first, link by link
        "ip",
        BLIND_TO,
        recorded=Recorded(),
    )


def _has_link_layer(link: Field) -> bool:
    """Whether "address" is one of the link layer: a tunnel's is an IP address."""
    address = link["address"].value
    return isinstance(address, str) and ":" in address and "::" not in address and "." not in address


def _interface_flags(field: Field) -> int:
    words = {item.text(): item for item in field.items()}
    flags = 0
    for word, item in words.items():
        if word in INTERFACE_FLAGS:
            flags |= INTERFACE_FLAGS[word]
        elif word not in NO_FLAGS:
            if not 0 < len(word) <= 8 or word.strip("0123456789abcdef"):
                item.refuse("must be a flag that ip prints")
            flags |= int(word, 16)
    return flags | IFF_RUNNING if "UP" in words and "NO-CARRIER" not in words else flags


def _address(item: Field, interface: Interface, family: int) -> Address:
    if item["local"].known:
        local, peer = packed(item["local"], family), packed_or_none(item["address"], family)
    else:  # an anycast or multicast address has no "local"
        local, peer = packed(item["address"], family), None
    prefixlen = prefix_length(item["prefixlen"], family)
    scope = scope_or_none(item["scope"])
    label = checked_name(item["label"], item["label"].text()) if item["label"].known else None
    return Address(
        interface,
        family,
        local,
        prefixlen,
        netmask_of(prefixlen, family),
        KERNEL,
        interface.index or 0 if scope == "link" and family == AF_INET6 else 0,
        packed_or_none(item["broadcast"], family),
        peer,
        None if label == interface.name else label,
        scope,
        _address_flags(item, family),
        _protocol(item["protocol"]),
        _lifetime(item["preferred_life_time"]),
        _lifetime(item["valid_life_time"]),
    )


def _address_flags(item: Field, family: int) -> int:
    # ip(8) prints "dynamic" where IFA_F_PERMANENT is missing.
    flags = 0 if item["dynamic"].known and item["dynamic"].truth() else _PERMANENT
    for bit, word in ADDRESS_FLAGS[family].items():
        if item[word].known and item[word].truth():
            flags |= bit
    return flags


def _protocol(field: Field) -> int | None:
    """IFA_PROTO, which ip(8) prints since 2022, by a word of /etc/iproute2/rt_addrprotos or a number."""
    if not field.known:
        return None
    word = field.text()
    if word in PROTOCOLS:
        return PROTOCOLS[word]
    # Any other word is the recorded host's own, and says nothing here.
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 3 and int(word) < 256 else None


def _lifetime(field: Field) -> int | None:
    if not field.known:
        return None
    seconds = field.whole(0, HIGHEST_U32)
    return None if seconds == _FOREVER else seconds
