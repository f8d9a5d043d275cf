"""What the requests of ioctl(2) take, one row per kernel and pointer width: numbers, sizes in bytes, places.

A row says what a kernel's headers say, so that the two can be held side by side. Byte order is not part of a row:
within a kernel and width all architectures agree on everything else. BSD's numbers have the argument's size in them,
which is why SIOCGIFCONF has one for each width there. AIX, HP-UX and Tru64 have no row, since nobody here has their
headers or could hold a row against them.
"""

from __future__ import annotations

from ifdiscover._backends.platforms import PLATFORMS, Platform
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping


class Row(Record):
    """What one kernel's requests take."""

    platform: Platform
    requests: Mapping[str, int]
    ifconf: str  # struct code of struct ifconf: the length of the records, their address
    ifreq_size: int
    step: int  # from one record of the list to the next; 0: 16 + max(sa_len, 16), as BSD's _SIZEOF_ADDR_IFREQ has it
    largest_record: int
    sockaddr: int  # where in a record its socket address is, behind the name
    lists_links: bool  # there are records of family af_link, which tell an index and a hardware address
    refuses_short: bool  # a buffer that is too short is refused with EINVAL; otherwise what fits is in it


WIDTHS = {4: "iI", 8: "i4xQ"}
"""struct ifconf by the bytes of a pointer."""

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

# FreeBSD, DragonFly, macOS: <sys/sockio.h>, and <netinet6/in6_var.h> for those of IPv6.
_BSD_IPV4 = {
    "SIOCGIFFLAGS": 0xC0206911,
    "SIOCGIFADDR": 0xC0206921,
    "SIOCGIFDSTADDR": 0xC0206922,
    "SIOCGIFBRDADDR": 0xC0206923,
    "SIOCGIFNETMASK": 0xC0206925,
    "SIOCGIFMTU": 0xC0206933,
}
_IPV6 = {"SIOCGIFDSTADDR_IN6": 0xC1206922, "SIOCGIFNETMASK_IN6": 0xC1206925}  # in6_ifreq, everywhere of 288 bytes
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

# A record has at least struct ifreq's size, and one with the longest socket address that sa_len can tell has 16 + 255.
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
    """Rows of struct lifconf and struct lifreq, <net/if.h>: before length and address stand a family and flags."""
    ifconf = "8x" + WIDTHS[pointer]
    return Row(PLATFORMS["sunos"], _SOLARIS_LIF, ifconf, 376, 376, 376, 40, lists_links=False, refuses_short=True)


def _macos_64() -> Row:
    """Its <net/if.h> packs struct ifconf by four bytes, and the number of SIOCGIFCONF has that size in it."""
    row = _bsd("darwin", _BSD, 8)
    return row._replace(requests={**row.requests, "SIOCGIFCONF": 0xC00C6924}, ifconf="iQ")


ROWS = {
    ("linux", 4): _linux(4),
    ("linux", 8): _linux(8),
    ("darwin", 4): _bsd("darwin", _BSD_IPV4, 4),  # nobody has seen the size of its in6_ifreq
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
"""Rows of SIOCGIF* by the key that ``platforms.here()`` gives: the platform, and the bytes of a pointer."""

LIF_ROWS = {("sunos", pointer): _solaris_lif(pointer) for pointer in (4, 8)}
"""Rows of SIOCGLIF*; NetBSD's and DragonFly's SIOCGLIFADDR is another thing."""
