"""What this kernel tells: the address families that it has sockets for, the host's name, and the time."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, SOCK_STREAM, socket

from ifdiscover._errors import refusal
from ifdiscover._host import FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.model import Host, Recorded

    Probe = Callable[[int], None]


def open_socket(family: int) -> None:
    """Open and close a stream socket of a family: so Postfix tests whether the kernel has the family.

    Raises:
        OSError: the kernel refused.
    """
    socket(family, SOCK_STREAM).close()


def probe_of(host: Host | None) -> Probe:
    """A function that asks the host's kernel for a family; for a recorded host it looks into the recording.

    If the recording does not say which families there were, it is taken to have both.
    """
    if host is None or host.recorded is None:
        return open_socket
    families = host.recorded.families

    def probe(family: int) -> None:
        if families is not None and family not in families:
            from errno import EAFNOSUPPORT
            from os import strerror

            raise OSError(EAFNOSUPPORT, strerror(EAFNOSUPPORT))

    return probe


def why_missing(family: int, probe: Probe = open_socket) -> str | None:
    """The kernel's reason if it does not have a family; None if it has the family.

    Args:
        family: AF_INET or AF_INET6.
        probe: takes the family, and raises the kernel's OSError.

    Raises:
        DiscoveryError: the kernel refused the socket for another reason.
    """
    try:
        probe(family)
    except OSError as error:
        from errno import EAFNOSUPPORT, EPROTONOSUPPORT
        from os import strerror

        if error.errno in (EAFNOSUPPORT, EPROTONOSUPPORT):
            return strerror(error.errno)
        raise refusal("socket", error.errno, f"this kernel refused an {FAMILY_TITLES[family]} socket") from error
    return None


def kernel_families() -> tuple[int, ...]:
    """The families that this kernel has sockets for, AF_INET before AF_INET6.

    Raises:
        DiscoveryError: the kernel refused a socket for another reason than a missing family.
    """
    missing = [family for family in (AF_INET6, AF_INET) if why_missing(family) is not None]
    return tuple(family for family in (AF_INET, AF_INET6) if family not in missing)


def record(host: Host) -> Host:
    """The host with ``recorded`` filled in, as in a snapshot; a recorded host comes back unchanged.

    Raises:
        DiscoveryError: see ``kernel_families()``.
    """
    return host if host.recorded is not None else host._replace(recorded=stamp())


def stamp() -> Recorded:
    """Where and when a recording is made, if it is made now.

    Raises:
        DiscoveryError: see ``kernel_families()``.
    """
    import os
    import time

    from ifdiscover.model import Recorded

    name = os.uname()
    return Recorded(
        name.nodename,
        time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        f"{name.sysname} {name.release} {name.machine}",
        kernel_families(),
    )
