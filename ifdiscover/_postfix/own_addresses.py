"""The parameter inet_interfaces: which addresses of the host are Postfix's own."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover._host import FAMILY_TITLES
from ifdiscover._kernel import probe_of
from ifdiscover._packed import is_loopback
from ifdiscover._postfix.active_addresses import Addresses, demand_both_seen, find_active, in_doubt
from ifdiscover._postfix.inet_protocols import enabled_protocols

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Address, Host

    Key = tuple[int, bytes]  # family and packed address; Postfix does not compare zones


def own_addresses(host: Host | None = None, *, inet_interfaces: str = "all", inet_protocols: str = "all") -> Addresses:
    """Postfix's own addresses: those at which it receives mail.

    Args:
        host: None: this host, discovered after the value of inet_protocols was checked.
        inet_interfaces: the parameter's value: ``all``, ``loopback-only``, or addresses and host names. This system's
            resolver resolves the names; those of a recorded host are not resolved.
        inet_protocols: the parameter's value.

    Returns:
        For ``all`` and ``loopback-only``: the addresses in the host's order, with duplicates. Otherwise: sorted, IPv4
        first, without duplicates, each with the netmask of its first occurrence. Empty if no protocol is enabled.

    Raises:
        ProtocolsError: Postfix refuses the value of inet_protocols.
        InterfacesError: a name does not resolve, or an address is not active on the host.
        NoActiveInterfaceError: no interface that is up has an address of a protocol in use.
        NotOnThisMachineError: inet_interfaces has a name, and the host is recorded.
        BlindError: a protocol is in use of which the backend saw no address, as where /proc is masked.
        BackendError: this host could not be read, or its kernel refused a socket. A recorded host has no kernel to ask.
        TypeError: an argument has another type.
    """
    from ifdiscover._misuse import demand_host

    demand_host(host, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols)
    return select(host, inet_interfaces, enabled_protocols(inet_protocols, probe_of(host)))


def select(host: Host | None, inet_interfaces: str, protocols: Protocols, machine: Machine | None = None) -> Addresses:
    """``own_addresses()``, if the result of ``enabled_protocols()`` is known.

    Args:
        host: None: this host, discovered now if any protocol is enabled.
        inet_interfaces: the parameter's value.
        protocols: the result of ``enabled_protocols()``; its warnings are passed on.
        machine: where names are looked up, if it was asked before; None: the host.

    Raises:
        InterfacesError, NoActiveInterfaceError, NotOnThisMachineError, BlindError, BackendError: as
            ``own_addresses()``.
    """
    if not protocols.families:
        return Addresses((), protocols.warnings)
    if host is None:
        from ifdiscover.discovery import discover

        host = discover()
    demand_both_seen(host, protocols.families)
    return select_among_seen(host, inet_interfaces, protocols, machine)


def select_among_seen(
    host: Host, inet_interfaces: str, protocols: Protocols, machine: Machine | None = None
) -> Addresses:
    """``select()``, even if the backend saw half of the host: for two readings that are cut alike and compared."""
    if not protocols.families:
        return Addresses((), protocols.warnings)
    inet_interfaces = _trimmed_if_written(inet_interfaces)
    active = find_active(host, protocols.families)
    warnings = (*host.warnings, *protocols.warnings, *active.warnings)
    if inet_interfaces == "all":
        chosen: Iterable[Address] = _demand_any(active)
    elif inet_interfaces == "loopback-only":
        chosen = [address for address in _demand_any(active) if is_loopback(address.family, address.packed)]
    else:
        # Postfix resolves all words before it looks at the host, so "host not found" is the first error.
        if machine is None:
            from ifdiscover._postfix.syntax.machine import Machine

            machine = Machine(host)
        keys = sorted(resolve("inet_interfaces", inet_interfaces, protocols, machine))
        chosen = _addresses_of(keys, _demand_any(active))
    return Addresses(chosen, warnings)


def _trimmed_if_written(value: str) -> str:
    """The value as Postfix compares it: trimmed, unless it was expanded (see ``Expanded``)."""
    if value == "all":
        return value
    from ifdiscover._postfix.syntax.words import Expanded, trimmed

    return value if isinstance(value, Expanded) else trimmed(value)


def _demand_any(addresses: Addresses) -> Addresses:
    if not addresses:
        from ifdiscover._errors.postfix import NoActiveInterfaceError

        why = "none that is up has an address of a protocol in inet_protocols"
        raise NoActiveInterfaceError(
            "could not find any active network interfaces",
            f"{why}; {in_doubt(addresses)}" if addresses.warnings else why,
        )
    return addresses


def _addresses_of(keys: list[Key], active: Addresses) -> list[Address]:
    first: dict[Key, Address] = {}
    for address in active:
        first.setdefault((address.family, address.packed), address)
    for family, packed in keys:
        if (family, packed) not in first:
            from ifdiscover._errors.postfix import InterfacesError

            raise InterfacesError(
                f"parameter inet_interfaces: no local interface found for {inet_ntop(family, packed)}",
                "name addresses of interfaces that are up (ifdiscover addresses shows them)",
            )
    return [first[key] for key in keys]


def resolve(parameter: str, value: str, protocols: Protocols, machine: Machine) -> set[Key]:
    """All addresses of the words in inet_interfaces or proxy_interfaces. The host need not have them.

    A word is a host name, and all its addresses count; or it is an address in any form that the system's resolver
    accepts.

    Args:
        parameter: the parameter's name, for Postfix's sentence and for advice.
        value: the parameter's value. ``all`` and ``loopback-only`` are host names here.
        protocols: the families in use; addresses of other families do not count.
        machine: where names are looked up.

    Raises:
        InterfacesError: a word does not resolve in these families.
        NotOnThisMachineError: a word is a name, and the machine is a recorded host's.
    """
    from ifdiscover._postfix.syntax.words import ADDRESS_SEPARATORS, split

    words = split(_trimmed_if_written(value), ADDRESS_SEPARATORS)
    return {key for word in words for key in _resolve_word(parameter, word, protocols, machine)}


def _resolve_word(parameter: str, word: str, protocols: Protocols, machine: Machine) -> list[Key]:
    from ifdiscover._errors.postfix import InterfacesError, NotOnThisMachineError

    bare = word[1:-1] if word[:1] == "[" and word[-1:] == "]" else word
    try:
        found = machine.addresses(bare, protocols.families)
    except NotOnThisMachineError as error:
        raise NotOnThisMachineError(f"{parameter}: {error}") from None
    except (OSError, ValueError):
        found = []
    if not found:
        advice = _advice(parameter, bare, protocols)
        raise InterfacesError(f"config variable {parameter}: host not found: {word}", advice)
    # The zone of fe80::1%eth0 was needed for the look-up. Postfix then drops it.
    return [(family, packed) for family, packed, _scope_id in found]


def _advice(parameter: str, word: str, protocols: Protocols) -> str:
    from ifdiscover._postfix.syntax.machine import number_family

    number = number_family(word)
    if number is not None and number not in protocols.families:
        title = FAMILY_TITLES[number]
        if number in protocols.refused:
            return f"leave {word} out: it is an {title} address, and the kernel has no {title}"
        return f"leave {word} out, or set inet_protocols = all: it is an {title} address, and {title} is not in use"
    if parameter != "inet_interfaces":
        return f"{parameter} takes addresses and host names, and nothing else"
    family, colon, rest = word.partition(":")
    if colon and rest == "all" and family in ("ipv4", "ipv6"):
        return f"write inet_interfaces = all and inet_protocols = {family}"
    if word.lower() in ("all", "loopback-only"):
        return f"{word.lower()} must be the whole value, in lower case"
    return "inet_interfaces takes all, loopback-only, addresses and host names, but no interface names"
