"""What to write in inet_interfaces instead of a word at fault: never more addresses than were meant."""

from __future__ import annotations

from _socket import AF_INET6

from ifdiscover._host.asked import packed_address
from ifdiscover._packed import is_ipv6_link_local, is_loopback
from ifdiscover._postfix.active_addresses import find_active
from ifdiscover._postfix.own_addresses import resolve
from ifdiscover._postfix.syntax.findings import NOT_ON_THIS_MACHINE, Finding
from ifdiscover._postfix.syntax.words import ADDRESS_SEPARATORS, Expanded, split
from ifdiscover.errors import AddressTextError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Address, Host

_SHOWN = 4
"""The most addresses that a suggestion names."""


class Advice:
    """Advice about one value of inet_interfaces.

    Args:
        value: the value, expanded.
        host: the host that Postfix runs on.
        protocols: the families in use.
        absence: why the host lacks IPv6; None if it does not.
        machine: where names are looked up.
    """

    def __init__(self, value: str, host: Host, protocols: Protocols, absence: Finding | None, machine: Machine) -> None:
        self._words = split(value, ADDRESS_SEPARATORS)
        self._all_mean_loopback = all(means_loopback(word) for word in self._words)
        self._host = host
        self._active = find_active(host, protocols.families)
        self._absence = absence
        self._protocols = protocols
        self._machine = machine

    def on(self, fault: Finding) -> Finding:
        """A finding about this value, with a better suggestion if there is one."""
        if fault.kind == "interface-not-found":
            return self._not_found(fault)
        if fault.kind == NOT_ON_THIS_MACHINE and self._is_interface(fault.element):
            # The recorded host cannot be asked, but nobody calls a host by the name of its interface.
            known = Finding("interface-not-found", place=fault.place, element=fault.element, parameter=fault.parameter)
            return self._not_found(known._replace(more=fault.more))
        if fault.kind == "interface-not-local":
            # Postfix's sentence ends with the address.
            return self._not_local(fault, *packed_address(fault.postfix_says.rpartition(" ")[2]))
        if fault.kind == "no-own-address":
            return fault._replace(suggestion=self._without_own())
        return fault

    def _not_found(self, fault: Finding) -> Finding:
        word = fault.element
        if not self._is_interface(word):
            is_general = fault.suggestion.startswith("inet_interfaces takes ")
            return fault._replace(suggestion=self._of_host(self._global())) if is_general else fault
        named = [address for address in self._active if word in (address.interface.name, address.label)]
        usable = _texts(address for address in named if not is_ipv6_link_local(address.packed))
        if not usable:
            remark = f"interface {word} has no address that Postfix can use"
            return fault._replace(suggestion=self._of_host(self._global()), remark=remark)
        if len(self._words) == 1 and all(map(_is_loopback, named)):
            return fault._replace(suggestion="loopback-only")
        return fault._replace(suggestion=", ".join(usable), remark=f"{word} is an interface")

    def _is_interface(self, word: str) -> bool:
        return any(word in (address.interface.name, address.label) for address in self._host.addresses)

    def _not_local(self, fault: Finding, family: int, packed: bytes) -> Finding:
        word, suggestion, remark = fault.element, "", ""
        absence = self._absence if family == AF_INET6 else None
        if absence is not None:
            remark = absence.remark
        down = [address.interface.name for address in self._host.addresses if _key(address) == (family, packed)]
        has_ipv6 = any(address.family == AF_INET6 for address in self._active)
        loopback = self._loopback()
        if down:
            remark = f"interface {down[0]} has this address, and is down"
            suggestion = "set the interface up, or name addresses of interfaces that are up"
        elif is_loopback(family, packed) and loopback and self._all_mean_loopback:
            suggestion = "inet_interfaces = loopback-only"
        elif absence is not None and (not has_ipv6 or is_loopback(family, packed)):
            suggestion = self._without_ipv6(word, loopback, has_ipv6=has_ipv6)
        else:
            suggestion = self._instead(family, only_loopback=is_loopback(family, packed))
        return fault._replace(suggestion=suggestion, remark=remark)

    def _without_ipv6(self, word: str, loopback: list[str], *, has_ipv6: bool) -> str:
        """What to write instead of a word whose IPv6 address is missing as IPv6 is."""
        found = resolve("inet_interfaces", Expanded(word), self._protocols, self._machine)
        if all(family == AF_INET6 for family, _packed in found):  # Postfix would not find it with inet_protocols = ipv4
            return f"leave {word} out" + ("" if has_ipv6 else ", and set inet_protocols = ipv4")
        if "127.0.0.1" in loopback and means_loopback(word):
            choices = ["inet_protocols = ipv4", f"127.0.0.1 in place of {word}"]
            return ", or ".join(choices[::-1] if has_ipv6 else choices)
        return "inet_protocols = ipv4"

    def _instead(self, family: int, *, only_loopback: bool) -> str:
        """Addresses of the host that can have been meant: of the family, if it has any."""
        meant = [address for address in self._active if _is_loopback(address)] if only_loopback else self._global()
        return self._of_host([address for address in meant if address.family == family] or meant)

    def _of_host(self, meant: list[Address]) -> str:
        texts = _texts(meant)
        if not texts:
            return "name addresses of interfaces that are up"
        if len(texts) == 1:
            return texts[0]
        more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
        return f"one of this host's addresses: {', '.join(texts[:_SHOWN])}{more}"

    def _global(self) -> list[Address]:
        """The addresses at which other hosts can reach this one."""
        return [
            address for address in self._active if not _is_loopback(address) and not is_ipv6_link_local(address.packed)
        ]

    def _without_own(self) -> str:
        if self._words:  # loopback-only, on a host without a loopback address
            return "give this host a loopback address, on Linux by: ip address add 127.0.0.1/8 dev lo"
        return "loopback-only, or addresses of this host"

    def _loopback(self) -> list[str]:
        return _texts(address for address in self._active if _is_loopback(address))


def _texts(addresses: Iterable[Address]) -> list[str]:
    return list(dict.fromkeys(str(address) for address in addresses))


def _key(address: Address) -> tuple[int, bytes]:
    return address.family, address.packed


def _is_loopback(address: Address) -> bool:
    return is_loopback(address.family, address.packed)


def means_loopback(word: str) -> bool:
    """Whether a word is a loopback address, or the name that stands for one."""
    bare = word.strip("[]")
    try:
        return is_loopback(*packed_address(bare))
    except AddressTextError:
        return bare.lower() in ("localhost", "ip6-localhost", "ip6-loopback")
