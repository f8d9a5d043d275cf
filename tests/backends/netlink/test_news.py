"""News of links and addresses during two dumps: what shows that these are not of one moment, and what does not."""

from __future__ import annotations

import errno
import json
import struct
import sys
from typing import TYPE_CHECKING

import pytest
from support.kernels.netlink import (
    GOOD,
    LINKS,
    ONE,
    TWO,
    Kernel,
    done,
    ipv4,
    link,
    message,
    newaddr,
    texts,
)

from ifdiscover._backends.netlink import messages
from ifdiscover._backends.netlink.dump import read_whole
from ifdiscover._backends.netlink.news import of_links
from ifdiscover.model import Interface

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.kernels.netlink import Reply
    from support.namespaces import Namespace

RTM_DELLINK, RTM_DELADDR = 17, 21  # <linux/rtnetlink.h>


def news(kind: int, index: int, flags: int, family: int = 0) -> bytes:
    """A message about a link that nobody asked for. Another process did, and its sequence number is in it."""
    return numbered(message(kind, struct.pack("=BxHiII", family, 1, index, flags, 0), 0))


def numbered(datagram: bytes) -> bytes:
    """The message with a sequence number that is not the fake kernel's."""
    return datagram[:8] + struct.pack("=I", 1764451752) + datagram[12:]


def came(address: bytes) -> bytes:
    """An RTM_NEWADDR that answers no request; its flags say nothing, unless that it is no part of a dump."""
    return numbered(address[:6] + struct.pack("=H", 0x401) + address[8:])


def went(address: bytes) -> bytes:
    """An RTM_DELADDR."""
    return address[:4] + struct.pack("=H", RTM_DELADDR) + came(address)[6:]


@pytest.mark.parametrize(
    "heard",
    [
        news(messages.RTM_NEWLINK, 2, 0),
        news(messages.RTM_NEWLINK, 3, 1),
        news(RTM_DELLINK, 2, 1),
        news(messages.RTM_NEWLINK, 1, 1) + news(messages.RTM_NEWLINK, 2, 0),
    ],
    ids=["went down", "came", "went", "the second of two"],
)
@pytest.mark.parametrize("is_among_the_answers", [True, False])
def test_a_link_that_changes_between_the_dumps_is_read_again(heard: bytes, *, is_among_the_answers: bool) -> None:
    """An address would stand on a link that did not have it then. No dump is marked as interrupted."""
    kernel = Kernel(LINKS, [GOOD])
    if is_among_the_answers:
        send = kernel.send

        def send_news_first(request: bytes) -> None:
            kernel.pending += [heard] if sum(kernel.asked.values()) == 1 else []
            send(request)

        vars(kernel)["send"] = send_news_first
    else:
        kernel.news.append(heard)
    assert texts(read_whole(kernel)) == ["192.0.2.1", "192.0.2.2"]
    assert kernel.asked[messages.RTM_GETADDR] == 2


@pytest.mark.parametrize(
    "heard",
    [
        news(messages.RTM_NEWLINK, 2, 1),
        news(messages.RTM_NEWLINK, 2, 0x11043),
        news(messages.RTM_NEWLINK, 2, 0, family=7),
        news(RTM_DELLINK, 9, 1),
        numbered(message(messages.RTM_NEWLINK, bytes(15), 0)),
    ],
    ids=["as it was seen", "a carrier", "of a bridge's port", "was gone before", "half a message"],
)
def test_news_that_contradicts_nothing_is_no_reason_to_read_again(heard: bytes) -> None:
    """Interfaces have news of their own all the time: carriers, wireless scans."""
    kernel = Kernel(LINKS, [GOOD])
    kernel.news.append(heard)
    read_whole(kernel)
    assert kernel.asked[messages.RTM_GETADDR] == 1


@pytest.mark.parametrize(
    "first",
    [
        message(messages.RTM_NEWADDR, bytes(8), 0),
        message(messages.RTM_NEWLINK, bytes(15), 0),
        news(messages.RTM_NEWLINK, 2, 0, family=7),
        news(messages.RTM_NEWLINK, 2, 1),
    ],
    ids=["no link", "half a message", "of a bridge's port", "as it was seen"],
)
def test_each_message_of_a_datagram_counts(first: bytes) -> None:
    """What is passed over is followed by what is not."""
    assert of_links([first + link(9, b"eth9")], [Interface("eth0", 2, 1)]) == "interface 9 came or went"


def test_a_link_that_stays_down_is_no_reason_to_read_again() -> None:
    """It has no flag at all."""
    assert of_links([news(messages.RTM_NEWLINK, 2, 0)], [Interface("eth0", 2, 0)]) == ""


def test_a_link_that_goes_up_is_read_again() -> None:
    """It had no flag at all."""
    assert of_links([news(messages.RTM_NEWLINK, 2, 1)], [Interface("eth0", 2, 0)]) == "interface 2 went up or down"


def test_news_of_another_sender_is_not_believed() -> None:
    """Any process may send to the socket."""
    kernel = Kernel(LINKS, [GOOD])
    kernel.news.append(b"")
    receive = kernel.receive

    def receive_foreign(flags: int = 0) -> tuple[bytes, bool, int]:
        datagram, cut, port = receive(flags)
        return (news(messages.RTM_NEWLINK, 2, 0), cut, 4711) if flags else (datagram, cut, port)

    vars(kernel)["receive"] = receive_foreign
    read_whole(kernel)
    assert kernel.asked[messages.RTM_GETADDR] == 1


def test_lost_or_cut_news_is_a_reason_to_read_again() -> None:
    """Nobody knows what it was."""
    kernel = Kernel(LINKS, [GOOD])
    answers: Iterator[OSError | tuple[bytes, bool, int]] = iter(
        [OSError(errno.ENOBUFS, "No buffer space available"), (b"", True, 0)]
    )

    def receive(flags: int = 0) -> tuple[bytes, bool, int]:
        answer = next(answers, None) if flags else None
        if isinstance(answer, OSError):
            raise answer
        return answer or Kernel.receive(kernel, flags)

    vars(kernel)["receive"] = receive
    read_whole(kernel)
    assert kernel.asked[messages.RTM_GETADDR] == 3


SIX = newaddr(2, 10, 64, [(messages.IFA_ADDRESS, bytes(15) + b"\2"), (messages.IFA_LOCAL, bytes(15) + b"\1")])
"""::1, whose peer is ::2."""


def kernel_with(*between: Reply) -> Kernel:
    """One that has these pieces of news after the IPv4 addresses and before the IPv6 addresses of the first dump."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE), SIX + done()]])
    send = kernel.send

    def send_with_news(request: bytes) -> None:
        send(request)
        if list(kernel.asked.values()) == [1, 1]:
            kernel.pending[1:1] = between

    vars(kernel)["send"] = send_with_news
    return kernel


@pytest.mark.parametrize(
    "heard",
    [
        [went(ipv4(2, ONE))],
        [went(ipv4(2, ONE)), came(SIX)],
        [went(ipv4(2, ONE)) + came(SIX)],
        [came(ipv4(2, ONE)), went(ipv4(2, ONE))],
        [came(ipv4(2, TWO))],
        [came(ipv4(1, ONE))],
        [came(ipv4(2, ONE, 16))],
        [came(newaddr(2, 2, 24, [(messages.IFA_ADDRESS, TWO), (messages.IFA_LOCAL, ONE)]))],
        [went(SIX)],
        [came(message(messages.RTM_NEWADDR, bytes(7))) + went(ipv4(2, ONE))],
        [went(newaddr(2, 7, 24, [(messages.IFA_ADDRESS, ONE)])) + went(ipv4(2, ONE))],
    ],
    ids=["went", "in turn", "at once", "last", "came", "link", "netmask", "peer", "IPv6", "half a message", "of no IP"],
)
def test_an_address_that_is_not_as_it_was_when_the_dump_ended_is_read_again(heard: list[bytes]) -> None:
    """IPv4 is dumped before IPv6, and one may go and another one come between. The kernel marks neither part."""
    kernel = kernel_with(*heard)
    assert texts(read_whole(kernel)) == ["192.0.2.1", "::1"]
    assert kernel.asked[messages.RTM_GETADDR] == 2


@pytest.mark.parametrize(
    "heard",
    [
        [came(ipv4(2, ONE)), came(SIX)],
        [went(ipv4(2, TWO)), came(SIX)],
        [went(ipv4(2, ONE)), came(ipv4(2, ONE))],
        [went(ipv4(2, ONE, 16)), went(ipv4(1, ONE))],
        [went(newaddr(2, 2, 24, [(messages.IFA_ADDRESS, TWO), (messages.IFA_LOCAL, ONE)]))],
        [went(newaddr(2, 2, 24, [(messages.IFA_ADDRESS, bytes(4)), (messages.IFA_LOCAL, ONE)]))],
        [went(newaddr(2, 10, 64, [(messages.IFA_ADDRESS, bytes(16)), (messages.IFA_LOCAL, bytes(15) + b"\1")]))],
        [went(newaddr(2, 7, 24, [(messages.IFA_ADDRESS, ONE), (messages.IFA_LOCAL, ONE)]))],
        [came(message(messages.RTM_NEWADDR, bytes(7)))],
    ],
    ids=["came", "went", "went and came", "others", "peer", "lower peer", "IPv6 peer", "of no IP", "half a message"],
)
def test_news_of_addresses_that_contradicts_nothing_is_no_reason_to_read_again(heard: list[bytes]) -> None:
    """What changed before the dump, and lifetimes, which a router renews."""
    kernel = kernel_with(*heard)
    assert texts(read_whole(kernel)) == ["192.0.2.1", "::1"]
    assert kernel.asked[messages.RTM_GETADDR] == 1


def test_news_that_is_cut_between_the_parts_of_a_dump_is_a_reason_to_read_again() -> None:
    """Nobody knows what it was."""
    kernel = kernel_with((came(ipv4(2, TWO))[:20], True, 0))
    assert texts(read_whole(kernel)) == ["192.0.2.1", "::1"]
    assert kernel.asked[messages.RTM_GETADDR] == 2


def test_an_answer_without_the_mark_of_a_dump_is_no_news() -> None:
    """It has the number of the request."""
    links, addresses = link(1, b"lo", flags=0) + link(2, b"eth0", flags=0), ipv4(2, ONE, flags=0) + done()
    assert texts(read_whole(Kernel([[links, done()]], [[addresses]]))) == ["192.0.2.1"]


def test_what_changes_after_the_dump_is_no_reason_to_read_again() -> None:
    """The answer was true when the dump ended."""
    kernel = kernel_with()
    kernel.news.append(went(ipv4(2, ONE)))
    assert texts(read_whole(kernel)) == ["192.0.2.1", "::1"]
    assert kernel.asked[messages.RTM_GETADDR] == 1


CHANGES = """
addr add 192.0.2.10/24 brd + dev eth0 label eth0:1
addr add 192.0.2.11 peer 198.51.100.1/32 dev eth0
addr add 192.0.2.12 peer 0.0.0.0/24 dev eth0
addr add 2001:db8::10/64 dev eth0 nodad
addr add 2001:db8::11 peer 2001:db8:1::1/128 dev eth0 nodad
link set eth0 up
addr add 2001:db8::12/64 dev eth0 nodad
addr add 192.0.2.13/24 dev eth0
addr del 192.0.2.13/24 dev eth0
addr add 192.0.2.14 peer 198.51.100.2/32 dev eth0
addr del 192.0.2.14 peer 198.51.100.2/32 dev eth0
addr add 2001:db8::13/64 dev eth0 nodad
addr del 2001:db8::13/64 dev eth0
addr add 2001:db8::14 peer 2001:db8:1::2/128 dev eth0 nodad
addr del 2001:db8::14 peer 2001:db8:1::2/128 dev eth0
"""
CHANGED_BETWEEN = """
import json, subprocess, sys
from ifdiscover._backends.netlink import news
from ifdiscover._backends.netlink.dump import read_whole
from ifdiscover._backends.netlink.rtnetlink import Socket

class Channel(Socket):
    asked = 0

    def send(self, message):
        self.asked += 1
        if self.asked == 2:
            subprocess.run(["ip", "-batch", "-"], input=sys.argv[1], text=True, check=True)
        super().send(message)

listener = Socket()
listener.hear_news()
channel = Channel()
reading = read_whole(channel)
listed = {(a.interface.index, a.packed, a.prefixlen, a.packed_peer) for a in reading.addresses}
last = {}
while {key for key, is_there in last.items() if is_there} != listed or len(last) < 10:  # the kernel tells some later
    datagram, _cut, _port = listener.receive()
    last.update(news._events(datagram))
gone = {key for key, is_there in last.items() if not is_there}
print(json.dumps([channel.asked, len(listed), len(gone), len(listed & gone)]))
"""


@pytest.mark.netns
def test_a_real_kernel_tells_of_all_that_changes_between_the_dumps(namespace: Namespace) -> None:
    """Its news has the same addresses as its dumps, whatever the sequence numbers are."""
    namespace.build(["link add eth0 type ifb"])
    printed = namespace.run([sys.executable, "-c", CHANGED_BETWEEN, CHANGES]).stdout
    asked, listed, gone, are_listed = json.loads(printed)
    assert asked == 4, "the link went up after it was dumped"
    assert (listed, gone, are_listed) == (6, 4, 0)
