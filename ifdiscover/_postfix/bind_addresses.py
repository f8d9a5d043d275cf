"""Which source addresses Postfix's SMTP client binds to, and what is wrong with them.

The parameters are smtp_bind_address (for IPv4 destinations) and smtp_bind_address6 (for IPv6). Without a value, an own
address of the family is bound if it is the only one, and no loopback address.
"""

from __future__ import annotations

import os
from _socket import AF_INET, AF_INET6, inet_ntop
from errno import EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL

from ifdiscover._kernel import probe_of
from ifdiscover._packed import is_ipv6_link_local, is_loopback
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.own_addresses import select
from ifdiscover._postfix.syntax.addresses import without_tag
from ifdiscover._postfix.syntax.findings import Finding, Place
from ifdiscover._postfix.syntax.resolver import numeric_address
from ifdiscover._postfix.syntax.words import trimmed
from ifdiscover._record import Record
from ifdiscover.model import FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover.model import Address, Host

PARAMETERS = {AF_INET: "smtp_bind_address", AF_INET6: "smtp_bind_address6"}

_MAPPED = bytes(10) + b"\xff\xff"


class Binding(Record):
    """The source address of connections over one family."""

    family: int  # AF_INET or AF_INET6, of the destinations
    address: str | None  # None: none is bound, the system chooses
    parameter: str  # what decided: smtp_bind_address, smtp_bind_address6, or inet_interfaces if they are empty


class BindReport(Record):
    """What the SMTP client binds to, by family in use, and what is wrong with it."""

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
) -> BindReport:
    """The source addresses of Postfix's SMTP client, and every fault of them.

    A parameter of a family that is not in use is not looked at, nor is inet_interfaces where both parameters have
    values. Of address flags to which the backend is blind nothing is claimed. An address is taken to be bindable where
    an interface has it, up or down; local routes and ip_nonlocal_bind are not looked at.

    Args:
        host: the host that Postfix runs on.
        smtp_bind_address: the parameter's value; empty for none.
        smtp_bind_address6: the parameter's value; empty for none.
        inet_interfaces: the parameter's value.
        inet_protocols: the parameter's value.
        enforced: smtp_bind_address_enforce is ``yes``: what cannot be bound defers the mail. It does so only for
            addresses that a parameter names.

    Raises:
        ProtocolsError, InterfacesError, NoActiveInterfaceError: as ``own_addresses()``.
    """
    protocols = enabled_protocols(inet_protocols, probe_of(host))
    bindings, findings = [], []
    for family, value in ((AF_INET, trimmed(smtp_bind_address)), (AF_INET6, trimmed(smtp_bind_address6))):
        if family not in protocols.families:
            continue
        if value:
            binding, fault = _explicit(host, family, value, protocols.families, enforced=enforced)
        else:
            binding, fault = _implicit(host, family, inet_interfaces, protocols)
        bindings.append(binding)
        findings += fault
    return BindReport(tuple(bindings), tuple(findings))


def _explicit(
    host: Host, family: int, value: str, families: tuple[int, ...], *, enforced: bool
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
        found, packed, scope_id = numeric_address(bare, families)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        says = f"smtp_connect_addr: bad {parameter} parameter: {bare}: {reason}"
        return unbound, [_fatal("bind-bad", family, value, says, families)]
    address = inet_ntop(found, packed)
    if not any(packed):
        return unbound, []  # the wildcard, by which an administrator switches the implicit binding off
    if found != family:
        number = EAFNOSUPPORT if family == AF_INET else EINVAL
        consequence = _unbound(family, enforced=enforced)
        suggestion = f"{PARAMETERS[found]} = {address}"
        return unbound, [
            _fault("bind-family", parameter, value, _refused(address, number), consequence, suggestion=suggestion)
        ]
    if packed.startswith(_MAPPED):
        consequence = f"no {FAMILY_TITLES[family]} destination is reached from it, and mail for them is deferred"
        suggestion = f"{PARAMETERS[AF_INET]} = {inet_ntop(AF_INET, packed[12:])}"
        return Binding(family, address, parameter), [
            _fault("bind-family", parameter, value, "", consequence, suggestion=suggestion)
        ]
    there = [known for known in host.addresses if (known.family, known.packed) == (family, packed)]
    if not there and not (family == AF_INET and is_loopback(family, packed)):  # all of 127.0.0.0/8 can be bound
        says = _refused(address, EADDRNOTAVAIL)
        consequence = _unbound(family, enforced=enforced)
        return unbound, [_fault("bind-absent", parameter, value, says, consequence)]
    binding = Binding(family, address, parameter)
    return _judged(there, binding, packed, value, _unbound(family, enforced=enforced), zoned=bool(scope_id))


def _implicit(host: Host, family: int, inet_interfaces: str, protocols: Protocols) -> tuple[Binding, list[Finding]]:
    own = [address for address in select(host, inet_interfaces, protocols) if address.family == family]
    if len(own) != 1 or is_loopback(family, own[0].packed):
        return Binding(family, None, PARAMETERS[family]), []
    (only,) = own
    there = [known for known in host.addresses if (known.family, known.packed) == (family, only.packed)]
    # The kernel's list has the zones of link-local addresses; an address in inet_interfaces has one if it is written.
    zoned = trimmed(inet_interfaces) == "all" or "%" in inet_interfaces
    binding = Binding(family, str(only), "inet_interfaces")
    # smtp_bind_address_enforce is not about this binding.
    return _judged(there, binding, only.packed, str(only), _unbound(family, enforced=False), zoned=zoned)


def _judged(
    there: list[Address], binding: Binding, packed: bytes, value: str, unbound: str, *, zoned: bool
) -> tuple[Binding, list[Finding]]:
    """The faults of an address that is on the host, and the binding that they leave."""
    family, address, parameter = binding
    name = FAMILY_TITLES[family]
    findings = []

    def add(identifier: str, says: str, consequence: str) -> None:
        findings.append(_fault(identifier, parameter, value, says, consequence))

    flags = _common_flags(there)
    if "dadfailed" in flags or "tentative" in flags:
        binding = binding._replace(address=None)
        identifier, until = (
            ("bind-dadfailed", "another host has this address")
            if "dadfailed" in flags
            else ("bind-tentative", "until the kernel knows that no other host has this address")
        )
        add(identifier, _refused(str(address), EADDRNOTAVAIL), f"{unbound}: {until}")
    if _is_link_local(family, packed):
        if family == AF_INET6 and not zoned:
            binding = binding._replace(address=None)
            add("bind-link-local", _refused(str(address), EINVAL), unbound)
        else:
            add("bind-link-local", "", f"{name} destinations beyond that link are not reached, or cannot answer")
    if "temporary" in flags:
        add("bind-temporary", "", f"the address goes when its lifetime ends (RFC 8981); then {unbound}")
    if "deprecated" in flags:
        add("bind-deprecated", "", f"new connections should not use it (RFC 4862), and once it is gone {unbound}")
    return binding, findings


def _common_flags(there: list[Address]) -> frozenset[str]:
    """The flags of all that have the address; none if the backend cannot tell."""
    known = [frozenset(address.flag_names or ()) for address in there]
    return frozenset.intersection(*known) if known else frozenset()


def _is_link_local(family: int, packed: bytes) -> bool:
    """169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291)."""
    if family == AF_INET:
        return packed[:2] == b"\xa9\xfe"
    return is_ipv6_link_local(packed)


def _refused(address: str, number: int) -> str:
    return f"smtp_connect_addr: bind {address}: {os.strerror(number)}"


def _unbound(family: int, *, enforced: bool) -> str:
    if enforced:
        return f"mail for {FAMILY_TITLES[family]} destinations is deferred (server configuration error)"
    return f"a warning at each connection over {FAMILY_TITLES[family]}, and the system chooses the source address"


def _fault(kind: str, parameter: str, value: str, says: str, consequence: str, *, suggestion: str = "") -> Finding:
    """A fault of a source address: ``value`` is the parameter's, or the address that inet_interfaces made."""
    return Finding(kind, says, Place(), value, suggestion, parameter=parameter, own_consequence=consequence)


def _fatal(kind: str, family: int, value: str, says: str, families: tuple[int, ...]) -> Finding:
    consequence = f"the SMTP client stops at each {FAMILY_TITLES[family]} destination, and the mail stays in the queue"
    meant = without_tag(value.lstrip("[").partition("]")[0])
    try:
        found, packed, _scope_id = numeric_address(meant, families)
    except (OSError, ValueError):
        suggestion = ""
    else:
        suggestion = f"{PARAMETERS[found]} = {inet_ntop(found, packed)}"
    return _fault(kind, PARAMETERS[family], value, says, consequence, suggestion=suggestion)
