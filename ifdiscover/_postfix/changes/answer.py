"""What Postfix makes of one reading of a host and one configuration, in a form that can be compared.

Nothing in it counts: no lifetime, no time, no order but Postfix's own. Two answers are equal if Postfix would notice
no difference.
"""

from __future__ import annotations

import os
from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._host.lookups import is_in_use
from ifdiscover._host.stable import why_passing
from ifdiscover._kernel import probe_of
from ifdiscover._packed import is_loopback
from ifdiscover._postfix.active_addresses import find_active
from ifdiscover._postfix.bind_addresses import PARAMETERS, bind_addresses
from ifdiscover._postfix.in_force import in_force, machine_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.lists.configured import PARENTS
from ifdiscover._postfix.mynetworks import networks_of, parse_style
from ifdiscover._postfix.own_addresses import resolve, select_among_seen
from ifdiscover._postfix.syntax.words import ADDRESS_SEPARATORS, split, trimmed
from ifdiscover._postfix.trusted import list_in_force
from ifdiscover._record import Record
from ifdiscover.errors import (
    AddressClassError,
    InterfacesError,
    MatchListError,
    PostfixError,
    ProtocolsError,
    StyleError,
)
from ifdiscover.model import BITS, FAMILY_NAMES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.active_addresses import Addresses
    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Address, Host

INTERFACES, NETWORKS, PROXIES = "inet_interfaces", "mynetworks", "proxy_interfaces"
_ASKED = (INTERFACES, "inet_protocols", "mynetworks_style", PROXIES, *PARAMETERS.values())
_DEPRECATED = 0x20  # IFA_F_DEPRECATED


class Missing(Record):
    """An address that main.cf names, and that no interface has that is up.

    Attributes:
        parameter: ``inet_interfaces``, ``smtp_bind_address`` or ``smtp_bind_address6``.
        word: the word in its value: the address, or a name that stands for it.
        address: the address.
        consequence: what Postfix does without it.
    """

    parameter: str
    word: str
    address: str
    consequence: str


class Answer(Record):
    """What Postfix makes of a host. Nothing in it is escaped; addresses are texts, without zones and lengths.

    Attributes:
        own_addresses: those at which it receives mail, each once, in its order.
        deprecated: those of them from which no new connection should be made (RFC 4862).
        mynetworks: the networks or other elements of the list in force. One that excludes begins with ``!``.
        source_addresses: where packets to everywhere else are sent from; empty if nobody asked the kernel.
        listens_on: the addresses of its sockets; 0.0.0.0 and :: stand for every address. An address that is named, and
            is tentative or a duplicate, is not among them: the kernel refuses a socket.
        active: the addresses that it finds on the host, each with its interface's name.
        passing: those of them that nothing should name: those that ``Host.stable_address()`` would not take, such as
            link-local, temporary, deprecated, tentative and duplicate ones; and those of IPv6 of which nobody knows.
            Loopback addresses stay.
        families: ``ipv4`` and ``ipv6``, if inet_protocols and the kernel have them.
        values: the parameters in force by name, but for mynetworks.
        missing: what main.cf names, and the host does not have.
        error: why Postfix cannot start, in its own words; empty if it can. The first four are then empty.
        parameter: the parameter that the error is about, if one is.
    """

    own_addresses: tuple[str, ...] = ()
    deprecated: tuple[str, ...] = ()
    mynetworks: tuple[str, ...] = ()
    source_addresses: tuple[str, ...] = ()
    listens_on: tuple[str, ...] = ()
    active: tuple[tuple[str, str], ...] = ()
    passing: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    missing: tuple[Missing, ...] = ()
    error: str = ""
    parameter: str = ""


def answer_of(host: Host, configuration: Configuration | None = None) -> Answer:
    """What Postfix makes of a host, or of the half that its backend saw; ``Host.blind_to`` tells which.

    Args:
        host: the host that Postfix runs on; its sources are known if it was read with ``routes=True``.
        configuration: what main.cf and overrides set; None: nothing.

    Raises:
        UnknownDefaultError: only Postfix knows a value that is needed.
        NotOnThisMachineError: the host is recorded, and only its resolver knows a name in inet_interfaces.
        BackendError: the kernel refused a socket. A recorded host has no kernel to ask.
    """
    machine = machine_of(configuration, host)
    answer = Answer()
    try:
        values = in_force(configuration, host, **dict.fromkeys(_ASKED))
        answer = answer._replace(values=tuple((name, str(values[name])) for name in _ASKED))
        protocols = enabled_protocols(values["inet_protocols"], probe_of(host))
        found = find_active(host, protocols.families)
        answer = answer._replace(
            active=tuple(dict.fromkeys((address.interface.name, str(address)) for address in found)),
            passing=tuple(dict.fromkeys(map(str, filter(_is_passing, found)))),
            families=tuple(FAMILY_NAMES[family] for family in protocols.families),
        )
        interfaces = values[INTERFACES]
        try:
            own = select_among_seen(host, interfaces, protocols, machine)
        except InterfacesError:
            # What the SMTP client misses is told beside it: no news comes when main.cf is mended.
            if missing := tuple(_not_active(interfaces, protocols, machine, found)):
                missing += _not_bindable(host, answer, machine)
            answer = answer._replace(missing=missing)
            raise
        trusted = _trusted(host, configuration, values["mynetworks_style"], own)
        missing = _not_bindable(host, answer, machine)
    except PostfixError as error:
        return answer._replace(error=error.postfix_says, parameter=_parameter_of(error))
    texts = tuple(dict.fromkeys(map(str, own)))
    wildcards = tuple(inet_ntop(family, bytes(BITS[family] // 8)) for family in protocols.families)
    return answer._replace(
        own_addresses=texts,
        deprecated=_deprecated(own),
        mynetworks=trusted,
        source_addresses=_sources(host),
        listens_on=wildcards if interfaces == "all" else tuple(dict.fromkeys(map(str, filter(is_in_use, own)))),
        missing=missing,
    )


def on_this_machine(before: Host, after: Host) -> Host:
    """An earlier reading of this machine as one of now, so that names and files are looked up for both or for neither.

    Args:
        before: the earlier reading.
        after: the later one; if it is not recorded, and the recording of ``before`` names no other host, both are of
            this machine.
    """
    if before.recorded is None or after.recorded is not None:
        return before
    return before._replace(recorded=None) if before.recorded.host in (None, os.uname().nodename) else before


def _trusted(host: Host, configuration: Configuration | None, style: str, own: Addresses) -> tuple[str, ...]:
    """The elements of mynetworks: of the list that is set, or of the computed one."""
    if configuration is None or not configuration.is_set(NETWORKS):
        return tuple(map(str, networks_of(own, parse_style(style))))
    elements = list_in_force(configuration, host).match_list.elements
    return tuple(f"{'!' * element.negated}{element.text.lstrip('!')}" for element in elements)


def _not_active(value: str, protocols: Protocols, machine: Machine, found: Addresses) -> Iterator[Missing]:
    """The words of inet_interfaces whose address the host does not have."""
    active = {(address.family, address.packed) for address in found}
    for word in split(trimmed(value), ADDRESS_SEPARATORS):
        try:
            keys = resolve(INTERFACES, word, protocols, machine)
        except InterfacesError:
            continue
        for family, packed in sorted(keys - active):
            yield Missing(INTERFACES, word, inet_ntop(family, packed), "each of its programs that starts stops at once")


def _not_bindable(host: Host, answer: Answer, machine: Machine) -> tuple[Missing, ...]:
    """The source addresses of the SMTP client that the host does not have, but for what inet_interfaces names."""
    values = dict(answer.values)
    four, six = (values[name] for name in PARAMETERS.values())
    if not trimmed(four) and not trimmed(six):
        return ()
    report = bind_addresses(host, four, six, "all", values["inet_protocols"], machine=machine)
    families = (AF_INET, AF_INET6)
    absent = [
        (fault, machine.number(fault.element.strip("[]"), families))
        for fault in report.findings
        if fault.kind == "bind-absent"
    ]
    return tuple(
        Missing(fault.parameter, fault.element, inet_ntop(family, packed), fault.consequence)
        for fault, (family, packed, _scope_id) in absent
    )


def _is_passing(address: Address) -> bool:
    if is_loopback(address.family, address.packed):
        return False
    is_doubtful = address.family == AF_INET6 and address.flags is None
    return is_doubtful or why_passing(address) is not None


def _deprecated(own: Addresses) -> tuple[str, ...]:
    fresh = {str(address) for address in own if not (address.flags or 0) & _DEPRECATED}
    return tuple(dict.fromkeys(text for text in map(str, own) if text not in fresh))


def _sources(host: Host) -> tuple[str, ...]:
    return tuple(inet_ntop(AF_INET if len(packed) == 4 else AF_INET6, packed) for packed in host.packed_sources or ())


def _parameter_of(error: PostfixError) -> str:
    """The parameter that an error is about, if a parameter is at fault and not the host."""
    return next((name for kind, name in _PARAMETERS.items() if isinstance(error, kind)), "")


_PARAMETERS = {
    AddressClassError: "mynetworks_style",
    InterfacesError: INTERFACES,
    MatchListError: PARENTS,
    ProtocolsError: "inet_protocols",
    StyleError: "mynetworks_style",
}
