"""Memory of which only some runs of bytes are there: a ``Memory`` for decoders in which a stray read raises."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class StrayReadError(LookupError):
    """A read of bytes that are not there."""


class Segments:
    """Bytes by the address of the first.

    Attributes:
        segments: the runs of bytes.
    """

    def __init__(self, segments: dict[int, bytes]) -> None:
        self.segments = segments

    def read(self, address: int, size: int) -> bytes:
        """That many bytes of one segment. Fewer than none is a mistake of the reader: C would read on and on."""
        if size < 0:
            raise StrayReadError(f"{size} bytes at {address:#x}")
        for start, data in self.segments.items():
            if start <= address and address + size <= start + len(data):
                return data[address - start : address - start + size]
        raise StrayReadError(f"{size} bytes at {address:#x}")

    def string(self, address: int, size: int) -> bytes:
        """The bytes of one segment up to the first NUL, and no more than that many."""
        end = 0
        while end < size and self.read(address + end, 1) != b"\0":
            end += 1
        return self.read(address, end)

    def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
        """A function that reads a structure."""
        record = struct.Struct(code)
        return lambda address: record.unpack(self.read(address, record.size))
