"""Which source addresses Postfix's SMTP client binds to, and their faults.

The parameters are smtp_bind_address (for IPv4 destinations) and smtp_bind_address6 (for IPv6). If one is empty, Postfix
binds to its own address of the family, if it has only one and that is not a loopback address.
"""

from __future__ import annotations

import os
from _socket import AF_INET, AF_INET6, inet_ntop
from errno import EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL

from ifdiscover._kernel import probe_of
from ifdiscover._packed import MAPPED, is_ipv6_link_local, is_loopback
from ifdiscover._postfix.active_addresses import find_active
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.own_addresses import select
from ifdiscover._postfix.syntax.findings import HIGH, Finding, Place
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover._postfix.syntax.resolver import numeric_address
from ifdiscover._postfix.syntax.words import trimmed
from ifdiscover._record import Record
from ifdiscover.errors import BlindError, NotOnThisMachineError
from ifdiscover.model import FAMILY_NAMES, FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover.model import Address, Host

PARAMETERS = {AF_INET: "smtp_bind_address", AF_INET6: "smtp_bind_address6"}

_PASSING = {"temporary", "deprecated", "tentative", "dadfailed"}
"""Flags of addresses that may go, or that cannot be bound."""


class Binding(Record):
    """The source address of connections over one family."""

    family: int  # AF_INET or AF_INET6, of the destinations
    address: str | None  # None: not bound; the system chooses the source address
    parameter: str  # the parameter that decided: smtp_bind_address, smtp_bind_address6, or inet_interfaces


class BindReport(Record):
    """What the SMTP client binds to for each family in use, if that can be told, and the faults."""

    bindings: tuple[Binding, ...]
    findings: tuple[Finding, ...]  # without a place; nothing in them is escaped


def bind_addresses(
    host: Host,
    smtp_bind_address: str = "",
    smtp_bind_address6: str = "",
    inet_interfaces: str = "all",
    inet_protocols: str = "all",
    *,
    enforced: bool = False,
    machine: Machine | None = None,
) -> BindReport:
    """The source addresses of Postfix's SMTP client, and all their faults.

    The parameter of a family that is not in use is ignored. So is inet_interfaces if both parameters have values. If
    the backend cannot see an address flag, nothing is said about it. An address counts as bindable if an interface has
    it, up or down; local routes and ip_nonlocal_bind are not checked.

    Args:
        host: the host that Postfix runs on.
        smtp_bind_address: the parameter's value; empty for none.
        smtp_bind_address6: the parameter's value; empty for none.
        inet_interfaces: the parameter's value.
        inet_protocols: the parameter's value.
        enforced: whether smtp_bind_address_enforce is ``yes``. If so, mail is deferred when an address from one of the
            two parameters cannot be bound.
        machine: where names are looked up, if it was asked before; None: the host. For a name in inet_interfaces that
            only a recorded host can look up, there is no binding.

    Raises:
        ProtocolsError, InterfacesError, NoActiveInterfaceError: as ``own_addresses()``.
    """
    protocols = enabled_protocols(inet_protocols, probe_of(host))
    machine = machine or Machine(host)
    bindings, findings = [], []
    for family, value in ((AF_INET, trimmed(smtp_bind_address)), (AF_INET6, trimmed(smtp_bind_address6))):
        if family not in protocols.families:
            continue
        if value:
            binding, fault = _explicit(host, family, value, protocols.families, machine, enforced=enforced)
        else:
            try:
                binding, fault = _implicit(host, family, inet_interfaces, protocols, machine)
            except (NotOnThisMachineError, BlindError):
                continue
        bindings.append(binding)
        findings += fault
    return BindReport(tuple(bindings), tuple(findings))


def _explicit(
    host: Host, family: int, value: str, families: tuple[int, ...], machine: Machine, *, enforced: bool
) -> tuple[Binding, list[Finding]]:
    parameter = PARAMETERS[family]
    unbound = Binding(family, None, parameter)
    bare = value
    if value[0] == "[":
        bare, bracket, rest = value[1:].partition("]")
        if rest or not bracket:
            says = f"smtp_connect_addr: malformed {parameter} parameter: {value}"
            return unbound, [_fatal("bind-malformed", family, value, says, families)]
    try:
        found, packed, scope_id = machine.number(bare, families)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        says = f"smtp_connect_addr: bad {parameter} parameter: {bare}: {reason}"
        return unbound, [_fatal("bind-bad", family, value, says, families)]
    address = inet_ntop(found, packed)
    if not any(packed):
        return unbound, []  # the wildcard: it switches the implicit binding off
    if found != family:
        number = EAFNOSUPPORT if family == AF_INET else EINVAL
        says = _bind_refused(address, number)
        consequence = _unbound_consequence(family, enforced=enforced)
        suggestion = f"{PARAMETERS[found]} = {address}"
        fault = _fault("bind-family", parameter, value, says, consequence, suggestion=suggestion, defers=enforced)
        return unbound, [fault]
    if packed.startswith(MAPPED):
        consequence = f"{FAMILY_TITLES[family]} destinations cannot be reached from it, and their mail is deferred"
        suggestion = f"{PARAMETERS[AF_INET]} = {inet_ntop(AF_INET, packed[12:])}"
        fault = _fault("bind-family", parameter, value, "", consequence, suggestion=suggestion, defers=True)
        return Binding(family, address, parameter), [fault]
    on_host = [known for known in host.addresses if (known.family, known.packed) == (family, packed)]
    if not on_host and f"{FAMILY_NAMES[family]} addresses" in host.blind_to:
        return Binding(family, address, parameter), []  # nobody knows whether the host has it
    if not on_host and not (family == AF_INET and is_loopback(family, packed)):  # all of 127.0.0.0/8 can be bound
        says = _bind_refused(address, EADDRNOTAVAIL)
        consequence = _unbound_consequence(family, enforced=enforced)
        meant = _instead(host, family)
        return unbound, [_fault("bind-absent", parameter, value, says, consequence, suggestion=meant, defers=enforced)]
    if is_loopback(family, packed):
        return Binding(family, address, parameter), [_loopback(host, family, value)]
    binding = Binding(family, address, parameter)
    return _check_address(on_host, binding, packed, value, enforced=enforced, zoned=bool(scope_id))


def _implicit(
    host: Host, family: int, inet_interfaces: str, protocols: Protocols, machine: Machine
) -> tuple[Binding, list[Finding]]:
    own = [address for address in select(host, inet_interfaces, protocols, machine) if address.family == family]
    if len(own) != 1 or is_loopback(family, own[0].packed):
        return Binding(family, None, PARAMETERS[family]), []
    (only,) = own
    on_host = [known for known in host.addresses if (known.family, known.packed) == (family, only.packed)]
    # The kernel's list has the zones of link-local addresses. In inet_interfaces a zone must be written.
    zoned = trimmed(inet_interfaces) == "all" or "%" in inet_interfaces
    binding = Binding(family, str(only), "inet_interfaces")
    # smtp_bind_address_enforce does not apply to this binding.
    return _check_address(on_host, binding, only.packed, str(only), enforced=False, zoned=zoned)


def _check_address(
    on_host: list[Address], binding: Binding, packed: bytes, value: str, *, enforced: bool, zoned: bool
) -> tuple[Binding, list[Finding]]:
    """The faults of an address that the host has, and the binding that remains."""
    family, address, parameter = binding
    name = FAMILY_TITLES[family]
    unbound = _unbound_consequence(family, enforced=enforced)
    findings = []

    def add(identifier: str, says: str, consequence: str) -> None:
        # If Postfix says nothing, the address is bound.
        findings.append(_fault(identifier, parameter, value, says, consequence, defers=enforced and bool(says)))

    flags = _common_flags(on_host)
    if "dadfailed" in flags or "tentative" in flags:
        binding = binding._replace(address=None)
        identifier, until = (
            ("bind-dadfailed", "another host has this address")
            if "dadfailed" in flags
            else ("bind-tentative", "until the kernel knows that no other host has this address")
        )
        add(identifier, _bind_refused(str(address), EADDRNOTAVAIL), f"{unbound}: {until}")
    if _is_link_local(family, packed):
        if family == AF_INET6 and not zoned:
            binding = binding._replace(address=None)
            add("bind-link-local", _bind_refused(str(address), EINVAL), unbound)
        else:
            add("bind-link-local", "", f"{name} destinations beyond that link are not reached, or cannot answer")
    if "temporary" in flags:
        add("bind-temporary", "", f"the address is removed when its lifetime ends (RFC 8981); then {unbound}")
    if "deprecated" in flags:
        add("bind-deprecated", "", f"new connections should not use it (RFC 4862), and once it is gone {unbound}")
    return binding, findings


def _common_flags(on_host: list[Address]) -> frozenset[str]:
    """The flags that an address has on all its interfaces; empty if the backend cannot tell."""
    known = [frozenset(address.flag_names or ()) for address in on_host]
    return frozenset.intersection(*known) if known else frozenset()


def _is_link_local(family: int, packed: bytes) -> bool:
    """169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291)."""
    if family == AF_INET:
        return packed[:2] == b"\xa9\xfe"
    return is_ipv6_link_local(packed)


def _bind_refused(address: str, number: int) -> str:
    return f"smtp_connect_addr: bind {address}: {os.strerror(number)}"


def _unbound_consequence(family: int, *, enforced: bool) -> str:
    if enforced:
        return f"mail for {FAMILY_TITLES[family]} destinations is deferred (server configuration error)"
    return f"a warning at each connection over {FAMILY_TITLES[family]}, and the system chooses the source address"


def _fault(
    kind: str,
    parameter: str,
    value: str,
    says: str,
    consequence: str,
    *,
    suggestion: str = "",
    defers: bool = False,
) -> Finding:
    """A fault of a source address.

    Args:
        kind: the kind of finding.
        parameter: the parameter that chose the address.
        value: its value, or the address chosen by inet_interfaces.
        says: Postfix's words.
        consequence: what Postfix does.
        suggestion: what to write instead.
        defers: whether mail is deferred: a high severity.
    """
    fault = Finding(kind, says, Place(), value, suggestion, parameter=parameter, own_consequence=consequence)
    return fault._replace(own_severity=HIGH) if defers else fault


def _loopback(host: Host, family: int, value: str) -> Finding:
    """The fault of a source address from which no other host can be reached."""
    name = FAMILY_TITLES[family]
    # Linux refuses to connect from 127.0.0.1 to another host. From ::1 it sends, and no answer can come.
    reason = "Invalid argument" if family == AF_INET else "Connection timed out"
    consequence = f"mail for {name} destinations on other hosts is deferred (connect to ...: {reason})"
    suggestion = _instead(host, family) or f"remove {PARAMETERS[family]}: the system then chooses the source address"
    return _fault("bind-loopback", PARAMETERS[family], value, "", consequence, suggestion=suggestion)


def _instead(host: Host, family: int) -> str:
    """The setting with the only address of the host that reaches other hosts; "" if there is none or several."""
    usable = [
        str(address)
        for address in find_active(host, (family,))
        if not is_loopback(family, address.packed)
        and not _is_link_local(family, address.packed)
        and not _PASSING.intersection(address.flag_names or ())
    ]
    return f"{PARAMETERS[family]} = {usable[0]}" if len(set(usable)) == 1 else ""


def _fatal(kind: str, family: int, value: str, says: str, families: tuple[int, ...]) -> Finding:
    consequence = f"the SMTP client stops at each {FAMILY_TITLES[family]} destination, and the mail stays in the queue"
    from ifdiscover._postfix.syntax.addresses import without_tag

    meant = without_tag(value.lstrip("[").partition("]")[0])
    try:
        found, packed, _scope_id = numeric_address(meant, families)
    except (OSError, ValueError):
        suggestion = ""
    else:
        suggestion = f"{PARAMETERS[found]} = {inet_ntop(found, packed)}"
    return _fault(kind, PARAMETERS[family], value, says, consequence, suggestion=suggestion)
