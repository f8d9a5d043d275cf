"""Decode rtnetlink(7): the kernel's answers to RTM_GETLINK and RTM_GETADDR.

They have everything that the kernel tells about interfaces and addresses. Pure: datagrams in, model out.
"""

from __future__ import annotations

from _operator import itemgetter
from _socket import AF_INET, AF_INET6
from _struct import (  # type: ignore[attr-defined]  # typeshed forgets the exception
    Struct,
    calcsize,
    error as StructError,  # noqa: N812 - it is an exception
    unpack_from,
)

from ifdiscover._errors import DiscoveryError
from ifdiscover._host import BITS, KERNEL, SCOPES, Address, Interface
from ifdiscover._names import to_text
from ifdiscover._packed import netmask_of

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ifdiscover._backends.netlink.address_runs import Plans
    from ifdiscover._backends.netlink.message_layouts import Layout
    from ifdiscover._backends.netlink.runs import Formats, Piece, Run

    Message = tuple[bytes, int, int]  # a datagram, and the offsets at which the message's body starts and ends
    Values = tuple[Any, ...]

# <linux/netlink.h>
NLMSG_ERROR = 2
NLMSG_DONE = 3
NLM_F_REQUEST = 0x1
NLM_F_MULTI = 0x2  # a part of a dump
NLM_F_DUMP = 0x300
NLM_F_DUMP_INTR = 0x10

# <linux/rtnetlink.h>
RTM_NEWLINK = 16
RTM_GETLINK = 18
RTM_NEWADDR = 20
RTM_GETADDR = 22

HEADER = Struct("=IHHII")  # struct nlmsghdr: length, type, flags, sequence number, port
_HEADER = Struct("=IHHI")  # without the port
IFINFOMSG = Struct("=BxHiII")  # family, type, index, flags, change
IFADDRMSG = Struct("=BBBBI")  # family, prefixlen, flags, scope, index
_ATTRIBUTE = Struct("=HH")  # length, type
_U32 = Struct("=I")
_LIFETIMES = Struct("=II")  # the head of struct ifa_cacheinfo: preferred, valid

# <linux/if_link.h>, <linux/if_addr.h>
IFLA_ADDRESS = 1
IFLA_IFNAME = 3
IFLA_MTU = 4
IFLA_MASTER = 10
IFLA_LINKINFO = 18  # has attributes in it
IFLA_EXT_MASK = 29
IFLA_INFO_KIND = 1  # in IFLA_LINKINFO
RTEXT_FILTER_SKIP_STATS = 1 << 3
IFA_ADDRESS = 1
IFA_LOCAL = 2
IFA_LABEL = 3
IFA_BROADCAST = 4
IFA_CACHEINFO = 6
IFA_FLAGS = 8
IFA_PROTO = 11
FOREVER = 0xFFFFFFFF


MANY = 16
"""Fewer messages than this are read one by one. That is faster, and needs no import of ``runs``."""

FEW = 4
"""So many messages of one length are read attribute by attribute before it is learnt where these lie."""

# What is read of a message: the struct code of its head, and the attributes, in the order of the values, with their
# codes; "" is for all bytes.
_LINK_HEAD = "=4xiI4x"  # index, flags
_ADDRESS_HEAD = "=BBBBI"  # family, prefixlen, flags, scope, index
_NLA_TYPE_MASK = 0x3FFF  # without NLA_F_NESTED and NLA_F_NET_BYTEORDER
_KIND = IFLA_LINKINFO << 16 | IFLA_INFO_KIND  # how an attribute in another one is written here
_LINK_ATTRIBUTES = {IFLA_ADDRESS: "", IFLA_IFNAME: "", IFLA_MTU: "I", _KIND: "", IFLA_MASTER: "I"}
ADDRESS_ATTRIBUTES = {
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


_UNKNOWN: Layout = (lambda _datagram, _start: (), (None,), lambda _datagram, _start: (), lambda values: values)
"""The layout that no message has, for lengths of which none is learnt."""


class Reading:
    """Two dumps, decoded.

    Attributes:
        interfaces: in the order of the first dump.
        addresses: in the order of the second dump.
        torn: why the two cannot be of the same moment; None if they seem to be.
    """

    def __init__(self, interfaces: tuple[Interface, ...], addresses: tuple[Address, ...], torn: str | None) -> None:
        self.interfaces = interfaces
        self.addresses = addresses
        self.torn = torn


def request(kind: int, sequence: int) -> bytes:
    """A dump request for RTM_GETLINK or RTM_GETADDR, for all families, in a form that strict checking accepts."""
    if kind == RTM_GETLINK:
        # IPv6's statistics are a quarter of a link dump. The kernel can leave out no others.
        body = IFINFOMSG.pack(0, 0, 0, 0, 0) + _ATTRIBUTE.pack(8, IFLA_EXT_MASK) + _U32.pack(RTEXT_FILTER_SKIP_STATS)
    else:
        body = IFADDRMSG.pack(0, 0, 0, 0, 0)
    return HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | NLM_F_DUMP, sequence, 0) + body


def collect(datagram: bytes, sequence: int, kind: int, found: list[Run]) -> tuple[int, Message | None]:
    """Add a datagram's messages of one kind to ``found``, those with equal headers as one run.

    Args:
        datagram: the datagram.
        sequence: the number of the request; answers to another one are skipped.
        kind: RTM_NEWLINK or RTM_NEWADDR.
        found: the list to add to.

    Returns:
        All flags of the messages, and the body of the message that ends the dump, or None.

    Raises:
        DiscoveryError: a message's length is impossible.
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
                # Often the next messages have the same header: they need no new decoding of it.
                header = datagram[offset : offset + 16]
                first, count = offset, 0
                while datagram.startswith(header, offset) and offset + length <= size:
                    offset += step
                    count += 1
                    if count == MANY:
                        from ifdiscover._backends.netlink.runs import alike

                        count = alike(datagram, first, step, (size - first - length) // step + 1, range(16))
                        offset = first + count * step
                        break
                found.append((datagram, first + 16, first + length, step, count))
                continue
            if message in (NLMSG_DONE, NLMSG_ERROR):
                return seen_flags, (datagram, offset + 16, offset + length)
        offset += step
    return seen_flags, None


def bodies(datagram: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each message of a datagram: its type, its sequence number, its body; for datagrams of few messages.

    Raises:
        DiscoveryError: a message's length is impossible.
    """
    offset = 0
    while offset + HEADER.size <= len(datagram):
        length, kind, _flags, number, _port = HEADER.unpack_from(datagram, offset)
        if length < HEADER.size or offset + length > len(datagram):
            size = len(datagram)
            raise DiscoveryError(f"rtnetlink: a message of {length} bytes at byte {offset} of a datagram of {size}")
        yield kind, number, datagram[offset + HEADER.size : offset + length]
        offset += length + 3 & ~3


def messages_of(runs: Iterable[Run]) -> list[Piece]:
    """The messages of some runs, one by one: each a piece without followers."""
    messages: list[Piece] = []
    for datagram, start, end, step, count in runs:
        if count == 1:
            messages.append((datagram, start, end, ()))
        else:
            messages += [(datagram, start + further, end + further, ()) for further in range(0, count * step, step)]
    return messages


def decode(links: Iterable[Run], addresses: Iterable[Run]) -> Reading:
    """Turn the RTM_NEWLINK and RTM_NEWADDR messages of two dumps into interfaces and addresses, in their order.

    Raises:
        DiscoveryError: a message is malformed.
    """
    try:
        bodies = messages_of(links)
        interfaces = _decode_links(bodies)
        reading = _decode_addresses(addresses, interfaces)
    except StructError as error:
        raise DiscoveryError("rtnetlink: a message is shorter than it says") from error
    names = {interface.name for interface in interfaces.values()}
    if not len(bodies) == len(interfaces) == len(names) or "" in names:
        reading.torn = "an interface came twice, or without a name"
    return reading


def _decode_links(messages: Iterable[Piece]) -> dict[int, Interface]:
    interfaces: dict[int, Interface] = {}
    ports: list[tuple[int, int]] = []
    kinds: dict[bytes, str | None] = {b"": None}
    new = tuple.__new__
    layouts = _Layouts(_LINK_HEAD, _LINK_ATTRIBUTES, lambda _values: None)
    layout_of = layouts.known.get
    for datagram, start, end, _ in messages:
        headers_of, headers, values_of, ordered = layout_of(end - start, _UNKNOWN)
        if headers_of(datagram, start) == headers:
            values = ordered(values_of(datagram, start))
        else:
            values = layouts.values_of(datagram, start, end)
        index, flags, hardware_address, name, mtu, kind, master = values
        if kind not in kinds:
            kinds[kind] = to_text(kind.rstrip(b"\0")) or None
        interfaces[index] = new(
            Interface,
            (
                to_text(name.rstrip(b"\0")),
                index,
                flags,
                mtu if isinstance(mtu, int) else None,
                hardware_address or None,  # the kernel never sends one of no bytes
                None,
                kinds[kind],
                None,
            ),
        )
        if master:
            ports.append((index, master))
    for index, master in ports:
        if master in interfaces:
            interfaces[index] = interfaces[index]._replace(master=interfaces[master].name)
    return interfaces


def _decode_addresses(runs: Iterable[Run], interfaces: dict[int, Interface]) -> Reading:
    found: list[Address] = []
    torn = None
    netmasks: dict[int, dict[int, bytes]] = {AF_INET: {}, AF_INET6: {}}  # by family, by prefix length
    columns: list[tuple[int, Sequence[bytes]]] = []
    to_any: set[int] = set()  # the places of those whose peer is 0.0.0.0
    texts: dict[bytes, str] = {}
    # This loop takes the most time on a large host. So functions are looked up before it, and tuple.__new__ makes the
    # records: Address(...) is slower, for its arguments' names.
    new, add = tuple.__new__, found.append
    layouts = _Layouts(_ADDRESS_HEAD, ADDRESS_ATTRIBUTES, _check)
    layout_of = layouts.known.get
    for datagram, start, end, followers in _cut(runs):
        headers_of, headers, values_of, ordered = layout_of(end - start, _UNKNOWN)
        if headers_of(datagram, start) == headers:
            values = ordered(values_of(datagram, start))
        elif IFADDRMSG.unpack_from(datagram, start)[0] in netmasks:
            values = layouts.values_of(datagram, start, end)
        else:
            continue
        family, prefixlen, flags, scope, index, remote, local, label, broadcast, lifetimes, long_flags, protocol = (
            values
        )
        # If there is an IFA_LOCAL, it is the address, and IFA_ADDRESS is the peer. If not, IFA_ADDRESS is the address.
        # The kernel leaves out 0.0.0.0, so that such a peer is none here, as for ip(8).
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
        netmask = netmasks[family].get(prefixlen)
        if netmask is None:
            if prefixlen > BITS[family]:
                raise DiscoveryError(
                    f"rtnetlink: a prefix length of {prefixlen}, beyond its family's {BITS[family]} bits"
                )
            netmask = netmasks[family][prefixlen] = netmask_of(prefixlen, family)
        add(
            new(
                Address,
                (
                    interface,
                    family,
                    packed,
                    prefixlen,
                    netmask,
                    KERNEL,
                    index if scope == 253 and family == AF_INET6 else 0,
                    broadcast or None,
                    None if remote == packed else remote or None,
                    label or None,
                    SCOPES[scope],
                    long_flags if isinstance(long_flags, int) else flags,
                    protocol or 0,
                    preferred,
                    valid,
                ),
            )
        )
        if followers:
            from ifdiscover._backends.netlink.address_runs import copies, packed_of

            columns.append((len(found) - 1, packed_of(found[-1], followers)))
            found += copies(found[-1], followers)
        if not remote:
            to_any.update(range(columns[-1][0] if followers else len(found) - 1, len(found)))
    if not _are_distinct(found, columns):  # one address is on two interfaces, or came twice
        # An address without a peer and one whose peer is 0.0.0.0 are two addresses for the kernel.
        once = {(a.interface.index, a.packed, a.prefixlen, a.packed_peer, n in to_any): a for n, a in enumerate(found)}
        if len(once) < len(found):
            torn = "an address came twice"
            found = list(once.values())
    return Reading(tuple(interfaces.values()), tuple(found), torn)


def _are_distinct(found: list[Address], columns: list[tuple[int, Sequence[bytes]]]) -> bool:
    """Whether no two records have the same address; ``columns`` as for ``are_in_order()``."""
    if 2 * sum(len(column) for _, column in columns) > len(found):
        from ifdiscover._backends.netlink.address_runs import are_in_order

        if are_in_order(found, columns):
            return True
    return len(set(map(_PACKED, found))) == len(found)


def _cut(runs: Iterable[Run]) -> list[Piece]:
    """The messages that are decoded, one by one, each with those after it that are alike to it (see ``runs.cut()``)."""
    pieces: list[Piece] = []
    formats: Formats = {}
    plans: Plans = {}
    for run in runs:
        datagram, start, end, step, count = run
        if count == 1:
            pieces.append((datagram, start, end, ()))
        elif count < MANY:
            pieces += [(datagram, start + further, end + further, ()) for further in range(0, count * step, step)]
        else:
            from ifdiscover._backends.netlink.address_runs import plan
            from ifdiscover._backends.netlink.runs import cut

            pieces += cut(run, MANY, lambda datagram, start, end: plan(datagram, start, end, plans), formats)
    return pieces


class _Layouts:
    """The layouts of messages of one kind: most messages of one length have one, and are read in one step by it.

    A few messages of each length are read attribute by attribute before their layout is learnt.

    Attributes:
        known: by the length of a message.

    Args:
        head: the struct code of a message's head.
        wanted: the attributes to read, and their codes.
        check: raises if values are impossible. What it looks at must depend on the layout and the head's first byte.
    """

    def __init__(self, head: str, wanted: Mapping[int, str], check: Callable[[Values], None]) -> None:
        self.known: dict[int, Layout] = {}
        self._head, self._wanted, self._check = head, wanted, check
        self._seen: dict[int, int] = {}

    def values_of(self, datagram: bytes, start: int, end: int) -> Values:
        """The values of a message of another layout: its head's and its attributes', b"" for one that is not there."""
        values = _read(datagram, start, end, self._head, self._wanted)
        self._check(values)
        size = end - start
        self._seen[size] = self._seen.get(size, 0) + 1
        if self._seen[size] >= FEW:
            from ifdiscover._backends.netlink.message_layouts import learn

            self.known[size] = learn(datagram, start, end, self._head, self._wanted)
        return values


def _read(datagram: bytes, start: int, end: int, head: str, wanted: Mapping[int, str]) -> Values:
    """The values of one message, attribute by attribute."""
    found: dict[int, Any] = dict.fromkeys(wanted, b"")
    for offset, attribute, length, _ in attributes_of(datagram, start + calcsize(head), end):
        if attribute in wanted:
            code = wanted[attribute] or f"{length - 4}s"
            if length - 4 < calcsize(code):  # the padding is not part of a value
                raise DiscoveryError(f"rtnetlink: attribute {attribute} has {length - 4} bytes of {calcsize(code)}")
            found[attribute] = unpack_from(code, datagram, offset + 4)[0]
    return *unpack_from(head, datagram, start), *found.values()


def attributes_of(datagram: bytes, offset: int, end: int, inside: int = 0) -> Iterator[tuple[int, int, int, int]]:
    """Each attribute from ``offset`` to ``end``: its offset, its type, its length, and the bytes up to the next one.

    IFLA_LINKINFO of a link is only its header, and what is in it follows, with IFLA_LINKINFO in the upper bits of the
    type. No attribute of an address has that number.
    """
    while offset + 4 <= end:
        length, attribute = _ATTRIBUTE.unpack_from(datagram, offset)
        if length < 4 or offset + length > end:
            raise DiscoveryError(f"rtnetlink: an attribute of {length} bytes where {end - offset} are left")
        attribute = inside << 16 | attribute & _NLA_TYPE_MASK
        # The last attribute's padding may lie beyond the datagram.
        padded = min(length + 3 & ~3, end - offset)
        if attribute == IFLA_LINKINFO:
            yield offset, attribute, 4, 4
            yield from attributes_of(datagram, offset + 4, offset + padded, attribute)
        else:
            yield offset, attribute, length, padded
        offset += padded


def _check(values: Values) -> None:
    """Refuse a message about an address that has none in it, or one of another size than its family's."""
    family, _prefixlen, _flags, _scope, _index, remote, local, _label, broadcast, *_ = values
    if not remote and not local:
        raise DiscoveryError("rtnetlink: a message about an address that has none in it")
    size = BITS[family] // 8
    if any(packed and len(packed) != size for packed in (remote, local, broadcast)):
        raise DiscoveryError(f"rtnetlink: an address that is not of its family's {size} bytes")


def _lifetimes(raw: bytes) -> tuple[int | None, int | None]:
    if not raw:
        return None, None
    preferred, valid = _LIFETIMES.unpack(raw)
    return None if preferred == FOREVER else preferred, None if valid == FOREVER else valid
