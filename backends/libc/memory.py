"""Read this process's memory at addresses that the C library returned."""

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
            """A function that unpacks the bytes at an address in that ``struct`` format."""
            ...

        def string(self, address: int, size: int, /) -> bytes:
            """The bytes at an address up to the first NUL, at most ``size``."""
            ...

        def read(self, address: int, size: int, /) -> bytes:
            """``size`` bytes at an address."""
            ...


# The smallest page of any system; larger pages are multiples of it. Nothing is ever mapped at the first page.
PAGE = 4096


class ProcessMemory:
    """This process's own memory, read without a check, as C reads it: a wrong address kills the process.

    Args:
        pointer: one of the addresses that will be read; the others are assumed to be of its kind.
    """

    def __init__(self, pointer: int = 0) -> None:
        from ctypes import c_char, c_char_p, string_at

        # No size is needed: glibc and musl end every name with a NUL.
        self.string: Callable[[int, int], bytes] = lambda address, _size: c_char_p(address).value or b""
        self.read: Callable[[int, int], bytes] = string_at
        # One view over all memory takes half the time of a ctypes object per record. The view ends at sys.maxsize. A
        # 32-bit process has addresses above it, and so has a 64-bit one whose allocator tags pointers (Android). PyPy
        # would try to allocate so much memory.
        in_view = sys.implementation.name == "cpython" and POINTER_SIZE == 8 and pointer <= sys.maxsize
        self._flat = memoryview((c_char * sys.maxsize).from_address(0)) if in_view else None

    def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
        """A function that unpacks the bytes at an address in that ``struct`` format."""
        record = Struct(code)
        if self._flat is not None:
            from _functools import partial  # type: ignore[import-not-found]  # functools itself costs 1 ms

            reader: Callable[[int], tuple[Any, ...]] = partial(record.unpack_from, self._flat)
            return reader
        return lambda address: record.unpack(self.read(address, record.size))


class ProbedMemory:
    """This process's own memory; before the first read of a page, the kernel is asked whether the page is mapped.

    It is slower than ``ProcessMemory``. It is for layouts that nobody has tested on their own system.
    """

    def __init__(self) -> None:
        from ctypes import string_at

        self._string_at = string_at
        self._pages: set[int] = set()

    def read(self, address: int, size: int) -> bytes:
        """``size`` bytes at an address.

        Raises:
            DiscoveryError: a part of them is not mapped.
        """
        for page in range(address // PAGE, (address + size - 1) // PAGE + 1):
            if page not in self._pages:
                _probe(page, address)
                self._pages.add(page)
        return self._string_at(address, size)

    def string(self, address: int, size: int) -> bytes:
        """The bytes at an address up to the first NUL, at most ``size``."""
        in_page = min(size, PAGE - address % PAGE)  # the next page is read only if the string goes on there
        found, end, _ = self.read(address, in_page).partition(b"\0")
        return found if end or in_page == size else found + self.string(address + in_page, size - in_page)

    def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
        """A function that unpacks the bytes at an address in that ``struct`` format."""
        record = Struct(code)
        return lambda address: record.unpack(self.read(address, record.size))


def _probe(page: int, address: int) -> None:
    """Let the kernel read the first byte of a page: if nothing is mapped there, it answers EFAULT.

    Raises:
        DiscoveryError: nothing is mapped there, or the kernel cannot be asked.
    """
    from ctypes import c_char
    from os import close, pipe, write

    ends: tuple[int, ...] = ()
    try:
        ends = pipe()  # /dev/null would not read the byte
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
