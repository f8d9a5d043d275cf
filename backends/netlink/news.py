"""What the kernel's news says of two dumps: whether links and addresses can have been so at one moment.

A link may go up between the dump of links and that of addresses, and get an address; an IPv4 address may go and an IPv6
address come between the two parts of the dump of addresses. The kernel marks neither dump as interrupted.
"""

from __future__ import annotations

from ifdiscover._backends.netlink.messages import (
    IFA_ADDRESS,
    IFA_LOCAL,
    IFADDRMSG,
    IFINFOMSG,
    RTM_NEWADDR,
    RTM_NEWLINK,
    attributes_of,
    bodies,
)
from ifdiscover._host import BITS
from ifdiscover.model import IFF_UP

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover.model import Address, Interface

    Key = tuple[int, bytes | None, int, bytes | None]  # interface index, address, prefixlen, peer

RTM_DELLINK = 17
RTM_DELADDR = 21


def of_links(news: Iterable[bytes], interfaces: Iterable[Interface]) -> str:
    """Why some interfaces cannot be those of the moment of the news; "" if they can.

    Args:
        news: datagrams that came while links or addresses were dumped, or just after that.
        interfaces: all of them.

    Raises:
        DiscoveryError: a message's length is impossible.
    """
    flags = {interface.index: interface.flags or 0 for interface in interfaces}
    for datagram in news:
        for kind, _number, body in bodies(datagram):
            if kind not in (RTM_NEWLINK, RTM_DELLINK) or len(body) < IFINFOMSG.size:
                continue
            family, _type, index, now, _change = IFINFOMSG.unpack_from(body)
            if family:  # what a bridge tells of its ports
                continue
            is_there = kind == RTM_NEWLINK
            if is_there != (index in flags):
                return f"interface {index} came or went"
            if is_there and (flags[index] ^ now) & IFF_UP:
                return f"interface {index} went up or down"
    return ""


def of_addresses(news: Iterable[bytes], addresses: Iterable[Address]) -> str:
    """Why the addresses cannot be those of the moment at which their dump ended; "" if they can.

    Of that moment alone all is known. When an IPv6 address came is not: the kernel tells of it some time later, or
    never if it has gone again.

    Args:
        news: datagrams that came before the end of the dump, in the order in which they came.
        addresses: all of them.

    Raises:
        DiscoveryError: a message's length is impossible.
    """
    last = {key: is_there for datagram in news for key, is_there in _events(datagram)}
    told = {key[1] for key in last}
    listed = {(a.interface.index, a.packed, a.prefixlen, a.packed_peer) for a in addresses if a.packed in told}
    if all(is_there == (key in listed) for key, is_there in last.items()):
        return ""
    return "an address came or went"


def _events(datagram: bytes) -> Iterator[tuple[Key, bool]]:
    """Each address that a datagram tells of, and whether it is there from then on."""
    for kind, _number, body in bodies(datagram):
        if kind not in (RTM_NEWADDR, RTM_DELADDR) or len(body) < IFADDRMSG.size:
            continue
        family, prefixlen, _flags, _scope, index = IFADDRMSG.unpack_from(body)
        if family not in BITS:
            continue
        found = {kind: body[at + 4 : at + size] for at, kind, size, _ in attributes_of(body, IFADDRMSG.size, len(body))}
        remote, local = found.get(IFA_ADDRESS), found.get(IFA_LOCAL)
        packed = local or remote
        yield (index, packed, prefixlen, None if remote == packed else remote), kind == RTM_NEWADDR
