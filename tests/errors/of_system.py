"""Cases of the host itself: what its kernel and its packages refuse, or answer without sense."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from errno import EINVAL, EMFILE, ENOBUFS, EPERM
from typing import TYPE_CHECKING
from unittest import mock

from errors.case import Case, Group

from ifdiscover import discovery
from ifdiscover._backends.ioctl import requests, rows
from ifdiscover._backends.libc import getifaddrs, layouts
from ifdiscover._backends.netlink import (
    dump,
    messages,
    namespace,
    route_messages,
    routes,
    rtnetlink,
)
from ifdiscover._backends.packages import address_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

LOST = ImportError("No module named 'cloud'")
FEW = {name: discovery.BUILT_IN[name] for name in ("rtnetlink", "getifaddrs")}
NOT_UTF_8 = UnicodeDecodeError("utf-8", b"\xe9", 0, 1, "invalid")
REFUSED = OSError(EPERM, "Operation not permitted")


def _raise(error: Exception) -> None:
    raise error


def _refuse(*_arguments: object, **_named: object) -> None:
    raise OSError(EPERM, "Operation not permitted")


def _with(target: str, value: object) -> Callable[[], Any]:
    """A name of a module that has another value meanwhile."""
    return lambda: mock.patch(target, value)


def _raises(error: BaseException) -> Callable[..., object]:
    return mock.Mock(side_effect=error)


def _without_pyroute2() -> Any:
    return mock.patch.dict("sys.modules", {"pyroute2": None})


class _Channel:
    """A netlink socket that answers with these datagrams, and then with silence."""

    def __init__(self, *answers: bytes | BaseException, cut: bool = False, port: int = 0) -> None:
        self.answers = list(answers)
        self.cut = cut
        self.port = port

    def send(self, _data: bytes) -> None:
        """Take a request."""

    def close(self) -> None:
        """Close nothing."""

    def renew(self) -> None:
        """Go on with the answers that are left."""

    def hear_news(self) -> None:
        """Hear of nothing."""

    def receive(self, flags: int = 0) -> tuple[bytes, bool, int]:
        """The next answer; nothing, if none is waited for."""
        answer = self.answers.pop(0) if self.answers and not flags else BlockingIOError()
        if isinstance(answer, BaseException):
            raise answer
        return answer, self.cut, self.port


def _message(kind: int, body: bytes, sequence: int = 1, length: int | None = None) -> bytes:
    return struct.pack("=IHHII", 16 + len(body) if length is None else length, kind, 0, sequence, 0) + body


def _attribute(kind: int, value: bytes, length: int | None = None) -> bytes:
    return struct.pack("=HH", 4 + len(value) if length is None else length, kind) + value


def _address(attributes: bytes, prefixlen: int = 24) -> Callable[[], object]:
    data = struct.pack("=BBBBI", socket.AF_INET, prefixlen, 0, 0, 1) + attributes
    return lambda: messages.decode([], [(data, 0, len(data), len(data), 1)])


def _route(attributes: bytes, prefixlen: int = 0, kind: int = 24) -> Callable[[], object]:
    body = struct.pack("=BBBBBBBBI", socket.AF_INET, prefixlen, 0, 0, 254, 0, 0, 1, 0) + attributes
    return lambda: route_messages.decode(_message(kind, body), 1)


def _dump(*answers: bytes | BaseException) -> Callable[[], object]:
    return lambda: dump.dump(_Channel(*answers), b"", 1, 16, [])


def _torn() -> object:
    return dump.read_whole(_Channel(*[OSError(ENOBUFS, "")] * 40))


class _Questions(routes.Questions):
    """Questions about routes, whose answers are made here."""

    def __init__(self, channel: _Channel) -> None:
        self._channel = channel  # type: ignore[assignment]  # a stand-in for the socket
        self._sequence = 0


def _question(*answers: bytes | BaseException, cut: bool = False) -> Callable[[], object]:
    return lambda: _Questions(_Channel(*answers, cut=cut)).route(bytes(4))


def _cloned() -> object:
    answer = struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, 254, 0, 0, 1, 0x200)
    channel = _Channel(*[_message(24, answer, number) for number in (1, 2, 3)])
    return routes._read_family(_Questions(channel), socket.AF_INET, {}, ())


def _walk(*words: int) -> Callable[[], object]:
    """A list of getifaddrs, as a kernel of this machine's own layout has it, that leads where the words say."""
    layout = layouts.ROWS["linux", 8] if ("linux", 8) in layouts.ROWS else next(iter(layouts.ROWS.values()))
    fields = (*words, *[0] * (len(layout.ifaddrs) - len(words)))
    image = mock.Mock(unpacker=lambda _code: lambda _address: fields)
    return lambda: getifaddrs._walk(image, 1 << 16, layout, "=")


def _sockaddr(length: int) -> Callable[[], object]:
    row = next(row for row in rows.ROWS.values() if row.platform.has_sa_len)
    record = b"em0".ljust(row.sockaddr, b"\0") + bytes([length, socket.AF_INET]) + bytes(14)
    return lambda: requests.decode_record(record, row)


def _list(data: bytes) -> Callable[[], object]:
    return lambda: requests.split(data, next(row for row in rows.ROWS.values() if row.step))


@contextlib.contextmanager
def _no_backend() -> Iterator[None]:
    """Each backend refuses."""
    with (
        mock.patch.object(discovery, "BUILT_IN", FEW),
        mock.patch.object(rtnetlink, "Socket", _raises(OSError(EPERM, ""))),
        mock.patch.object(getifaddrs, "call_getifaddrs", return_value=(0, EMFILE)),
    ):
        yield


def _plug_in(value: object) -> Callable[[], Any]:
    """A backend of another distribution."""
    point = mock.Mock(value="cloud.backend", load=value if callable(value) else lambda: value)
    point.name = "cloud"  # as an argument it would be the mock's own
    return lambda: mock.patch.object(discovery, "plug_ins", return_value={"cloud": point})


def _enter() -> None:
    namespace.enter("mail")


def _descriptor(_netns: str) -> int:
    return os.open("/dev/null", os.O_RDONLY)


def _entering(number: int) -> Callable[[], Any]:
    """setns(2) ends with that errno."""
    library = mock.Mock()
    library.setns.return_value = -1

    @contextlib.contextmanager
    def patched() -> Iterator[None]:
        errno = mock.patch("ctypes.get_errno", return_value=number)
        with mock.patch("ctypes.CDLL", return_value=library), errno, mock.patch.object(namespace, "_open", _descriptor):
            yield

    return patched


GROUPS = (
    Group(
        "A backend that cannot work",
        "",
        (
            Case("ifdiscover", {}, "in a sandbox without netlink, and without descriptors", _no_backend),
            Case("ifdiscover --backend cloud", {}, "a plug-in without its module", _plug_in(_raises(LOST))),
            Case("ifdiscover --backend cloud", {}, "a plug-in that is no backend", _plug_in(object())),
            Case("ifdiscover --backend netlink", {}, "without pyroute2", _without_pyroute2),
            Case("ifdiscover watch", {}, "on FreeBSD", _with("sys.platform", "freebsd14")),
            Case("", does=lambda: _raise(address_text.read_failure("psutil", NOT_UTF_8))),
            Case("", does=lambda: _raise(address_text.read_failure("psutil", REFUSED))),
        ),
    ),
    Group(
        "The kernel refuses",
        "",
        (
            Case("ifdiscover --backend rtnetlink", {}, "", _with(f"{rtnetlink.__name__}.Socket", _refuse)),
            Case("ifdiscover --backend ioctl", {}, "", _with("_socket.socket", _refuse)),
            Case("ifdiscover --netns mail", {}, "entering is not permitted", _entering(EPERM), _enter),
            Case("ifdiscover --netns mail", {}, "it is another file", _entering(EINVAL), _enter),
            Case("ifdiscover --netns mail", {}, "the kernel refuses", _entering(EMFILE), _enter),
            Case("", does=_dump(BlockingIOError())),
            Case("", does=_torn),
            Case("", does=_dump(_message(2, struct.pack("=i", -EPERM)))),
        ),
    ),
    Group(
        "The kernel's answer makes no sense",
        "Then the next backend is asked. A command that names one with `--backend` ends, and says to leave that out.",
        (
            Case("", does=_dump(_message(16, b"", length=3))),
            Case("", does=lambda: list(messages.bodies(_message(24, b"", length=3)))),
            Case("", does=_address(b"")),
            Case("", does=_address(_attribute(1, bytes(3)))),
            Case("", does=_address(_attribute(1, bytes(4)) + _attribute(8, b""))),
            Case("", does=_address(_attribute(1, bytes(4), 99))),
            Case("", does=lambda: messages.decode([], [(b"\x02", 0, 1, 1, 1)])),
            Case("", does=_route(b"", 33)),
            Case("", does=_route(_attribute(4, bytes(4)) + _attribute(5, bytes(3)))),
            Case("", does=_route(_attribute(5, bytes(4), 99))),
            Case("", does=_route(_attribute(9, struct.pack("=HBBi", 3, 0, 0, 1)))),
            Case("", does=_question(b"", cut=True)),
            Case("", does=_cloned),
            Case("", does=_walk(1)),
            Case("", does=_sockaddr(4)),
            Case("", does=_list(bytes(3))),
            Case("", does=lambda: address_text.parse_packed(socket.AF_INET, "192.0.2")),
        ),
    ),
)
