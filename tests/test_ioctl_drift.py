"""The table of requests, held against the headers of today's releases, by the compiler that brings them: ziglang."""

from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from namespaces import environment
from need import need

from ifdiscover.backends import ioctl_bsd
from ifdiscover.backends.ioctl_rows import ROWS

if TYPE_CHECKING:
    from pathlib import Path

TARGETS = {  # DragonFly's and illumos' headers are not among them
    "x86_64-linux-gnu": ("linux", 8),
    "x86-linux-musl": ("linux", 4),
    "x86_64-freebsd-none": ("freebsd", 8),
    "arm-freebsd-eabihf": ("freebsd", 4),
    "x86_64-netbsd-none": ("netbsd", 8),
    "arm-netbsd-eabi": ("netbsd", 4),
    "x86_64-openbsd-none": ("openbsd", 8),
    "arm-openbsd-eabi": ("openbsd", 4),
    "x86_64-macos-none": ("darwin", 8),
}
HEADERS = ["sys/types.h", "sys/socket.h", "sys/ioctl.h", "stddef.h", "net/if.h", "netinet/in.h"]


def assertions(system: str, pointer: int) -> str:
    """A program in C that compiles only where the headers say what the row says."""
    row = ROWS[system, pointer]
    headers = [*HEADERS, *(["sys/sockio.h"] if system != "linux" else [])]
    has_in6_var = system in ("freebsd", "netbsd", "openbsd")  # of macOS its own headers have it, ziglang's do not
    if has_in6_var:
        headers += ["net/if_dl.h", "netinet6/in6_var.h"]
    facts = {
        f"(unsigned) {name}": number
        for name, number in row.requests.items()
        if has_in6_var or not name.endswith("_IN6")
    }
    facts["sizeof(struct ifreq)"] = row.ifreq_size
    facts["offsetof(struct ifreq, ifr_addr)"] = row.sockaddr
    facts["sizeof(struct ifconf)"] = struct.calcsize("=" + row.ifconf)
    facts["offsetof(struct ifconf, ifc_buf)"] = struct.calcsize("=" + row.ifconf[:-1])
    facts["AF_INET6"] = row.af_inet6
    if row.af_link is not None:
        facts["AF_LINK"] = row.af_link
    if has_in6_var:
        facts["sizeof(struct in6_ifreq)"] = ioctl_bsd.IN6_IFREQ_SIZE
    if system == "netbsd":
        facts["sizeof(struct ifaliasreq)"] = ioctl_bsd.ALIASREQ_SIZE
        facts["offsetof(struct ifaliasreq, ifra_dstaddr)"] = 32
        facts["offsetof(struct ifaliasreq, ifra_mask)"] = 48
    lines = [f"#include <{header}>" for header in headers]
    return "\n".join([*lines, *(f'_Static_assert({fact} == {value}u, "{fact}");' for fact, value in facts.items()), ""])


@pytest.mark.parametrize("target", TARGETS)
def test_a_row_is_what_todays_headers_say(target: str, tmp_path: Path) -> None:
    """Numbers, sizes and places; and a number that is wrong does not compile."""
    need(None if importlib.util.find_spec("ziglang") else "no ziglang: pip install ziglang")
    text = assertions(*TARGETS[target])
    done = compile_c(target, text, tmp_path)
    assert done.returncode == 0, done.stderr
    done = compile_c(target, text + '_Static_assert(SIOCGIFCONF == 1, "wrong on purpose");\n', tmp_path)
    assert "wrong on purpose" in done.stderr


def compile_c(target: str, text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Compile a program for a target, and link nothing."""
    source = folder / "assertions.c"
    source.write_text(text)
    argv = [sys.executable, "-m", "ziglang", "cc", "-target", target, "-c", str(source), "-o", str(folder / "a.o")]
    env = environment(ZIG_LOCAL_CACHE_DIR=str(folder))  # zig leaves one wherever it runs
    return subprocess.run(argv, capture_output=True, text=True, check=False, env=env, cwd=folder)
