"""Learn the source address that a kernel takes by connecting a UDP socket: nothing is sent.

It serves every system that has sockets. It tells the address alone: neither the route, nor a router, nor an interface.
"""

from __future__ import annotations

from _socket import AF_INET, SOCK_DGRAM, inet_ntop, inet_pton, socket
from errno import (
    EACCES,
    EADDRNOTAVAIL,
    EAFNOSUPPORT,
    EHOSTDOWN,
    EHOSTUNREACH,
    EINVAL,
    ENETDOWN,
    ENETUNREACH,
    EPROTONOSUPPORT,
)

from ifdiscover._backends.far import FAR
from ifdiscover.errors import refusal

_DISCARD = 9  # a port that nobody needs; no packet goes there
# There is no route, or one that refuses; the kernel does not have the family.
_NO_WAY = (ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EACCES, EINVAL, EADDRNOTAVAIL, EAFNOSUPPORT, EPROTONOSUPPORT)


def read_source(family: int, destination: bytes | None = None, interface: int = 0) -> bytes | None:
    """The address from which a packet would be sent to a destination; None: none, or no packet can go there.

    Args:
        family: AF_INET or AF_INET6.
        destination: an address of that family; None: everywhere else.
        interface: the zone of an IPv6 destination; 0: none.

    Raises:
        DiscoveryError, NotPermittedError: the kernel refused for a reason that is not its routes.
    """
    if destination is not None:
        return _connected(family, destination, interface)
    # What most of them say: one may have a route of its own, and a socket does not tell of which route it is.
    found = [source for source in (_connected(family, far, 0) for far in FAR[family]) if source is not None]
    return max(found, key=found.count, default=None)


def _connected(family: int, destination: bytes, interface: int) -> bytes | None:
    text = inet_ntop(family, destination)
    try:
        probe = socket(family, SOCK_DGRAM)
        try:
            probe.connect((text, _DISCARD) if family == AF_INET else (text, _DISCARD, 0, interface))
            packed = inet_pton(family, probe.getsockname()[0].partition("%")[0])
        finally:
            probe.close()
    except OSError as error:
        if error.errno in _NO_WAY:
            return None
        raise refusal("connect", error.errno, f"to ask for the way to {text}") from error
    return packed if any(packed) else None
