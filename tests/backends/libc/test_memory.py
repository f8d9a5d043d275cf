"""Reading this process's memory: as it is, and after asking whether anything is there."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from support.namespaces import environment

from ifdiscover._backends.libc import memory
from ifdiscover._backends.libc.memory import PAGE, ProbedMemory, ProcessMemory
from ifdiscover.errors import DiscoveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._backends.libc.memory import Memory


@pytest.fixture
def edge() -> Iterator[int]:
    """The address behind a readable page, where nothing may be read."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    size = mmap.PAGESIZE
    with mmap.mmap(-1, 2 * size) as pages:
        view = (ctypes.c_char * (2 * size)).from_buffer(pages)
        address = ctypes.addressof(view)
        pages.write(b"x" * (size - 8) + b"eth0:123")
        assert libc.mprotect(address + size, size, 0) == 0
        yield address + size
        libc.mprotect(address + size, size, mmap.PROT_READ | mmap.PROT_WRITE)
        del view


@pytest.mark.parametrize("kind", [ProcessMemory, ProbedMemory])
def test_memory_is_read_as_pointers_lead_to_it(kind: type[Memory]) -> None:
    """Bytes, structures, and strings up to their NUL."""
    memory = kind()
    buffer = ctypes.create_string_buffer(b"\1\2\3\4name")
    address = ctypes.addressof(buffer)
    assert memory.read(address, 4) == b"\1\2\3\4"
    assert memory.string(address + 4, 16) == b"name"
    assert memory.unpacker("=2xBB")(address) == (3, 4)


def test_memory_far_up_is_read_too() -> None:
    """A 32-bit process has such addresses, and one whose allocator tags pointers."""
    buffer = ctypes.create_string_buffer(b"\1\2\3\4")
    memory = ProcessMemory(pointer=2**63)
    assert memory.unpacker("=2xBB")(ctypes.addressof(buffer)) == (3, 4)


@pytest.mark.parametrize(
    ("implementation", "pointer_size", "pointer"),
    [("cpython", 8, 2**63), ("cpython", 4, 0), ("pypy", 8, 0)],
    ids=["far up", "32 bits", "PyPy"],
)
def test_where_a_view_over_all_memory_does_not_do_each_record_is_read(
    implementation: str, pointer_size: int, pointer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view ends before the highest addresses, and PyPy would allocate as much."""
    monkeypatch.setattr(memory, "POINTER_SIZE", pointer_size)
    monkeypatch.setattr(
        memory, "sys", SimpleNamespace(maxsize=sys.maxsize, implementation=SimpleNamespace(name=implementation))
    )
    process = ProcessMemory(pointer)
    process.read = lambda address, size: bytes([address >> 60, size])
    assert process.unpacker("=BB")(2**63) == (8, 2)


def test_probed_memory_raises_where_nothing_may_be_read(edge: int) -> None:
    """Where the process would be killed, on the first byte or on any other."""
    memory = ProbedMemory()
    assert memory.read(edge - 4, 4) == b":123"
    for address, size in ((edge, 1), (edge - 4, 5), (edge - 1, 3 * PAGE), (0, 1), (8, 8), (2**64 - PAGE, 8)):
        with pytest.raises(DiscoveryError, match=f"a pointer to {address:#x}, where nothing is"):
            memory.read(address, size)


@pytest.mark.parametrize("address", [2**64, 2**64 + 8, 2**70])
def test_probed_memory_raises_beyond_all_memory(address: int) -> None:
    """No pointer is so long."""
    with pytest.raises(DiscoveryError, match="where nothing is"):
        ProbedMemory().read(address, 1)


def test_a_string_of_probed_memory_ends_with_its_page_if_it_ends(edge: int) -> None:
    """By NUL or by size, nothing behind it is looked at; one that goes on is followed."""
    memory = ProbedMemory()
    assert memory.string(edge - 8, 8) == b"eth0:123"
    ctypes.memset(edge - 1, 0, 1)
    assert memory.string(edge - 8, 100) == b"eth0:12"
    ctypes.memset(edge - 1, ord("3"), 1)
    with pytest.raises(DiscoveryError):
        memory.string(edge - 8, 9)


def test_a_string_of_probed_memory_goes_on_in_the_next_page() -> None:
    """Two readable pages are as one."""
    buffer = ctypes.create_string_buffer(b"a" * 3 * PAGE)
    start = ctypes.addressof(buffer) // PAGE * PAGE + PAGE - 3
    assert ProbedMemory().string(start, 16) == b"a" * 16


def test_probing_keeps_no_descriptor_and_asks_once_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is read."""
    asked = []
    write = os.write

    def counted(descriptor: int, data: bytes) -> int:
        asked.append(descriptor)
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", counted)
    descriptors = Path("/proc/self/fd")
    before = set(descriptors.iterdir())
    memory = ProbedMemory()
    buffer = ctypes.create_string_buffer(PAGE)
    address = ctypes.addressof(buffer)
    for _ in range(5):
        memory.read(address, PAGE)
    assert len(asked) == len({address // PAGE, (address + PAGE - 1) // PAGE})
    assert set(descriptors.iterdir()) == before


@pytest.mark.parametrize("call", ["pipe", "write"])
def test_where_memory_cannot_be_probed_it_is_not_read(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says why; a descriptor that was there is closed."""

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    before = set(Path("/proc/self/fd").iterdir())
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(DiscoveryError, match="cannot be looked at safely: Too many open files"):
        ProbedMemory().read(ctypes.addressof(ctypes.create_string_buffer(1)), 1)
    assert set(Path("/proc/self/fd").iterdir()) == before


@pytest.mark.parametrize("field", [0, 1, 3, 4, 5], ids=["next", "name", "addr", "netmask", "dstaddr"])
@pytest.mark.parametrize("wild", [8, 0xDEAD0000, 2**47 + 8, 2**63 + 8], ids=hex)
def test_a_foreign_list_with_a_wild_pointer_does_not_end_the_process(field: int, wild: int) -> None:
    """Where a layout was never tried on its own system, a wrong pointer is an error like others."""
    if struct.calcsize("P") != 8:
        pytest.skip("written for a 64-bit process")
    done = subprocess.run(
        [sys.executable, "-c", _WILD, str(field), str(wild)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert done.stdout == "DiscoveryError\n", (done.returncode, done.stderr)


_WILD = """
import ctypes, struct, sys
from ifdiscover._backends.libc import getifaddrs
from ifdiscover.errors import DiscoveryError
buffer = ctypes.create_string_buffer(4096)
at = ctypes.addressof(buffer)
fields = [0, at + 100, 0x10, at + 200, at + 300, at + 400]  # next, name, flags, addr, netmask, dstaddr
fields[int(sys.argv[1])] = int(sys.argv[2])
buffer[0:48] = struct.pack("=QQI4xQQQ", *fields)
buffer[100:105] = b"tun0\\0"
for start, octets in ((200, (10, 0, 0, 1)), (300, (255,) * 4), (400, (10, 0, 0, 2))):
    buffer[start : start + 16] = bytes([16, 2, 0, 0, *octets, *[0] * 8])
class Libc:
    def getifaddrs(self, head):
        head._obj.value = at
        return 0
    def freeifaddrs(self, head):
        assert head.value == at
getifaddrs._libc = lambda layout: Libc()
sys.platform = "freebsd14"
try:
    getifaddrs.read()
except DiscoveryError as error:
    print(type(error).__name__)
"""
