"""How Postfix lists the addresses of a host: by which call of the system, and what it makes of the answer.

It is settled where Postfix is compiled. So it goes by the system of the host, and not by the backend that read it.
"""

from __future__ import annotations

import os

from ifdiscover._host.records import IFF_NOXMIT, IFF_TEMPORARY
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover.model import Host, Interface

GETIFADDRS, SIOCGLIF, SIOCGIF = "getifaddrs", "SIOCGLIFCONF", "SIOCGIFCONF"


class Listing(Record):
    """How Postfix lists addresses on one system."""

    system: str
    call: str
    tests_up: bool  # it passes over what is on an interface that is down
    knows_ipv6_netmasks: bool  # False: it takes each IPv6 netmask for /128

    def __str__(self) -> str:
        told = ["of interfaces that are up" if self.tests_up else "of interfaces up and down"]
        if self.call == SIOCGLIF:
            told.append("none that the system keeps for a zone, for tests or for those who ask for it")
        if not self.knows_ipv6_netmasks:
            told.append("each IPv6 address as /128")
        return f"Postfix on {self.system} lists addresses by {self.call}: {', '.join(told)}"

    def is_told_of(self, interface: Interface) -> bool:
        """Whether the call tells of the addresses of an interface that is not set apart.

        Solaris and illumos keep some from a program that does not ask for them with LIFC_ALLZONES, LIFC_NOXMIT,
        LIFC_TEMPORARY or LIFC_UNDER_IPMP, and Postfix asks with no flag.
        """
        return self.call != SIOCGLIF or not (interface.flags or 0) & (IFF_NOXMIT | IFF_TEMPORARY)


_ROWS = {
    "aix": ("AIX", SIOCGIF, False, False),
    "darwin": ("macOS", GETIFADDRS, True, True),
    "freebsd": ("FreeBSD", GETIFADDRS, True, True),
    "linux": ("Linux", GETIFADDRS, True, True),
    "netbsd": ("NetBSD", GETIFADDRS, True, True),
    "openbsd": ("OpenBSD", GETIFADDRS, True, True),
    "osf1": ("Tru64", SIOCGIF, False, False),
    "sunos": ("Solaris", SIOCGLIF, False, True),
}

LISTINGS = {name: Listing._make(row) for name, row in _ROWS.items()}  # Listing() would be compiled at each start
"""The systems that Postfix's IPv6 document names, as uname(1) calls them, in small letters."""

OTHER = Listing._make(("an unnamed system", GETIFADDRS, True, True))


def listing_of(host: Host) -> Listing:
    """How Postfix lists the addresses of a host; ``OTHER`` if nobody knows."""
    system = os.uname().sysname if host.recorded is None else (host.recorded.system or "").partition(" ")[0]
    return LISTINGS.get(system.lower(), OTHER)
