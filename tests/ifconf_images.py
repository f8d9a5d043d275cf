"""Memory images of struct ifconf and struct lifconf, as a platform's real compiler laid them out, and what they say."""

from __future__ import annotations

import base64
import json
import os
import struct
from pathlib import Path
from typing import Any

from namespaces import ROOT

from ifdiscover.backends.ioctl_rows import LIF_ROWS, ROWS, Row

FOLDER = Path(os.environ.get("IFDISCOVER_IMAGES") or ROOT / "fixtures" / "images")
PAGE = 4096  # what is mapped at least
KERNELS = {"illumos": "sunos", "opensolaris-2005": "sunos", "linux-glibc": "linux", "linux-musl": "linux"}


def key(layout: str) -> tuple[str, int]:
    """The key of our rows for a name of the image's or of decoder_table.json: system, and bits of a pointer."""
    system, _, bits = layout.rpartition("-")
    return KERNELS.get(system, system), int(bits) // 8


class Image:
    """One list in one image."""

    def __init__(self, path: Path, root: str) -> None:
        self.name = f"{path.stem}-{root}"
        content: dict[str, Any] = json.loads(path.read_text())
        self.byte_order = {"little": "<", "big": ">"}[content["byte_order"]]
        self.kernel, pointer = key(content["layout"])
        self.row: Row = (LIF_ROWS if root == "image_lifconf" else ROWS)[self.kernel, pointer]
        self.expected: list[dict[str, Any]] = content["expected"][root]
        self.head: int = content["roots"][root]
        self.segments = [(segment["address"], base64.b64decode(segment["data"])) for segment in content["segments"]]

    def read(self, address: int, size: int) -> bytes:
        """The bytes at an address, which must be in the image; its files leave out the zeros that end a segment."""
        for start, data in self.segments:
            if start <= address < start + len(data) and address + size <= -(-(start + len(data)) // PAGE) * PAGE:
                return data[address - start : address - start + size].ljust(size, b"\0")
        raise AssertionError(f"{self.name}: nothing is at {address:#x}, {size} bytes")

    def list(self) -> bytes:
        """What the structure says is the list."""
        ifconf = struct.Struct(self.byte_order + self.row.ifconf)
        length, address = ifconf.unpack(self.read(self.head, ifconf.size))
        return self.read(address, length)


def images() -> list[Image]:
    """Every list of every image in the folder."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        roots = json.loads(path.read_text())["roots"]
        found += [Image(path, root) for root in roots if root in ("image_ifconf", "image_lifconf")]
    return found
