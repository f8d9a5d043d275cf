"""Which mail for ``user@[address]`` is local to Postfix: the parameters inet_interfaces and proxy_interfaces."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from ifdiscover._host.asked import packed_address
from ifdiscover._kernel import probe_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.own_addresses import resolve, select
from ifdiscover._postfix.syntax.addresses import (
    hostaddr_fault,
    mailhost_addr_fault,
    mailhost_literal_fault,
    unquoted_domain,
    without_tag,
)
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover._postfix.syntax.networks import packed_or_none
from ifdiscover._postfix.syntax.resolver import numeric_address
from ifdiscover._record import Record, Renamed
from ifdiscover.errors import AddressTextError
from ifdiscover.model import FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

    from ifdiscover._host.asked import AddressLike
    from ifdiscover._postfix.own_addresses import Key
    from ifdiscover.model import Address, Host

    InterfaceNames = dict[Key, dict[str, None]]  # the names of interfaces by address

LOCAL = "local"
REMOTE = "remote"
MALFORMED = "malformed"


class Judgement(Record):
    """Whether mail for one address is local. Nothing in it is escaped.

    A Judgement is neither true nor false; use ``is_local``.

    Attributes:
        verdict: LOCAL, REMOTE or MALFORMED.
        reason: where the address is; or the fault of a malformed text, in Postfix's words if it has any.
        text: the text as it was given.
        address: the address that the text means, in the form of inet_ntop(3); None: it means no address.
        is_local: whether mail for the address is local.
    """

    verdict: str
    reason: str
    text: str
    address: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether mail for the address is local; False also for a malformed text."""
        return self.verdict == LOCAL

    def __bool__(self) -> NoReturn:
        """Refuse: as a tuple, a Judgement would be true for every address.

        Raises:
            TypeError: always.
        """
        raise TypeError("a Judgement is neither true nor false; ask its property .is_local")


class LocalDestinations(Renamed):
    """The addresses for which a host's Postfix takes mail as its own.

    One object answers many questions. The time of an answer does not depend on the number of addresses.

    Attributes:
        warnings: warnings of Postfix and of ifdiscover about the host's own addresses. Names in them are not escaped.
    """

    warnings: tuple[str, ...]

    def __init__(
        self,
        host: Host | None = None,
        *,
        inet_interfaces: str = "all",
        proxy_interfaces: str = "",
        inet_protocols: str = "all",
    ) -> None:
        """Find the host's own addresses.

        Args:
            host: None: this host, discovered now.
            inet_interfaces: the parameter's value.
            proxy_interfaces: the parameter's value: addresses and host names at which a proxy or NAT takes mail for
                this host. They are resolved only when ``decide()`` first needs them. Names of a recorded host are not
                resolved.
            inet_protocols: the parameter's value.

        Raises:
            ProtocolsError, InterfacesError, NoActiveInterfaceError, NotOnThisMachineError, BackendError: as
                ``own_addresses()``.
            TypeError: an argument has another type.
        """
        from ifdiscover._misuse import demand_host

        demand_host(
            host, inet_interfaces=inet_interfaces, proxy_interfaces=proxy_interfaces, inet_protocols=inet_protocols
        )
        protocols = enabled_protocols(inet_protocols, probe_of(host))
        if host is None and protocols.families:
            from ifdiscover.discovery import discover

            host = discover()
        self._machine = Machine(host)
        own = select(host, inet_interfaces, protocols, self._machine)
        self.warnings = own.warnings
        self._protocols = protocols
        self._own = _interfaces_by_address(own)
        self._proxy_interfaces = proxy_interfaces
        self._proxies: frozenset[Key] | None = None
        self._on_host = _interfaces_by_address(() if host is None else host.addresses)

    def decide(self, address: AddressLike) -> Judgement:
        """Whether mail for a literal, for ``user@LITERAL``, or for a bare address is local.

        A literal is ``[192.0.2.1]`` or ``[IPv6:2001:db8::1]``. The tag may be upper or lower case, and a final dot may
        follow. A bare address means the literal with this address. It must have the form of inet_pton(3), or begin with
        ``IPv6:``. A domain is malformed here, because mydestination decides about domains. The part before the last
        ``@`` is not looked at: if it names a host too, as in ``user%example.net@[192.0.2.1]``, Postfix sends mail for
        it on to that host.

        Args:
            address: one of these texts, an ``ipaddress`` object, or an ``Address``.

        Raises:
            InterfacesError: proxy_interfaces was needed, and a name in it does not resolve.
            NotOnThisMachineError: proxy_interfaces was needed, it has a name, and the host is recorded.
            TypeError: anything else.
        """
        text = address if isinstance(address, str) else inet_ntop(*packed_address(address))
        number, fault = _number(text)
        if number is None:
            return Judgement(MALFORMED, fault, text)
        if not self._protocols.families:
            return Judgement(REMOTE, "inet_protocols enables no protocol", text)
        try:
            family, packed, _zone = numeric_address(number, self._protocols.families)
        except (OSError, ValueError):
            # Good syntax, but no address: 08.0.0.1, IPv6 with seven groups, or a family that is not in use.
            return Judgement(REMOTE, self._unreadable(number), text)
        key = family, packed
        found = inet_ntop(family, packed)
        if key in self._own:
            return Judgement(LOCAL, f"own address {found} on {_names(self._own[key])}", text, found)
        if key in self._proxy_addresses():
            return Judgement(LOCAL, f"proxy_interfaces has {found}", text, found)
        if key in self._on_host:
            reason = f"{found} on {_names(self._on_host[key])} is not one of Postfix's own addresses"
            return Judgement(REMOTE, reason, text, found)
        return Judgement(REMOTE, f"{found} is not an address of this host", text, found)

    def _proxy_addresses(self) -> frozenset[Key]:
        if self._proxies is None:
            resolved = resolve("proxy_interfaces", self._proxy_interfaces, self._protocols, self._machine)
            self._proxies = frozenset(resolved)
        return self._proxies

    def _unreadable(self, number: str) -> str:
        family = AF_INET6 if ":" in number else AF_INET
        if family not in self._protocols.families:
            return f"inet_protocols leaves {FAMILY_TITLES[family]} out"
        return f"{number} is no {FAMILY_TITLES[family]} address to the system's resolver"


def is_local_destination(
    address: AddressLike,
    *,
    host: Host | None = None,
    inet_interfaces: str = "all",
    proxy_interfaces: str = "",
    inet_protocols: str = "all",
) -> bool:
    """Whether a host's Postfix takes mail for an address as its own.

    For more than one address, or for the reason, use ``LocalDestinations``.

    Local mail is not local traffic: 127.9.9.9 is no own address of Postfix, but packets to it stay on this host.

    Args:
        address: ``192.0.2.1``, ``2001:db8::1``, ``[192.0.2.1]``, ``[IPv6:2001:db8::1]`` or ``user@[192.0.2.1]``; an
            ``ipaddress`` object, or an ``Address``.
        host: None: this host, discovered now.
        inet_interfaces: the parameter's value.
        proxy_interfaces: the parameter's value.
        inet_protocols: the parameter's value.

    Raises:
        AddressTextError: the text is none of these; the message says why, in Postfix's words if it has any.
        ProtocolsError, InterfacesError, NoActiveInterfaceError, NotOnThisMachineError, BackendError: as
            ``own_addresses()``.
        TypeError: an argument of another type.
    """
    destinations = LocalDestinations(
        host, inet_interfaces=inet_interfaces, proxy_interfaces=proxy_interfaces, inet_protocols=inet_protocols
    )
    judgement = destinations.decide(address)
    if judgement.verdict == MALFORMED:
        raise AddressTextError(judgement.reason)
    return judgement.verdict == LOCAL


def literal_meant(text: str) -> str:
    """A malformed text as the literal of the address in it; "" if there is none.

    >>> literal_meant("u@[2001:db8::1]"), literal_meant("u@192.0.2.1")
    ('u@[IPv6:2001:db8::1]', 'u@[192.0.2.1]')
    """
    user, at, destination = text.rpartition("@")
    bare = destination.removeprefix("[").removesuffix("]")
    tag, family = ("IPv6:", AF_INET6) if ":" in bare else ("", AF_INET)
    return "" if packed_or_none(family, bare) is None else f"{user}{at}[{tag}{bare}]"


def _interfaces_by_address(addresses: Iterable[Address]) -> InterfaceNames:
    """The names of the interfaces that have each address, in the host's order."""
    names: InterfaceNames = {}
    for address in addresses:
        names.setdefault((address.family, address.packed), {})[address.interface.name] = None
    return names


def _names(names: dict[str, None]) -> str:
    first = next(iter(names))
    return first if len(names) == 1 else f"{first} and {len(names) - 1} more"


def _number(text: str) -> tuple[str | None, str]:
    """The address in a text, for getaddrinfo(3), and ""; or None and the fault."""
    _user, at, destination = text.rpartition("@")
    if at:
        destination = unquoted_domain(destination)
    if destination.startswith("["):
        # One final dot is removed, as in a domain.
        literal = destination[:-1] if destination.endswith("].") else destination
        fault = mailhost_literal_fault(literal)
        return (None, fault) if fault else (without_tag(literal[1:-1]), "")
    if at:
        return None, "what follows @ must be an address literal, in brackets; mydestination decides about domains"
    if without_tag(destination) != destination:
        fault = mailhost_addr_fault(destination)
        return (None, fault) if fault else (without_tag(destination), "")
    if ":" not in destination and any(map(str.isalpha, destination)):
        return None, "neither an address nor an address literal; mydestination decides about domains"
    fault = hostaddr_fault(destination)
    if fault:
        return None, fault
    try:
        inet_pton(AF_INET6 if ":" in destination else AF_INET, destination)
    except OSError:
        return None, "not in the form of inet_pton(3); inside brackets, Postfix reads it by getaddrinfo(3)"
    return destination, ""
