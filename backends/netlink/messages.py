"""Decode rtnetlink(7): what the kernel answers to RTM_GETLINK and RTM_GETADDR.

Everything the kernel tells of interfaces and addresses is in these messages. Pure: datagrams in, model out.
"""

from __future__ import annotations

from _operator import itemgetter
from _socket import AF_INET, AF_INET6
from struct import Struct, calcsize
from struct import error as StructError  # noqa: N812 - it is an exception

from ifdiscover._names import to_text
from ifdiscover._packed import netmask_of
from ifdiscover.errors import DiscoveryError
from ifdiscover.model import BITS, KERNEL, SCOPES, Address, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Message = tuple[bytes, int, int]  # a datagram, and where in it the message's body starts and ends
    Values = tuple[Any, ...]
    Reader = Callable[[bytes, int], Values]
    Layout = tuple[Reader, Values, Reader, Callable[[Values], Values]]  # as _layout() makes it

# <linux/netlink.h>
NLMSG_ERROR = 2
NLMSG_DONE = 3
NLM_F_REQUEST = 0x1
NLM_F_DUMP = 0x300
NLM_F_DUMP_INTR = 0x10

# <linux/rtnetlink.h>
RTM_NEWLINK = 16
RTM_GETLINK = 18
RTM_NEWADDR = 20
RTM_GETADDR = 22

HEADER = Struct("=IHHII")  # struct nlmsghdr: length, type, flags, sequence number, port
_HEADER = Struct("=IHHI")  # the same without the port
IFINFOMSG = Struct("=BxHiII")  # family, type, index, flags, change
IFADDRMSG = Struct("=BBBBI")  # family, prefixlen, flags, scope, index
_ATTRIBUTE = Struct("=HH")  # length, type
_U32 = Struct("=I")
_LIFETIMES = Struct("=II")  # the head of struct ifa_cacheinfo: preferred, valid

# <linux/if_link.h>, <linux/if_addr.h>
IFLA_ADDRESS = 1
IFLA_IFNAME = 3
IFLA_MTU = 4
IFLA_EXT_MASK = 29
RTEXT_FILTER_SKIP_STATS = 1 << 3
IFA_ADDRESS = 1
IFA_LOCAL = 2
IFA_LABEL = 3
IFA_BROADCAST = 4
IFA_CACHEINFO = 6
IFA_FLAGS = 8
IFA_PROTO = 11
FOREVER = 0xFFFFFFFF


# Of the heads: what tells a layout, and what is read. Of the attributes: what is read, in the order in which it is
# picked; without a code, all their bytes.
_LINK_HEAD = ("16x", "4xiI4x")  # index, flags
_ADDRESS_HEAD = ("B7x", "xBBBI")  # family; prefixlen, flags, scope, index
_OF_LINK = {IFLA_ADDRESS: "", IFLA_IFNAME: "", IFLA_MTU: "I"}
_OF_ADDRESS = {
    IFA_ADDRESS: "",
    IFA_LOCAL: "",
    IFA_LABEL: "",
    IFA_BROADCAST: "",
    IFA_CACHEINFO: "8s",
    IFA_FLAGS: "I",
    IFA_PROTO: "B",
}
_FOREVER = b"\xff" * 8
_PACKED = itemgetter(Address._fields.index("packed"))


def _layout(headers_of: Reader, headers: Values, values_of: Reader, ordered: Callable[[Values], Values]) -> Layout:
    """How messages of one length lie: all that begin with the same headers are read in one step each.

    It is a plain tuple: both loops unpack it in a fraction of the time that a record takes.

    Args:
        headers_of: reads family and headers of attributes, from a datagram at an offset.
        headers: what that must read for a message to lie so; of a link without the family.
        values_of: reads what is wanted, as it lies, and b"" behind it.
        ordered: puts that in the order of _OF_*; b"" for what is not there.
    """
    return headers_of, headers, values_of, ordered


_UNKNOWN = _layout(lambda _datagram, _offset: (), (b"",), lambda _datagram, _offset: (), lambda _values: ())


class Reading:
    """What two dumps say.

    Attributes:
        interfaces: in the order of the first dump.
        addresses: in the order of the second.
        torn: why it cannot have been true at one time; None if nothing speaks against it.
    """

    def __init__(self, interfaces: tuple[Interface, ...], addresses: tuple[Address, ...], torn: str | None) -> None:
        self.interfaces = interfaces
        self.addresses = addresses
        self.torn = torn


def request(kind: int, sequence: int) -> bytes:
    """A dump request for RTM_GETLINK or RTM_GETADDR, of all families, in a form that strict checking accepts."""
    if kind == RTM_GETLINK:
        # IPv6's statistics are a quarter of what a link dump says. Others cannot be left out.
        body = IFINFOMSG.pack(0, 0, 0, 0, 0) + _ATTRIBUTE.pack(8, IFLA_EXT_MASK) + _U32.pack(RTEXT_FILTER_SKIP_STATS)
    else:
        body = IFADDRMSG.pack(0, 0, 0, 0, 0)
    return HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | NLM_F_DUMP, sequence, 0) + body


def collect(datagram: bytes, sequence: int, kind: int, bodies: list[Message]) -> tuple[int, Message | None]:
    """Add the bodies of a datagram's messages of a kind to those collected so far.

    Args:
        datagram: what one receive gave.
        sequence: the number of the request; messages that answer another one are passed over.
        kind: RTM_NEWLINK or RTM_NEWADDR.
        bodies: the collection.

    Returns:
        All flags that the messages bear, and the body of the message that ends the dump, if it is here.

    Raises:
        DiscoveryError: a length that leads out of the datagram.
    """
    seen_flags = 0
    offset, size = 0, len(datagram)
    unpack = _HEADER.unpack_from
    while offset + 16 <= size:
        length, message, flags, number = unpack(datagram, offset)
        if length < 16 or offset + length > size:
            raise DiscoveryError(f"rtnetlink: a message of {length} bytes at byte {offset} of a datagram of {size}")
        step = length + 3 & ~3
        if number == sequence:
            seen_flags |= flags
            if message == kind:
                # Those of one length follow each other with the same header, and need no second look at it.
                header = datagram[offset : offset + 16]
                while datagram.startswith(header, offset) and offset + length <= size:
                    bodies.append((datagram, offset + 16, offset + length))
                    offset += step
                continue
            if message in (NLMSG_DONE, NLMSG_ERROR):
                return seen_flags, (datagram, offset + 16, offset + length)
        offset += step
    return seen_flags, None


def decode(links: Iterable[Message], addresses: Iterable[Message]) -> Reading:
    """Turn the RTM_NEWLINK and RTM_NEWADDR messages of two dumps into interfaces and addresses, in their order.

    Raises:
        DiscoveryError: bytes that are no such messages.
    """
    try:
        bodies = list(links)
        interfaces = _decode_links(bodies)
        reading = _decode_addresses(addresses, interfaces)
    except StructError as error:
        raise DiscoveryError(f"rtnetlink: a message is shorter than it says: {error}") from error
    except IndexError as error:
        raise DiscoveryError("rtnetlink: a prefix length beyond its family's") from error
    names = {interface.name for interface in interfaces.values()}
    if not len(bodies) == len(interfaces) == len(names) or "" in names:
        reading.torn = "an interface came twice, or without a name"
    return reading


def _decode_links(messages: Iterable[Message]) -> dict[int, Interface]:
    interfaces: dict[int, Interface] = {}
    layouts: dict[int, Layout] = {}
    new = tuple.__new__
    for datagram, start, end in messages:
        headers_of, headers, values_of, ordered = layouts.get(end - start, _UNKNOWN)
        if headers_of(datagram, start) != headers:
            _, _, values_of, ordered = layouts[end - start] = _learn(datagram, start, end, _LINK_HEAD, _OF_LINK)
        index, flags, hardware_address, name, mtu = ordered(values_of(datagram, start))
        # Absent, a link-layer address is b"" as one of no bytes would be, which the kernel never sends.
        mtu = mtu if isinstance(mtu, int) else None
        interfaces[index] = new(
            Interface, (to_text(name.rstrip(b"\0")), index, flags, mtu, hardware_address or None, None)
        )
    return interfaces


def _decode_addresses(messages: Iterable[Message], interfaces: dict[int, Interface]) -> Reading:
    found: list[Address] = []
    torn = None
    netmasks = {
        family: [netmask_of(length, family) for length in range(BITS[family] + 1)] for family in (AF_INET, AF_INET6)
    }
    texts: dict[bytes, str] = {}
    layouts: dict[int, Layout] = {}
    # The loop of a large host: names are looked up before it, and records made as Address(...) would make them, but
    # for looking at its arguments by name.
    new, add, layout_of = tuple.__new__, found.append, layouts.get
    for datagram, start, end in messages:
        headers_of, headers, values_of, ordered = layout_of(end - start, _UNKNOWN)
        if headers_of(datagram, start) != headers:
            if IFADDRMSG.unpack_from(datagram, start)[0] not in netmasks:
                continue
            layouts[end - start] = _, headers, values_of, ordered = _learn_address(datagram, start, end)
        family = headers[0]
        prefixlen, flags, scope, index, remote, local, label, broadcast, lifetimes, long_flags, protocol = ordered(
            values_of(datagram, start)
        )
        # IFA_ADDRESS is the peer where IFA_LOCAL stands beside it, and the address where it stands alone.
        packed = local or remote
        interface = interfaces.get(index)
        if interface is None:
            torn = f"an address belongs to interface {index}, which is not there"
            continue
        if label:
            label = texts.get(label) or texts.setdefault(label, to_text(label.rstrip(b"\0")))
            if label == interface.name:
                label = None
        preferred, valid = (None, None) if lifetimes == _FOREVER else _lifetimes(lifetimes)
        add(
            new(
                Address,
                (
                    interface,
                    family,
                    packed,
                    prefixlen,
                    netmasks[family][prefixlen],
                    KERNEL,
                    index if scope == 253 and family == AF_INET6 else 0,
                    broadcast or None,
                    None if remote == packed else remote,
                    label or None,
                    SCOPES[scope],
                    long_flags if isinstance(long_flags, int) else flags,
                    protocol or 0,
                    preferred,
                    valid,
                ),
            )
        )
    if len(set(map(_PACKED, found))) < len(found):  # the same on two interfaces, or the same twice
        once = {(a.interface.index, a.packed, a.prefixlen, a.packed_peer): a for a in found}
        if len(once) < len(found):
            torn = "an address came twice"
            found = list(once.values())
    return Reading(tuple(interfaces.values()), tuple(found), torn)


def _learn(datagram: bytes, start: int, end: int, head: tuple[str, str], wanted: Mapping[int, str]) -> Layout:
    """How the head and the attributes from ``start`` to ``end`` lie.

    Messages of one length mostly lie alike, and can then be read in one step rather than attribute by attribute.
    """
    headers_code, values_code = f"={head[0]}", f"={head[1]}"
    headers = list(Struct(headers_code).unpack_from(datagram, start))
    values = fields = len(Struct(values_code).unpack_from(datagram, start))
    places = dict.fromkeys(wanted, -1)
    offset = start + calcsize(headers_code)
    while offset + 4 <= end:
        length, attribute = _ATTRIBUTE.unpack_from(datagram, offset)
        if length < 4 or offset + length > end:
            raise DiscoveryError(f"rtnetlink: an attribute of {length} bytes where {end - offset} are left")
        # The last attribute's padding may lie beyond the datagram.
        padded = min(length + 3 & ~3, end - offset)
        headers.append(datagram[offset : offset + 4])
        headers_code += f"4s{padded - 4}x"
        if attribute in wanted:
            field = wanted[attribute] or f"{length - 4}s"
            size = calcsize(f"={field}")
            if length - 4 < size:  # its padding is no part of a value
                raise DiscoveryError(f"rtnetlink: attribute {attribute} has {length - 4} bytes of {size}")
            values_code += f"4x{field}{padded - 4 - size}x"
            places[attribute] = values
            values += 1
        else:
            values_code += f"{padded}x"
        offset += padded
    values_of = Struct(values_code + "0s").unpack_from
    ordered = itemgetter(*range(fields), *places.values())
    return _layout(Struct(headers_code).unpack_from, tuple(headers), values_of, ordered)


def _learn_address(datagram: bytes, start: int, end: int) -> Layout:
    """``_learn()`` for an address, which must be of its family's size."""
    layout = _, headers, values_of, ordered = _learn(datagram, start, end, _ADDRESS_HEAD, _OF_ADDRESS)
    *_head, remote, local, _label, broadcast, _lifetimes, _flags, _protocol = ordered(values_of(datagram, start))
    size = BITS[headers[0]] // 8
    if not remote and not local:
        raise DiscoveryError("rtnetlink: a message about an address that has none in it")
    if any(packed and len(packed) != size for packed in (remote, local, broadcast)):
        raise DiscoveryError(f"rtnetlink: an address that is not of its family's {size} bytes")
    return layout


def _lifetimes(raw: bytes) -> tuple[int | None, int | None]:
    if not raw:
        return None, None
    preferred, valid = _LIFETIMES.unpack(raw)
    return None if preferred == FOREVER else preferred, None if valid == FOREVER else valid
