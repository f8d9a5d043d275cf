"""Memory images of other platforms: fixtures/kernels/images, or the folder that IFDISCOVER_IMAGES names."""

from __future__ import annotations

import base64
import ctypes
import json
import mmap
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.memory.segments import Segments, StrayReadError
from support.namespaces import ROOT
from support.need import need

from ifdiscover._backends.libc.layouts import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._backends.libc.layouts import Layout

PAGE = 4096  # what is mapped of a segment at least

FOLDER = Path(os.environ.get("IFDISCOVER_IMAGES") or ROOT / "fixtures/kernels/images")

# Layouts begin with a platform's name; of these sys.platform has another. opensolaris-2005: Solaris 8 to 10.
SYS_PLATFORM = {"illumos": "sunos", "opensolaris": "sunos", "solaris": "sunos"}


def key(layout: str) -> tuple[str, int]:
    """The key that our tables have for a layout of an image or of decoder_table.json: platform, bytes of a pointer."""
    platform, bits = layout.partition("-")[0], layout.rpartition("-")[2]
    return SYS_PLATFORM.get(platform, platform), int(bits) // 8


class Image(Segments):
    """One image.

    Attributes:
        name: the file's, without ".json".
        platform: as in ``layouts.ROWS``, if it has a row.
        pointer_size: bytes of a pointer.
        byte_order: as ``struct`` writes it.
        roots: addresses of what the image is of, by name.
        expected: what is to be found there, by the root's name.
    """

    def __init__(self, file: dict[str, Any]) -> None:
        super().__init__({part["address"]: base64.b64decode(part["data"], validate=True) for part in file["segments"]})
        self.name: str = file["name"]
        self.platform, self.pointer_size = key(file["layout"])
        self.byte_order = {"little": "<", "big": ">"}[file["byte_order"]]
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

    def read_padded(self, address: int, size: int) -> bytes:
        """That many bytes from one segment on, and zeros: files leave out those that a segment ends with."""
        for start, data in self.segments.items():
            if start <= address < start + len(data) and address + size <= start + len(data) + PAGE:
                return data[address - start : address - start + size].ljust(size, b"\0")
        raise StrayReadError(f"{size} bytes at {address:#x}")


_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.mmap.restype = ctypes.c_void_p
_LIBC.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
_LIBC.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


def images(root: str = "") -> list[Image]:
    """The folder's images that have such a root, or all, for pytest to give to a test one by one.

    Those in folders below it are its images too. Files without memory in them, such as recorded answers to requests,
    are none.
    """
    files = [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.rglob("*.json"))]
    made = [Image(file | {"name": name}) for name, file in files if isinstance(file, dict) and "segments" in file]
    return [image for image in made if not root or image.roots.get(root) is not None]


def mapped(image: Image) -> Iterator[None]:
    """Map an image into this process, each segment at its own address; the generator of a context manager."""
    need(None if struct.calcsize("P") == 8 else "a 32-bit process has no room for these addresses")
    page = mmap.PAGESIZE
    pages: set[int] = set()
    for start, data in image.segments.items():
        pages.update(range(start // page * page, start + len(data) + PAGE, page))  # and what read_padded() adds
    fixed = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100000  # MAP_FIXED_NOREPLACE, Linux 4.17
    done = []
    try:
        if max(pages) >= 1 << 47:
            pytest.skip("no process on Linux has memory so high without asking for it")
        for wanted in sorted(pages):
            found = _LIBC.mmap(wanted, page, mmap.PROT_READ | mmap.PROT_WRITE, fixed, -1, 0)
            if found != ctypes.c_void_p(-1).value:
                done.append(found)
            need(None if found == wanted else f"something else of this process is at {wanted:#x}")
        for start, data in image.segments.items():
            ctypes.memmove(start, data, len(data))
        yield
    finally:
        for at in done:
            _LIBC.munmap(at, page)
