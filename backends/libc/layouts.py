"""The memory layout of getifaddrs(3)'s answer, one row per C library and pointer width.

A row has each field's offset in bytes and its ``struct`` code. Names and order are those of the C header, so that you
can compare the two. ``P`` stands for a pointer of the row's width. A code with a number, such as ``4s``, is so many
bytes in network order. Byte order is not part of a row: if platform and width are the same, architectures differ in
nothing else.

Systems without getifaddrs(3) have no row: AIX, HP-UX, Tru64, and Solaris before 11.
"""

from __future__ import annotations

import struct

from ifdiscover._backends.platforms import PLATFORMS, Platform
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping

    Fields = Mapping[str, tuple[int, str]]


class Layout(Record):
    """One row: how one C library lays out the list that getifaddrs(3) returns."""

    platform: Platform
    pointer: str  # struct code of a pointer
    ifaddrs: Fields  # struct ifaddrs, <ifaddrs.h>
    sockaddr_in: Fields  # <netinet/in.h>; length and family are the fields of struct sockaddr
    sockaddr_in6: Fields  # <netinet/in.h>
    sockaddr_link: Fields  # struct sockaddr_ll, <netpacket/packet.h>, or struct sockaddr_dl, <net/if_dl.h>
    name_size: int = 16  # IFNAMSIZ; a name of this size may lack its NUL
    flags_mask: int | None = None  # the bits of ifa_flags that mean something; None: all
    names_tell_scope_id: bool = False  # sin6_scope_id is never set
    library: str | None = None  # the library with the function; None: the one that every program is linked with
    blind_to: tuple[str, ...] = ()  # words of model.BLINDNESS that are true on this platform only

    def format(self, fields: Fields, names: tuple[str, ...], byte_order: str = "=") -> str:
        """The ``struct`` format that reads these fields; give their names in ascending order of offset.

        >>> LINUX_64.format(LINUX_64.ifaddrs, ("ifa_next", "ifa_flags", "ifa_addr"))
        '=Q8xI4xQ'
        """
        parts = [byte_order]
        end = 0
        for name in names:
            offset, code = fields[name]
            code = self.pointer if code == "P" else code
            parts.append(f"{offset - end}x" if offset > end else "")
            parts.append(code)
            end = offset + struct.calcsize("=" + code)
        return "".join(parts)


# The fields behind these and the size of struct ifaddrs are not used: NetBSD has made it larger over time.
_IFADDRS_64: Fields = {
    "ifa_next": (0, "P"),
    "ifa_name": (8, "P"),
    "ifa_flags": (16, "I"),
    "ifa_addr": (24, "P"),
    "ifa_netmask": (32, "P"),
    "ifa_dstaddr": (40, "P"),  # the same place as ifa_broadaddr
}
_IFADDRS_32: Fields = {
    "ifa_next": (0, "P"),
    "ifa_name": (4, "P"),
    "ifa_flags": (8, "I"),
    "ifa_addr": (12, "P"),
    "ifa_netmask": (16, "P"),
    "ifa_dstaddr": (20, "P"),
}

# glibc and musl agree, on every architecture.
LINUX_64 = Layout(
    platform=PLATFORMS["linux"],
    pointer="Q",
    ifaddrs=_IFADDRS_64,
    sockaddr_in={"sa_family": (0, "H"), "sin_addr": (4, "4s")},
    sockaddr_in6={"sa_family": (0, "H"), "sin6_addr": (8, "16s"), "sin6_scope_id": (24, "I")},
    sockaddr_link={"sll_ifindex": (4, "i"), "sll_halen": (11, "B"), "sll_addr": (12, "s")},
)
LINUX_32 = LINUX_64._replace(pointer="I", ifaddrs=_IFADDRS_32)

# FreeBSD 14. Releases before 10 embed scope ids and shorten netmasks, as the other BSDs do; the row reads both.
FREEBSD_64 = Layout(
    platform=PLATFORMS["freebsd"],
    pointer="Q",
    ifaddrs=_IFADDRS_64,
    sockaddr_in={"sa_len": (0, "B"), "sa_family": (1, "B"), "sin_addr": (4, "4s")},
    sockaddr_in6={
        "sa_len": (0, "B"),
        "sa_family": (1, "B"),
        "sin6_addr": (8, "16s"),
        "sin6_scope_id": (24, "I"),
    },
    sockaddr_link={
        "sdl_len": (0, "B"),
        "sdl_index": (2, "H"),
        "sdl_nlen": (5, "B"),
        "sdl_alen": (6, "B"),
        "sdl_data": (8, "s"),
    },
)
FREEBSD_32 = FREEBSD_64._replace(pointer="I", ifaddrs=_IFADDRS_32)

# DragonFly 5.9. Its header has ifa_addrflags behind these fields.
DRAGONFLY_64 = FREEBSD_64._replace(platform=PLATFORMS["dragonfly"])

# macOS and Apple's other systems.
DARWIN_64 = FREEBSD_64._replace(platform=PLATFORMS["darwin"])
DARWIN_32 = DARWIN_64._replace(pointer="I", ifaddrs=_IFADDRS_32)

# OpenBSD 7.8.
OPENBSD_64 = FREEBSD_64._replace(platform=PLATFORMS["openbsd"])
OPENBSD_32 = OPENBSD_64._replace(pointer="I", ifaddrs=_IFADDRS_32)

# NetBSD 10. NetBSD has renamed functions such as socket(), but never getifaddrs. Its kernel has signed 16-bit flags,
# which the C library extends: 0x8049 comes as 0xffff8049 (seen in 7.99).
NETBSD_64 = FREEBSD_64._replace(platform=PLATFORMS["netbsd"], flags_mask=0xFFFF)
NETBSD_32 = NETBSD_64._replace(pointer="I", ifaddrs=_IFADDRS_32)

# illumos and Solaris 11. illumos has two functions. C programs get __getifaddrs, which also lists links. This row is
# for getifaddrs, which every release has: it lists only what is up, IPv4 and IPv6. The name of a logical interface
# ("em0:1") has LIFNAMSIZ bytes.
SUNOS_64 = Layout(
    platform=PLATFORMS["sunos"],
    pointer="Q",
    ifaddrs={**_IFADDRS_64, "ifa_flags": (16, "Q")},  # uint64_t
    sockaddr_in={"sa_family": (0, "H"), "sin_addr": (4, "4s")},
    sockaddr_in6={"sa_family": (0, "H"), "sin6_addr": (8, "16s"), "sin6_scope_id": (24, "I")},
    sockaddr_link={"sdl_index": (2, "H"), "sdl_nlen": (5, "B"), "sdl_alen": (6, "B"), "sdl_data": (8, "s")},
    name_size=32,
    names_tell_scope_id=True,
    library="libsocket.so.1",
    blind_to=("interfaces without addresses", "hardware addresses"),
)
SUNOS_32 = SUNOS_64._replace(
    pointer="I",
    ifaddrs={
        "ifa_next": (0, "P"),
        "ifa_name": (4, "P"),
        "ifa_flags": (8, "Q"),
        "ifa_addr": (16, "P"),
        "ifa_netmask": (20, "P"),
        "ifa_dstaddr": (24, "P"),
    },
)

ROWS = {
    ("linux", 4): LINUX_32,
    ("linux", 8): LINUX_64,
    ("darwin", 4): DARWIN_32,
    ("darwin", 8): DARWIN_64,
    ("dragonfly", 8): DRAGONFLY_64,
    ("freebsd", 4): FREEBSD_32,
    ("freebsd", 8): FREEBSD_64,
    ("netbsd", 4): NETBSD_32,
    ("netbsd", 8): NETBSD_64,
    ("openbsd", 4): OPENBSD_32,
    ("openbsd", 8): OPENBSD_64,
    ("sunos", 4): SUNOS_32,
    ("sunos", 8): SUNOS_64,
}
"""Rows by the platform and the bytes of a pointer (``platforms.here()``)."""
