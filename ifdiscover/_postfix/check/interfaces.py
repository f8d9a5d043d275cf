"""Faults of inet_protocols, inet_interfaces and proxy_interfaces on a host."""

from __future__ import annotations

from _socket import AF_INET

from ifdiscover._kernel import probe_of
from ifdiscover._postfix.check.interface_advice import Advice
from ifdiscover._postfix.inet_protocols import Protocols, enabled_protocols
from ifdiscover._postfix.ipv6_absence import ipv6_absence
from ifdiscover._postfix.own_addresses import resolve, select
from ifdiscover._postfix.syntax.findings import NEEDS_POSTFIX, NOT_ON_THIS_MACHINE, Finding, Findings, finding_of_error
from ifdiscover._postfix.syntax.words import ADDRESS_SEPARATORS, Expanded, split
from ifdiscover.errors import BlindError, InterfacesError, NoActiveInterfaceError, NotOnThisMachineError, ProtocolsError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ifdiscover._postfix.ipv6_absence import IsDisabled
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.findings import Place
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host

_NEEDS_LOCAL = "Postfix starts if the name has addresses there, all on interfaces that are up; if not, it stops at once"
_NEEDS_ADDRESS = (
    "if the name has addresses there, mail for these is Postfix's own; if not, Postfix's trivial-rewrite stops at "
    "user@[address], and such mail is refused"
)


def check_protocols(
    configuration: Configuration, values: Mapping[str, str], host: Host
) -> tuple[Protocols, list[Finding]]:
    """The families in use, and the faults of inet_protocols.

    Args:
        configuration: the parameters in force.
        values: the values that could be expanded, by name.
        host: the host whose kernel is asked. The kernel of a recorded host is not asked.

    Returns:
        The families, none if they are not known, and the findings.

    Raises:
        DiscoveryError: the kernel refused a socket.
    """
    name = "inet_protocols"
    if name not in values:
        return Protocols(()), []
    place = configuration.place_of(name)
    try:
        protocols = enabled_protocols(values[name], probe_of(host))
    except ProtocolsError as error:
        return Protocols(()), [finding_of_error("protocol-unknown", name, place, error)]
    if protocols.families:
        return protocols, []
    sentence = f"all network protocols are disabled (inet_protocols = {values[name]})"
    return protocols, [Finding("no-protocol", sentence, place, suggestion="all", parameter=name)]


def check_interfaces(
    configuration: Configuration,
    values: Mapping[str, str],
    host: Host,
    protocols: Protocols,
    is_disabled: IsDisabled,
    *,
    machine: Machine,
) -> Iterator[Finding]:
    """Missing IPv6 that inet_protocols asks for, then the faults of inet_interfaces.

    Args:
        configuration: the parameters in force.
        values: the values that could be expanded, by name.
        host: the host that Postfix runs on.
        protocols: the families in use. If there are none, Postfix does not look at interfaces.
        is_disabled: whether IPv6 is switched off on an interface.
        machine: where names are looked up.
    """
    if not protocols.families:
        return
    absence = ipv6_absence(host, protocols, is_disabled)
    name = "inet_interfaces"
    found: list[Finding] = []
    if name in values:
        found = Findings(_check_own(configuration, values[name], host, protocols, machine))
        if found:
            advice = Advice(values[name], host, protocols, absence, machine)
            found = [advice.on(fault) for fault in found]
    if absence is not None:
        if AF_INET not in protocols.families:  # Postfix does not start then, and why is told there
            found = [
                fault._replace(remark=absence.remark) if fault.kind == "no-active-interface" else fault
                for fault in found
            ]
        elif all(fault.remark != absence.remark for fault in found):  # the cause of a fault is told there alone
            yield absence._replace(place=configuration.place_of("inet_protocols"))
    yield from found


def _check_own(
    configuration: Configuration, value: str, host: Host, protocols: Protocols, machine: Machine
) -> Iterator[Finding]:
    """The faults of inet_interfaces."""
    name = "inet_interfaces"
    place = configuration.place_of(name)
    try:
        own = select(host, value, protocols, machine)
    except NoActiveInterfaceError as error:
        yield finding_of_error("no-active-interface", name, place, error)
    except BlindError as error:
        yield Finding("unseen-addresses", "", place, remark=str(error), parameter=name)
    except (InterfacesError, NotOnThisMachineError):
        # At least one word is faulty, or a name that cannot be looked up here. Each is tried alone, to find all.
        host_at_fault = False
        for offset, word in _words(value):
            for finding in _check_word(configuration, host, protocols, offset, word, machine=machine):
                if finding.kind != "no-active-interface" or not host_at_fault:  # reported once for all words
                    yield finding
                host_at_fault = host_at_fault or finding.kind == "no-active-interface"
    else:
        if not own:
            yield Finding("no-own-address", place=place, parameter=name)


def _check_word(
    configuration: Configuration, host: Host, protocols: Protocols, offset: int, word: str, *, machine: Machine
) -> Iterator[Finding]:
    name = "inet_interfaces"
    place = configuration.place_of(name, offset)
    try:
        resolve(name, word, protocols, machine)
    except InterfacesError as error:
        yield finding_of_error("interface-not-found", name, place, error, word)
        return
    except NotOnThisMachineError as error:
        yield _name_elsewhere(name, place, word, _NEEDS_LOCAL, error if machine.is_here else None)
        word = ""  # a host without any address is at fault, whatever the name's addresses are
    try:
        # With a comma, the word all is a host name in a list, and not the keyword.
        select(host, Expanded(f"{word},"), protocols, machine)
    except NoActiveInterfaceError as error:  # does not depend on the word
        yield finding_of_error("no-active-interface", name, configuration.place_of(name), error)
    except InterfacesError as error:
        yield finding_of_error("interface-not-local", name, place, error, word)


def check_proxies(
    configuration: Configuration, values: Mapping[str, str], protocols: Protocols, machine: Machine
) -> Iterator[Finding]:
    """The words of proxy_interfaces that do not resolve, or of which only a recorded host knows whether they do.

    Args:
        configuration: the parameters in force.
        values: the values that could be expanded, by name.
        protocols: the families in use. If there are none, no word is resolved.
        machine: where names are looked up.
    """
    name = "proxy_interfaces"
    if not protocols.families:
        return
    for offset, word in _words(values.get(name, "")):
        try:
            resolve(name, word, protocols, machine)
        except InterfacesError as error:
            yield finding_of_error("proxy-not-found", name, configuration.place_of(name, offset), error, word)
        except NotOnThisMachineError as error:
            silence = error if machine.is_here else None
            yield _name_elsewhere(name, configuration.place_of(name, offset), word, _NEEDS_ADDRESS, silence)


def _name_elsewhere(
    parameter: str, place: Place, name: str, consequence: str, silence: NotOnThisMachineError | None
) -> Finding:
    if silence is not None:  # no name server answered this host
        return Finding(NEEDS_POSTFIX, "", place, name, remark=str(silence), parameter=parameter)
    return Finding(
        NOT_ON_THIS_MACHINE,
        place=place,
        element=name,
        suggestion="the addresses that this name has on the recorded host",
        remark="only the recorded host knows the addresses that this name has there",
        parameter=parameter,
        own_consequence=consequence,
    )


def _words(value: str) -> Iterator[tuple[int, Expanded]]:
    """The words of a list of interfaces, each with its offset; what a macro left in one belongs to it."""
    end = 0
    for word in split(value, ADDRESS_SEPARATORS):
        end = value.index(word, end)
        yield end, Expanded(word)
        end += len(word)
