"""Read the host through netlink(7) with pyroute2's socket, in this network namespace or another one.

It sees all that rtnetlink sees, with the same decoder: a second witness for rtnetlink. Only pyroute2's socket is used:
its import takes a tenth of a second, and its decoding many times as long as the reading.
"""

from __future__ import annotations

import sys

from ifdiscover._backends.netlink.dump import host_of, read_whole
from ifdiscover._backends.netlink.rtnetlink import Socket
from ifdiscover.errors import UnavailableError, refusal

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover._backends.netlink.messages import Reading
    from ifdiscover.model import Host

NOTE = "importing pyroute2 takes a tenth of a second, and its socket a hundredth at each reading"
BLIND_TO = ("routes",)


class Channel(Socket):
    """pyroute2's rtnetlink socket, as ``dump.Channel``."""

    def _made(self) -> Any:
        """A new socket of pyroute2."""
        try:
            from pyroute2 import IPRSocket
        except Exception as error:  # what a foreign module raises while it is imported may be anything
            raise UnavailableError("netlink", f"pyroute2 cannot be imported: {error}") from error
        # No bind(): it would subscribe to notifications, and these would come between the parts of a dump. It would
        # also hide the kernel's reason if the kernel refuses. The kernel binds the socket when it first sends.
        self._whole: Any = IPRSocket(strict_check=True)
        # Before pyroute2 0.9 the inner socket has another name.
        return self._whole.socket if hasattr(type(self._whole), "socket") else self._whole._sock  # noqa: SLF001

    def close(self) -> None:
        """Close it."""
        self._whole.close()


def unavailable() -> str | None:
    """Why netlink cannot be used here; None if it can."""
    if sys.platform != "linux":
        return f"netlink is Linux's, and this is {sys.platform}; try getifaddrs"
    from importlib.util import find_spec

    return None if find_spec("pyroute2") else "pyroute2 is not installed; try: pip install 'ifdiscover[pyroute2]'"


def read(*, netns: str | None = None, allow_torn: bool = False) -> Host:
    """Dump links and addresses and decode them.

    Args:
        netns: another network namespace: its name in ip-netns(8), its path, or the number of a process in it. The
            calling thread does not move.
        allow_torn: if addresses change during every attempt, return the last answer, with ``consistent = False``.

    Raises:
        UnavailableError: pyroute2 cannot be imported.
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: this process may not enter the namespace, or may not use netlink.
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
        raise refusal("netlink", error.errno) from error
    return host_of(reading, "netlink", BLIND_TO)


def _read(allow_torn: bool) -> Reading:
    channel = Channel()
    try:
        return read_whole(channel, allow_torn=allow_torn)
    finally:
        channel.close()
