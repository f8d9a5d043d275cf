"""A host at one reading, and what is asked of it."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._host import (
    BITS,
    Address,
    Interface,
    Recorded,
    Route,
    StableAddress,
    ip_or_none,
)
from ifdiscover._record import Immutable, Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import TypedDict

    from typing_extensions import Unpack

    from ifdiscover._host import IPAddress, IPNetwork
    from ifdiscover._host.asked import AddressLike

    class Filters(TypedDict, total=False):
        """The arguments of ``Host.find()``."""

        family: int | None
        interface: Interface | str | int | None
        kind: str | None
        scope: str | None
        within: str | IPNetwork | None
        private: bool | None
        stable: bool | None
        up: bool | None


class _HostFields(Record):
    """The fields of a ``Host``."""

    interfaces: tuple[Interface, ...]
    addresses: tuple[Address, ...]
    backend: str
    blind_to: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    consistent: bool | None = None
    routes: tuple[Route, ...] | None = None
    recorded: Recorded | None = None
    packed_sources: tuple[bytes, ...] | None = None


class Host(Immutable, _HostFields):
    """A host at one reading. ``print(host)`` shows its addresses as a table.

    Attributes:
        interfaces: every ``Interface``, in the kernel's order.
        addresses: every ``Address``, in the kernel's order: on Linux all IPv4, then all IPv6.
        backend: the name of the backend that read it.
        blind_to: what the backend cannot see, in words of ``ifdiscover.model.BLINDNESS``.
        warnings: messages about the reading; names in them are not escaped.
        refusals: why each backend that was asked before this one did not answer.
        consistent: whether nothing changed during the reading; None: the backend cannot see that.
        routes: the default ``Route`` in use of each family, and those of other interfaces; None: not looked at, or the
            backend is blind to them. ``discover(routes=True)`` looks.
        recorded: where and when a recorded host was read; None: the host is not a recorded one.
        packed_sources: the address of each family that packets to everywhere else are sent from; None: not looked at.
    """

    def __repr__(self) -> str:
        counts = f"interfaces={len(self.interfaces)}, addresses={len(self.addresses)}"
        return f"Host(backend={self.backend!r}, {counts})"

    def __str__(self) -> str:
        from ifdiscover._columns import columns
        from ifdiscover._host.table import address_table

        return "\n".join(columns(address_table(self.addresses)))

    def interface(self, name_or_index: str | int) -> Interface:
        """The interface with that name or index.

        Raises:
            UnknownInterfaceError: there is none; the message lists the interfaces that there are.
            TypeError: ``name_or_index`` is neither a text nor a number.
        """
        field = {str: 0, int: 1}.get(type(name_or_index))  # the places of name and index in the record
        if field is None:
            raise TypeError(f"an interface is named by text or by index, and not by {type(name_or_index).__name__}")
        for interface in self.interfaces:
            if interface[field] == name_or_index:
                return interface
        from ifdiscover._misuse import hint
        from ifdiscover.errors import UnknownInterfaceError

        if isinstance(name_or_index, str):
            known = [i.name for i in self.interfaces]
            asked, near = f'is called "{name_or_index}"', hint(name_or_index, known)
        else:
            known = [f"{i.index} ({i.name})" for i in self.interfaces]
            asked, near = f"has index {name_or_index}", ""
        raise UnknownInterfaceError(f"no interface {asked}; this host has {', '.join(known) or 'none'}{near}")

    def addresses_of(self, interface: Interface | str | int) -> tuple[Address, ...]:
        """The addresses of one interface, in the kernel's order; after the first call this takes no search.

        Args:
            interface: an ``Interface``, or its name or index.

        Raises:
            UnknownInterfaceError: the host has no such interface; the message lists the interfaces that there are.
            TypeError: ``interface`` is none of these.
        """
        found: dict[Interface, list[Address]] | None = vars(self).get("_by_interface")
        if found is None:
            found = {}
            for address in self.addresses:
                found.setdefault(address.interface, []).append(address)
            vars(self)["_by_interface"] = found
        if not isinstance(interface, Interface):
            interface = self.interface(interface)
        elif interface not in found and interface not in self.interfaces:
            interface = self.interface(interface.name)
        return tuple(found.get(interface, ()))

    def find(
        self,
        *,
        family: int | None = None,
        interface: Interface | str | int | None = None,
        kind: str | None = None,
        scope: str | None = None,
        within: str | IPNetwork | None = None,
        private: bool | None = None,
        stable: bool | None = None,
        up: bool | None = None,
    ) -> tuple[Address, ...]:
        """The addresses that fit all that is given, in the kernel's order; all addresses, if nothing is.

        Args:
            family: 4 or 6.
            interface: only addresses of this ``Interface``, or of the one with this name or index.
            kind: only addresses of interfaces of this ``kind``, such as ``bridge``.
            scope: ``global``, ``site``, ``link``, ``host``, ``nowhere``, or a number.
            within: only addresses in this network, such as ``10.0.0.0/8``.
            private: whether the address is of RFC 1918 or RFC 4193. Documentation and test networks are not private.
            stable: whether it is global, and neither temporary, deprecated, tentative nor a duplicate.
            up: whether its interface is set up; if nobody knows, it fits neither True nor False.

        Raises:
            BlindError: the backend cannot see what is given; the error has the word for it.
            UnknownInterfaceError: the host has no such interface.
            AddressTextError: ``within`` is no network. It is a ValueError.
            ValueError: there is no such family or scope.
            TypeError: an argument is of another type.
        """
        from ifdiscover._host.lookups import find

        where: Filters = {"family": family, "interface": interface, "kind": kind, "scope": scope, "within": within}
        return find(self, {**where, "private": private, "stable": stable, "up": up})

    def pick(self, **filters: Unpack[Filters]) -> Address:
        """The one address that fits; arguments are those of ``find()``.

        Raises:
            NotOneAddressError: none fits, or several do: the message has all of them, and which argument to add.
            BlindError, UnknownInterfaceError, AddressTextError, ValueError, TypeError: as of ``find()``.
        """
        from ifdiscover._host.lookups import pick

        return pick(self, filters)

    def owner_of(self, ip: AddressLike) -> Address | None:
        """The address by which this host is reached at an IP address; None: it is not this host's.

        It does not matter whether the address's interface is up: Linux answers for it all the same. An address that
        another host may have (tentative, duplicate) is not this host's yet. All of 127.0.0.0/8 leads to 127.0.0.1, and
        ::ffff:192.0.2.1 is 192.0.2.1.

        Args:
            ip: a text, which may have a zone (``fe80::1%eth0``); an ``ipaddress`` address; or an ``Address``. A
                link-local address without a zone is looked for on every interface.

        Raises:
            AddressTextError: the text is no address. It is a ValueError.
            TypeError: ``ip`` is none of these.
        """
        from ifdiscover._host.lookups import owner_of

        return owner_of(self, ip)

    def networks(self, **filters: Unpack[Filters]) -> tuple[IPNetwork, ...]:
        """The networks of the addresses that fit, as few as cover these and nothing else, IPv4 first.

        An address whose netmask is null or not contiguous counts as itself alone. Arguments are those of ``find()``.

        Raises:
            BlindError, UnknownInterfaceError, AddressTextError, ValueError, TypeError: as of ``find()``.
        """
        from ifdiscover._host.lookups import networks

        return networks(self, filters)

    def source(self, family: int | None = None) -> IPAddress | None:
        """The address that packets to everywhere else were sent from when the host was read.

        The kernel chose it; for IPv6 that may be a temporary one (see ``stable_address()``).

        Args:
            family: 4 or 6; None: 4, or 6 if there is none of 4.

        Returns:
            An ``ipaddress`` object; None: the kernel had no way to send them.

        Raises:
            BlindError: the host was read without ``routes=True``.
            ValueError: ``family`` is neither 4 nor 6.
        """
        return ip_or_none(self._packed_source(families_of(family)))

    def default_route(self, family: int | None = None) -> Route | None:
        """The default route of a family that was in use when the host was read; None: there was none.

        Args:
            family: 4 or 6; None: 4, or 6 if there is none of 4.

        Raises:
            BlindError: the host was read without ``routes=True``, or its backend is blind to routes.
            ValueError: ``family`` is neither 4 nor 6.
        """
        return self._default_route(families_of(family))

    def stable_address(self, family: int | None = None) -> StableAddress:
        """The address to publish in DNS or SPF, or to bind to: one that stays, with the reason.

        It is one of the interface of the default route, or the source; of global scope, neither temporary, deprecated,
        tentative nor duplicate. Public addresses come before private ones (RFC 1918, RFC 4193), permanent ones before
        dynamic ones, and the source before others. If a NAT replaces it, nobody here can tell by which one.

        Args:
            family: 4 or 6; None: 4, or 6 if there is none of 4.

        Raises:
            BlindError: the host was read without ``routes=True``, or its backend cannot tell which of its IPv6
                addresses are temporary.
            ValueError: ``family`` is neither 4 nor 6.
        """
        from ifdiscover._host.stable import stable_address

        found = [stable_address(self, one) for one in families_of(family)]
        none = StableAddress(None, "; ".join(stable.reason for stable in found))
        return next((stable for stable in found if stable.address is not None), none)

    def _default_route(self, families: tuple[int, ...]) -> Route | None:
        if self.routes is None:
            if self.packed_sources is None:
                raise _blind("nobody has looked at this host's routes; call discover(routes=True)")
            raise _blind("this host was asked for its sources alone: where it was read, a kernel tells no routes")
        defaults = [route for route in self.routes if route.is_default and route.family in families]
        return min(defaults, key=lambda route: families.index(route.family), default=None)

    def _packed_source(self, families: tuple[int, ...]) -> bytes | None:
        if self.packed_sources is None:
            raise _blind("nobody has looked at this host's sources; call discover(routes=True)")
        found = {len(packed) * 8: packed for packed in self.packed_sources}
        return next((found[BITS[family]] for family in families if BITS[family] in found), None)


def families_of(family: int | None) -> tuple[int, ...]:
    """AF_INET for 4, AF_INET6 for 6, both for None."""
    found = {None: (AF_INET, AF_INET6), 4: (AF_INET,), 6: (AF_INET6,)}.get(family)
    if found is None:
        raise ValueError(f"family is 4 or 6, and not {family!r}")
    return found


def _blind(message: str) -> Exception:
    from ifdiscover.errors import BlindError

    return BlindError(message)
