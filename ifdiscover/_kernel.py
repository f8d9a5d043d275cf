"""What this kernel itself says: the address families that it has sockets for, its name, and the time."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, SOCK_STREAM, socket
from errno import EAFNOSUPPORT, EPROTONOSUPPORT
from os import strerror

from ifdiscover.errors import refusal
from ifdiscover.model import FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.model import Host, Recorded

    Probe = Callable[[int], None]


def open_socket(family: int) -> None:
    """Ask this kernel whether it has a family, as Postfix does: by opening a stream socket of it.

    Raises:
        OSError: the kernel's answer.
    """
    socket(family, SOCK_STREAM, 0).close()


def probe_of(host: Host | None) -> Probe:
    """How to ask the kernel of a host: this one's is asked, a recorded one's has answered.

    A recording that does not say is taken for that of a kernel with both families.
    """
    if host is None or host.recorded is None:
        return open_socket
    families = host.recorded.families

    def probe(family: int) -> None:
        if families is not None and family not in families:
            raise OSError(EAFNOSUPPORT, strerror(EAFNOSUPPORT))

    return probe


def why_missing(family: int, probe: Probe = open_socket) -> str | None:
    """What a kernel says of a family that it does not have; None if it has it.

    Args:
        family: AF_INET or AF_INET6.
        probe: is called with the family, and raises the kernel's OSError.

    Raises:
        DiscoveryError: it refused a socket for another reason than not having the family.
    """
    try:
        probe(family)
    except OSError as error:
        if error.errno in (EAFNOSUPPORT, EPROTONOSUPPORT):
            return strerror(error.errno)
        raise refusal("socket", error.errno, f"this kernel refused an {FAMILY_TITLES[family]} socket") from error
    return None


def kernel_families() -> tuple[int, ...]:
    """The families that this kernel has sockets for, AF_INET before AF_INET6.

    Raises:
        DiscoveryError: it refused one for another reason than not having the family.
    """
    missing = [family for family in (AF_INET6, AF_INET) if why_missing(family) is not None]
    return tuple(family for family in (AF_INET, AF_INET6) if family not in missing)


def record(host: Host) -> Host:
    """The host with where and when it was read, as a snapshot holds it; a recorded host as it is.

    Raises:
        DiscoveryError: as ``kernel_families()`` does.
    """
    return host if host.recorded is not None else host._replace(recorded=stamp())


def stamp() -> Recorded:
    """What a recording made now would say of where and when it was made.

    Raises:
        DiscoveryError: as ``kernel_families()`` does.
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
