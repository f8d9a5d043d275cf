"""The C compiler of ziglang, a package of PyPI, which has the headers of many platforms and all of musl."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

SYSTEMS = {"linux": "linux", "macos": "darwin", "freebsd": "freebsd", "netbsd": "netbsd", "openbsd": "openbsd"}

# It lists no target of macOS with 32 bits, but has Apple's headers, and a compiler for the telephones that had.
APPLE_32 = "armv7-apple-ios"

NARROW = ("arm", "armeb", "hexagon", "mips", "mipsel", "powerpc", "riscv32", "sparc", "x86")

# It lists these, but its compiler does not know the processors; of loongarch32 the headers are not all there.
NOT_COMPILED = ("arc", "csky", "loongarch32", "m68k")

# DragonFly's and illumos' headers are not there, and those of 32-bit macOS lack what is asked of ioctl's.
WITHOUT_HEADERS = {("darwin", 4), ("dragonfly", 8), ("sunos", 4), ("sunos", 8)}


def why_no_zig() -> str | None:
    """Why it cannot be used; None if it can."""
    return None if importlib.util.find_spec("ziglang") else "no ziglang: pip install ziglang"


def zig(*arguments: str) -> str:
    """Run it; its output. The first program for a target takes a minute, for then its C library is compiled."""
    done = subprocess.run(
        [sys.executable, "-m", "ziglang", *arguments], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"zig {' '.join(arguments)}\n{done.stderr}"
    return done.stdout


def compile_c(target: str, source: Path) -> None:
    """Compile a file for a target, and link nothing; AssertionError if it does not compile."""
    zig("cc", "-target", target, "-c", "-o", str(source.with_suffix(".o")), str(source))


def targets() -> list[str]:
    """All that it has a C library for, as CPU-SYSTEM-ABI."""
    listed = zig("targets").partition("libc")[2].partition("glibc")[0]
    return re.findall(r'"(\w+-\w+-\w+)"', listed)


def row_key(target: str) -> tuple[str, int] | None:
    """The key that our tables have for a target; None if they have none, or it cannot be compiled for."""
    if target == APPLE_32:
        return "darwin", 4
    cpu, system, abi = target.split("-")
    if system not in SYSTEMS or cpu in NOT_COMPILED:
        return None
    narrow = cpu in NARROW or cpu.startswith("thumb") or abi.endswith(("x32", "n32"))
    return SYSTEMS[system], 4 if narrow else 8


def library() -> Path:
    """Where its headers, and the sources of C libraries, are."""
    spec = importlib.util.find_spec("ziglang")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "lib"
