"""RTM_GETROUTE: the question, and answers that a kernel gave, byte for byte."""

from __future__ import annotations

import errno
import socket
import struct

import pytest
from hypothesis import given, strategies as st
from support.kernels.netlink import attribute, failure, message

from ifdiscover._backends.netlink import route_messages
from ifdiscover._backends.netlink.route_messages import Answer, decode, request
from ifdiscover.errors import DiscoveryError

V4, V6 = socket.AF_INET, socket.AF_INET6
FAR4, FAR6 = socket.inet_pton(V4, "193.0.14.129"), socket.inet_pton(V6, "2001:7fd::1")


def v4(text: str) -> bytes:
    """An IPv4 address."""
    return socket.inet_pton(V4, text)


def v6(text: str) -> bytes:
    """An IPv6 address."""
    return socket.inet_pton(V6, text)


def newroute(
    family: int, prefixlen: int, *attributes: tuple[int, bytes], flags: int = 0, table: int = 254, kind: int = 24
) -> bytes:
    """An RTM_NEWROUTE."""
    body = struct.pack("=BBBBBBBBI", family, prefixlen, 0, 0, table, 3, 0, 1, flags)
    return message(kind, body + b"".join(attribute(*pair) for pair in attributes))


def golden(text: str) -> bytes:
    """Attributes as a kernel wrote them, in hexadecimal with blanks and line ends."""
    return bytes.fromhex("".join(text.split()))


# What Linux 6.18 answered on a little-endian machine: the bodies behind struct nlmsghdr.
if struct.pack("=H", 1) == b"\1\0":
    PLAIN = golden(
        """02200000 fe000001 00020000  08000f00 fe000000  08000100 c1000e81  08000400 03000000
           08000700 c000020a  08000500 c0000201  08001900 00000000
           24000c00 02000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"""
    )
    METRIC = golden(
        """02000000 fe030001 00000000  08000f00 fe000000  08000600 32000000  08000500 c6336401  08000400 05000000"""
    )
    MULTIPATH = golden(
        """02000000 fe030001 00000000  08000f00 fe000000
           24000900 10000000 03000000 08000500 c0000201 10000000 05000000 08000500 c6336401"""
    )
    MULTIPATH6 = golden(
        """0a000000 fe030001 00000000  08000f00 fe000000  08000600 05000000
           3c000900 1c000000 05000000 14000500 20010db8 00010000 00000000 00000001
                    1c000000 03000000 14000500 20010db8 00000000 00000000 00000001
           24000c00 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  05001400 00000000"""
    )
    GOLDEN = {
        "a packet's": (PLAIN, Answer(V4, 32, 254, 0, v4("192.0.2.10"), ((3, v4("192.0.2.1")),), is_whole=False)),
        "metric": (METRIC, Answer(V4, 0, 254, 50, None, ((5, v4("198.51.100.1")),), is_whole=True)),
        "multipath": (
            MULTIPATH,
            Answer(V4, 0, 254, 0, None, ((3, v4("192.0.2.1")), (5, v4("198.51.100.1"))), is_whole=True),
        ),
        "multipath of IPv6": (
            MULTIPATH6,
            Answer(V6, 0, 254, 5, None, ((5, v6("2001:db8:1::1")), (3, v6("2001:db8::1"))), is_whole=True),
        ),
    }
else:
    GOLDEN = {}


@pytest.mark.parametrize(("body", "answer"), GOLDEN.values(), ids=GOLDEN)
def test_what_a_kernel_wrote_is_decoded(body: bytes, answer: Answer) -> None:
    """Byte for byte."""
    assert decode(message(24, body), 0) == answer


def u32(number: int) -> bytes:
    """Four bytes of this machine's order."""
    return struct.pack("=I", number)


def hop(index: int, *attributes: tuple[int, bytes], flags: int = 0) -> bytes:
    """A struct rtnexthop."""
    data = b"".join(attribute(*pair) for pair in attributes)
    return struct.pack("=HBBi", 8 + len(data), flags, 0, index) + data


OIF, GATEWAY, PREFSRC, HOPS, TABLE, VIA = 4, 5, 7, 9, 15, 18
ANSWERS = {
    "no router": (newroute(V4, 0, (OIF, u32(3))), ((3, None),)),
    "no interface": (newroute(V4, 0), ()),
    "router of IPv6": (
        newroute(V4, 0, (OIF, u32(3)), (VIA, struct.pack("=H", V6) + v6("fe80::1"))),
        ((3, v6("fe80::1")),),
    ),
    "several, one dead": (
        newroute(
            V4, 0, (HOPS, hop(3, (GATEWAY, v4("192.0.2.1")), flags=1) + hop(5) + hop(7, (GATEWAY, v4("10.0.0.1"))))
        ),
        ((5, None), (7, v4("10.0.0.1"))),
    ),
    "several, one by IPv6": (
        newroute(V4, 0, (HOPS, hop(3, (VIA, struct.pack("=H", V6) + v6("fe80::1"))) + hop(5))),
        ((3, v6("fe80::1")), (5, None)),
    ),
}


@pytest.mark.parametrize(("datagram", "hops"), ANSWERS.values(), ids=ANSWERS)
def test_each_next_hop_is_told(datagram: bytes, hops: object) -> None:
    """With its router of either family, or none; one that the kernel knows to be dead is none."""
    answer = decode(datagram, 0)
    assert isinstance(answer, Answer)
    assert answer.hops == hops


def test_a_table_has_a_number_of_32_bits() -> None:
    """The header has eight of them."""
    answers = [decode(newroute(V4, 0, table=100), 0), decode(newroute(V4, 0, (TABLE, u32(51820)), table=252), 0)]
    assert [answer.table for answer in answers if isinstance(answer, Answer)] == [100, 51820]


@pytest.mark.parametrize("nothing", [bytes(4), bytes(16)], ids=["IPv4", "IPv6"])
def test_a_source_of_zeros_is_none(nothing: bytes) -> None:
    """A kernel that finds no address says 0.0.0.0."""
    answer = decode(newroute(V4 if len(nothing) == 4 else V6, 0, (PREFSRC, nothing)), 0)
    assert isinstance(answer, Answer)
    assert answer.packed_source is None


def test_a_refusal_is_its_errno() -> None:
    """As a positive number."""
    assert decode(failure(errno.ENETUNREACH), 0) == errno.ENETUNREACH


def test_other_messages_are_passed_over() -> None:
    """Answers to an earlier question, and of other kinds; the answer may come behind them."""
    other = newroute(V4, 0, (OIF, u32(3)))
    assert decode(other, 7) is None
    assert decode(newroute(V4, 0, kind=16), 0) is None
    assert decode(b"", 0) is None
    renumbered = bytearray(newroute(V4, 8, (OIF, u32(5))))
    struct.pack_into("=I", renumbered, 8, 7)
    answer = decode(other + bytes(renumbered), 7)
    assert isinstance(answer, Answer)
    assert answer.prefixlen == 8


MALFORMED = {
    "no header": message(24, b"\2\0"),
    "no errno": message(2, b""),
    "33 bits": newroute(V4, 33),
    "129 bits": newroute(V6, 129),
    "no family of IP": newroute(28, 0),
    "source of the other family": newroute(V4, 0, (PREFSRC, bytes(15) + b"\1")),
    "router of no size": newroute(V4, 0, (OIF, u32(3)), (GATEWAY, b"\1")),
    "router of the wrong family": newroute(V6, 0, (OIF, u32(3)), (GATEWAY, bytes(4))),
    "via of no family": newroute(V4, 0, (OIF, u32(3)), (VIA, struct.pack("=H", 28) + bytes(4))),
    "via of a byte": newroute(V4, 0, (OIF, u32(3)), (VIA, b"\2")),
    "interface of a byte": newroute(V4, 0, (OIF, b"\3")),
    "table of a byte": newroute(V4, 0, (TABLE, b"\3")),
    "metric of a byte": newroute(V4, 0, (6, b"\3")),
    "next hop of no length": newroute(V4, 0, (HOPS, bytes(8))),
    "next hop that is too long": newroute(V4, 0, (HOPS, struct.pack("=HBBi", 99, 0, 0, 3))),
    "next hop that is cut off": newroute(V4, 0, (HOPS, b"\x08\0\0")),
    "attribute of no length": message(24, newroute(V4, 0)[16:28] + bytes(4)),
    "attribute that is too long": message(24, newroute(V4, 0)[16:28] + struct.pack("=HH", 99, 1)),
    "message of no length": bytes(16),
    "message that is too long": struct.pack("=IHHII", 99, 24, 0, 0, 0),
}


@pytest.mark.parametrize("datagram", MALFORMED.values(), ids=MALFORMED)
def test_nonsense_is_an_error_and_no_route(datagram: bytes) -> None:
    """It says where it came from."""
    with pytest.raises(DiscoveryError, match="rtnetlink"):
        decode(datagram, 0)


@given(st.binary(max_size=80))
def test_any_bytes_are_an_answer_or_an_error(body: bytes) -> None:
    """The decoder fails in one way."""
    for datagram in (body, message(24, body), message(24, bytes([V4]) + bytes(11) + body)):
        try:
            answer = decode(datagram, 0)
        except DiscoveryError:
            continue
        assert answer is None or isinstance(answer, (int, Answer))


def test_questions_are_what_strict_checking_accepts() -> None:
    """A destination of full length and no more in the header than a flag; never NLM_F_DUMP."""
    head = struct.pack("=IHHII", 36, 26, 1, 7, 0)
    assert request(FAR4, 7) == head + struct.pack("=BBBBBBBBI", V4, 32, *bytes(6), 0) + attribute(1, FAR4)
    whole = request(FAR6, 7, interface=3, whole=True)
    assert whole[:16] == struct.pack("=IHHII", 56, 26, 1, 7, 0)
    assert whole[16:28] == struct.pack("=BBBBBBBBI", V6, 128, *bytes(6), route_messages.RTM_F_FIB_MATCH)
    assert whole[28:] == attribute(1, FAR6) + attribute(4, u32(3))
