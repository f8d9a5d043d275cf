"""What several backends do in the same way with the host's answers.

A backend guesses one thing only: if it does not learn the netmask of an IPv6 address, it assumes /128. Postfix does the
same. /128 is the narrowest netmask, so the guess trusts nobody else.
"""

from __future__ import annotations

import sys
from _socket import AF_INET6

from ifdiscover._packed import contiguous_prefixlen, netmask_of
from ifdiscover.errors import DiscoveryError
from ifdiscover.model import ASSUMED, KERNEL

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    import ctypes
    from collections.abc import Callable
    from typing import Optional

    from ifdiscover.model import Address, Host, Interface

    # The fields prefixlen, netmask and netmask_origin of an Address.
    Netmask = tuple[Optional[int], Optional[bytes], Optional[str]]

try:
    from _socket import if_nametoindex
except ImportError:  # PyPy 7.3.11 has it neither there nor in socket

    def if_nametoindex(name: str, /) -> int:
        """The C library's."""
        import ctypes
        import os

        index: int = ctypes.CDLL(None).if_nametoindex(os.fsencode(name))
        if index == 0:
            raise OSError
        return index


ATTEMPTS = 10
TIMES = 3
"""So often in a row an answer must come that has a name of no interface. A link that is renamed may look so once."""
PATIENCE = 60
"""Seconds in which getifaddrs(3) must return. With 100,000 addresses glibc's takes seconds, more on a busy host."""
NARROWEST = netmask_of(128, AF_INET6)


def netmask_or_assumed(family: int, netmask: bytes | None) -> Netmask:
    """The prefixlen, netmask and netmask_origin of an address; /128 if its netmask is unknown and it is of IPv6."""
    if netmask is not None:
        return contiguous_prefixlen(netmask), netmask, KERNEL
    return (128, NARROWEST, ASSUMED) if family == AF_INET6 else (None, None, None)


def assumption(why: str) -> str:
    """The warning that goes with an assumed netmask.

    Args:
        why: a clause that says why the netmask is unknown.
    """
    return (
        f"{why}, so such an address is taken for a network of its own, /128: mynetworks_style = subnet trusts it, "
        "but none of its neighbours"
    )


def without_itself(address: Address) -> Address:
    """The address without a broadcast or peer that equals it: some C libraries return the address for "none"."""
    if address.packed not in (address.packed_broadcast, address.packed_peer):
        return address
    return address._replace(
        packed_broadcast=None if address.packed_broadcast == address.packed else address.packed_broadcast,
        packed_peer=None if address.packed_peer == address.packed else address.packed_peer,
    )


def trimmed(sockaddr: bytes, start: int, size: int) -> bytes:
    """A field of a socket address, filled up with zeros if the socket address is too short for it.

    BSD kernels return netmasks so: without the zeros at the end (0.0.0.0 has no bytes left), and with any family.

    Args:
        sockaddr: bytes that begin with a socket address; its first byte, ``sa_len``, is its length.
        start: the offset of the field.
        size: the bytes of the field.
    """
    return sockaddr[start : min(sockaddr[0], start + size)].ljust(size, b"\0")


def index_of(name: str | bytes) -> int | None:
    """The index of the interface of that name; None if there is no such interface (any more)."""
    try:
        return if_nametoindex(name)  # type: ignore[arg-type]  # it takes what fspath takes, bytes too
    except (OSError, ValueError):  # Python refuses a NUL, and a surrogate that stands for no byte
        return None


def settled(read_once: Callable[[], Host], backend: str) -> Host:
    """An answer in which each interface has an index of its own, or one that came ``TIMES`` times in a row.

    A name that no interface has is a label, or that of an interface that was just renamed, made or removed. Only a
    label is there the next times too.

    Args:
        read_once: reads the host.
        backend: its name, for the error.

    Raises:
        DiscoveryError: interfaces changed during each of ``ATTEMPTS``.
    """
    answers: list[Host] = []
    for _ in range(ATTEMPTS):
        host = read_once()
        answers.append(host)
        indexes = {interface.index for interface in host.interfaces}
        if answers[-TIMES:] == [host] * TIMES or (None not in indexes and len(indexes) == len(host.interfaces)):
            return host
    raise DiscoveryError(f"{backend}: interfaces changed during each of {ATTEMPTS} readings; try again later")


def label_warning(interface: Interface, backend: str) -> str:
    """The warning about an interface without an index, which is really a label."""
    return f"{interface.name}: {label_remark(backend)}"


def label_remark(backend: str) -> str:
    """What a name is that no interface has."""
    return f"no interface has this name; it is a label, and {backend} does not tell its interface"


def call_getifaddrs(libc: ctypes.CDLL) -> tuple[int, int | None]:
    """Call getifaddrs(3): the list's address and None, or 0 and errno.

    A thread makes the call, since nothing else can end the wait for it.

    Raises:
        UnansweredError: it did not return within ``PATIENCE``. Its thread stays, and ends with the process.
        MemoryError: there is none for the call.
    """
    import ctypes
    from _thread import allocate_lock, start_new_thread
    from _weakref import ref

    done = allocate_lock()
    head = ctypes.c_void_p()
    results: list[tuple[int, int | None]] = []

    def call(_running: set[int]) -> None:
        try:
            failed = libc.getifaddrs(ctypes.byref(head)) != 0
            results.append((0, ctypes.get_errno()) if failed else (head.value or 0, None))  # errno is the thread's own
        except MemoryError:
            pass
        done.release()

    done.acquire()
    # A value that only the thread has: Python lets go of it even if the thread lacks the memory to begin.
    mark: set[int] = set()
    running = ref(mark)
    try:
        start_new_thread(call, (mark,))
    except RuntimeError:  # no thread can be started here
        call(mark)
    del mark
    waited = 0
    while not done.acquire(timeout=min(1, PATIENCE)) and running() is not None:
        waited += 1
        if waited >= PATIENCE:
            from ifdiscover.errors import UnansweredError

            raise UnansweredError(
                f"getifaddrs: glibc's getifaddrs does not return: {PATIENCE} seconds; perhaps a sandbox swallows "
                "requests, or a link has dozens of long alternative names (ip link)"
            )
    if not results:
        raise MemoryError
    return results[0]


def demand_that_getifaddrs_returns() -> None:
    """Make sure that a package may call getifaddrs(3).

    psutil and netifaces keep the interpreter's lock meanwhile: where the call does not return, nothing ends the wait,
    an interrupt neither.

    Raises:
        UnansweredError: it does not return; see ``call_getifaddrs()``.
    """
    if sys.platform != "linux":  # nothing is known of another system that swallows what is asked
        return
    try:
        import ctypes

        libc = ctypes.CDLL(None)
        _ = libc.getifaddrs, libc.freeifaddrs
    except (ImportError, OSError, AttributeError):  # a Python without ctypes can still have the package
        return
    start, _errno = call_getifaddrs(libc)
    if start:
        libc.freeifaddrs(ctypes.c_void_p(start))
