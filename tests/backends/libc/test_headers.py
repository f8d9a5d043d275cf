"""Every row of the layout table beside the platform's own headers, as ziglang ships them."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

import pytest
from support.need import need
from support.zig import APPLE_32, compile_c, library, row_key, targets, why_no_zig, zig

from ifdiscover import model
from ifdiscover._backends.libc.layouts import ROWS, Layout

if TYPE_CHECKING:
    from pathlib import Path

# It has no headers of DragonFly and illumos, for which there are images.
WITHOUT_HEADERS = {("dragonfly", 8), ("sunos", 4), ("sunos", 8)}

STRUCTS = {
    "ifa": "ifaddrs",
    "sa": "sockaddr",
    "sin": "sockaddr_in",
    "sin6": "sockaddr_in6",
    "sll": "sockaddr_ll",
    "sdl": "sockaddr_dl",
}


def assertions(layout: Layout) -> str:
    """C that compiles if the row is what the headers say."""
    link = "<netpacket/packet.h>" if "sll_addr" in layout.sockaddr_link else "<net/if_dl.h>"
    headers = ["<sys/types.h>", "<sys/socket.h>", "<net/if.h>", "<netinet/in.h>", link, "<ifaddrs.h>", "<stddef.h>"]
    lines = [f"#include {header}" for header in headers]
    claims = {
        "sizeof(void *)": struct.calcsize("=" + layout.pointer),
        "AF_INET": layout.platform.af_inet,
        "AF_INET6": layout.platform.af_inet6,
        "AF_PACKET" if "sll_addr" in layout.sockaddr_link else "AF_LINK": layout.platform.af_link,
        "IFNAMSIZ": layout.name_size,
        "offsetof(struct ifaddrs, ifa_broadaddr)": layout.ifaddrs["ifa_dstaddr"][0],
        **{flag: getattr(model, flag) for flag in ("IFF_UP", "IFF_BROADCAST", "IFF_LOOPBACK", "IFF_POINTOPOINT")},
        "offsetof(struct sockaddr_in, sin_family)": layout.sockaddr_in["sa_family"][0],
        "offsetof(struct sockaddr_in6, sin6_family)": layout.sockaddr_in6["sa_family"][0],
    }
    lines.append("#ifndef ifa_broadaddr\n#define ifa_broadaddr ifa_dstaddr\n#endif")
    for fields in (layout.ifaddrs, layout.sockaddr_in, layout.sockaddr_in6, layout.sockaddr_link):
        for field, (offset, code) in fields.items():
            struct_name = STRUCTS[field.partition("_")[0]]
            member = f"((struct {struct_name} *) 0)->{field}"
            claims[f"offsetof(struct {struct_name}, {field})"] = offset
            if code != "s":
                code = layout.pointer if code == "P" else code  # noqa: PLW2901 - as the table does it
                claims[f"sizeof({member})"] = struct.calcsize("=" + code)
            if code in "BHIQbhiq" and fields[field][1] != "P":
                claims[f"((__typeof__({member})) -1 > 0)"] = int(code.isupper())
    lines += [f'_Static_assert({claim} == {value}, "{claim}");' for claim, value in claims.items()]
    return "\n".join(lines) + "\n"


def compile_for(target: str, source: Path) -> None:
    """Compile a file; AssertionError if it does not compile."""
    if target == APPLE_32:
        headers = [library() / "include", library() / "libc/include/any-darwin-any"]
        include = [word for path in headers for word in ("-isystem", str(path))]
        zig("clang", f"--target={target}", "-nostdinc", *include, "-fsyntax-only", str(source))
    else:
        compile_c(target, source)


@pytest.mark.parametrize("key", sorted(ROWS.keys() - WITHOUT_HEADERS), ids=lambda key: f"{key[0]}-{key[1] * 8}")
def test_a_row_is_what_the_headers_say(key: tuple[str, int], tmp_path: Path) -> None:
    """Offsets, sizes, signs and constants, for every processor whose headers are there."""
    need(why_no_zig())
    source = tmp_path / "row.c"
    source.write_text(assertions(ROWS[key]))
    found = [target for target in (*targets(), APPLE_32) if row_key(target) == key]
    assert found
    for target in found:
        compile_for(target, source)


def test_rows_without_headers_are_known() -> None:
    """The list of those that this cannot look at is no longer than it must be."""
    need(why_no_zig())
    assert {row_key(target) for target in (*targets(), APPLE_32)} - {None} == ROWS.keys() - WITHOUT_HEADERS


def test_a_row_that_is_wrong_does_not_compile(tmp_path: Path) -> None:
    """The assertions of the other test can fail, each for its own reason."""
    need(why_no_zig())
    source = tmp_path / "row.c"
    right = ROWS["netbsd", 8]
    wrong = {
        "offsetof(struct ifaddrs, ifa_netmask)": right._replace(ifaddrs={**right.ifaddrs, "ifa_netmask": (40, "P")}),
        "sizeof(((struct ifaddrs *) 0)->ifa_flags)": right._replace(ifaddrs={**right.ifaddrs, "ifa_flags": (16, "Q")}),
        "AF_INET6": right._replace(platform=right.platform._replace(af_inet6=28)),
    }
    for claim, layout in wrong.items():
        source.write_text(assertions(layout))
        with pytest.raises(AssertionError, match=re.escape(claim)):
            compile_for("x86_64-netbsd-none", source)
