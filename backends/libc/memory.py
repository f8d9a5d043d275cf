"""Memory of this process, read at addresses that a C library gave."""

from __future__ import annotations

import sys
from errno import EFAULT
from struct import Struct

from ifdiscover._backends.platforms import POINTER_SIZE
from ifdiscover.errors import DiscoveryError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Memory(Protocol):
        """What a decoder reads from: this process, or a recording of another."""

        def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
            """A function from an address to what ``struct`` reads there in that format."""
            ...

        def string(self, address: int, size: int, /) -> bytes:
            """The bytes at an address, up to the first NUL, and no more than that many."""
            ...

        def read(self, address: int, size: int, /) -> bytes:
            """That many bytes at an address."""
            ...


# The smallest page of any system, which divides those of all others. Nothing is ever mapped at the first one.
PAGE = 4096


class ProcessMemory:
    """This process's own memory, readable at any address, as a pointer in C reads it: a wrong one ends the process.

    Args:
        pointer: one of those that will be read, which tells of what kind the others are.
    """

    def __init__(self, pointer: int = 0) -> None:
        from ctypes import c_char, c_char_p, string_at

        # glibc and musl keep a byte for the NUL of every name, so that no size is needed.
        self.string: Callable[[int, int], bytes] = lambda address, _size: c_char_p(address).value or b""
        self.read: Callable[[int, int], bytes] = string_at
        # One view over everything costs half of what a ctypes object per record does. Addresses over sys.maxsize lie
        # beyond such a view: a 32-bit process has them, and a 64-bit one whose allocator tags pointers (Android). PyPy
        # takes the view for an order of so much memory.
        in_view = sys.implementation.name == "cpython" and POINTER_SIZE == 8 and pointer <= sys.maxsize
        self._flat = memoryview((c_char * sys.maxsize).from_address(0)) if in_view else None

    def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
        """A function from an address to what ``struct`` reads there in that format."""
        record = Struct(code)
        if self._flat is not None:
            from _functools import partial  # type: ignore[import-not-found]  # functools itself costs 1 ms

            reader: Callable[[int], tuple[Any, ...]] = partial(record.unpack_from, self._flat)
            return reader
        return lambda address: record.unpack(self.read(address, record.size))


class ProbedMemory:
    """The same, where the kernel is asked first whether anything is there, once for each page.

    Slower than ``ProcessMemory``, for lists whose layout nobody has watched on the system itself.
    """

    def __init__(self) -> None:
        from ctypes import string_at

        self._string_at = string_at
        self._pages: set[int] = set()

    def read(self, address: int, size: int) -> bytes:
        """That many bytes at an address.

        Raises:
            DiscoveryError: not all of them are there.
        """
        for page in range(address // PAGE, (address + size - 1) // PAGE + 1):
            if page not in self._pages:
                _probe(page, address)
                self._pages.add(page)
        return self._string_at(address, size)

    def string(self, address: int, size: int) -> bytes:
        """The bytes at an address, up to the first NUL, and no more than that many."""
        in_page = min(size, PAGE - address % PAGE)  # the next page is looked at only if the string goes on there
        found, end, _ = self.read(address, in_page).partition(b"\0")
        return found if end or in_page == size else found + self.string(address + in_page, size - in_page)

    def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
        """A function from an address to what ``struct`` reads there in that format."""
        record = Struct(code)
        return lambda address: record.unpack(self.read(address, record.size))


def _probe(page: int, address: int) -> None:
    """Let the kernel read the first byte of a page: where this process would be killed, it says EFAULT.

    Raises:
        DiscoveryError: it says so, or cannot be asked.
    """
    from ctypes import c_char
    from os import close, pipe, write

    ends: tuple[int, ...] = ()
    try:
        ends = pipe()  # a device that throws everything away would not look at the byte
        write(ends[1], c_char.from_address(page * PAGE))
    except OverflowError as error:  # no pointer is as long as that
        raise DiscoveryError(f"getifaddrs gave a pointer to {address:#x}, where nothing is") from error
    except OSError as error:
        if error.errno == EFAULT:
            raise DiscoveryError(f"getifaddrs gave a pointer to {address:#x}, where nothing is") from error
        raise DiscoveryError(f"getifaddrs' answer cannot be looked at safely: {error.strerror}") from error
    finally:
        for end in ends:
            close(end)
