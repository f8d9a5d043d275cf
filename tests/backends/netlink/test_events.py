"""News of rtnetlink: what can change the answer, and what it costs nothing to pass over."""

from __future__ import annotations

import errno
import socket
import struct
from typing import Any

import pytest
from hypothesis import given, strategies as st
from support.kernels.netlink import attribute, ipv4, link, message

from ifdiscover._backends.far import FAR
from ifdiscover._backends.netlink.events import News, can_change_the_answer
from ifdiscover.errors import DiscoveryError, NotPermittedError

V4, V6 = socket.AF_INET, socket.AF_INET6
NEW_ROUTE, GONE_ROUTE, NEW_RULE = 24, 25, 32
CLONED = 0x200


def route(kind: int = NEW_ROUTE, to: str = "0.0.0.0/0", *, flags: int = 0, destination: bytes | None = None) -> bytes:
    """An RTM_NEWROUTE or RTM_DELROUTE."""
    text, _, length = to.partition("/")
    family = V6 if ":" in text else V4
    if destination is None:
        destination = socket.inet_pton(family, text)
    body = struct.pack("=BBBBBBBBI", family, int(length), 0, 0, 254, 0, 0, 1, flags)
    return message(kind, body + (attribute(1, destination) if destination else b""))


NEWS = {
    "an interface": link(2, b"eth0"),
    "an interface that is gone": message(17, struct.pack("=BxHiII", 0, 1, 2, 1, 0)),
    "an address": ipv4(2, bytes([192, 0, 2, 1])),
    "an address that is gone": message(21, struct.pack("=BBBBI", V4, 24, 0x80, 0, 2)),
    "a default route": route(destination=b""),
    "a default route that is gone": route(GONE_ROUTE, destination=b""),
    "an IPv6 default route": route(to="::/0", destination=b""),
    "half of everywhere, as VPNs have it": route(to="128.0.0.0/1"),
    "the other half": route(to="0.0.0.0/1"),
    "a block of IPv6": route(to="2000::/3"),
    "a rule": message(NEW_RULE, bytes(12)),
    "a destination that is cut": route(to="198.0.0.0/8", destination=b"\xc6"),
    "more bits than there are": route(to="198.0.0.0/64"),
    "a message that is longer than its datagram": link(2, b"eth0")[:-4],
    "a message of no bytes": bytes(16),
    "a route without a head": message(NEW_ROUTE, b"\2"),
}
NO_NEWS = {
    "nothing": b"",
    "a wireless interface's scan": message(16, struct.pack("=BxHiII", 0, 1, 2, 1, 0) + attribute(11, bytes(8))),
    "a bridge's port": message(16, struct.pack("=BxHiII", 7, 1, 2, 1, 0)),
    "a network of the Internet": route(to="203.0.113.0/24"),
    "a network of IPv6": route(to="2001:db8::/32"),
    "a local address": route(to="192.0.2.1/32"),
    "an entry of a cache": route(to="2001:7fd::1/128", flags=CLONED),
    "a multicast route": message(NEW_ROUTE, struct.pack("=BBBBBBBBI", 128, 32, 0, 0, 253, 0, 0, 5, 0)),
}


@pytest.mark.parametrize("datagram", NEWS.values(), ids=NEWS)
def test_what_can_change_the_answer_counts(datagram: bytes) -> None:
    """By itself, and after what does not count."""
    assert can_change_the_answer(datagram)
    assert can_change_the_answer(b"".join(NO_NEWS.values()) + datagram)


@pytest.mark.parametrize("datagram", NO_NEWS.values(), ids=NO_NEWS)
def test_what_cannot_change_it_does_not_count(datagram: bytes) -> None:
    """Nothing is read for it."""
    assert not can_change_the_answer(datagram)


@pytest.mark.parametrize("family", FAR)
def test_each_address_that_stands_for_everywhere_else_counts(family: int) -> None:
    """A route to any of them may change the source, however narrow it is."""
    for far in FAR[family]:
        assert can_change_the_answer(route(to=f"{socket.inet_ntop(family, far)}/{len(far) * 8}"))


@given(st.binary(max_size=200))
def test_no_datagram_is_refused(datagram: bytes) -> None:
    """The answer is yes or no for any bytes."""
    assert can_change_the_answer(datagram) in (True, False)


class Socket:
    """A socket that has these datagrams, with their senders, or errors."""

    def __init__(self, *replies: tuple[bytes, int] | OSError) -> None:
        self.replies = list(replies)

    def recvmsg(self, _size: int, _ancillary: int, flags: int) -> tuple[bytes, list[Any], int, tuple[int, int]]:
        """The next one; none: it would block."""
        assert flags & socket.MSG_DONTWAIT
        reply = self.replies.pop(0) if self.replies else BlockingIOError()
        if isinstance(reply, OSError):
            raise reply
        return reply[0], [], 0, (reply[1], 1)


def heard(*replies: tuple[bytes, int] | OSError) -> bool:
    """Whether there is news that counts among these."""
    news = News.__new__(News)
    vars(news)["_socket"] = kernel = Socket(*replies)
    found = news.take()
    assert kernel.replies == []
    return found


def test_all_news_is_taken() -> None:
    """Though the first already counts: what is left would be a second reading."""
    scan = NO_NEWS["a wireless interface's scan"]
    assert heard((NEWS["an address"], 0), (scan, 0), InterruptedError(), (scan, 0))
    assert not heard((scan, 0), (scan, 0))


def test_lost_news_counts() -> None:
    """The kernel had more than the socket could hold; nobody knows what was in it."""
    assert heard(OSError(errno.ENOBUFS, "lost"))


def test_only_the_kernel_is_believed() -> None:
    """Any process with CAP_NET_ADMIN may send to the groups."""
    assert not heard((NEWS["an address"], 4711))


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.EPERM, NotPermittedError), (errno.EPROTONOSUPPORT, DiscoveryError)]
)
def test_a_kernel_that_refuses_is_an_error(number: int, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under seccomp: when the socket is opened, and when it is read."""

    def refuse(*_arguments: object) -> None:
        raise OSError(number, "no")

    with pytest.raises(kind):
        heard(OSError(number, "no"))
    monkeypatch.setattr("_socket.socket", refuse)
    with pytest.raises(kind):
        News()
