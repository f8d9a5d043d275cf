"""The active addresses of a host: those that Postfix's inet_addr_local finds, and how it lists them.

By which call Postfix lists addresses is settled where it is compiled. So it goes by the system of the host, and not by
the backend that read it.
"""

from __future__ import annotations

import os
from _operator import itemgetter
from _socket import AF_INET, AF_INET6
from itertools import chain, groupby

from ifdiscover._host import ASSUMED, FAMILY_NAMES, FAMILY_TITLES, IFF_NOXMIT, IFF_TEMPORARY, IFF_UP, Address
from ifdiscover._kernel import probe_of
from ifdiscover._packed import netmask_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._record import Immutable, Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ifdiscover.model import Host, Interface

_INTERFACE_FAMILY_NETMASK = itemgetter(0, 1, 4)  # of an address
_WILDCARDS = {AF_INET: bytes(4), AF_INET6: bytes(16)}  # 0.0.0.0 and ::
_NARROWEST = netmask_of(128, AF_INET6)


class Addresses(Immutable, tuple["Address", ...]):  # noqa: SLOT001 - it carries its warnings beside its elements
    """Addresses in Postfix's order: a tuple of ``Address``.

    Attributes:
        warnings: warnings of Postfix and of ifdiscover. Names in them are not escaped.
    """

    warnings: tuple[str, ...]

    def __new__(cls, addresses: Iterable[Address], warnings: Iterable[str] = ()) -> Addresses:  # noqa: PYI034 - Self is not in 3.9's typing
        self = super().__new__(cls, addresses)
        vars(self).update(warnings=tuple(warnings))
        return self

    def __contains__(self, item: object) -> bool:
        """Whether an address is one of these. An ``Address`` must be equal; of any other only the address is compared.

        Raises:
            AddressTextError: a text that is no address. It is a ValueError.
            TypeError: anything else that is no address.
        """
        if isinstance(item, Address):
            return super().__contains__(item)
        from ifdiscover._host.asked import packed_address

        asked = packed_address(item)  # type: ignore[arg-type]  # it refuses what is no address
        return any((address.family, address.packed) == asked for address in self)

    def __getnewargs__(self) -> tuple[tuple[Address, ...], tuple[str, ...]]:
        return tuple(self), self.warnings

    def __repr__(self) -> str:
        from ifdiscover._columns import first_few

        return f"Addresses({first_few(self)!r})"


def active_addresses(host: Host | None = None, *, inet_protocols: str = "all") -> Addresses:
    """The addresses that Postfix finds on a host, as in the command ``ifdiscover addresses``.

    The interface must be up. Wildcard addresses and addresses with a null netmask are left out. IPv4 comes first.
    Within a family the kernel's order is kept, and so are duplicates. On Solaris, AIX and Tru64 the call that Postfix
    makes leaves out other addresses, and netmasks may differ: docs/platforms.md.

    Args:
        host: None: this host, discovered now.
        inet_protocols: the parameter's value.

    Raises:
        ProtocolsError: Postfix refuses the value of inet_protocols.
        NoActiveInterfaceError: no interface that is up has an address of a protocol in use.
        BackendError: this host could not be read, or its kernel refused a socket. A recorded host has no kernel to ask.
        TypeError: an argument has another type.
    """
    from ifdiscover._misuse import demand_host

    demand_host(host, inet_protocols=inet_protocols)
    protocols = enabled_protocols(inet_protocols, probe_of(host))
    if host is None:
        from ifdiscover.discovery import discover

        host = discover()
    found = find_active(host, protocols.families)
    demand_any_active(found, host, protocols.families)
    return Addresses(found, (*host.warnings, *protocols.warnings, *found.warnings))


def find_active(host: Host, families: Iterable[int] = (AF_INET, AF_INET6)) -> Addresses:
    """The active addresses of the given families, perhaps none.

    Carrier, address flags, labels and peers do not matter. If Postfix on that system tests whether an interface is up,
    and the backend cannot tell, its addresses are left out with a warning. If Postfix there assumes /128 for each IPv6
    address, so does this.

    Args:
        host: the host that Postfix runs on.
        families: the families that are wanted, in the order of the result. Within a family the host's order is kept.
    """
    addresses: dict[int, list[Address]] = {family: [] for family in families}
    warnings: dict[int, list[str]] = {family: [] for family in addresses}
    unknown: dict[str, None] = {}
    listing = listing_of(host)
    # The kernel has all addresses of a link together, and most of them have one netmask.
    for (interface, family, netmask), alike in groupby(host.addresses, _INTERFACE_FAMILY_NETMASK):
        if family not in addresses or not _is_told(interface, listing, unknown):
            continue
        if family == AF_INET6 and not listing.knows_ipv6_netmasks and netmask != _NARROWEST:
            alike = map(_assumed, alike)  # noqa: PLW2901 - as Postfix has it
        elif netmask is None:
            # In mynetworks, a null netmask would match everyone.
            what = f"ignoring interface with null netmask, address family {family}: {interface.name}"
            warnings[family] += [f"{what}, {address}" for address in alike]
            continue
        wildcard = _WILDCARDS[family]
        addresses[family] += [address for address in alike if address[2] != wildcard]
    told = [*chain(*warnings.values())]
    told += [f"{name}: left out: backend {host.backend} cannot tell whether it is up" for name in unknown]
    return Addresses(chain(*addresses.values()), told)


def _assumed(address: Address) -> Address:
    return address._replace(prefixlen=128, packed_netmask=_NARROWEST, netmask_origin=ASSUMED)


def _is_told(interface: Interface, listing: Listing, unknown: dict[str, None]) -> bool:
    """Whether Postfix is told of an interface's addresses; the name goes into ``unknown`` if nobody can tell."""
    # Only Solaris sets addresses apart. A recording that says so counts even if it does not name its system.
    if interface.set_apart is not None:
        return False
    if not listing.tests_up:
        return listing.is_told_of(interface)
    if interface.flags is None:
        unknown[interface.name] = None
        return False
    return bool(interface.flags & IFF_UP)


def in_doubt(active: Addresses) -> str:
    """The first few warnings about a host's addresses in one sentence, for an error that shows no warnings."""
    return "; ".join(active.warnings[:3]) + ("; ..." if len(active.warnings) > 3 else "")


def demand_both_seen(host: Host, families: Iterable[int]) -> None:
    """Check that the backend could see the addresses of each family in use: trust is not told from half a host.

    Raises:
        BlindError: it could not see those of one.
    """
    for family in families:
        word = f"{FAMILY_NAMES[family]} addresses"
        if word in host.blind_to:
            from ifdiscover.errors import BlindError

            (other,) = {AF_INET, AF_INET6} - {family}
            raise BlindError(
                f"backend {host.backend} could not see {FAMILY_TITLES[family]} addresses, and what Postfix makes of "
                "the host hangs on them; ask another backend (ifdiscover backends), or set inet_protocols = "
                f"{FAMILY_NAMES[other]} for {FAMILY_TITLES[other]} alone"
            )


def demand_any_active(active: Addresses, host: Host, families: Collection[int]) -> None:
    """Check that Postfix finds an address on a host, as its inet_addr_local does.

    Args:
        active: the active addresses of the host.
        host: the host.
        families: the families in use.

    Raises:
        NoActiveInterfaceError: there is no active address; the message says why.
    """
    if active:
        return
    hidden = sum(address.family in families for address in host.addresses)
    if not families:
        why = "inet_protocols leaves no protocol"
    elif hidden:
        which = "that is up" if listing_of(host).tests_up else "that Postfix is told of"
        why = f"no interface {which} has an address of a protocol in inet_protocols; --all shows {hidden} more"
        why = f"{why}; {in_doubt(active)}" if active.warnings else why
    else:
        why = "this host has no address of a protocol in inet_protocols"
    from ifdiscover._errors.postfix import NoActiveInterfaceError

    raise NoActiveInterfaceError("cannot find any active network interfaces", why)


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
