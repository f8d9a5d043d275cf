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
    from collections.abc import Iterable, Iterator, Sequence

    from ifdiscover.model import Address, Interface

    Key = tuple[int, bytes | None, int, bytes | None]  # interface index, address, prefixlen, peer

RTM_DELLINK = 17
RTM_DELADDR = 21


def contradiction(news: Sequence[bytes], interfaces: Iterable[Interface], addresses: Iterable[Address]) -> str:
    """Why these interfaces and addresses cannot be those of one moment of the news; "" if they can.

    Args:
        news: datagrams, in the order in which they came.
        interfaces: all of them.
        addresses: all of them.

    Raises:
        DiscoveryError: a message's length is impossible.
    """
    return _of_links(news, interfaces) or _of_addresses(news, addresses)


def _of_links(news: Iterable[bytes], interfaces: Iterable[Interface]) -> str:
    """Whether a link came, went, or went up or down."""
    flags = {interface.index: interface.flags or 0 for interface in interfaces}
    for datagram in news:
        for kind, _number, body in bodies(datagram):
            if kind not in (RTM_NEWLINK, RTM_DELLINK) or len(body) < IFINFOMSG.size:
                continue
            family, _type, index, now, _change = IFINFOMSG.unpack_from(body)
            if family != 0:  # what a bridge tells of its ports
                continue
            if (kind == RTM_NEWLINK) != (index in flags):
                return f"interface {index} came or went"
            if kind == RTM_NEWLINK and (flags[index] ^ now) & IFF_UP:
                return f"interface {index} went up or down"
    return ""


def _of_addresses(news: Iterable[bytes], addresses: Iterable[Address]) -> str:
    """Whether those that came and went cannot all have been as they are listed at one moment.

    An address is taken to have been the opposite before the first news of it. That is untrue where the news is of its
    flags or its lifetimes alone: then dumps may be taken again in vain.
    """
    events = [event for datagram in news for event in _events(datagram)]
    state = {key: not is_there for key, is_there in reversed(events)}
    told = {key[1] for key in state}
    listed = {(a.interface.index, a.packed, a.prefixlen, a.packed_peer) for a in addresses if a.packed in told}
    fitting = sum(is_there == (key in listed) for key, is_there in state.items())
    for key, is_there in events:
        if fitting == len(state):
            return ""
        fitting += (is_there == (key in listed)) - (state[key] == (key in listed))
        state[key] = is_there
    return "" if fitting == len(state) else "addresses came and went"


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
