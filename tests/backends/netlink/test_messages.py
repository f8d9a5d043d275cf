"""The decoder of rtnetlink, on built messages."""

from __future__ import annotations

import socket
import struct
from unittest import mock

import pytest
from hypothesis import given, strategies as st
from support.kernels.netlink import (
    LINKS,
    ONE,
    THREE,
    TWO,
    Kernel,
    attribute,
    done,
    ipv4,
    message,
    newaddr,
    texts,
)

from ifdiscover._backends.netlink import message_layouts, messages
from ifdiscover._backends.netlink.dump import ATTEMPTS, read_whole
from ifdiscover.errors import DiscoveryError

PEER = [(messages.IFA_ADDRESS, TWO), (messages.IFA_LOCAL, ONE)]
SIX = socket.inet_pton(socket.AF_INET6, "fe80::1")


def decoded(*addresses: bytes) -> messages.Reading:
    """What the decoder makes of these messages, on lo and eth0."""
    return read_whole(Kernel(LINKS, [[b"".join(addresses) + done()]]))


def decoded_torn(*addresses: bytes) -> messages.Reading:
    """Likewise, of a dump that is torn each time."""
    whole = b"".join(addresses) + done()
    reading = read_whole(Kernel(LINKS, [[whole]] * ATTEMPTS), allow_torn=True)
    assert reading.torn == "an address came twice"
    return reading


def test_every_field_is_decoded() -> None:
    """Peer, label, broadcast, scope, 32-bit flags, lifetimes, protocol."""
    attributes = [
        *PEER,
        (messages.IFA_BROADCAST, THREE),
        (messages.IFA_LABEL, b"eth0:7\0"),
        (messages.IFA_FLAGS, struct.pack("=I", 0x10281)),
        (messages.IFA_CACHEINFO, struct.pack("=IIII", 10, 0xFFFFFFFF, 1, 2)),
        (messages.IFA_PROTO, b"\x03"),
        (99, b"new"),
    ]
    (address,) = decoded(newaddr(2, 2, 32, attributes, scope=253)).addresses
    assert (str(address), address.prefixlen, address.packed_peer, address.packed_broadcast) == (
        "192.0.2.1",
        32,
        TWO,
        THREE,
    )
    assert (address.label, address.scope, address.flags, address.protocol) == ("eth0:7", "link", 0x10281, 3)
    assert (address.preferred_lifetime, address.valid_lifetime, address.scope_id) == (10, None, 0)
    assert address.flag_names == ("secondary", "permanent", "noprefixroute", "0x10000")


def test_ifa_address_alone_is_the_address() -> None:
    """As for IPv6 without a peer; flags then are the header's eight bits."""
    (address,) = decoded(newaddr(2, 10, 64, [(messages.IFA_ADDRESS, SIX)], scope=253)).addresses
    assert (str(address), address.packed_peer, address.flags, address.scope_id) == ("fe80::1", None, 0x80, 2)


def test_messages_of_one_length_may_lie_differently() -> None:
    """What was learnt of one is not believed of the next."""
    label = (messages.IFA_LABEL, b"x:1\0")
    reading = decoded(
        newaddr(2, 2, 24, [*PEER, label]),
        newaddr(2, 2, 24, [label, *reversed([(messages.IFA_ADDRESS, THREE), (messages.IFA_LOCAL, TWO)])]),
        newaddr(2, 2, 24, [(messages.IFA_LOCAL, THREE), (99, b"abcd"), (messages.IFA_ADDRESS, THREE)]),
    )
    assert [(str(a), a.packed_peer, a.label) for a in reading.addresses] == [
        ("192.0.2.1", TWO, "x:1"),
        ("192.0.2.2", THREE, "x:1"),
        ("192.0.2.3", None, None),
    ]


def test_one_address_with_two_peers_or_lengths_is_not_torn() -> None:
    """The kernel tells them apart, and so does the check for repeats."""
    other = [(messages.IFA_ADDRESS, THREE), (messages.IFA_LOCAL, ONE)]
    reading = decoded(
        newaddr(2, 2, 32, PEER), newaddr(2, 2, 32, other), ipv4(2, ONE, 24), ipv4(2, ONE, 28), ipv4(1, ONE, 24)
    )
    assert len(reading.addresses) == 5
    assert reading.torn is None


@pytest.mark.parametrize("count", [1, 40])
def test_a_peer_of_no_address_makes_another_address(count: int) -> None:
    """The kernel leaves the peer 0.0.0.0 out, and lets the same address be there without a peer too."""
    own = [bytes([10, 0, n, 1]) for n in range(count)]
    to_any = [newaddr(2, 2, 24, [(messages.IFA_LOCAL, one)]) for one in own]
    alone = [ipv4(2, one, 24) for one in own]
    for some in (to_any + alone, alone + to_any):
        reading = decoded(*some)
        assert (reading.torn, len(reading.addresses)) == (None, 2 * count)
        assert {address.packed_peer for address in reading.addresses} == {None}
    assert len(decoded_torn(*to_any, *to_any[-1:]).addresses) == count


def test_other_families_are_passed_over() -> None:
    """MPLS and the like say nothing about IP, and what follows is read."""
    assert decoded(newaddr(2, 28, 0, []), message(99, b"")).addresses == ()
    assert texts(decoded(newaddr(2, 28, 0, []), ipv4(2, ONE), message(99, b""), ipv4(2, TWO))) == [
        "192.0.2.1",
        "192.0.2.2",
    ]
    mctp = newaddr(2, 45, 0, [(messages.IFA_LOCAL, b"\x08"), (messages.IFA_FLAGS, b"\0\2")])  # not as IP would have it
    assert texts(decoded(*[mctp] * 20, ipv4(2, ONE))) == ["192.0.2.1"]


@pytest.mark.parametrize(
    "bad",
    [
        newaddr(2, 2, 33, PEER),
        newaddr(2, 10, 129, [(messages.IFA_ADDRESS, SIX)]),
        newaddr(2, 2, 24, [(messages.IFA_ADDRESS, SIX)]),
        newaddr(2, 10, 64, [(messages.IFA_ADDRESS, ONE)]),
        newaddr(2, 2, 24, []),
        newaddr(2, 2, 24, [*PEER, (messages.IFA_FLAGS, b"\0\2")]),
        newaddr(2, 2, 24, [*PEER, (messages.IFA_FLAGS, b"\0\2\0")]),
        newaddr(2, 2, 24, [*PEER, (messages.IFA_PROTO, b"")]),
        message(messages.RTM_NEWADDR, struct.pack("=BBBBI", 2, 24, 0, 0, 2) + struct.pack("=HH", 400, 1) + ONE),
        message(messages.RTM_NEWADDR, struct.pack("=BBBBI", 2, 24, 0, 0, 2) + struct.pack("=HH", 1, 1) + ONE),
        struct.pack("=IHHII", 4000, messages.RTM_NEWADDR, 2, 0, 0),
        struct.pack("=IHHII", 3, messages.RTM_NEWADDR, 2, 0, 0),
    ],
    ids=[
        "33",
        "129",
        "IPv6 in IPv4",
        "IPv4 in IPv6",
        "none",
        "flags of two bytes",
        "flags of three bytes and padding",
        "protocol of none",
        "long attribute",
        "short one",
        "long message",
        "short one",
    ],
)
def test_nonsense_is_an_error_and_no_address(bad: bytes) -> None:
    """Never widen trust on doubt."""
    with pytest.raises(DiscoveryError, match="rtnetlink"):
        decoded(ipv4(2, ONE), bad)


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ([*PEER, (messages.IFA_FLAGS, b"\0\2\0")], "attribute 8 has 3 bytes of 4"),
        ([*PEER, (messages.IFA_CACHEINFO, bytes(7))], "attribute 6 has 7 bytes of 8"),
        ([(messages.IFA_LOCAL, SIX)], "an address that is not of its family's 4 bytes"),
        ([], "a message about an address that has none in it"),
    ],
)
def test_an_error_says_what_the_kernel_sent(attributes: list[tuple[int, bytes]], said: str) -> None:
    """Who reports it need not record what was sent."""
    with pytest.raises(DiscoveryError, match=f"^rtnetlink: {said}$"):
        decoded(newaddr(2, 2, 24, attributes))


def test_bytes_too_few_for_an_attribute_are_passed_over() -> None:
    """Behind the last attribute, as the kernel itself does; those after the message are not looked at."""
    body = ipv4(2, ONE)[16:]
    for left in range(4):
        assert texts(decoded(message(messages.RTM_NEWADDR, body + bytes(left)), ipv4(2, TWO))) == [
            "192.0.2.1",
            "192.0.2.2",
        ]


@given(st.lists(st.binary(max_size=60), max_size=3), st.lists(st.binary(max_size=60), max_size=3))
def test_any_bytes_are_a_reading_or_an_error(links: list[bytes], addresses: list[bytes]) -> None:
    """The decoder touches nothing but its arguments, and fails in one way."""
    try:
        reading = messages.decode(
            [(data, 0, len(data), 0, 1) for data in links], [(data, 0, len(data), 0, 1) for data in addresses]
        )
    except DiscoveryError:
        return
    assert isinstance(reading, messages.Reading)


def a_link(index: int, name: bytes, *pairs: tuple[int, bytes]) -> bytes:
    """An RTM_NEWLINK with these attributes beside its name."""
    body = struct.pack("=BxHiII", 0, 1, index, 1, 0) + attribute(messages.IFLA_IFNAME, name + b"\0")
    return message(messages.RTM_NEWLINK, body + b"".join(attribute(*pair) for pair in pairs))


def linkinfo(*pairs: tuple[int, bytes], flags: int = 0) -> tuple[int, bytes]:
    """IFLA_LINKINFO with these attributes in it."""
    return messages.IFLA_LINKINFO | flags, b"".join(attribute(*pair) for pair in pairs)


MASTER = (messages.IFLA_MASTER, struct.pack("=I", 9))
IN_LINKINFO_ONLY = 4  # IFLA_INFO_SLAVE_KIND there, and IFLA_MTU outside


def test_kinds_and_masters_are_decoded_wherever_they_stand() -> None:
    """A master's name may come after its ports; what only tells of a port's side is no kind; a lost master is none."""
    links = [
        a_link(1, b"lo"),
        a_link(2, b"port0", MASTER, linkinfo((1, b"veth\0"), (IN_LINKINFO_ONLY, b"bridge\0"))),
        a_link(3, b"nic0", linkinfo((IN_LINKINFO_ONLY, b"bridge\0")), MASTER),
        a_link(4, b"tun0", linkinfo((1, b"tun\0"), (2, bytes(40)), flags=0x8000)),
        a_link(5, b"odd0", linkinfo(), (messages.IFLA_MASTER, struct.pack("=I", 77))),
        a_link(9, b"br0", linkinfo((1, b"bridge\0"), (2, bytes(400)))),
    ]
    reading = read_whole(Kernel([[b"".join(links) + done()]], [[done()]]))
    assert [(one.name, one.kind, one.master) for one in reading.interfaces] == [
        ("lo", None, None),
        ("port0", "veth", "br0"),
        ("nic0", None, "br0"),
        ("tun0", "tun", None),
        ("odd0", None, None),
        ("br0", "bridge", None),
    ]
    assert {one.mtu for one in reading.interfaces} == {None}


def test_links_of_one_length_may_have_details_and_none() -> None:
    """The headers tell one layout from the other."""
    plain = a_link(1, b"a", (99, bytes(12)))
    detailed = a_link(2, b"b", linkinfo((1, b"dummy\0\0\0")))
    assert len(plain) == len(detailed)
    reading = read_whole(Kernel([[plain + detailed + a_link(3, b"c", (99, bytes(12))) + done()]], [[done()]]))
    assert [one.kind for one in reading.interfaces] == [None, "dummy", None]


@pytest.mark.parametrize("inner", [struct.pack("=HH", 200, 1), struct.pack("=HH", 3, 1)], ids=["too long", "too short"])
def test_an_attribute_that_leaves_its_own_is_an_error(inner: bytes) -> None:
    """What lies behind IFLA_LINKINFO is never read as a part of it."""
    bad = a_link(1, b"a", (messages.IFLA_LINKINFO, inner), (99, bytes(400)))
    (length, _kind) = struct.unpack("=HH", inner)
    with pytest.raises(DiscoveryError, match=f"an attribute of {length} bytes where 4 are left"):
        read_whole(Kernel([[bad + done()]], [[done()]]))


def test_a_longer_message_that_begins_like_a_shorter_one_is_read_whole() -> None:
    """What was learnt of the shorter one says nothing of what follows."""
    port = a_link(2, b"p0", MASTER, linkinfo((1, b"veth\0")), (messages.IFLA_ADDRESS, b"\2\0\0\0\0\1"))
    for first in (a_link(1, b"lo"), a_link(1, b"lo", MASTER), a_link(1, b"lo", MASTER, linkinfo((1, b"veth\0")))):
        reading = read_whole(Kernel([[first + port + a_link(9, b"b0") + done()]], [[done()]]))
        assert reading.interfaces[1][4:] == (b"\2\0\0\0\0\1", None, "veth", "b0")
        assert reading.interfaces[0].hardware_address is None
    label = (messages.IFA_LABEL, b"x:1\0")
    for start in range(1, len(PEER)):
        (_first, second) = decoded(newaddr(2, 2, 24, PEER[:start]), newaddr(2, 2, 25, [*PEER, label])).addresses
        assert (second.packed, second.packed_peer, second.label) == (ONE, TWO, "x:1")


def test_a_layout_is_learnt_from_many_messages_and_not_from_few() -> None:
    """Attribute by attribute, a message takes many times as long; but to learn takes longer than to read a few."""
    with mock.patch.object(message_layouts, "learn", wraps=message_layouts.learn) as learn:
        for links, wanted in ((messages.FEW - 1, 0), (5 * messages.FEW, 1), (300, 2)):
            dump = b"".join(a_link(n + 1, b"e%03d" % n) for n in range(links))
            found = read_whole(Kernel([[dump + done()]], [[done()]]))
            assert len(found.interfaces) == links
            assert found.torn is None
            assert learn.call_count == wanted


ATTRIBUTES = st.tuples(st.sampled_from([*messages.ADDRESS_ATTRIBUTES, 99]), st.binary(min_size=8, max_size=20))


@given(st.binary(max_size=9), st.lists(ATTRIBUTES, max_size=6), st.booleans())
def test_what_is_learnt_of_a_message_reads_it(before: bytes, attributes: list[tuple[int, bytes]], cut: bool) -> None:
    """In one step as attribute by attribute, wherever it lies, and if the last attribute lacks its padding."""
    datagram = before + newaddr(2, 2, 24, attributes)[16:]
    if cut and attributes:
        datagram = datagram[: len(datagram) - -len(attributes[-1][1]) % 4]
    asked = datagram, len(before), len(datagram), messages._ADDRESS_HEAD, messages.ADDRESS_ATTRIBUTES
    headers_of, headers, values_of, ordered = message_layouts.learn(*asked)
    assert headers_of(datagram, len(before)) == headers
    assert ordered(values_of(datagram, len(before))) == messages._read(*asked)


def test_of_two_layouts_of_one_length_that_of_the_last_message_is_known() -> None:
    """Messages of one layout come together: where it changes, the new one is learnt at once."""
    plain = [a_link(n, b"a%03d" % n, (99, bytes(12))) for n in range(1, 2 * messages.FEW)]
    detailed = [a_link(n, b"b%03d" % n, linkinfo((1, b"dummy\0\0\0"))) for n in range(101, 100 + messages.FEW)]
    with mock.patch.object(message_layouts, "learn", wraps=message_layouts.learn) as learn:
        found = read_whole(Kernel([[b"".join([*plain, *detailed]) + done()]], [[done()]]))
    assert [one.kind for one in found.interfaces] == [None] * len(plain) + ["dummy"] * len(detailed)
    assert learn.call_count == 2


NUMBERS = {
    # <linux/netlink.h>
    "NLMSG_ERROR": 2,
    "NLMSG_DONE": 3,
    "NLM_F_REQUEST": 1,
    "NLM_F_DUMP": 0x300,
    "NLM_F_DUMP_INTR": 0x10,
    # <linux/rtnetlink.h>
    "RTM_NEWLINK": 16,
    "RTM_GETLINK": 18,
    "RTM_NEWADDR": 20,
    "RTM_GETADDR": 22,
    "RTEXT_FILTER_SKIP_STATS": 8,
    # <linux/if_link.h>
    "IFLA_ADDRESS": 1,
    "IFLA_IFNAME": 3,
    "IFLA_MTU": 4,
    "IFLA_MASTER": 10,
    "IFLA_LINKINFO": 18,
    "IFLA_EXT_MASK": 29,
    "IFLA_INFO_KIND": 1,
    # <linux/if_addr.h>
    "IFA_ADDRESS": 1,
    "IFA_LOCAL": 2,
    "IFA_LABEL": 3,
    "IFA_BROADCAST": 4,
    "IFA_CACHEINFO": 6,
    "IFA_FLAGS": 8,
    "IFA_PROTO": 11,
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_the_kernels(name: str) -> None:
    """The kernel of these tests takes its numbers from the decoder, and would be wrong with it."""
    assert getattr(messages, name) == NUMBERS[name]
