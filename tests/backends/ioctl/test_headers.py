"""The table of requests, held against the headers of today's releases, by the compiler that brings them: ziglang."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from support.need import need
from support.zig import WITHOUT_HEADERS, compile_c, row_key, targets, why_no_zig

from ifdiscover._backends.ioctl import bsd
from ifdiscover._backends.ioctl.rows import ROWS

if TYPE_CHECKING:
    from pathlib import Path

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
    facts["AF_INET6"] = row.platform.af_inet6
    if row.lists_links:
        facts["AF_LINK"] = row.platform.af_link
    if has_in6_var:
        facts["sizeof(struct in6_ifreq)"] = bsd.IN6_IFREQ_SIZE
    if system == "netbsd":
        facts["sizeof(struct ifaliasreq)"] = bsd.ALIASREQ_SIZE
        facts["offsetof(struct ifaliasreq, ifra_dstaddr)"] = 32
        facts["offsetof(struct ifaliasreq, ifra_mask)"] = 48
    lines = [f"#include <{header}>" for header in headers]
    return "\n".join([*lines, *(f'_Static_assert({fact} == {value}u, "{fact}");' for fact, value in facts.items()), ""])


@pytest.mark.parametrize("key", sorted(ROWS.keys() - WITHOUT_HEADERS), ids=lambda key: f"{key[0]}-{key[1] * 8}")
def test_a_row_is_what_todays_headers_say(key: tuple[str, int], tmp_path: Path) -> None:
    """Numbers, sizes and places, for every processor whose headers are there; what is wrong does not compile."""
    need(why_no_zig())
    source = tmp_path / "assertions.c"
    text = assertions(*key)
    source.write_text(text)
    found = [target for target in targets() if row_key(target) == key]
    for target in found:
        compile_c(target, source)
    source.write_text(text + '_Static_assert(SIOCGIFCONF == 1, "wrong on purpose");\n')
    with pytest.raises(AssertionError, match="wrong on purpose"):
        compile_c(found[0], source)
