"""What the simulated kernels share: requests by their numbers, refusals, and memory at the addresses they are told."""

from __future__ import annotations

import ctypes
import json
from typing import TYPE_CHECKING, Any

from support.namespaces import ROOT

if TYPE_CHECKING:
    import pytest

TABLE: dict[str, Any] = json.loads(ROOT.joinpath("fixtures", "kernels", "decoder_table.json").read_text())


class LowMemory:
    """In the place of array.array: buffers at addresses that a kernel of 32 bits can be told."""

    buffers: dict[int, LowMemory]

    def __init__(self, _code: str, content: bytes) -> None:
        self.content = bytearray(content)
        self.address = 0x1000 + len(self.buffers)
        self.buffers[self.address] = self

    def buffer_info(self) -> tuple[int, int]:
        """Where it is, and how long."""
        return self.address, len(self.content)

    def __getitem__(self, place: slice) -> LowMemory:
        return type(self)("B", bytes(self.content[place]))

    def tobytes(self) -> bytes:
        """Its contents."""
        return bytes(self.content)


class SimulatedKernel:
    """A kernel of one layout of the table."""

    def __init__(self, layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.table: Any = TABLE[layout]
        self.pointer: int = self.table["pointer"]
        self.numbers: dict[str, int] = dict(self.table["ioctl"])
        self.refuse: dict[str, int] = {}  # by request, errno
        self.silent: set[str] = set()  # requests that succeed and write nothing
        self.asked: list[str] = []
        if self.pointer == 4:
            self._memory: dict[int, LowMemory] = {}
            monkeypatch.setattr("array.array", type("Low", (LowMemory,), {"buffers": self._memory}))

    def __call__(self, descriptor: int, number: int, argument: bytearray) -> int:
        """Answer one request, in place."""
        (request,) = (name for name, known in self.numbers.items() if known == number)
        self.asked.append(request)
        if request in self.refuse:
            raise OSError(self.refuse[request], "simulated")
        self.answer(request, descriptor, argument)
        return 0

    def answer(self, request: str, descriptor: int, argument: bytearray) -> None:
        """What this kernel does about a request that it does not refuse."""
        raise NotImplementedError

    def write(self, pointer: int, data: bytes) -> None:
        """Write to a buffer whose address the argument has."""
        if self.pointer == 4:
            self._memory[pointer].content[: len(data)] = data
        else:
            ctypes.memmove(pointer, data, len(data))
