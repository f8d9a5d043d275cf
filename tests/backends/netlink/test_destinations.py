"""Where routes lead: a dump of them, on a kernel that answers what a test wants, and on a real one."""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from support.kernels.netlink import INTERRUPTED, attribute, done, failure, message
from support.namespaces import Namespace
from support.need import need

from ifdiscover._backends import routing
from ifdiscover._backends.netlink import routes as reader
from ifdiscover._backends.netlink.route_messages import destinations, dump_request
from ifdiscover._backends.netlink.routes import MOST, read_destinations
from ifdiscover.errors import DiscoveryError, NotPermittedError

if TYPE_CHECKING:
    from collections.abc import Iterator

V4, V6 = socket.AF_INET, socket.AF_INET6
TEN = bytes([10, 0, 0, 0])


def route(to: bytes | None = TEN, prefixlen: int = 8, *, kind: int = 1, flags: int = 0, family: int = V4) -> bytes:
    """The body of an RTM_NEWROUTE; the table's attribute comes first, as a kernel writes it."""
    body = struct.pack("=BBBBBBBBI", family, prefixlen, 0, 0, 254, 3, 0, kind, flags)
    return body + attribute(15, struct.pack("=I", 254)) + (b"" if to is None else attribute(1, to))


def decoded(*bodies: bytes, family: int = V4) -> tuple[tuple[bytes, int], ...]:
    """What the decoder makes of messages, each in a datagram of its own."""
    return destinations([(b"x" + body, 1, 1 + len(body), ()) for body in bodies], family)


def test_each_route_that_leads_somewhere_is_told_but_default_routes() -> None:
    """Types unicast and local; not broadcast, anycast, multicast, blackhole, unreachable, prohibit and throw."""
    assert decoded(route(), route(None, 0), route(bytes([10, 1, 0, 0]), 16, kind=2)) == (
        (TEN, 8),
        (bytes([10, 1, 0, 0]), 16),
    )
    assert decoded(*(route(kind=kind) for kind in (0, 3, 4, 5, 6, 7, 8, 9, 10))) == ()
    assert decoded(route(flags=0x200)) == ()
    six = bytes([0xFD, *bytes(15)])
    assert decoded(route(six, 48, family=V6), family=V6) == ((six, 48),)


@pytest.mark.parametrize(
    "body",
    [route(prefixlen=33), route(None), route(TEN[:3]), route(family=V6), route()[:11], route()[:-2]],
    ids=["prefixlen", "no destination", "short address", "another family", "short header", "short attribute"],
)
def test_a_malformed_message_is_an_error(body: bytes) -> None:
    """And never a route."""
    with pytest.raises(DiscoveryError):
        decoded(body)


@given(st.lists(st.binary(max_size=60), max_size=3), st.sampled_from([V4, V6]))
def test_the_decoder_answers_or_raises_its_own_error(bodies: list[bytes], family: int) -> None:
    """Whatever the bytes are."""
    try:
        found = decoded(*bodies, family=family)
    except DiscoveryError:
        return
    assert all(len(packed) == (4 if family == V4 else 16) and length for packed, length in found)


def test_the_request_has_nothing_that_strict_checking_refuses() -> None:
    """A header with NLM_F_DUMP, and a struct rtmsg with only the family."""
    assert dump_request(V6, 7) == struct.pack("=IHHII", 28, 26, 0x301, 7, 0) + bytes([V6]) + bytes(11)


class Kernel:
    """A socket for each dump, with the replies of that dump; the last one is repeated."""

    def __init__(self, *dumps: list[Any]) -> None:
        self.dumps = list(dumps)
        self.opened = self.closed = 0

    def __call__(self) -> Kernel:
        """Open a socket."""
        self.pending = iter(self.dumps[min(self.opened, len(self.dumps) - 1)])
        self.opened += 1
        return self

    def send(self, request: bytes) -> None:
        """Take the request."""
        (self.sequence,) = struct.unpack_from("=I", request, 8)

    def receive(self, _flags: int = 0) -> tuple[bytes, bool, int]:
        """The next reply, with the number of the request."""
        reply = next(self.pending)
        if isinstance(reply, BaseException):
            raise reply
        data, cut, port = reply if isinstance(reply, tuple) else (reply, False, 0)
        made, offset = bytearray(data), 0
        while offset + 16 <= len(made):
            struct.pack_into("=I", made, offset + 8, self.sequence)
            offset += struct.unpack_from("=I", made, offset)[0] + 3 & ~3
        return bytes(made), cut, port

    def close(self) -> None:
        """Close it."""
        self.closed += 1


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    """A kernel that the reader asks; each socket that was opened is closed in the end."""
    made = Kernel([])
    monkeypatch.setattr(reader, "Socket", made)
    yield made
    assert made.opened == made.closed


ONE = message(24, route())


def test_a_dump_is_read_to_its_end(kernel: Kernel) -> None:
    """Other processes' messages are not believed."""
    kernel.dumps = [[(ONE, False, 99), ONE + message(24, route(bytes([11, 0, 0, 0]))), done()]]
    assert read_destinations(V4) == ((TEN, 8), (bytes([11, 0, 0, 0]), 8))
    assert kernel.opened == 1


@pytest.mark.parametrize(
    "torn",
    [[message(24, route(), INTERRUPTED), done()], [(ONE, True, 0), done()], [OSError(errno.ENOBUFS, "")]],
    ids=["marked", "cut", "overrun"],
)
def test_a_torn_dump_is_taken_again_and_in_the_end_not_known(torn: list[Any], kernel: Kernel) -> None:
    """A missing route would make a network stale that is not."""
    kernel.dumps = [torn, [ONE, done()]]
    assert read_destinations(V4) == ((TEN, 8),)
    kernel.dumps = [torn]
    kernel.opened = kernel.closed = 0
    assert read_destinations(V4) is None
    assert kernel.opened == 3


def test_no_more_is_received_than_is_bounded(kernel: Kernel) -> None:
    """The rest of a long dump stays with the kernel, and the answer is not known."""
    kernel.dumps = [[ONE * (MOST // 2), ONE * (MOST // 2), done()]]
    found = read_destinations(V4)
    assert found is not None
    assert len(found) == MOST
    kernel.dumps = [[ONE * MOST, ONE]]  # next() would raise at a third
    kernel.opened = kernel.closed = 0
    assert read_destinations(V4) is None
    assert kernel.opened == 1


def test_a_kernel_that_refuses_is_an_error_and_routing_takes_it_for_not_known(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does a system without netlink."""
    kernel.dumps = [[failure(errno.EPERM)]]
    with pytest.raises(NotPermittedError):
        read_destinations(V4)
    kernel.dumps = [[OSError(errno.EACCES, "")]]
    with pytest.raises(NotPermittedError):
        read_destinations(V4)
    assert routing.destinations(V4) is None
    kernel.dumps = [[ONE, done()]]
    assert routing.destinations(V4) == ((TEN, 8),)
    assert routing.destinations(V4, "no-such-namespace") is None
    monkeypatch.setattr("sys.platform", "darwin")
    assert routing.destinations(V4) is None


def test_a_real_kernel_tells_the_routes_of_all_tables_and_too_many_are_not_waited_for() -> None:
    """Of 100,000 routes the dump is given up after the first ten thousand."""
    steps = [
        "link set lo up",
        "link add br0 type bridge",
        "link set br0 up",
        "addr add 192.0.2.1/24 dev br0",
        "route add default via 192.0.2.9",
        "route add 10.1.0.0/16 via 192.0.2.9 table 77",
        *(f"route add {kind} 10.{number}.0.0/16" for number, kind in enumerate(REFUSING, 2)),
    ]
    with Namespace() as namespace:
        if not namespace.as_root:
            need("entering another network namespace needs root")
        namespace.build(steps)
        found = routing.destinations(V4, namespace.name)
        assert found is not None
        assert {(socket.inet_ntoa(packed), length) for packed, length in found} == {
            ("10.1.0.0", 16),
            ("127.0.0.0", 8),
            ("127.0.0.1", 32),
            ("192.0.2.0", 24),
            ("192.0.2.1", 32),
        }
        namespace.build([f"route add 11.{n // 256}.{n % 256}.0/24 via 192.0.2.9" for n in range(65536)])
        namespace.build([f"route add 12.{n // 256}.{n % 256}.0/24 via 192.0.2.9" for n in range(34464)])
        assert routing.destinations(V4, namespace.name) is None
        assert routing.destinations(V6, namespace.name) is not None


REFUSING = ("blackhole", "unreachable", "prohibit", "throw")
