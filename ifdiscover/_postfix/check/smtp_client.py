"""Faults of the SMTP client's parameters, in main.cf and master.cf: source addresses, and words to choose from."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._names import is_copyable
from ifdiscover._postfix.bind_addresses import PARAMETERS, bind_addresses
from ifdiscover._postfix.check.interface_advice import means_loopback
from ifdiscover._postfix.in_force import text_of_master_cf
from ifdiscover._postfix.syntax.findings import INFO, NEEDS_POSTFIX, Finding, is_assignment
from ifdiscover._postfix.syntax.words import ADDRESS_SEPARATORS, split
from ifdiscover.errors import MacroError, PostfixError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.transports import Client, Transports
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host

_LOCAL_NAMES = ("localhost.localdomain", "localhost4", "localhost6")
"""Names that hosts(5) of many systems gives to loopback addresses, beside those of ``means_loopback()``."""

_CHOICES = {
    "smtp_address_preference": (("any", "ipv4", "ipv6"), "bad smtp_address_preference value: {}"),
    "smtp_bind_address_enforce": (("yes", "no"), "bad boolean configuration: smtp_bind_address_enforce = {}"),
}


def check_choices(configuration: Configuration, values: Mapping[str, str]) -> Iterator[Finding]:
    """The faults of parameters that take one of a few words, in upper or lower case."""
    for name, (words, sentence) in _CHOICES.items():
        value = values.get(name)
        if value is not None and value.lower() not in words:
            suggestion = f"one of {', '.join(words)}"
            yield Finding(
                "bad-choice",
                sentence.format(value),
                configuration.place_of(name),
                suggestion=suggestion,
                parameter=name,
            )


def check_bind_addresses(
    configuration: Configuration, values: Mapping[str, str], host: Host, machine: Machine
) -> Iterator[Finding]:
    """The faults of the source addresses from smtp_bind_address, smtp_bind_address6 or inet_interfaces.

    Args:
        configuration: the parameters in force.
        values: the values that could be expanded, by name.
        host: the host that Postfix runs on.
        machine: where names are looked up, and master.cf is read, whose transports may have addresses of their own.
    """
    found = _found_in_main_cf(values, host, machine)
    if not found and "_bind_address" not in text_of_master_cf(configuration, machine):
        return
    from ifdiscover._postfix.services.transports import Transports  # most configurations name no source address

    transports = Transports(configuration, machine)
    yield from _of_main_cf(configuration, found, transports)
    for client in transports.with_own_addresses:
        yield from _of_client(client, host, machine, transports)


def _found_in_main_cf(values: Mapping[str, str], host: Host, machine: Machine) -> tuple[Finding, ...]:
    wanted = ("smtp_bind_address", "smtp_bind_address6", "inet_interfaces", "inet_protocols")
    if any(name not in values for name in wanted):
        return ()
    enforced = values.get("smtp_bind_address_enforce", "").lower() == "yes"
    # As str and not as Expanded, so that blanks are trimmed: check_interfaces() reports those that make a keyword in
    # inet_interfaces a host name.
    written = {name: str(values[name]) for name in wanted}
    try:
        return bind_addresses(host, **written, enforced=enforced, machine=machine).findings
    except PostfixError:  # check_protocols() or check_interfaces() reports it
        return ()


def _of_main_cf(configuration: Configuration, found: Iterable[Finding], transports: Transports) -> Iterator[Finding]:
    """Those faults of main.cf's source addresses that reach a transport."""
    for fault in found:
        decides = fault.parameter
        if decides == "inet_interfaces":  # the parameter that would come before it
            decides = PARAMETERS[AF_INET6 if ":" in fault.element else AF_INET]
        clients = [client for client in transports.clients if client.program == "smtp"]
        if clients and all(decides in client.overridden for client in clients):
            continue  # nobody uses it
        if fault.kind != "bind-loopback" or _reaches_others(transports, decides):
            yield fault._replace(place=configuration.place_of(fault.parameter))


def _reaches_others(transports: Transports, parameter: str) -> bool:
    """Whether mail for other hosts leaves by an SMTP client that takes this parameter from main.cf."""
    try:
        destinations = transports.of_other_hosts()
    except (MacroError, UnknownDefaultError):
        return True
    overriding = [client.service.name for client in transports.with_own_addresses if parameter in client.overridden]
    return any(
        not _is_here(next_hop)
        for transport, next_hop in destinations
        if transports.program(transport) == "smtp" and transport not in overriding
    )


def _of_client(client: Client, host: Host, machine: Machine, transports: Transports) -> Iterator[Finding]:
    """The faults of what a service of master.cf sets for itself."""
    from ifdiscover._postfix.check.mending import postconf_command  # few transports have an address of their own

    service, configuration = client.service, client.configuration
    about = f"the transport {service.name} has this of its own"

    def fault_of(kind: str, says: str, name: str, suggestion: str = "", remark: str = about) -> Finding:
        return Finding(kind, says, configuration.place_of(name), "", suggestion, remark, name)

    for name in client.overridden:
        try:
            configuration.value(name)
        except MacroError as error:
            yield fault_of("bind-macro", error.warning, name, error.remedy)
            return
        except UnknownDefaultError as error:
            yield fault_of(NEEDS_POSTFIX, "", name, remark=str(error))
            return
    enforce = client.name_of("smtp_bind_address_enforce")
    if enforce in client.overridden and configuration.value(enforce).lower() not in ("yes", "no"):
        says = f"bad boolean configuration: {enforce} = {configuration.value(enforce)}"
        yield fault_of("bad-choice", says, enforce, "one of yes, no")
    try:
        report = client.report(host, machine)
    except (PostfixError, UnknownDefaultError):  # the check of main.cf reports it
        return
    for fault in report.findings:
        if fault.parameter not in client.overridden and enforce not in client.overridden:
            continue
        suggestion = fault.suggestion
        if is_assignment(suggestion):
            name, _equals, value = suggestion.partition(" = ")
            command = postconf_command(transports.folder, "-P", f"{service.name}/{service.type}/{name}={value}")
            suggestion = command if is_copyable(command) else f"{suggestion}, in master.cf"
        place = configuration.place_of(fault.parameter)
        told = fault._replace(place=place, suggestion=suggestion, remark=about)
        if fault.kind != "bind-loopback":
            yield told
            continue
        next_hops = transports.next_hops(service.name)
        if not next_hops:
            remark = f"{about}; that is right if it only delivers to this host"
            yield told._replace(remark=remark, own_severity=INFO)
        elif not all(map(_is_here, next_hops)):
            yield told


def _is_here(next_hop: str) -> bool:
    """Whether all hosts of a next hop are this one, by a loopback address or a socket. "" is the recipient's domain."""
    hosts = [_host_of(destination) for destination in split(next_hop, ADDRESS_SEPARATORS)]
    return bool(hosts) and all(
        host.startswith("/") or means_loopback(host) or host.lower() in _LOCAL_NAMES for host in hosts
    )


def _host_of(destination: str) -> str:
    """The host of ``[HOST]:PORT`` or ``HOST:PORT``, or a socket's path to a colon; LMTP has inet: and unix: before."""
    destination = destination.removeprefix("inet:").removeprefix("unix:")
    if destination[:1] == "[":
        return destination[1:].partition("]")[0]
    return destination.partition(":")[0]
