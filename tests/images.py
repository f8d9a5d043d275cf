"""Memory images of other platforms: fixtures/images, or the folder that IFDISCOVER_IMAGES names."""

from __future__ import annotations

import base64
import ctypes
import json
import mmap
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from namespaces import ROOT
from need import need

from ifdiscover.backends.layouts import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ifdiscover.backends.layouts import Layout

FOLDER = Path(os.environ.get("IFDISCOVER_IMAGES") or ROOT / "fixtures/images")

# What a layout's name begins with, and the platform's name in the product's tables. opensolaris-2005: Solaris 8 to 10.
PLATFORMS = {
    "linux": "linux",
    "darwin": "darwin",
    "dragonfly": "dragonfly",
    "freebsd": "freebsd",
    "netbsd": "netbsd",
    "openbsd": "openbsd",
    "illumos": "sunos",
    "opensolaris": "sunos",
}


class Image:
    """One image: a ``Memory`` in which a read outside of its segments raises LookupError.

    Attributes:
        name: the file's, without ".json".
        platform: as in ``layouts.ROWS``.
        pointer_size: bytes of a pointer.
        byte_order: as ``struct`` writes it.
        segments: bytes by address.
        roots: addresses of what the image is of, by name.
        expected: what is to be found there, by the root's name.
    """

    def __init__(self, path: Path) -> None:
        file = json.loads(path.read_text())
        self.name = path.name[: -len(".json")]
        self.platform = PLATFORMS[file["layout"].partition("-")[0]]
        self.pointer_size: int = file["pointer_bits"] // 8
        self.byte_order = {"little": "<", "big": ">"}[file["byte_order"]]
        self.segments = {part["address"]: base64.b64decode(part["data"], validate=True) for part in file["segments"]}
        self.roots: dict[str, int] = file["roots"]
        self.expected: dict[str, list[dict[str, Any]]] = file["expected"]

    def __repr__(self) -> str:
        return f"Image({self.name})"

    @property
    def layout(self) -> Layout:
        """The row of the layout table."""
        return ROWS[self.platform, self.pointer_size]

    @property
    def head(self) -> int:
        """The address of the first struct ifaddrs."""
        code = self.byte_order + self.layout.pointer
        (address,) = struct.unpack(code, self.read(self.roots["image_ifaddrs"], self.pointer_size))
        return int(address)

    def read(self, address: int, size: int) -> bytes:
        """That many bytes of one segment."""
        for start, data in self.segments.items():
            if start <= address and address + size <= start + len(data):
                return data[address - start : address - start + size]
        raise LookupError(f"{size} bytes at {address:#x}, where {self.name} has nothing")

    def string(self, address: int, size: int) -> bytes:
        """The bytes up to the first NUL, and no more than that many."""
        end = 0
        while end < size and self.read(address + end, 1) != b"\0":
            end += 1
        return self.read(address, end)

    def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
        """A function that reads a structure."""
        record = struct.Struct(code)
        return lambda address: record.unpack(self.read(address, record.size))


_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.mmap.restype = ctypes.c_void_p
_LIBC.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
_LIBC.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


def images(root: str) -> list[Image]:
    """All images of the folder that have such a root, for pytest to give to a test one by one.

    Raises:
        LookupError: there is none.
    """
    found = [image for image in map(Image, sorted(FOLDER.glob("*.json"))) if root in image.roots]
    if not found:
        raise LookupError(f"no image in {FOLDER} has {root}")
    return found


def mapped(image: Image) -> Iterator[None]:
    """Map an image into this process, each segment at its own address; the generator of a context manager."""
    need(None if struct.calcsize("P") == 8 else "a 32-bit process has no room for these addresses")
    page = mmap.PAGESIZE
    pages: set[int] = set()
    for start, data in image.segments.items():
        pages.update(range(start // page * page, start + len(data), page))
    fixed = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100000  # MAP_FIXED_NOREPLACE, Linux 4.17
    done = []
    try:
        for wanted in sorted(pages):
            found = _LIBC.mmap(wanted, page, mmap.PROT_READ | mmap.PROT_WRITE, fixed, -1, 0)
            done.append(found)
            assert found == wanted, "something else is there"
        for start, data in image.segments.items():
            ctypes.memmove(start, data, len(data))
        yield
    finally:
        for at in done:
            _LIBC.munmap(at, page)
