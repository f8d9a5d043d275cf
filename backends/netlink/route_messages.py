"""Encode and decode rtnetlink(7)'s RTM_GETROUTE: the route to one destination, or where all routes lead. Pure.

The kernel answers in two ways. With RTM_F_FIB_MATCH it tells the route as it was configured: its destination, its
metric, all its next hops. Without it, it tells what would become of a packet: the address that it would be sent from.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6
from struct import (
    Struct,
    error as StructError,  # noqa: N812 - it is an exception
)

from ifdiscover._backends.netlink.messages import HEADER, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_ERROR, bodies
from ifdiscover._record import Record
from ifdiscover.errors import DiscoveryError
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Optional

    from ifdiscover._backends.netlink.runs import Piece

    Hop = tuple[int, Optional[bytes]]  # the index of an interface, and the router's address
    Destination = tuple[bytes, int]  # a packed network, and its prefix length

# <linux/rtnetlink.h>
RTM_NEWROUTE = 24
RTM_GETROUTE = 26
RTM_F_CLONED = 0x200
RTM_F_FIB_MATCH = 0x2000
RTN_UNICAST = 1
RTN_LOCAL = 2
RTNH_F_DEAD = 1
RTA_DST = 1
RTA_OIF = 4
RTA_GATEWAY = 5
RTA_PRIORITY = 6
RTA_PREFSRC = 7
RTA_MULTIPATH = 9
RTA_TABLE = 15
RTA_VIA = 18

RTMSG = Struct("=BBBBBBBBI")  # family, length of destination and source, tos, table, protocol, scope, type, flags
_ATTRIBUTE = Struct("=HH")  # length, type
_NEXT_HOP = Struct("=HBxi")  # struct rtnexthop: length, flags, hops, interface
_FAMILY = Struct("=H")
_U32 = Struct("=I")
_INDEX = Struct("=i")


class Answer(Record):
    """The kernel's answer to one question.

    Attributes:
        family: the destination's.
        prefixlen: how many bits of the destination the route looks at: 0 for a default route.
        table: the number of the routing table.
        metric: RTA_PRIORITY; for IPv4 the kernel leaves out a 0.
        packed_source: RTA_PREFSRC; None: none.
        hops: the next hops: an interface's index, and the router's address or None.
        is_whole: whether the route is told as it was configured; a kernel before Linux 4.13 does not do that.
    """

    family: int
    prefixlen: int
    table: int
    metric: int
    packed_source: bytes | None
    hops: tuple[Hop, ...]
    is_whole: bool


def request(destination: bytes, sequence: int, *, interface: int = 0, whole: bool = False) -> bytes:
    """The question for the route to an address.

    Args:
        destination: 4 or 16 bytes.
        sequence: the number that the answer will have.
        interface: the index of the only interface to send by; 0: any.
        whole: ask for the route as it was configured, not for what becomes of a packet.
    """
    family = AF_INET if len(destination) == 4 else AF_INET6
    flags = RTM_F_FIB_MATCH if whole else 0
    body = RTMSG.pack(family, BITS[family], 0, 0, 0, 0, 0, 0, flags)
    body += _ATTRIBUTE.pack(4 + len(destination), RTA_DST) + destination
    if interface:
        body += _ATTRIBUTE.pack(8, RTA_OIF) + _INDEX.pack(interface)
    return HEADER.pack(HEADER.size + len(body), RTM_GETROUTE, NLM_F_REQUEST, sequence, 0) + body


def dump_request(family: int, sequence: int) -> bytes:
    """The question for all routes of a family, in all tables, in a form that strict checking accepts."""
    body = RTMSG.pack(family, 0, 0, 0, 0, 0, 0, 0, 0)
    return HEADER.pack(HEADER.size + len(body), RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, sequence, 0) + body


def destinations(messages: Iterable[Piece], family: int) -> tuple[Destination, ...]:
    """Where the routes of a dump lead; default routes are left out.

    So are those of type unreachable, blackhole, prohibit and throw, which lead nowhere, and those that the kernel made
    of another one for a single destination.

    Raises:
        DiscoveryError: a message is malformed.
    """
    found = []
    try:
        for datagram, start, end, _ in messages:
            its_family, prefixlen, _, _, _, _, _, kind, flags = RTMSG.unpack_from(datagram, start)
            if its_family != family or prefixlen > BITS[family]:
                raise DiscoveryError(f"rtnetlink: a route of family {its_family} to a destination of {prefixlen} bits")
            if prefixlen and kind in (RTN_UNICAST, RTN_LOCAL) and not flags & RTM_F_CLONED:
                destination = dict(read_attributes(datagram[start:end], RTMSG.size)).get(RTA_DST, b"")
                found.append((_sized(destination, family), prefixlen))
    except StructError as error:
        raise DiscoveryError("rtnetlink: a message about a route is shorter than it says") from error
    return tuple(found)


def decode(datagram: bytes, sequence: int) -> Answer | int | None:
    """The answer in a datagram: an errno if the kernel refused; None if it has no answer to that request.

    Raises:
        DiscoveryError: it is malformed.
    """
    try:
        for kind, number, body in bodies(datagram):
            if number == sequence and kind == NLMSG_ERROR:
                return -int(_INDEX.unpack_from(body)[0])
            if number == sequence and kind == RTM_NEWROUTE:
                return _decode_route(body)
    except StructError as error:
        raise DiscoveryError("rtnetlink: a message about a route is shorter than it says") from error
    return None


def _decode_route(body: bytes) -> Answer:
    family, prefixlen, _, _, table, _, _, _, flags = RTMSG.unpack_from(body)
    if prefixlen > BITS.get(family, -1):
        raise DiscoveryError(f"rtnetlink: a route of family {family} to a destination of {prefixlen} bits")
    attributes = dict(read_attributes(body, RTMSG.size))
    hops = tuple(_hops(attributes, family))
    if RTA_OIF in attributes:
        hops = ((_INDEX.unpack_from(attributes[RTA_OIF])[0], _gateway(attributes, family)),)
    source = attributes.get(RTA_PREFSRC)
    return Answer(
        family,
        prefixlen,
        _U32.unpack_from(attributes[RTA_TABLE])[0] if RTA_TABLE in attributes else table,
        _U32.unpack_from(attributes[RTA_PRIORITY])[0] if RTA_PRIORITY in attributes else 0,
        None if source is None or not any(source) else _sized(source, family),
        hops,
        not flags & RTM_F_CLONED,
    )


def _hops(attributes: Mapping[int, bytes], family: int) -> Iterator[Hop]:
    """The next hops of a route that has several; those that the kernel knows to be dead are left out."""
    data = attributes.get(RTA_MULTIPATH, b"")
    offset = 0
    while offset < len(data):
        length, flags, index = _NEXT_HOP.unpack_from(data, offset)
        if length < _NEXT_HOP.size or offset + length > len(data):
            raise DiscoveryError(f"rtnetlink: a next hop of {length} bytes where {len(data) - offset} are left")
        if not flags & RTNH_F_DEAD:
            yield index, _gateway(dict(read_attributes(data[offset : offset + length], _NEXT_HOP.size)), family)
        offset += length + 3 & ~3


def _gateway(attributes: Mapping[int, bytes], family: int) -> bytes | None:
    """The router's address; RTA_VIA has one of the other family (RFC 8950)."""
    via = attributes.get(RTA_VIA)
    if via is not None:
        return _sized(via[2:], _FAMILY.unpack_from(via)[0])
    gateway = attributes.get(RTA_GATEWAY)
    return None if gateway is None else _sized(gateway, family)


def _sized(packed: bytes, family: int) -> bytes:
    if len(packed) * 8 != BITS.get(family):
        raise DiscoveryError(f"rtnetlink: a route has an address of {len(packed)} bytes for family {family}")
    return packed


def read_attributes(data: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """The attributes of a message from an offset on, each as its type and its value.

    Raises:
        DiscoveryError: one does not end where the message does, or before.
    """
    while offset + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, offset)
        if length < _ATTRIBUTE.size or offset + length > len(data):
            raise DiscoveryError(f"rtnetlink: an attribute of {length} bytes where {len(data) - offset} are left")
        yield kind, data[offset + _ATTRIBUTE.size : offset + length]
        offset += length + 3 & ~3
