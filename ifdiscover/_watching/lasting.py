"""Notice that a network namespace has come to its end, without asking again and again.

A socket keeps its namespace alive, with all that is in it. So whoever only listened to a socket would hear nothing when
``ip netns del`` takes the name away, or the last process ends, and would hold the dead namespace for good.
"""

from __future__ import annotations

import os

from ifdiscover._backends.netlink.namespace import namespace_path

_IN_DELETE, _IN_MOVED_FROM = 0x200, 0x40  # <sys/inotify.h>
_BUFFER = 1 << 12


class Lasting:
    """A namespace that was entered, by its name, path or process number.

    Args:
        netns: how it was named.
        identity: ``identity_here()``, called inside it.
    """

    def __init__(self, netns: str, identity: tuple[int, int] | None) -> None:
        self._path = namespace_path(netns)
        self._identity = identity
        self._descriptor = _descriptor(self._path)

    @property
    def descriptor(self) -> int | None:
        """A descriptor that is readable when ``has_ended()`` is to be asked; None: nothing here tells."""
        return self._descriptor

    def has_ended(self) -> bool:
        """Whether the name is gone, or is another namespace's now."""
        if self._descriptor is not None:
            try:  # noqa: SIM105 - contextlib costs more to import
                os.read(self._descriptor, _BUFFER)
            except OSError:  # a pidfd cannot be read
                pass
        return self._identity is not None and _identity(self._path) != self._identity

    def close(self) -> None:
        """Close what was opened."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def identity_here() -> tuple[int, int] | None:
    """What tells the network namespace of this thread from all others; None: nothing here tells it."""
    return _identity("/proc/thread-self/ns/net")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - pathlib costs more to import
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _descriptor(path: str) -> int | None:
    """A pidfd of the process whose namespace it is, or an inotify(7) of the folder that has the name."""
    _, proc, number, *_rest = [*path.split("/"), "", "", ""]
    try:
        if proc == "proc":
            return os.pidfd_open(int(number)) if number.isdigit() else None
        import ctypes

        c_library = ctypes.CDLL(None)
        descriptor: int = c_library.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        folder = os.path.dirname(os.path.realpath(path))  # noqa: PTH120 - as above
        if descriptor >= 0:
            c_library.inotify_add_watch(descriptor, os.fsencode(folder), _IN_DELETE | _IN_MOVED_FROM)
            return descriptor
    except (ImportError, OSError, AttributeError):  # a Python without ctypes or pidfd_open, or an old kernel
        pass
    return None
