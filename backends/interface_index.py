"""The index of an interface of which only the name is known."""

from __future__ import annotations

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


def index_of(name: str | bytes) -> int | None:
    """The index of the interface of that name; None if there is none, as when it went away since."""
    try:
        return if_nametoindex(name)  # type: ignore[arg-type]  # it takes what fspath takes, bytes too
    except OSError:
        return None
