"""News of links and addresses during two dumps: what shows that these are not of one moment, and what does not."""

from __future__ import annotations

import errno
import json
import struct
import sys
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st
from support.examples import examples
from support.kernels.netlink import (
    GOOD,
    LINKS,
    ONE,
    TWO,
    Kernel,
    done,
    failure,
    ipv4,
    message,
    newaddr,
    texts,
)

from ifdiscover._backends.netlink import messages
from ifdiscover._backends.netlink.dump import read_whole
from ifdiscover._backends.netlink.news import RTM_DELADDR, RTM_DELLINK, contradiction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.kernels.netlink import Reply
    from support.namespaces import Namespace


def news(kind: int, index: int, flags: int, family: int = 0) -> bytes:
    """A message about a link that nobody asked for. Another process did, and its sequence number is in it."""
    return numbered(message(kind, struct.pack("=BxHiII", family, 1, index, flags, 0), 0))


def numbered(datagram: bytes) -> bytes:
    """The message with a sequence number that is not the fake kernel's."""
    return datagram[:8] + struct.pack("=I", 1764451752) + datagram[12:]


def came(address: bytes) -> bytes:
    """An RTM_NEWADDR that answers no request."""
    return numbered(address[:6] + bytes(2) + address[8:])


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
        news(messages.RTM_NEWLINK, 2, 0, family=7),
        news(RTM_DELLINK, 9, 1),
    ],
    ids=["as it was seen", "of a bridge's port", "was gone before"],
)
def test_news_that_contradicts_nothing_is_no_reason_to_read_again(heard: bytes) -> None:
    """Interfaces have news of their own all the time: carriers, wireless scans."""
    kernel = Kernel(LINKS, [GOOD])
    kernel.news.append(heard)
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


SIX = newaddr(2, 10, 64, [(messages.IFA_ADDRESS, bytes(15) + b"\1")])
BOTH: list[Reply] = [ipv4(2, ONE) + SIX, done()]
"""An answer with an address of each family."""


@pytest.mark.parametrize(
    "heard",
    [
        [went(ipv4(2, ONE)), came(SIX)],
        [came(ipv4(2, ONE)), went(ipv4(2, ONE)), came(SIX)],
        [went(ipv4(2, ONE)) + came(SIX)],
        [went(ipv4(2, ONE)), went(ipv4(2, TWO))],
        [came(ipv4(1, TWO)), came(SIX), went(SIX)],
    ],
    ids=["in turn", "it came before", "in one datagram", "the wrong one is gone", "of two links"],
)
def test_addresses_that_were_never_there_together_are_read_again(heard: list[bytes]) -> None:
    """IPv4 is dumped before IPv6: one may go, and another one come between. The kernel marks neither part."""
    kernel = Kernel(LINKS, [BOTH])
    kernel.news += heard
    assert texts(read_whole(kernel)) == ["192.0.2.1", "::1"]
    assert kernel.asked[messages.RTM_GETADDR] == 2


@pytest.mark.parametrize(
    "heard",
    [
        [went(ipv4(2, ONE))],
        [came(ipv4(2, ONE)), came(SIX)],
        [went(ipv4(2, TWO)), came(SIX)],
        [went(ipv4(2, ONE, 16)), came(ipv4(2, ONE))],
        [came(ipv4(2, ONE)), came(ipv4(2, TWO)), went(ipv4(2, TWO))],
        [went(newaddr(2, 2, 24, [(messages.IFA_ADDRESS, TWO), (messages.IFA_LOCAL, ONE)])), came(SIX)],
        [went(newaddr(2, 7, 24, [(messages.IFA_ADDRESS, ONE)])), came(ipv4(2, TWO)), went(ipv4(2, TWO))],
        [came(message(messages.RTM_NEWADDR, bytes(7))), came(SIX)],
    ],
    ids=["one", "both", "one for another", "netmask", "before and after", "of a peer", "of a bridge", "half a message"],
)
def test_addresses_that_were_there_together_are_taken_at_once(heard: list[bytes]) -> None:
    """At some moment before, between or after the news."""
    kernel = Kernel(LINKS, [BOTH])
    kernel.news += heard
    assert texts(read_whole(kernel)) == ["192.0.2.1", "::1"]
    assert kernel.asked[messages.RTM_GETADDR] == 1


@pytest.mark.parametrize("late", [[came(SIX)], [(b"", True, 0)], [OSError(errno.ENOBUFS, "No buffer space available")]])
def test_news_of_the_last_change_is_waited_for(late: list[Reply]) -> None:
    """The change may be in the answer before the kernel tells of it."""
    kernel = Kernel(LINKS, [BOTH])
    kernel.news.append(went(ipv4(2, ONE)))
    kernel.late = late
    assert texts(read_whole(kernel)) == ["192.0.2.1", "::1"]
    assert kernel.asked[messages.RTM_GETADDR] == 2


def test_other_senders_are_not_believed_while_news_is_waited_for() -> None:
    """Only the kernel's answer ends the wait, and only its news counts."""
    kernel = Kernel(LINKS, [BOTH])
    kernel.news.append(went(ipv4(2, ONE)))
    kernel.late = [(came(SIX), False, 4711), (failure(errno.EINVAL), False, 4711), failure(errno.EINVAL)]
    read_whole(kernel)
    assert kernel.asked[messages.RTM_GETADDR] == 1
    assert kernel.pending == []


FIVE = [ipv4(2, bytes([192, 0, 2, n])) for n in range(5)]


@given(st.sets(st.integers(0, 4)), st.lists(st.integers(0, 4), max_size=8), st.sets(st.integers(0, 4)))
@settings(max_examples=examples(500))
def test_news_contradicts_what_was_true_at_no_moment(before: set[int], flips: list[int], listed: set[int]) -> None:
    """Of five addresses some are there before, and each change makes one of them come or go."""
    moments = list(accumulate(flips, lambda now, n: now ^ {n}, initial=before))
    heard = [(came if n in now else went)(FIVE[n]) for n, now in zip(flips, moments[1:])]
    dump: list[Reply] = [*(FIVE[n] for n in sorted(listed)), done()]
    reading = read_whole(Kernel(LINKS, [dump]))
    told = [now & set(flips) for now in moments]  # of what does not change there is no news
    was_so = listed & set(flips) in told
    assert (contradiction(heard, reading.interfaces, reading.addresses) == "") == was_so


CHANGES = """
addr add 192.0.2.10/24 brd + dev eth0 label eth0:1
addr add 192.0.2.11 peer 198.51.100.1/32 dev eth0
addr add 192.0.2.12 peer 0.0.0.0/24 dev eth0
addr add 2001:db8::10/64 dev eth0 nodad
addr add 2001:db8::11 peer 2001:db8:1::1/128 dev eth0 nodad
link set eth0 up
addr add 2001:db8::12/64 dev eth0 nodad
"""
CHANGED_BETWEEN = """
import json, subprocess, sys
from ifdiscover._backends.netlink import news
from ifdiscover._backends.netlink.dump import _is_news, read_whole
from ifdiscover._backends.netlink.rtnetlink import Socket

class Channel(Socket):
    asked = 0
    heard = []

    def send(self, message):
        self.asked += 1
        if self.asked == 2:
            subprocess.run(["ip", "-batch", "-"], input=sys.argv[1], text=True, check=True)
        super().send(message)

    def receive(self, flags=0):
        answer = super().receive(flags)
        self.heard += [answer[0]] if _is_news(answer[0]) else []
        return answer

channel = Channel()
reading = read_whole(channel)
told = {key for datagram in channel.heard for key, _ in news._events(datagram)}
listed = {(a.interface.index, a.packed, a.prefixlen, a.packed_peer) for a in reading.addresses}
numbers = [int.from_bytes(datagram[8:12], sys.byteorder) for datagram in channel.heard]
print(json.dumps([channel.asked, len(told), sorted(map(str, told ^ listed)), sum(map(bool, numbers)) > 0]))
"""


@pytest.mark.netns
def test_a_real_kernel_tells_of_all_that_changes_between_the_dumps(namespace: Namespace) -> None:
    """Its news has the sequence numbers of whoever asked for the change, and the same addresses as its dumps."""
    namespace.build(["link add eth0 type ifb"])
    done = namespace.run([sys.executable, "-c", CHANGED_BETWEEN, CHANGES])
    asked, told, differences, has_numbers = json.loads(done.stdout)
    assert asked == 5, "two dumps, the question about no link, and again two dumps"
    assert told >= 6
    assert differences == []
    assert has_numbers
