"""Read the host through netlink(7) with pyroute2's socket, in this network namespace or another one.

It sees all that rtnetlink sees, with the same decoder. It is a second witness for rtnetlink, and the way into other
namespaces. Only pyroute2's socket is used: its import takes a tenth of a second, and its decoding many times as long as
the reading.
"""

from __future__ import annotations

import sys
from errno import EACCES, EINVAL, ENOENT, ENOTDIR, EPERM
from os import strerror

from ifdiscover._backends.netlink.dump import host_of, read_whole
from ifdiscover.errors import DiscoveryError, NotPermittedError, UnknownNamespaceError, UsageError, refusal

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover._backends.netlink.messages import Reading
    from ifdiscover.model import Host

NOTE = "importing pyroute2 takes a tenth of a second, and its socket a hundredth at each reading"
BLIND_TO = ("routes",)

# The kernel fills at most 32 KiB. A longer datagram would be cut, and MSG_TRUNC would show it.
_DATAGRAM_SIZE = 1 << 16


class Channel:
    """pyroute2's rtnetlink socket, as ``dump.Channel``."""

    def __init__(self) -> None:
        from pyroute2 import IPRSocket

        # No bind(): it would subscribe to notifications, and these would come between the parts of a dump. It would
        # also hide the kernel's reason if the kernel refuses. The kernel binds the socket when it first sends.
        self._socket: Any = IPRSocket(strict_check=True)
        # Before pyroute2 0.9 the inner socket has another name.
        self._raw = self._socket.socket if hasattr(type(self._socket), "socket") else self._socket._sock  # noqa: SLF001

    def send(self, message: bytes) -> None:
        """Send a message to the kernel, whose port is 0."""
        self._raw.sendto(message, (0, 0))

    def receive(self) -> tuple[bytes, bool, int]:
        """A datagram, whether it was cut short, and the sender's port."""
        import _socket

        datagram, _ancillary, flags, sender = self._raw.recvmsg(_DATAGRAM_SIZE)
        return datagram, bool(flags & _socket.MSG_TRUNC), sender[0]

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def unavailable() -> str | None:
    """Why netlink cannot be used here; None if it can."""
    if sys.platform != "linux":
        return f"netlink is Linux's, and this is {sys.platform}; try getifaddrs"
    from importlib.util import find_spec

    return None if find_spec("pyroute2") else "pyroute2 is not installed; try: pip install pyroute2"


def read(*, netns: str | None = None, allow_torn: bool = False) -> Host:
    """Dump links and addresses and decode them.

    Args:
        netns: another network namespace: its name in ip-netns(8), its path, or the number of a process in it. The
            calling thread does not move.
        allow_torn: if addresses change during every attempt, return the last answer, with ``consistent = False``.

    Raises:
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: this process may not enter the namespace, or may not use netlink.
        TornReadError: no attempt gave a whole answer.
        DiscoveryError: the kernel refused; the message has its reason.
    """
    try:
        reading = _read(allow_torn) if netns is None else _read_in(netns, allow_torn)
    except OSError as error:
        raise refusal("netlink", error.errno) from error
    return host_of(reading, "netlink", BLIND_TO)


def namespace_path(netns: str) -> str:
    """The file of a namespace, from its name, its path or a process number.

    >>> namespace_path("mail"), namespace_path("/proc/self/ns/net"), namespace_path("4711")
    ('/run/netns/mail', '/proc/self/ns/net', '/proc/4711/ns/net')
    """
    if not netns:
        raise UsageError("an empty name is no network namespace's; ip netns lists the names")
    if "/" in netns:
        return netns
    return f"/proc/{netns}/ns/net" if netns.isascii() and netns.isdigit() else f"/run/netns/{netns}"


def _read(allow_torn: bool) -> Reading:
    channel = Channel()
    try:
        return read_whole(channel, allow_torn=allow_torn)
    finally:
        channel.close()


def _read_in(netns: str, allow_torn: bool) -> Reading:
    """Read in a new thread: entering a namespace moves a thread for good."""
    from threading import Thread

    answer: list[Reading] = []
    failure: list[BaseException] = []

    def visit() -> None:
        try:
            enter(netns)
            answer.append(_read(allow_torn))
        except BaseException as error:  # noqa: BLE001 - raised again in the calling thread
            failure.append(error)

    thread = Thread(target=visit, name="ifdiscover-netns")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return answer[0]


def enter(netns: str) -> None:
    """Move this thread into another network namespace, for good.

    Raises:
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: this process may not enter it.
        DiscoveryError: the kernel refuses for another reason.
    """
    path = namespace_path(netns)
    import os

    from pyroute2.netns import setns

    try:
        # If the path does not exist, pyroute2's setns() would make a namespace there. O_NONBLOCK: it may be a FIFO.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            setns(descriptor)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        number = error.errno or 0 if isinstance(error, OSError) else ENOENT  # a NUL in a path
        if number in (ENOENT, ENOTDIR):
            raise UnknownNamespaceError(
                f"there is no network namespace {netns}: {path} does not exist; ip netns lists the names"
            ) from error
        if number in (EPERM, EACCES):
            raise NotPermittedError(
                f"network namespace {netns} may not be entered: {strerror(number)}; "
                f"it takes the right to open {path}, and CAP_SYS_ADMIN"
            ) from error
        if number == EINVAL:
            raise UnknownNamespaceError(f"{path} is no network namespace; ip netns lists the names") from error
        raise DiscoveryError(f"{path} cannot be entered: {strerror(number)}") from error
