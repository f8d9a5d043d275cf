"""Read the host with ioctl(2): SIOCGIFCONF and related requests. It needs no netlink, which a sandbox may refuse.

This module chooses the part for this kernel: ``linux``; ``bsd`` for the BSDs and macOS, which tell both families; or
``siocglif`` for Solaris, where SIOCGIFCONF tells IPv4 only. ``requests`` has what these share, ``rows`` the numbers.

For each request the kernel searches the interface's list: the time grows with the square of the addresses on one
interface.
"""

from __future__ import annotations

import sys

from ifdiscover._backends.ioctl.requests import with_sockets
from ifdiscover._backends.ioctl.rows import ROWS
from ifdiscover._backends.platforms import here

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover._backends.ioctl.requests import Kernel
    from ifdiscover.model import Host

NOTE = (
    "its time grows with the square of the IPv4 addresses on one interface: "
    "the kernel searches them all for each request"
)

_ADDRESSES = ("address flags", "lifetimes", "scope", "origin protocol")  # no kernel tells these, nor the following
_REST = ("interface kinds", "masters", "routes", "interruption")
_LINUX = (
    "order",
    *_ADDRESSES,
    "odd labels",
    "same address twice",
    "peers",
    "broadcast peer",
    "hardware addresses",
    *_REST,
)


def blindness(kernel: str) -> tuple[str, ...]:
    """What ioctl does not tell on a kernel, in words of ``model.BLINDNESS``."""
    if kernel == "linux":
        return _LINUX
    if kernel == "sunos":
        return (*_ADDRESSES, "ipv6 addresses", "hardware addresses", *_REST)
    hardware = ("hardware addresses",) if kernel == "openbsd" else ()  # its list has no link records
    return (*_ADDRESSES, "same address twice", *hardware, *_REST)


BLIND_TO = blindness(here()[0])


def unavailable() -> str | None:
    """Why these requests cannot be made here; None if they can."""
    if here() in ROWS:
        return None
    if here()[0] == "aix":
        return "nobody could yet hold the numbers and sizes of its requests against AIX's headers; try backend psutil"
    return f"the numbers of its requests are not known for {sys.platform}; try another backend"


def read() -> Host:
    """Ask the kernel, in this thread's network namespace.

    Raises:
        DiscoveryError: the kernel refused, or its answer makes no sense; the message has the request's name and the
            kernel's reason.
        NotPermittedError: this process has no permission.
    """
    kernel, _ = key = here()
    return with_sockets(ROWS[key], _ask_as(kernel), ipv6=kernel != "linux")


def _ask_as(kernel: str) -> Callable[[Kernel], Host]:
    """The function that asks this kind of kernel."""
    if kernel == "linux":
        from ifdiscover._backends.ioctl import linux
        from ifdiscover._backends.ioctl.procnet import read_proc

        return lambda answers: linux.ask(answers, BLIND_TO, read_proc, linux.has_ipv6)
    if kernel == "sunos":
        from ifdiscover._backends.ioctl.siocglif import ask_ipv4

        return lambda answers: ask_ipv4(answers, BLIND_TO)
    from ifdiscover._backends.ioctl import bsd
    from ifdiscover._backends.shared import index_of

    return lambda answers: bsd.ask(answers, BLIND_TO, index_of)
