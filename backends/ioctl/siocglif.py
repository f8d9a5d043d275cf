"""Read the host with SIOCGLIFCONF and related requests: on Solaris 8 to 10, which have no getifaddrs(3), and illumos.

This backend sees every logical interface of both families with index, MTU, flags, netmask, broadcast and peer, in the
kernel's order. It asks by name, on a socket of the address's family. The first address of an interface has the
interface's name. Each other one has this name, a colon and a number: that is its label. Link-local addresses come
without a zone, so the zone is the index of the interface with this name. Hardware addresses are not seen.
"""

from __future__ import annotations

import sys
from _socket import AF_INET, inet_ntop
from struct import Struct

from ifdiscover._backends.ioctl.requests import Listed, decode_record, with_sockets
from ifdiscover._backends.ioctl.rows import LIF_ROWS
from ifdiscover._backends.platforms import here
from ifdiscover._backends.shared import assumption, netmask_or_assumed
from ifdiscover._names import to_text
from ifdiscover._packed import is_ipv6_link_local
from ifdiscover._record import Record
from ifdiscover.model import ASSUMED, IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP, Address, Host, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Optional

    from ifdiscover._backends.ioctl.requests import Kernel

    # The key is an interface's name and 0, or a logical interface's name and its family. None: it went away.
    Links = dict[tuple[bytes, int], Optional[Interface]]

NOTE = "Solaris 8 to 10 and illumos only, and nobody has run it there: it is tried on a simulated kernel"
BLIND_TO = (
    "address flags",
    "lifetimes",
    "scope",
    "origin protocol",
    "hardware addresses",
    "interface kinds",
    "masters",
    "routes",
    "interruption",
)
IPV4_ONLY = "SIOCGIFCONF tells no IPv6 addresses on Solaris; backend siocglif does"
_COMPARED_FLAGS = IFF_UP | IFF_LOOPBACK | IFF_POINTOPOINT  # no IPv6 interface has IFF_BROADCAST there
_LIFNUM = Struct("=4x2i")  # struct lifnum, <net/if.h>: family (AF_UNSPEC), flags, count


class Requests(Record):
    """SIOCGLIF* or SIOCGIF*: they differ in the layout of their records only."""

    prefix: str
    backend: str
    blind_to: tuple[str, ...]
    flags: str  # struct code of the flags in an answer


def ask(kernel: Kernel) -> Host:
    """Ask for the whole host.

    Raises:
        DiscoveryError: the kernel refused, or its answer makes no sense.
        NotPermittedError: this process has no permission.
    """
    answer = kernel.ask("SIOCGLIFNUM", b"", size=_LIFNUM.size)
    expected = 0 if answer is None else _LIFNUM.unpack(answer)[1]
    return _ask(kernel, Requests("SIOCGLIF", "siocglif", BLIND_TO, "Q"), expected)


def ask_ipv4(kernel: Kernel, blind_to: tuple[str, ...]) -> Host:
    """Ask for what SIOCGIFCONF tells on Solaris, for backend ioctl.

    Raises:
        DiscoveryError: the kernel refused, or its answer makes no sense.
        NotPermittedError: this process has no permission.
    """
    host = _ask(kernel, Requests("SIOCGIF", "ioctl", blind_to, "H"))
    return host._replace(warnings=(IPV4_ONLY, *host.warnings))


def _ask(kernel: Kernel, requests: Requests, expected: int = 0) -> Host:
    links: Links = {}
    addresses: list[Address] = []
    warnings: list[str] = []
    for record in kernel.records(requests.prefix + "CONF", expected):
        listed = decode_record(record, kernel.row)
        if not listed.family:
            continue
        where = f"{inet_ntop(listed.family, listed.packed)} on {to_text(listed.name)}"
        if not kernel.has_socket(listed.family):
            warnings.append(f"{where} is left out: there is no socket to ask about it")
            continue
        owner = _owner(kernel, requests, listed, links)
        answers = None if owner is None else _ask_about(kernel, requests, listed, owner[1])
        if owner is None or answers is None:
            warnings.append(f"{where} is left out: it went away")
            continue
        zone = links[_link_name(listed.name), 0]
        addresses.append(decode_address(listed, answers, owner[0], None if zone is None else zone.index))
    if any(address.netmask_origin == ASSUMED for address in addresses):
        warnings.append(assumption("the kernel does not answer SIOCGLIFNETMASK for every IPv6 address"))
    interfaces = tuple(interface for interface in links.values() if interface is not None)
    return Host(interfaces, tuple(addresses), requests.backend, requests.blind_to, tuple(warnings))


def _owner(kernel: Kernel, requests: Requests, listed: Listed, links: Links) -> tuple[Interface, int] | None:
    """The interface of an address, and the flags of its logical interface; None if it went away.

    On Solaris each logical interface, and each family of an interface, can be down by itself. If its state differs from
    the interface's, the result is an extra interface without an index.
    """
    name = _link_name(listed.name)
    if (name, 0) not in links:
        links[name, 0] = _link(kernel, requests, name, listed.family)
    own = _link(kernel, requests, listed.name, listed.family)
    if own is None or own.flags is None:
        return None
    shared = links[name, 0]
    if shared is None or shared.flags is None or (shared.flags ^ own.flags) & _COMPARED_FLAGS:
        links[listed.name, listed.family] = shared = own._replace(index=None)
    return shared, own.flags


def _link(kernel: Kernel, requests: Requests, name: bytes, family: int) -> Interface | None:
    answers = {}
    for word in ("FLAGS", "INDEX", "MTU"):
        answer = kernel.ask(requests.prefix + word, name, family=family)
        if answer is None:
            return None
        answers[word] = answer[kernel.row.sockaddr :]
    return decode_link(name, answers, requests.flags)


def _ask_about(kernel: Kernel, requests: Requests, listed: Listed, flags: int) -> dict[str, bytes] | None:
    """The kernel's answers about an address, by the last word of the request; None if the address is not there."""
    words = ["NETMASK"]
    if flags & IFF_POINTOPOINT:
        words.append("DSTADDR")
    elif flags & IFF_BROADCAST and listed.family == AF_INET:
        words.append("BRDADDR")
    answers = {}
    for word in words:
        answer = kernel.ask(requests.prefix + word, listed.name, family=listed.family)
        if answer is None:
            return None
        decoded = decode_record(answer, kernel.row)
        if decoded.family == listed.family:  # if the kernel wrote nothing, there is no family
            answers[word] = decoded.packed
    return answers


def decode_link(name: bytes, answers: Mapping[str, bytes], flags: str) -> Interface:
    """An interface, from the answers to the requests about it.

    Args:
        name: the name in the list, with or without a number.
        answers: the bytes behind the name, by the last word of the request: FLAGS, INDEX, MTU.
        flags: the ``struct`` code of the flags.
    """
    index, mtu = (Struct("=i").unpack_from(answers[word])[0] for word in ("INDEX", "MTU"))
    return Interface(to_text(name), index or None, Struct("=" + flags).unpack_from(answers["FLAGS"])[0], mtu or None)


def decode_address(listed: Listed, answers: Mapping[str, bytes], interface: Interface, zone: int | None) -> Address:
    """An address, from its record and the answers about it.

    Args:
        listed: its record.
        answers: the answers, by the last word of the request: NETMASK, BRDADDR, DSTADDR.
        interface: the interface that has it.
        zone: the index of the interface with the address's name.
    """
    broadcast, peer = (
        other if other and any(other) and other != listed.packed else None
        for other in map(answers.get, ("BRDADDR", "DSTADDR"))
    )
    return Address(
        interface,
        listed.family,
        listed.packed,
        *netmask_or_assumed(listed.family, answers.get("NETMASK")),
        listed.scope_id or (zone or 0 if is_ipv6_link_local(listed.packed) else 0),
        broadcast,
        peer,
        to_text(listed.name) if b":" in listed.name else None,
    )


def _link_name(name: bytes) -> bytes:
    return name.partition(b":")[0]


def unavailable() -> str | None:
    """Why SIOCGLIFCONF cannot be asked here; None if it can."""
    if here() in LIF_ROWS:
        return None
    return f"SIOCGLIFCONF is a request of Solaris and illumos, and this is {sys.platform}; try another backend"


def read() -> Host:
    """Ask the kernel.

    Raises:
        DiscoveryError: the kernel refused, or its answer makes no sense; the message has the request's name and the
            kernel's reason.
        NotPermittedError: this process has no permission.
    """
    return with_sockets(LIF_ROWS[here()], ask)
