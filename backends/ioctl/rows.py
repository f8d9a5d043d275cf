"""The requests of ioctl(2), one row per kernel and pointer width: numbers, sizes in bytes, offsets.

A row has the values of a kernel's headers, so that you can compare the two. Byte order is not part of a row: if kernel
and width are the same, architectures differ in nothing else. A BSD request number has the argument's size in it, so
SIOCGIFCONF has one number for each width. AIX, HP-UX and Tru64 have no row: nobody here has their headers or can test a
row there.
"""

from __future__ import annotations

from ifdiscover._backends.platforms import PLATFORMS, Platform
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping


class Row(Record):
    """The requests of one kernel."""

    platform: Platform
    requests: Mapping[str, int]
    ifconf: str  # struct code of struct ifconf: length and address of the list
    ifreq_size: int
    step: int  # the size of each record in the list; 0: 16 + max(sa_len, 16), as BSD's _SIZEOF_ADDR_IFREQ
    largest_record: int
    sockaddr: int  # the offset of the socket address in a record, behind the name
    lists_links: bool  # some records are of family af_link and have an index and a hardware address
    refuses_short: bool  # the kernel refuses a short buffer with EINVAL; if not, it writes what fits


WIDTHS = {4: "iI", 8: "i4xQ"}
"""The struct code of struct ifconf, by the bytes of a pointer."""

_LINUX = {  # <linux/sockios.h>
    "SIOCGIFNAME": 0x8910,
    "SIOCGIFCONF": 0x8912,
    "SIOCGIFFLAGS": 0x8913,
    "SIOCGIFADDR": 0x8915,
    "SIOCGIFDSTADDR": 0x8917,
    "SIOCGIFBRDADDR": 0x8919,
    "SIOCGIFNETMASK": 0x891B,
    "SIOCGIFMTU": 0x8921,
    "SIOCGIFHWADDR": 0x8927,
    "SIOCGIFINDEX": 0x8933,
}

# FreeBSD, DragonFly, macOS: <sys/sockio.h>, and <netinet6/in6_var.h> for IPv6.
_BSD_IPV4 = {
    "SIOCGIFFLAGS": 0xC0206911,
    "SIOCGIFADDR": 0xC0206921,
    "SIOCGIFDSTADDR": 0xC0206922,
    "SIOCGIFBRDADDR": 0xC0206923,
    "SIOCGIFNETMASK": 0xC0206925,
    "SIOCGIFMTU": 0xC0206933,
}
_IPV6 = {"SIOCGIFDSTADDR_IN6": 0xC1206922, "SIOCGIFNETMASK_IN6": 0xC1206925}  # struct in6_ifreq has 288 bytes
_BSD = {**_BSD_IPV4, **_IPV6}
_OPENBSD = {**_BSD, "SIOCGIFMTU": 0xC020697E}
_NETBSD = {  # its struct ifreq grew in NetBSD 5
    "SIOCGIFFLAGS": 0xC0906911,
    "SIOCGIFMTU": 0xC090697E,
    "SIOCGIFALIAS": 0xC040691B,
    **_IPV6,
}
_BSD_CONF = {4: 0xC0086924, 8: 0xC0106924}
_NETBSD_CONF = {4: 0xC0086926, 8: 0xC0106926}

_SOLARIS = {  # <sys/sockio.h>; these numbers are the same in both widths, though struct ifconf is not
    "SIOCGIFADDR": 0xC020690D,
    "SIOCGIFDSTADDR": 0xC020690F,
    "SIOCGIFFLAGS": 0xC0206911,
    "SIOCGIFMTU": 0xC0206916,
    "SIOCGIFBRDADDR": 0xC0206917,
    "SIOCGIFNETMASK": 0xC0206919,
    "SIOCGIFINDEX": 0xC020695A,
    "SIOCGIFCONF": 0xC008695C,
}
_SOLARIS_LIF = {
    "SIOCGLIFDSTADDR": 0xC0786973,
    "SIOCGLIFFLAGS": 0xC0786975,
    "SIOCGLIFMTU": 0xC078697A,
    "SIOCGLIFBRDADDR": 0xC078697B,
    "SIOCGLIFNETMASK": 0xC078697D,
    "SIOCGLIFNUM": 0xC00C6982,
    "SIOCGLIFINDEX": 0xC0786985,
    "SIOCGLIFCONF": 0xC01069A5,
}

# The largest record: a name of 16 bytes, and a socket address of 255, the largest sa_len.
_LARGEST = 271


def _linux(pointer: int) -> Row:
    size = {4: 32, 8: 40}[pointer]
    return Row(
        PLATFORMS["linux"], _LINUX, WIDTHS[pointer], size, size, size, 16, lists_links=False, refuses_short=False
    )


def _bsd(name: str, requests: Mapping[str, int], pointer: int) -> Row:
    requests = {**requests, "SIOCGIFCONF": _BSD_CONF[pointer]}
    return Row(PLATFORMS[name], requests, WIDTHS[pointer], 32, 0, _LARGEST, 16, lists_links=True, refuses_short=False)


def _netbsd(pointer: int) -> Row:
    requests = {**_NETBSD, "SIOCGIFCONF": _NETBSD_CONF[pointer]}
    return Row(PLATFORMS["netbsd"], requests, WIDTHS[pointer], 144, 144, 144, 16, lists_links=True, refuses_short=False)


def _solaris(pointer: int) -> Row:
    return Row(PLATFORMS["sunos"], _SOLARIS, WIDTHS[pointer], 32, 32, 32, 16, lists_links=False, refuses_short=True)


def _solaris_lif(pointer: int) -> Row:
    """The row of struct lifconf and struct lifreq, <net/if.h>: family and flags stand before length and address."""
    ifconf = "8x" + WIDTHS[pointer]
    return Row(PLATFORMS["sunos"], _SOLARIS_LIF, ifconf, 376, 376, 376, 40, lists_links=False, refuses_short=True)


def _macos_64() -> Row:
    """Its <net/if.h> packs struct ifconf by four bytes, and SIOCGIFCONF's number has this size in it."""
    row = _bsd("darwin", _BSD, 8)
    return row._replace(requests={**row.requests, "SIOCGIFCONF": 0xC00C6924}, ifconf="iQ")


ROWS = {
    ("linux", 4): _linux(4),
    ("linux", 8): _linux(8),
    ("darwin", 4): _bsd("darwin", _BSD_IPV4, 4),  # the size of its in6_ifreq is not known
    ("darwin", 8): _macos_64(),
    ("freebsd", 4): _bsd("freebsd", _BSD, 4),
    ("freebsd", 8): _bsd("freebsd", _BSD, 8),
    ("dragonfly", 8): _bsd("dragonfly", _BSD, 8),
    ("netbsd", 4): _netbsd(4),
    ("netbsd", 8): _netbsd(8),
    ("openbsd", 4): _bsd("openbsd", _OPENBSD, 4),
    ("openbsd", 8): _bsd("openbsd", _OPENBSD, 8),
    ("sunos", 4): _solaris(4),
    ("sunos", 8): _solaris(8),
}
"""Rows of SIOCGIF*, by the platform and the bytes of a pointer (``platforms.here()``)."""

LIF_ROWS = {("sunos", pointer): _solaris_lif(pointer) for pointer in (4, 8)}
"""Rows of SIOCGLIF*; SIOCGLIFADDR of NetBSD and DragonFly is not related."""
