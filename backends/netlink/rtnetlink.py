"""Read the host through rtnetlink(7), over a plain AF_NETLINK socket of the standard library.

It sees all that Linux tells about this network namespace or another one, and whether addresses changed during the
reading.
"""

from __future__ import annotations

import _socket
import sys

from ifdiscover._backends.netlink.dump import PATIENCE, host_of, read_whole
from ifdiscover._errors import refusal

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover._backends.netlink.messages import Reading
    from ifdiscover.model import Host

BLIND_TO = ("routes",)

_SOL_NETLINK = 270
_NETLINK_GET_STRICT_CHK = 12
_NETLINK_ROUTE = 0
_RTMGRP_LINK, _RTMGRP_IPV4_IFADDR, _RTMGRP_IPV6_IFADDR = 0x1, 0x10, 0x100
_LARGEST = 1 << 24
"""Bytes for a datagram, at most: thousands of the longest names that one link can have."""


class Socket:
    """An AF_NETLINK socket as a ``Channel``."""

    def __init__(self) -> None:
        self._size = 1 << 16  # the kernel fills 32 KiB, or more if one message is longer
        self._open()

    def _open(self) -> None:
        self._socket = self._made()
        try:  # noqa: SIM105 - contextlib costs a tenth of the start
            # Since Linux 4.20. Older kernels ignore what they do not understand in a request.
            self._socket.setsockopt(_SOL_NETLINK, _NETLINK_GET_STRICT_CHK, 1)
        except OSError:
            pass

    def _made(self) -> Any:
        """A new socket of the standard library."""
        return _socket.socket(_socket.AF_NETLINK, _socket.SOCK_RAW | _socket.SOCK_CLOEXEC, _NETLINK_ROUTE)

    def renew(self) -> None:
        """Take a new socket: nothing is left of what was asked or told before."""
        self.close()
        self._open()

    def send(self, message: bytes) -> None:
        """Send a message to the kernel, whose port is 0."""
        self._socket.sendto(message, (0, 0))

    def hear_news(self) -> None:
        """Receive the news of links and addresses too, if the kernel allows it."""
        try:  # noqa: SIM105 - as above
            self._socket.bind((0, _RTMGRP_LINK | _RTMGRP_IPV4_IFADDR | _RTMGRP_IPV6_IFADDR))
        except OSError:
            pass

    def receive(self, flags: int = 0) -> tuple[bytes, bool, int]:
        """A datagram, whether it was cut short, and the sender's port. If it was, the next one may be twice as long."""
        # The kernel's answer is there at once. SO_RCVTIMEO would bound the wait too, unless a sandbox swallows it.
        try:
            datagram, _ancillary, flags, sender = self._socket.recvmsg(self._size, 0, _socket.MSG_DONTWAIT)
        except BlockingIOError:
            if flags & _socket.MSG_DONTWAIT or not self._comes():
                raise
            datagram, _ancillary, flags, sender = self._socket.recvmsg(self._size, 0, _socket.MSG_DONTWAIT)
        is_cut = bool(flags & _socket.MSG_TRUNC)
        if is_cut:
            self._size = min(2 * self._size, _LARGEST)
        return datagram, is_cut, sender[0]

    def _comes(self) -> bool:
        """Whether a datagram comes within ``PATIENCE``."""
        from select import POLLIN, poll

        waits = poll()
        waits.register(self._socket, POLLIN)
        return bool(waits.poll(1000 * PATIENCE))

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def unavailable() -> str | None:
    """Why there is no rtnetlink here; None if there is."""
    return None if sys.platform == "linux" else f"rtnetlink is Linux's, and this is {sys.platform}; try getifaddrs"


def read(*, netns: str | None = None, allow_torn: bool = False) -> Host:
    """Dump links and addresses and decode them.

    Args:
        netns: another network namespace: its name in ip-netns(8), its path, or the number of a process in it. The
            calling thread does not move.
        allow_torn: if addresses change during every attempt, return the last answer, with ``consistent = False``.

    Raises:
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: this process may not enter the namespace, or may not use netlink, as under seccomp.
        TornReadError: no attempt gave a whole answer.
        DiscoveryError: the kernel refused; the message has its reason.
    """
    try:
        if netns is None:
            reading = _read(allow_torn)
        else:
            from ifdiscover._backends.netlink.namespace import in_namespace

            reading = in_namespace(netns, lambda: _read(allow_torn))
    except OSError as error:
        raise refusal("rtnetlink", error.errno) from error
    return host_of(reading, "rtnetlink", BLIND_TO)


def _read(allow_torn: bool) -> Reading:
    channel = Socket()
    try:
        return read_whole(channel, allow_torn=allow_torn)
    finally:
        channel.close()
