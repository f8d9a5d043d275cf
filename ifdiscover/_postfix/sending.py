"""The addresses that packets leave from, beside those that Postfix's SMTP client would send from or should.

The kernel chooses an address for each destination. For IPv6 it prefers a temporary one (RFC 6724), which has no name in
DNS and is gone tomorrow: a server that receives mail from it may refuse it.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._kernel import probe_of
from ifdiscover._packed import is_ipv6_link_local
from ifdiscover._postfix.bind_addresses import PARAMETERS, bind_addresses
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.own_addresses import select
from ifdiscover._postfix.syntax.words import trimmed
from ifdiscover._record import Record
from ifdiscover.errors import BlindError, NotOnThisMachineError, PostfixError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ifdiscover._postfix.bind_addresses import Binding
    from ifdiscover.model import Address, Host

NEEDED = ("inet_interfaces", "inet_protocols", "smtp_bind_address", "smtp_bind_address6")
"""The parameters whose values ``sendings()`` wants."""

_REMARKS = {
    "temporary": "it is temporary: it goes soon, and DNS has no name for it",
    "deprecated": "it is deprecated: new connections should not use it",
    "tentative": "it is tentative: another host may have it",
    "dadfailed": "it is a duplicate: another host has it",
}


class Sending(Record):
    """An address that packets leave from, and what is to be said of it.

    Attributes:
        family: AF_INET or AF_INET6.
        packed: the address.
        address: the host's own record of it; None: the host does not list it.
        remarks: what to mind before it is used; names are not escaped.
        recommended: a line of main.cf that makes Postfix's SMTP client send from the address that stays; None: no
            address does, or nobody knows.
        reason: why that address, or why none.
    """

    family: int
    packed: bytes
    address: Address | None
    remarks: tuple[str, ...]
    recommended: str | None
    reason: str

    def __str__(self) -> str:
        return inet_ntop(self.family, self.packed)


def sendings(
    host: Host, sources: Iterable[bytes], values: Mapping[str, str], transports: Sequence[tuple[str, Binding]] = ()
) -> tuple[Sending, ...]:
    """What is to be said of each of these source addresses.

    Args:
        host: the host that they are of.
        sources: packed addresses.
        values: the values in force of Postfix's parameters in ``NEEDED``.
        transports: the name of each transport of master.cf that sets a source address itself, and that address.
    """
    return tuple(_sending(host, packed, values, transports) for packed in sources)


def _sending(
    host: Host, packed: bytes, values: Mapping[str, str], transports: Sequence[tuple[str, Binding]]
) -> Sending:
    family = AF_INET if len(packed) == 4 else AF_INET6
    address = next((a for a in host.addresses if a.packed == packed), None)
    remarks = [*_of_address(address, packed), *_of_postfix(host, family, packed, values)]
    text = inet_ntop(family, packed)
    for name, binding in transports:
        if binding.family == family and binding.address not in (None, text):
            by = f"{binding.parameter} in master.cf"
            remarks.append(f"the transport {name} sends from {binding.address} instead ({by})")
    try:
        stable, reason = host.stable_address(4 if family == AF_INET else 6)
    except BlindError as error:
        stable, reason = None, str(error)
    recommended = None if stable is None else f"{PARAMETERS[family]} = {stable}"
    return Sending(family, packed, address, tuple(remarks), recommended, reason)


def _of_address(address: Address | None, packed: bytes) -> list[str]:
    flags = () if address is None else address.flag_names or ()
    remarks = [remark for flag, remark in _REMARKS.items() if flag in flags]
    if is_ipv6_link_local(packed):
        remarks.append("it is link-local: only hosts on the same link can answer")
    if address is None:
        remarks.append("no interface of this host lists it")
    return remarks


def _of_postfix(host: Host, family: int, packed: bytes, values: Mapping[str, str]) -> list[str]:
    """How it differs from what Postfix takes for its own, and from what its SMTP client binds to."""
    interfaces, protocols = values["inet_interfaces"], values["inet_protocols"]
    try:
        own = select(host, interfaces, enabled_protocols(protocols, probe_of(host)))
        report = bind_addresses(
            host, values["smtp_bind_address"], values["smtp_bind_address6"], interfaces, inet_protocols=protocols
        )
    except (PostfixError, NotOnThisMachineError, BlindError) as error:
        return [f"nobody knows whether it is one of Postfix's own addresses: {error}"]
    remarks = []
    if all(address.packed != packed for address in own):
        remarks.append(f"it is not one of Postfix's own addresses (inet_interfaces = {interfaces})")
    text = inet_ntop(family, packed)
    value = trimmed(values[PARAMETERS[family]])
    for binding in report.bindings:
        if binding.family == family and value and binding.address != text:
            remarks.append(f"it differs from {PARAMETERS[family]} = {value}")
        elif binding.family == family and binding.address not in (None, text):
            remarks.append(f"Postfix's SMTP client sends from {binding.address} instead ({binding.parameter})")
    return remarks
