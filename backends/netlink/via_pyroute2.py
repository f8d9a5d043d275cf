"""Read the host through netlink(7) with pyroute2's socket, in this network namespace or another one.

Sees all that rtnetlink sees, by the same decoder: a second witness for it, and the way into other namespaces. pyroute2
takes a tenth of a second to import, and its own decoding many times what the reading takes: only its socket is used.
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

# The kernel fills 32 KiB at most; a datagram longer than this is cut, which is seen.
_DATAGRAM_SIZE = 1 << 16


class Channel:
    """pyroute2's rtnetlink socket, as ``dump.Channel``."""

    def __init__(self) -> None:
        from pyroute2 import IPRSocket

        # Not bound: bind() would subscribe to news of changes, which would come between the parts of a dump, and it
        # hides the kernel's reason where there is none to be had. The kernel binds the socket when it first sends.
        self._socket: Any = IPRSocket(strict_check=True)
        # Before 0.9 the socket under it has another name.
        self._raw = self._socket.socket if hasattr(type(self._socket), "socket") else self._socket._sock  # noqa: SLF001

    def send(self, message: bytes) -> None:
        """Send a message to the kernel, whose port is 0."""
        self._raw.sendto(message, (0, 0))

    def receive(self) -> tuple[bytes, bool, int]:
        """A datagram, whether it was cut short, and the port that sent it."""
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
        netns: another network namespace: the name of one of ip-netns(8), a path, or the number of a process in it.
            The calling thread stays where it is.
        allow_torn: hand out an answer that cannot have been true at one time, marked ``consistent = False``.

    Raises:
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: the kernel does not let this process in, or refuses it netlink.
        TornReadError: no attempt gave a whole answer.
        DiscoveryError: the kernel refused; the message has its reason.
    """
    try:
        reading = _read(allow_torn) if netns is None else _read_in(netns, allow_torn)
    except OSError as error:
        raise refusal("netlink", error.errno) from error
    return host_of(reading, "netlink", BLIND_TO)


def namespace_path(netns: str) -> str:
    """The file of a namespace that is given by name, path or process.

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
    """Read in a thread of its own: entering a namespace moves a thread, and this one ends after it."""
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
        NotPermittedError: the kernel does not let this process in.
        DiscoveryError: it refuses for another reason.
    """
    path = namespace_path(netns)
    import os

    from pyroute2.netns import setns

    try:
        # Given a path, setns() would make a namespace where there is none. O_NONBLOCK: it may be a FIFO.
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
