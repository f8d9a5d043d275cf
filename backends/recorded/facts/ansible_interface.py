"""Decode what Ansible tells of one interface: an object that Linux has in another form than the BSDs and macOS.

On Linux ``ipv4`` is the first address and ``ipv4_secondaries`` all that follow, secondary or not; on the others
``ipv4`` is a list. There ``ipv6`` has the zone behind the address, and its number as ``scope``.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._backends.recorded.fields import HIGHEST_U32, hardware_address, packed, scope_or_none
from ifdiscover._backends.shared import netmask_or_assumed
from ifdiscover._packed import contiguous_prefixlen, is_ipv6_link_local, netmask_of
from ifdiscover.model import IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP, KERNEL, Address, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._backends.recorded.strict_json import Field

# <net/if.h>: the same bits on every BSD. The other words stand for other bits on each.
FLAGS = {
    "UP": IFF_UP,
    "BROADCAST": IFF_BROADCAST,
    "LOOPBACK": IFF_LOOPBACK,
    "POINTOPOINT": IFF_POINTOPOINT,
    "RUNNING": 0x40,
}
AIX_FLAGS = ("64BIT", "GROUPRT")  # Postfix assumes /128 there, whatever the length that is told
NO_MAC = "unknown"  # on the BSDs


def read_interface(entry: Field, name: str) -> Interface:
    """The interface that an object tells of.

    Its flags are those that are told and no more; None if nobody tells whether it is up.

    Raises:
        RecordingError: a value that Ansible does not gather.
    """
    mac = entry["macaddress"]
    return Interface(
        name,
        None,
        _flags(entry),
        _number(entry["mtu"], 0, HIGHEST_U32) if entry["mtu"].known else None,
        None if mac.value == NO_MAC else hardware_address(mac),
    )


def _flags(entry: Field) -> int | None:
    active, words = entry["active"], entry["flags"]
    if words.known:
        if active.known:
            active.refuse("must not be there beside flags")
        for item in words.items():
            if item.text() in AIX_FLAGS:
                item.refuse("must be no flag of AIX; run there: LC_ALL=C ifconfig -a")
        return sum({FLAGS.get(item.value, 0) for item in words.items()})
    # Linux' operstate, which is "down" without IFF_UP, and with it if there is no carrier.
    if not active.known or not active.truth():
        return None
    return IFF_UP | (IFF_LOOPBACK if entry["type"].value == "loopback" else 0)


def ipv4_addresses(entry: Field, interface: Interface) -> list[Address]:
    """The IPv4 addresses in an object; of BusyBox' ip, which lists secondary ones unasked, Ansible has those twice.

    Of one that has a peer Linux' facts have no netmask, and tell /32.

    Raises:
        RecordingError: a value that Ansible does not gather.
    """
    ipv4, more = entry["ipv4"], entry["ipv4_secondaries"]
    if type(ipv4.value) is list:
        return [_ipv4(item, interface, is_linux=False) for item in ipv4.items()]
    items = ([ipv4] if ipv4.known else []) + (more.items() if more.known else [])
    return [_ipv4(item, interface, is_linux=True) for item in items]


def _ipv4(item: Field, interface: Interface, *, is_linux: bool) -> Address:
    if item["flags"].known:
        item["flags"].refuse("must not be there, as on Solaris and illumos; run there: ifconfig -a")
    local, netmask = packed(item["address"], AF_INET), packed(item["netmask"], AF_INET)
    prefixlen = contiguous_prefixlen(netmask)
    if is_linux and prefixlen is None:
        item["netmask"].refuse("must be contiguous")
    prefix, network = item["prefix"], item["network"]
    if prefix.known and _number(prefix, 0, 32) != prefixlen:
        prefix.refuse(f"must be the length of netmask {item['netmask'].value}")
    if network.known and packed(network, AF_INET) != bytes(one & other for one, other in zip(local, netmask)):
        network.refuse("must be the address cut with the netmask")
    # On the BSDs Ansible makes one up where there is none, or takes the peer for it.
    broadcast = _broadcast(item["broadcast"]) if is_linux else None
    return Address(interface, AF_INET, local, prefixlen, netmask, KERNEL, 0, broadcast)


def _broadcast(field: Field) -> bytes | None:
    """The broadcast address of Linux; where there is none, old versions have another word."""
    return packed(field, AF_INET) if field.known and "." in field.text() else None


def ipv6_addresses(entry: Field, interface: Interface) -> list[Address]:
    """The IPv6 addresses in an object.

    On the BSDs Ansible loses the length of one that has a peer: /128 is assumed.

    Raises:
        RecordingError: a value that Ansible does not gather.
    """
    ipv6 = entry["ipv6"]
    is_linux = not entry["flags"].known
    return [_ipv6(item, interface, is_linux=is_linux) for item in ipv6.items()] if ipv6.known else []


def _ipv6(item: Field, interface: Interface, *, is_linux: bool) -> Address:
    field = item["address"]
    text, percent, zone = field.text().partition("%")
    if percent and zone != interface.name:
        field.refuse(f"must have the zone {interface.name}, as the interface that it is listed under")
    local = packed(field.taken_as(text), AF_INET6)
    length = _number(item["prefix"], 0, 128) if item["prefix"].known or is_linux else None
    netmask = netmask_or_assumed(AF_INET6, None if length is None else netmask_of(length, AF_INET6))
    if is_linux:
        return Address(interface, AF_INET6, local, *netmask, scope=scope_or_none(item["scope"]))
    return Address(interface, AF_INET6, local, *netmask, _scope_id(item["scope"], local))


def _scope_id(field: Field, local: bytes) -> int:
    """The zone of a link-local address; any other word may stand where the BSDs' ifconfig has it, a lifetime too."""
    text = field.text() if field.known else ""
    if not text.startswith("0x") or not is_ipv6_link_local(local):
        return 0
    try:
        scope_id = int(text, 16)
    except ValueError:
        scope_id = None
    if scope_id is None or scope_id > HIGHEST_U32:
        field.refuse("must be the index of an interface in hexadecimal")
    return scope_id


def _number(field: Field, low: int, high: int) -> int:
    """A whole number, in digits or in a string of them."""
    text = field.value
    if type(text) is str and text.isascii() and text.isdigit() and len(text) <= 10:
        return field.taken_as(int(text)).whole(low, high)
    return field.whole(low, high)
