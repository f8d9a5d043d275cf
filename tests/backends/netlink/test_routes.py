"""The reader of routes, on a kernel that answers what a test wants."""

from __future__ import annotations

import errno
import os
import socket
import struct
from typing import TYPE_CHECKING, Any

import pytest
from support.kernels.netlink import attribute, failure, message
from support.made import ETH0, address, host

from ifdiscover._backends.far import FAR
from ifdiscover._backends.netlink import routes
from ifdiscover._backends.netlink.routes import Questions, read_routes, read_source
from ifdiscover.errors import DiscoveryError, NotPermittedError
from ifdiscover.model import NextHop, Route

if TYPE_CHECKING:
    from collections.abc import Callable

V4, V6 = socket.AF_INET, socket.AF_INET6
ME, ROUTER, OTHER = (bytes([192, 0, 2, n]) for n in (10, 1, 2))
TO = FAR[V4][0]


def route(prefixlen: int = 0, index: int = 2, gateway: bytes | None = ROUTER, **more: int) -> bytes:
    """An RTM_NEWROUTE of an IPv4 route."""
    flags, table = more.pop("flags", 0), more.pop("table", 254)
    body = struct.pack("=BBBBBBBBI", V4, prefixlen, 0, 0, table, 0, 0, 1, flags) + attribute(
        4, struct.pack("=i", index)
    )
    if gateway is not None:
        body += attribute(5, gateway)
    if "metric" in more:
        body += attribute(6, struct.pack("=I", more["metric"]))
    return message(24, body)


def packet(source: bytes | None = ME) -> bytes:
    """What becomes of a packet."""
    body = struct.pack("=BBBBBBBBI", V4, 32, 0, 0, 254, 0, 0, 1, 0x200)
    return message(24, body + (attribute(7, source) if source else b""))


class Kernel:
    """A ``Channel`` that answers each question by a function of the destination, the interface and RTM_F_FIB_MATCH."""

    def __init__(self, answer: Callable[[bytes, int, bool], Any]) -> None:
        self.answer = answer
        self.asked: list[tuple[bytes, int, bool]] = []
        self.pending: list[Any] = []

    def send(self, request: bytes) -> None:
        """Take a question."""
        (sequence,) = struct.unpack_from("=I", request, 8)
        family, bits = request[16], request[17]
        (flags,) = struct.unpack_from("=I", request, 24)
        destination = request[32 : 32 + bits // 8]
        rest = request[32 + bits // 8 :]
        interface = struct.unpack_from("=i", rest, 4)[0] if rest else 0
        assert family == (V4 if bits == 32 else V6)
        self.asked.append((destination, interface, bool(flags & 0x2000)))
        found = self.answer(*self.asked[-1])
        for one in found if isinstance(found, list) else [found]:
            self.pending.append(one if isinstance(one, BaseException) else self._numbered(one, sequence))

    def receive(self, _flags: int = 0) -> tuple[bytes, bool, int]:
        """The next answer."""
        assert self.pending, "the kernel is asked for more than it has to say: a real one would never answer"
        answer = self.pending.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[no-any-return]  # made by _numbered()

    @staticmethod
    def _numbered(answer: Any, sequence: int) -> tuple[bytes, bool, int]:
        data, cut, port = answer if isinstance(answer, tuple) else (answer, False, 0)
        made = bytearray(data)
        struct.pack_into("=I", made, 8, sequence)
        return bytes(made), bool(cut), int(port)

    def close(self) -> None:
        """As a socket has it."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[bytes, int, bool], Any]], Kernel]:
    """Let the reader ask a kernel of the test's own."""

    def install(answer: Callable[[bytes, int, bool], Any]) -> Kernel:
        kernel = Kernel(answer)
        monkeypatch.setattr(routes, "Socket", lambda: kernel)
        return kernel

    return install


OURS = host(address("192.0.2.10", "255.255.255.0"))


def only_ipv4(answer: Callable[[bytes, int, bool], Any]) -> Callable[[bytes, int, bool], Any]:
    """Such a kernel, of which IPv6 knows no way."""
    return lambda to, index, whole: failure(errno.ENETUNREACH) if len(to) == 16 else answer(to, index, whole)


def test_a_plain_host_takes_few_questions(asked: Any) -> None:
    """For IPv4 the route, the interface's own, and the source; for IPv6 each address that is far."""
    kernel = asked(only_ipv4(lambda _to, _index, whole: route() if whole else packet()))
    assert read_routes(OURS) == ((Route(V4, (NextHop(ROUTER, "eth0"),), is_default=True, metric=0),), (ME,))
    assert [question for question in kernel.asked if len(question[0]) == 4] == [
        (TO, 0, True),
        (TO, 2, True),
        (TO, 0, False),
    ]
    assert [to for to, index, _whole in kernel.asked if len(to) == 16 and not index] == list(FAR[V6])


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.EINVAL, errno.EAGAIN])
def test_another_far_address_is_tried(asked: Any, number: int) -> None:
    """If the first ones lead nowhere: blackhole is EINVAL, prohibit EACCES, throw EAGAIN."""

    def answer(to: bytes, _index: int, whole: bool) -> bytes:
        return failure(number) if to in FAR[V4][:2] else route() if whole else packet()

    kernel = asked(only_ipv4(answer))
    found, sources = read_routes(OURS)
    assert (len(found), sources) == (1, (ME,))
    assert (FAR[V4][2], 0, False) in kernel.asked
    assert read_source(V4) == ME


def test_a_route_to_one_block_is_not_the_one_to_everywhere_else(asked: Any) -> None:
    """The far address with the default route is taken, or else that whose route looks at the fewest bits."""
    lengths = {FAR[V4][0]: 24, FAR[V4][1]: 2, FAR[V4][2]: 1, FAR[V4][3]: 2}
    kernel = asked(lambda to, _index, whole: route(lengths[to], index=9) if whole else packet())
    assert read_source(V4) == ME
    assert kernel.asked[-1] == (FAR[V4][2], 0, False)
    lengths[FAR[V4][1]] = 0
    assert read_source(V4) == ME
    assert kernel.asked[-1] == (FAR[V4][1], 0, False)


def test_without_a_default_in_use_the_lowest_metric_of_that_table_is_the_default(asked: Any) -> None:
    """A VPN's halves hide it; a default route of another table is in no use."""
    eth1, eth2, tun0 = (ETH0._replace(name=name, index=n) for n, name in enumerate(("eth1", "eth2", "tun0"), 3))
    made = host(*(address("192.0.2.10")._replace(interface=interface) for interface in (ETH0, eth1, eth2, tun0)))
    by_index = {
        0: route(1, index=5),
        2: route(index=2, metric=300),
        3: route(index=3, metric=200),
        4: route(index=4, metric=100, table=7),
        5: route(1, index=5),
    }
    asked(only_ipv4(lambda _to, index, whole: by_index[index] if whole else packet()))
    found, _sources = read_routes(made)
    assert [(one.interface_name, one.metric, one.is_default) for one in found] == [
        ("eth0", 300, False),
        ("eth1", 200, True),
        ("eth2", 100, False),
    ]


def test_without_any_way_no_default_is_in_use(asked: Any) -> None:
    """As where only an interface of a VRF has one."""
    asked(only_ipv4(lambda _to, index, whole: route() if index and whole else failure(errno.ENETUNREACH)))
    found, sources = read_routes(OURS)
    assert ([one.is_default for one in found], sources) == ([False], ())


def test_an_interface_that_is_gone_is_no_way(asked: Any) -> None:
    """ENODEV for its index; a next hop of one that came since is left out."""
    asked(
        only_ipv4(lambda _to, index, whole: failure(errno.ENODEV) if index else route(index=77) if whole else packet())
    )
    assert read_routes(OURS) == ((), (ME,))


def test_a_packet_without_a_source_has_none(asked: Any) -> None:
    """Though there is a route."""
    asked(only_ipv4(lambda _to, _index, whole: route() if whole else packet(None)))
    assert read_routes(OURS)[1] == ()
    assert read_source(V4, ROUTER) is None


def test_a_kernel_without_ipv6_has_no_way_by_it(asked: Any) -> None:
    """It does not know the question; of IPv4's it is a failure."""
    asked(lambda to, _index, whole: failure(errno.EOPNOTSUPP) if len(to) == 16 else route() if whole else packet())
    assert len(read_routes(OURS)[0]) == 1
    asked(lambda *_question: failure(errno.EOPNOTSUPP))
    with pytest.raises(DiscoveryError, match="refused to tell a route: " + os.strerror(errno.EOPNOTSUPP)):
        read_source(V4)


def test_a_kernel_that_tells_no_whole_routes_is_an_error(asked: Any) -> None:
    """Before Linux 4.13 the flag does nothing; sources it tells."""
    asked(only_ipv4(lambda _to, _index, _whole: packet()))
    with pytest.raises(DiscoveryError, match=r"Linux 4\.13 does"):
        read_routes(OURS)
    assert read_source(V4) == ME


def test_a_foreign_sender_and_a_signal_are_passed_over(asked: Any) -> None:
    """Only port 0 is the kernel."""
    asked(lambda *_question: [(packet(OTHER), False, 4711), InterruptedError(), packet()])
    assert read_source(V4, ROUTER) == ME


def test_an_answer_that_is_cut_is_an_error(asked: Any) -> None:
    """Half a route is none."""
    asked(lambda *_question: (packet(), True, 0))
    with pytest.raises(DiscoveryError, match="cut short"):
        read_source(V4, ROUTER)


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES, errno.EAFNOSUPPORT])
def test_a_refused_socket_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """As seccomp or an LSM refuses it."""

    def refuse() -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(routes, "Socket", refuse)
    with pytest.raises(DiscoveryError, match=f"rtnetlink: {os.strerror(number)}") as raised:
        read_source(V4)
    assert (type(raised.value) is NotPermittedError) == (number != errno.EAFNOSUPPORT)


def test_a_refusal_of_this_question_is_an_error(asked: Any) -> None:
    """And not the end of a route."""
    asked(lambda *_question: failure(errno.EPERM))
    with pytest.raises(NotPermittedError, match="refused to tell a route"):
        read_source(V4)
    asked(lambda *_question: OSError(errno.ENOBUFS, "No buffer space available"))
    with pytest.raises(DiscoveryError, match="rtnetlink: "):
        read_source(V4)


def test_a_socket_is_closed_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reading has its own."""
    closed = []
    kernel = Kernel(lambda *_question: failure(errno.EPERM))
    kernel.close = lambda: closed.append(True)  # type: ignore[method-assign]  # to see it
    monkeypatch.setattr(routes, "Socket", lambda: kernel)
    with pytest.raises(NotPermittedError), Questions() as questions:
        questions.route(TO)
    assert closed == [True]
