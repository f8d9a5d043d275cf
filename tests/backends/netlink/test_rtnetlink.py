"""rtnetlink: the reader on a kernel that tears, cuts, refuses and lies, and on real ones."""

from __future__ import annotations

import errno
import json
import os
import socket
import struct
import sys
from typing import TYPE_CHECKING

import pytest
from support.kernels.netlink import (
    GOOD,
    INTERRUPTED,
    LINKS,
    LO_ETH0,
    ONE,
    THREE,
    TWO,
    Kernel,
    done,
    failure,
    ipv4,
    link,
    message,
    texts,
)
from support.shapes import SHAPES

from ifdiscover import discover
from ifdiscover._backends.netlink import dump, messages, routes, rtnetlink
from ifdiscover._backends.netlink.dump import ATTEMPTS, read_whole
from ifdiscover.errors import DiscoveryError, NotPermittedError, TornReadError, UnansweredError

if TYPE_CHECKING:
    from support.kernels.netlink import Reply
    from support.namespaces import Namespace


def test_a_whole_answer_is_taken_at_once() -> None:
    """One dump of links and one of addresses, and no more."""
    kernel = Kernel(LINKS, [GOOD])
    reading = read_whole(kernel)
    assert texts(reading) == ["192.0.2.1", "192.0.2.2"]
    assert [interface.name for interface in reading.interfaces] == ["lo", "eth0"]
    assert list(kernel.asked.values()) == [1, 1]


@pytest.mark.parametrize(
    "torn",
    [
        [ipv4(2, ONE, flags=0x2 | INTERRUPTED), done()],
        [ipv4(2, ONE), done(flags=0x2 | INTERRUPTED)],
        [ipv4(2, ONE) + ipv4(2, TWO) + ipv4(2, ONE) + done()],
        [ipv4(2, ONE) + ipv4(9, TWO) + done()],
        [ipv4(2, ONE), done(errno.EINTR)],
        [ipv4(2, ONE), OSError(errno.ENOBUFS, "No buffer space available")],
        [(ipv4(2, ONE) + ipv4(2, TWO)[:20], True, 0), ipv4(2, THREE) + done()],
        [ipv4(2, ONE), (ipv4(2, TWO)[:10], True, 0), (ipv4(2, THREE), True, 0), ipv4(2, THREE) + done()],
    ],
    ids=["marked", "DONE marked", "twice", "no such link", "DONE EINTR", "ENOBUFS", "cut", "cut twice"],
)
def test_a_torn_answer_is_taken_again(torn: list[Reply]) -> None:
    """The next one that is whole is the answer, and nothing of the torn one is in it."""
    kernel = Kernel(LINKS, [torn, torn, GOOD])
    assert texts(read_whole(kernel)) == ["192.0.2.1", "192.0.2.2"]
    assert kernel.asked[messages.RTM_GETADDR] == 3
    assert kernel.pending == []


@pytest.mark.parametrize(
    "given_up", [(ipv4(2, TWO)[:20], True, 0), OSError(errno.ENOBUFS, "No buffer space available")], ids=["cut", "lost"]
)
@pytest.mark.parametrize("of", [messages.RTM_GETLINK, messages.RTM_GETADDR], ids=["links", "addresses"])
def test_a_dump_that_is_given_up_is_left_in_its_socket(of: int, given_up: Reply) -> None:
    """The kernel has more to say of it, and would refuse the next one."""
    kernel = Kernel(LINKS, [GOOD])
    kernel.scripts[of] = [[given_up, ipv4(2, THREE), done()], *kernel.scripts[of]]
    send = kernel.send
    left: list[int] = []

    def send_and_count(request: bytes) -> None:
        left.append(len(kernel.pending))
        send(request)

    vars(kernel)["send"] = send_and_count
    assert texts(read_whole(kernel)) == ["192.0.2.1", "192.0.2.2"]
    assert left == [0, 0, 0, 0]


@pytest.mark.parametrize("body", [b"", b"\xff\xff\xff"])
def test_an_end_without_a_number_is_no_error(body: bytes) -> None:
    """An NLMSG_DONE may end with its header."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE), message(messages.NLMSG_DONE, body)]])
    assert texts(read_whole(kernel)) == ["192.0.2.1"]


def test_an_error_of_the_socket_is_no_reason_to_ask_again() -> None:
    """But for ENOBUFS."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE), OSError(errno.EBADF, "Bad file descriptor")], GOOD])
    with pytest.raises(OSError, match="Bad file descriptor"):
        read_whole(kernel)
    assert kernel.asked[messages.RTM_GETADDR] == 1


def test_torn_links_are_taken_again_too() -> None:
    """The mark counts on either dump."""
    kernel = Kernel([[link(2, b"eth0", flags=0x2 | INTERRUPTED, mtu=1) + done()], *LINKS], [GOOD])
    assert [interface.mtu for interface in read_whole(kernel).interfaces] == [1500, 1500]


def test_a_link_that_disappears_between_the_dumps_is_seen() -> None:
    """Its addresses name an index that is not there."""
    kernel = Kernel([[LO_ETH0 + link(3, b"gone") + done()], *LINKS], [[ipv4(7, THREE) + done()], GOOD])
    reading = read_whole(kernel)
    assert texts(reading) == ["192.0.2.1", "192.0.2.2"]
    assert [interface.name for interface in reading.interfaces] == ["lo", "eth0"]


@pytest.mark.parametrize(
    "links",
    [link(2, b"eth0") + link(2, b"eth1"), link(2, b"eth0") + link(3, b"eth0"), link(2, b"")],
    ids=["an index twice", "a name twice", "no name"],
)
def test_links_that_cannot_be_are_torn(links: bytes) -> None:
    """An index and a name are one interface's at a time."""
    kernel = Kernel([[links + done()], *LINKS], [[done()], GOOD])
    assert [interface.name for interface in read_whole(kernel).interfaces] == ["lo", "eth0"]


def test_a_refusal_by_a_number_that_is_no_errno_is_a_clear_error() -> None:
    """The message has four bytes for it, and its negative is one more than strerror(3) takes."""
    kernel = Kernel([[failure(1 << 31)]], [[done()]])
    with pytest.raises(DiscoveryError, match="refused a dump: Unknown error 2147483648"):
        read_whole(kernel)


def test_what_stays_torn_is_an_error() -> None:
    """After a bounded number of attempts; status 75, with the reason and what to do."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE) + ipv4(2, ONE) + done()]])
    with pytest.raises(TornReadError, match=r"10 attempts.*came twice.*try again later") as raised:
        read_whole(kernel)
    assert raised.value.status == 75
    assert kernel.asked[messages.RTM_GETADDR] == ATTEMPTS


def test_each_request_has_a_number_of_its_own() -> None:
    """So that what is left of an earlier dump is known."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE) + ipv4(2, ONE) + done()]])
    numbers: list[int] = []
    send = kernel.send

    def send_and_note(request: bytes) -> None:
        send(request)
        numbers.append(kernel.sequence)

    vars(kernel)["send"] = send_and_note
    read_whole(kernel, allow_torn=True)
    assert len(set(numbers)) == len(numbers) == 2 * ATTEMPTS


def test_a_torn_answer_can_be_asked_for() -> None:
    """Marked, and without what is there twice or on no interface; what follows these is there."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE) + ipv4(2, ONE) + ipv4(9, TWO) + ipv4(1, THREE) + done()]])
    reading = read_whole(kernel, allow_torn=True)
    assert texts(reading) == ["192.0.2.1", "192.0.2.3"]
    assert reading.torn


def test_a_torn_host_says_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Consistent is False, and a warning says why; a whole one is True."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE, flags=0x2 | INTERRUPTED) + done()]])
    kernel.close = lambda: None  # type: ignore[attr-defined]  # as the socket has
    monkeypatch.setattr(rtnetlink, "Socket", lambda: kernel)
    host = rtnetlink.read(allow_torn=True)
    assert host.consistent is False
    assert host.warnings == ("this answer is not whole: the kernel marked a dump as interrupted",)
    monkeypatch.undo()
    assert rtnetlink.read().consistent is True


def test_a_torn_read_is_no_reason_to_ask_another_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be torn the same way, and not see it."""

    def torn() -> None:
        raise TornReadError("torn")

    monkeypatch.setattr(rtnetlink, "read", torn)
    with pytest.raises(TornReadError):
        discover()


def test_a_signal_interrupts_nothing() -> None:
    """EINTR from receiving is no end of the dump."""
    kernel = Kernel(LINKS, [[InterruptedError(), ipv4(2, ONE), InterruptedError(), done()]])
    assert texts(read_whole(kernel)) == ["192.0.2.1"]
    assert kernel.asked[messages.RTM_GETADDR] == 1


def test_a_foreign_sender_is_not_believed() -> None:
    """Any process may send to the socket; only port 0 is the kernel."""
    kernel = Kernel(LINKS, [[(ipv4(2, TWO) + done(), False, 4711), ipv4(2, ONE), (done(), False, 1), done()]])
    assert texts(read_whole(kernel)) == ["192.0.2.1"]


def test_answers_to_another_request_are_passed_over() -> None:
    """They bear another sequence number."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE), done()]])
    kernel.pending = [link(3, b"eth1"), done()]  # of request 0
    reading = read_whole(kernel)
    assert ([interface.name for interface in reading.interfaces], texts(reading)) == (["lo", "eth0"], ["192.0.2.1"])


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.EPERM, NotPermittedError), (errno.EACCES, NotPermittedError), (errno.EOPNOTSUPP, DiscoveryError)],
)
@pytest.mark.parametrize("end", [failure, done], ids=["ERROR", "DONE"])
def test_an_error_in_a_dump_is_the_answer(end: object, number: int, kind: type[Exception]) -> None:
    """In its midst too: what came before is not handed out."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE), end(number)]])  # type: ignore[operator]  # failure or done
    with pytest.raises(DiscoveryError, match=os.strerror(number)) as raised:
        read_whole(kernel)
    assert type(raised.value) is kind


def test_a_refusal_may_say_more_than_its_number() -> None:
    """The request, and since Linux 4.12 a sentence."""
    body = struct.pack("=i", -errno.EPERM) + bytes(28)
    with pytest.raises(NotPermittedError):
        read_whole(Kernel(LINKS, [[message(messages.NLMSG_ERROR, body)]]))


def test_only_the_mark_of_an_interruption_counts() -> None:
    """NLM_F_DUMP_FILTERED is no such mark."""
    kernel = Kernel(LINKS, [[ipv4(2, ONE, flags=0x22), done(flags=0x22)]])
    assert texts(read_whole(kernel)) == ["192.0.2.1"]
    assert kernel.asked[messages.RTM_GETADDR] == 1


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES, errno.EAFNOSUPPORT])
def test_a_refused_socket_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """As seccomp or an LSM refuses it."""

    def refuse() -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(rtnetlink, "Socket", refuse)
    with pytest.raises(DiscoveryError, match=f"rtnetlink: {os.strerror(number)}") as raised:
        rtnetlink.read()
    assert (type(raised.value) is NotPermittedError) == (number != errno.EAFNOSUPPORT)


def test_requests_are_what_strict_checking_accepts() -> None:
    """Nothing but zeros in the header, one dump for both families."""
    assert messages.request(messages.RTM_GETADDR, 7) == struct.pack("=IHHII", 24, 22, 0x301, 7, 0) + bytes(8)
    assert messages.request(messages.RTM_GETLINK, 7)[16:32] == bytes(16)
    assert dump.ATTEMPTS == 10


def test_a_kernel_that_never_answers_is_an_error() -> None:
    """And no reason to ask again."""
    kernel = Kernel([[BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")]], [GOOD])
    with pytest.raises(UnansweredError, match="the kernel did not answer for 5 seconds; perhaps a sandbox swallows"):
        read_whole(kernel)
    assert sum(kernel.asked.values()) == 1


@pytest.mark.parametrize("port", [0, 4711])
def test_a_kernel_that_has_only_news_is_an_error(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """The wait is bounded, whatever else comes; other senders are no sign of life either."""
    monkeypatch.setattr(dump, "PATIENCE", 0.05)
    kernel = Kernel([[]], [GOOD])
    heard = message(messages.RTM_NEWLINK, bytes(16), 0)
    vars(kernel)["receive"] = lambda _flags=0: (heard, False, port)
    with pytest.raises(UnansweredError, match="the kernel did not answer"):
        read_whole(kernel)


def test_a_socket_waits_for_an_answer_no_longer_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent here, so that nothing comes."""
    monkeypatch.setattr(rtnetlink, "PATIENCE", 1)
    channel = rtnetlink.Socket()
    with pytest.raises(BlockingIOError):
        channel.receive()
    channel.close()


class Swallowing:
    """A socket in a sandbox that swallows calls: each seems to succeed, and does nothing."""

    def __init__(self) -> None:
        self.waited = 0

    def setsockopt(self, *_option: object) -> None:
        """As if it was set."""

    def bind(self, _address: object) -> None:
        """As if it was bound."""

    def sendto(self, message: bytes, _address: object) -> int:
        """As if it was sent."""
        return len(message)

    def close(self) -> None:
        """As if it was closed."""

    def recvmsg(self, *_wanted: int) -> tuple[bytes, list[object], int, tuple[int, int]]:
        """As if something had come."""
        self.waited += 1
        assert self.waited < 100, "it goes on without end"
        return b"", [], 0, (0, 0)


class Given(rtnetlink.Socket):
    """A channel over a socket that is there."""

    def __init__(self, given: Swallowing) -> None:
        self.given = given
        super().__init__()

    def _made(self) -> Swallowing:
        return self.given


def test_what_has_no_bytes_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not to a dump, and not to a question about a route."""
    with pytest.raises(UnansweredError, match="what came has no bytes; perhaps a sandbox swallows"):
        read_whole(Given(Swallowing()))
    monkeypatch.setattr(routes, "Socket", lambda: Given(Swallowing()))
    with pytest.raises(UnansweredError):
        routes.read_source(socket.AF_INET, bytes(4))


def test_a_wait_ends_where_no_option_of_the_socket_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox may swallow SO_RCVTIMEO as well as requests."""

    class Silent(Swallowing):
        def __init__(self) -> None:
            super().__init__()
            self.opened = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)

        def fileno(self) -> int:
            return self.opened.fileno()

        def recvmsg(self, *wanted: int) -> tuple[bytes, list[object], int, tuple[int, int]]:
            assert wanted[2] & socket.MSG_DONTWAIT, "it waits without end"
            raise BlockingIOError

    monkeypatch.setattr(rtnetlink, "PATIENCE", 0.01)
    silent = Silent()
    monkeypatch.setattr(routes, "Socket", lambda: Given(silent))
    with silent.opened:
        with pytest.raises(UnansweredError, match="the kernel did not answer"):
            read_whole(Given(silent))
        with pytest.raises(UnansweredError, match="the kernel did not answer"):
            routes.read_source(socket.AF_INET, bytes(4))


@pytest.mark.netns
def test_a_link_message_of_more_than_64_kib_is_read(namespace: Namespace) -> None:
    """Some hundred long alternative names make one."""
    names = [f"altname {number:03}{'n' * 124}" for number in range(490)]
    more = [f"link property add dev eth0 {' '.join(names[at : at + 5])}" for at in range(0, 490, 5)]
    namespace.build(["link add eth0 type ifb", "addr add 192.0.2.10/24 dev eth0", *more])
    code = "import ifdiscover; print(*ifdiscover.discover('rtnetlink').addresses)"
    assert namespace.run([sys.executable, "-c", code]).stdout == "192.0.2.10\n"


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_every_field_agrees_with_ip(name: str, namespace: Namespace) -> None:
    """All that ip(8) shows, on every shape of host."""
    namespace.build(SHAPES[name].steps)
    code = "import ifdiscover, json; print(json.dumps(ifdiscover.discover('rtnetlink')[:2], default=bytes.hex))"
    interfaces, addresses = json.loads(namespace.run([sys.executable, "-c", code]).stdout)
    links = json.loads(namespace.run(["ip", "-j", "-d", "addr"]).stdout)
    assert [(i[0], i[1], i[3]) for i in interfaces] == [(li["ifname"], li["ifindex"], li["mtu"]) for li in links]
    found = {
        (li["ifname"], info["local"], info["prefixlen"], info.get("address"), info.get("label", li["ifname"]))
        for li in links
        for info in li["addr_info"]
    }
    assert len(addresses) == len(found)
    assert found == {
        (
            a[0][0],
            socket.inet_ntop(a[1], bytes.fromhex(a[2])),
            a[3],
            a[8] and socket.inet_ntop(a[1], bytes.fromhex(a[8])),
            a[9] or a[0][0],
        )
        for a in addresses
    }


OVERRUN = """
import socket, subprocess, sys
from ifdiscover._backends.netlink.dump import read_whole
from ifdiscover._backends.netlink.rtnetlink import Socket

class Channel(Socket):
    asked = 0

    def _made(self):
        made = super()._made()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 100_000)  # whatever the system's default is
        return made

    def send(self, message):
        self.asked += 1
        super().send(message)
        if self.asked == int(sys.argv[1]):
            changes = "addr add 192.0.2.10/32 dev eth0\\naddr del 192.0.2.10/32 dev eth0\\n"
            subprocess.run(["ip", "-batch", "-"], input=changes * 600, text=True, check=True)

channel = Channel()
print(len(read_whole(channel).addresses), channel.asked)
"""


@pytest.mark.netns
@pytest.mark.parametrize("request_number", [1, 2])
def test_more_news_than_a_socket_holds_is_a_reason_to_read_again(namespace: Namespace, request_number: int) -> None:
    """While the process does not run, the kernel drops news, and goes on with the dump when the socket has room."""
    namespace.build(["link add eth0 type ifb", *(f"addr add 10.0.{n >> 8}.{n & 255}/32 dev eth0" for n in range(2000))])
    assert namespace.run([sys.executable, "-c", OVERRUN, str(request_number)]).stdout == "2000 4\n"
