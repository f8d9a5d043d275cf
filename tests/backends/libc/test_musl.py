"""musl's getifaddrs, in 64 and in 32 bits, beside glibc's answer in the same namespace."""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from support.memory.arena import Arena
from support.namespaces import ROOT, Namespace, why_no_namespaces
from support.need import need
from support.shapes import SHAPES
from support.zig import library as zig_library, why_no_zig, zig

from ifdiscover._backends.libc.getifaddrs import decode
from ifdiscover._backends.libc.layouts import LINUX_32, LINUX_64

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ifdiscover._backends.libc.layouts import Layout

READ = "import ifdiscover, json; print(json.dumps(ifdiscover.discover('getifaddrs')[:2], default=bytes.hex))"

# The product's backend, in this process's memory, with another library in place of the one it is linked with.
READ_BY = f"""
import ctypes, sys
linked, used = ctypes.CDLL, []
def load(name, **how):
    used.append(name)
    return linked(sys.argv[1], **how)
ctypes.CDLL = load
{READ}
assert set(used) == {{None}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where programs are put that any user may run."""
    made = tmp_path_factory.mktemp("musl")
    made.chmod(0o755)
    return made


@pytest.fixture(scope="module")
def dump_64(folder: Path) -> Path:
    """musl_dump.c, linked against Debian's musl."""
    compiler = shutil.which("musl-gcc")
    need(None if compiler else "no musl-gcc: install musl-tools")
    need(None if struct.calcsize("P") == 8 else "the compiler makes programs of another width than this Python")
    made = folder / "dump"
    argv = [str(compiler), "-static", "-o", str(made), str(ROOT / "tests/support/memory/musl_dump.c")]
    subprocess.run(argv, check=True)
    return made


@pytest.fixture(scope="module")
def dump_32(folder: Path) -> Path:
    """musl_dump.c, linked against ziglang's musl for a processor of 32 bits."""
    cpu = {"x86_64": "x86-linux-musl", "aarch64": "arm-linux-musleabi"}.get(platform.machine())
    need(None if cpu else "not known how programs of 32 bits are made for this processor")
    need(why_no_zig())
    made = folder / "dump32"
    zig("cc", "-target", str(cpu), "-static", "-o", str(made), str(ROOT / "tests/support/memory/musl_dump.c"))
    try:
        subprocess.run([str(made)], check=True, stdout=subprocess.DEVNULL)
    except OSError as error:
        need("this kernel runs no programs of 32 bits" if error.errno == errno.ENOEXEC else str(error))
    return made


@pytest.fixture(scope="module")
def library(folder: Path) -> Path:
    """The getifaddrs of musl, as a library that a glibc process can load: memory and sockets are then glibc's."""
    return compiled(folder / "musl.so", platform.machine(), platform.machine())


@pytest.fixture(scope="module")
def library_32(folder: Path) -> Path:
    """The same for a process of 32 bits."""
    return compiled(folder / "musl32.so", "x86", "i386")


@pytest.fixture(scope="module")
def python_32() -> str:
    """A Python of 32 bits, as .ci/python32 makes it of packages that not every machine can have."""
    program = ROOT / ".venv-32" / "python"
    if not program.exists():
        pytest.skip("no Python of 32 bits: .ci/python32 makes one on Debian, on x86-64")
    return str(program)


def compiled(made: Path, cpu: str, arch: str) -> Path:
    """Musl's getifaddrs for a processor, which musl calls ``arch``."""
    need(why_no_zig())
    source = zig_library() / "libc/musl"
    need(None if (source / "arch" / arch).is_dir() else f"not known how musl is compiled for {cpu}")
    internal = [source / "arch" / arch, source / "arch/generic", source / "src/include", source / "src/internal"]
    generated = [source.parent / "include" / name for name in (f"{cpu}-linux-musl", "generic-musl")]
    files = [source / "src/network" / name for name in ("getifaddrs.c", "netlink.c")]
    how = ["-shared", "-fPIC", "-nostdlib", "-fno-sanitize=all", "-D_XOPEN_SOURCE=700"]
    includes = [f"-I{path}" for path in (*internal, *generated)]
    zig("cc", "-target", f"{cpu}-linux-musl", *how, *includes, "-o", str(made), *map(str, files))
    return made


class Shaped(NamedTuple):
    """A namespace with addresses, and what the backend says of it through glibc."""

    namespace: Namespace
    expected: Any


@pytest.fixture(scope="module", params=SHAPES)
def shaped(request: pytest.FixtureRequest) -> Iterator[Shaped]:
    """Each shape of host, built once for all tests here."""
    need(why_no_namespaces())
    need(None if "CS_GNU_LIBC_VERSION" in os.confstr_names else "this Python is not linked with glibc")
    with Namespace() as namespace:
        namespace.build(SHAPES[request.param].steps)
        yield Shaped(namespace, json.loads(namespace.run([sys.executable, "-c", READ]).stdout))


def decoded(dump: Path, layout: Layout, shaped: Shaped) -> Any:
    """What is decoded from a program's own list, in which a stray read raises."""
    head, *objects = shaped.namespace.run([str(dump)]).stdout.split("\n")[:-1]
    arena = Arena(layout, "=")
    for line in objects:
        address, _, data = line.partition(" ")
        arena.segments[int(address, 16)] = bytes.fromhex(data)
    index_of = {i[0].encode("utf-8", "surrogateescape"): i[1] for i in shaped.expected[0]}.get
    return json.loads(json.dumps(decode(arena, int(head, 16), layout, index_of), default=bytes.hex))


@pytest.mark.netns
def test_musl_gives_what_glibc_gives(shaped: Shaped, dump_64: Path) -> None:
    """Same interfaces, same addresses, same order, by the same row of the layout table; and no stray read."""
    assert decoded(dump_64, LINUX_64, shaped) == shaped.expected


@pytest.mark.netns
def test_musl_gives_in_32_bits_what_glibc_gives(shaped: Shaped, dump_32: Path) -> None:
    """By the row of that width."""
    assert decoded(dump_32, LINUX_32, shaped) == shaped.expected


@pytest.mark.netns
def test_the_backend_reads_through_musl_what_it_reads_through_glibc(shaped: Shaped, library: Path) -> None:
    """The whole of it: call, memory, decoding, freeing; names are looked up by glibc."""
    found = shaped.namespace.run([sys.executable, "-c", READ_BY, str(library)]).stdout
    assert json.loads(found) == shaped.expected


@pytest.mark.netns
@pytest.mark.parametrize("backend", ["getifaddrs", "rtnetlink", "ioctl"])
def test_a_backend_reads_in_32_bits_what_it_reads_in_64(backend: str, shaped: Shaped, python_32: str) -> None:
    """The same program in a process whose pointers and structures are of the other width."""
    program = READ.replace("getifaddrs", backend)
    wide, narrow = (shaped.namespace.run([python, "-c", program]).stdout for python in (sys.executable, python_32))
    assert json.loads(narrow) == json.loads(wide)


@pytest.mark.netns
def test_the_backend_reads_through_musl_in_32_bits_too(shaped: Shaped, python_32: str, library_32: Path) -> None:
    """The whole of it, in a process of 32 bits."""
    found = shaped.namespace.run([python_32, "-c", READ_BY, str(library_32)]).stdout
    assert json.loads(found) == shaped.expected
