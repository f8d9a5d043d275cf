"""Where getifaddrs(3) puts things in memory, one row per C library and pointer width.

A row gives each field's offset in bytes and its ``struct`` code, in the order and under the names of the header that
declares it, so that the two can be held side by side. ``P`` stands for a pointer of the row's width, the codes with a
number for that many bytes in network order. Byte order is not part of a row: within a platform and width all
architectures agree on everything else.
"""

from __future__ import annotations

import struct

from ifdiscover._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Fields = Mapping[str, tuple[int, str]]


class Layout(Record):
    """One row: how one C library lays out the list that getifaddrs(3) returns."""

    pointer: str  # struct code of a pointer
    af_inet: int
    af_inet6: int
    af_link: int  # the family of link entries: AF_PACKET, AF_LINK
    ifaddrs: Fields  # struct ifaddrs, <ifaddrs.h>
    sockaddr_in: Fields  # <netinet/in.h>; the family's field is the one of struct sockaddr
    sockaddr_in6: Fields  # <netinet/in.h>
    sockaddr_link: Fields  # struct sockaddr_ll, <netpacket/packet.h>

    def format(self, fields: Fields, names: tuple[str, ...], byte_order: str = "=") -> str:
        """The ``struct`` format that reads these fields, in ascending order of offset, padding between them.

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


# glibc and musl agree, on every architecture.
LINUX_64 = Layout(
    pointer="Q",
    af_inet=2,
    af_inet6=10,
    af_link=17,
    ifaddrs={
        "ifa_next": (0, "P"),
        "ifa_name": (8, "P"),
        "ifa_flags": (16, "I"),
        "ifa_addr": (24, "P"),
        "ifa_netmask": (32, "P"),
        "ifa_dstaddr": (40, "P"),  # the same place as ifa_broadaddr
    },
    sockaddr_in={"sa_family": (0, "H"), "sin_addr": (4, "4s")},
    sockaddr_in6={"sa_family": (0, "H"), "sin6_addr": (8, "16s"), "sin6_scope_id": (24, "I")},
    sockaddr_link={"sll_ifindex": (4, "i"), "sll_halen": (11, "B"), "sll_addr": (12, "s")},
)
LINUX_32 = LINUX_64._replace(
    pointer="I",
    ifaddrs={
        "ifa_next": (0, "P"),
        "ifa_name": (4, "P"),
        "ifa_flags": (8, "I"),
        "ifa_addr": (12, "P"),
        "ifa_netmask": (16, "P"),
        "ifa_dstaddr": (20, "P"),
    },
)

ROWS = {
    ("linux", 4): LINUX_32,
    ("linux", 8): LINUX_64,
}
"""Rows by ``sys.platform`` and the bytes of a pointer."""
