"""The transports of a master.cf that are SMTP or LMTP clients, and where mail goes by them."""

from __future__ import annotations

from ifdiscover._postfix.bind_addresses import PARAMETERS, bind_addresses
from ifdiscover._postfix.in_force import path_of_master_cf, text_of_master_cf
from ifdiscover._postfix.services.service import service_configuration
from ifdiscover._record import Record
from ifdiscover.errors import MacroError, PostfixError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.bind_addresses import Binding, BindReport
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.master_cf import Service
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host

_BIND = (*PARAMETERS.values(), "smtp_bind_address_enforce")

_OTHER_TRANSPORTS = (
    "content_filter",
    "fallback_transport",
    "local_transport",
    "mailbox_transport",
    "virtual_transport",
)
"""Parameters that send mail to ``TRANSPORT:NEXTHOP``, beside default_transport and relay_transport."""


class Client(Record):
    """A service of master.cf that is an SMTP or LMTP client.

    Attributes:
        service: the service, whose name is the transport's.
        program: smtp or lmtp. The second has parameters of its own, such as lmtp_bind_address.
        main: the parameters of main.cf.
    """

    service: Service
    program: str
    main: Configuration

    @property
    def configuration(self) -> Configuration:
        """The parameters in force for it."""
        return service_configuration(self.main, self.service)

    @property
    def overridden(self) -> tuple[str, ...]:
        """Which of its parameters for source addresses its ``-o`` set, by their own names."""
        return tuple(name for name in map(self.name_of, _BIND) if name in self.service.overrides)

    def name_of(self, parameter: str) -> str:
        """The name that this program has for a parameter of the SMTP client."""
        return parameter.replace("smtp_", f"{self.program}_", 1)

    def report(self, host: Host, machine: Machine | None = None) -> BindReport:
        """What it binds to, and the faults of that, under the names of its own parameters.

        Args:
            host: the host that Postfix runs on.
            machine: where names are looked up; None: the host.

        Raises:
            MacroError, UnknownDefaultError: a value cannot be expanded.
            PostfixError: as ``bind_addresses()``.
        """
        configuration = self.configuration
        names = [self.name_of(name) for name in _BIND]
        # No parameter of LMTP has a default but these: empty, and no.
        first, second, enforce = [
            str(configuration.value(name)) if self.program == "smtp" or configuration.is_set(name) else ""
            for name in names
        ]
        interfaces, protocols = [str(configuration.value(name)) for name in ("inet_interfaces", "inet_protocols")]
        found = bind_addresses(
            host, first, second, interfaces, protocols, enforced=enforce.lower() == "yes", machine=machine
        )
        if self.program == "smtp":
            return found
        bindings = tuple(binding._replace(parameter=self.name_of(binding.parameter)) for binding in found.bindings)
        return found._replace(bindings=bindings, findings=tuple(map(self._renamed, found.findings)))

    def _renamed(self, fault: Finding) -> Finding:
        texts = {
            field: getattr(fault, field).replace("smtp_bind_", f"{self.program}_bind_")
            for field in ("parameter", "postfix_says", "suggestion")
        }
        return fault._replace(**texts)


class Transports:
    """The transports of the master.cf beside main.cf, which is read when it is first asked for.

    If there is none, or it cannot be read, no transport is known.

    Args:
        configuration: the parameters of main.cf.
        machine: where the file is read.
    """

    def __init__(self, configuration: Configuration, machine: Machine) -> None:
        self._path = path_of_master_cf(configuration)
        self._machine = machine
        self._configuration = configuration
        self._read: str | None = None
        self._parsed: tuple[Service, ...] | None = None

    @property
    def folder(self) -> str:
        """The folder of master.cf; "" if there is none."""
        return (self._path or "").rpartition("/")[0]

    @property
    def _text(self) -> str:
        if self._read is None:
            self._read = text_of_master_cf(self._configuration, self._machine)
        return self._read

    @property
    def _lines(self) -> tuple[Service, ...]:
        if self._parsed is None:
            from ifdiscover._postfix.services.master_cf import parse  # most calls need no more than the text

            self._parsed = parse(self._text, self._path or "").lines
        return self._parsed

    @property
    def services(self) -> dict[str, Service]:
        """The services that mail can be delivered by, by the name of the transport."""
        return {service.name: service for service in self._lines if service.type == "unix"}

    @property
    def clients(self) -> tuple[Client, ...]:
        """Those that are SMTP or LMTP clients, in the order of master.cf."""
        programs = [(service, _program(service)) for service in self.services.values()]
        return tuple(
            Client(service, program, self._configuration)
            for service, program in programs
            if program in ("smtp", "lmtp")
        )

    @property
    def with_own_addresses(self) -> tuple[Client, ...]:
        """The clients that set a parameter for source addresses themselves."""
        if "_bind_address" not in self._text:
            return ()
        return tuple(client for client in self.clients if client.overridden)

    def bindings(self, host: Host) -> list[tuple[str, Binding]]:
        """The source addresses that clients set themselves, each with the name of the transport.

        Those with a fault for which nothing is bound are left out: check tells of them.
        """
        found = []
        for client in self.with_own_addresses:
            try:
                report = client.report(host)
            except (PostfixError, UnknownDefaultError):
                continue
            own = [binding for binding in report.bindings if binding.parameter in client.overridden]
            found += [(client.service.name, binding) for binding in own if binding.address is not None]
        return found

    def program(self, transport: str) -> str:
        """The program of a transport; if master.cf does not tell, the one that has its name, and of relay smtp."""
        service = self.services.get(transport)
        if service is not None:
            return _program(service)
        return "smtp" if transport == "relay" else transport

    def of_other_hosts(self) -> list[tuple[str, str]]:
        """The transports of mail for other hosts, each with the next hop; "" is the recipient's domain.

        Those that a table tells are left out.

        Raises:
            MacroError, UnknownDefaultError: a value cannot be expanded.
        """
        relayhost = self._value("relayhost", "")
        found = [_destination(self._value("default_transport", "smtp"), relayhost)]
        if self._value("relay_domains", ""):  # the default has no other domains than those of this host
            found.append(_destination(self._value("relay_transport", "relay"), relayhost))
        return found

    def next_hops(self, transport: str) -> list[str]:
        """The next hops to which main.cf and the services of master.cf send mail by a transport, as far as is known."""
        try:
            found = self.of_other_hosts()
        except (MacroError, UnknownDefaultError):
            found = []
        found += [_destination(value, "") for value in self._other_values()]
        return [next_hop for name, next_hop in found if name == transport]

    def _other_values(self) -> Iterator[str]:
        of_services = [
            service_configuration(self._configuration, service)
            for service in self._lines
            if not service.overrides.keys().isdisjoint(_OTHER_TRANSPORTS)
        ]
        for configuration in (self._configuration, *of_services):
            for name in _OTHER_TRANSPORTS:
                try:
                    yield configuration.value(name) if configuration.is_set(name) else ""
                except (MacroError, UnknownDefaultError):
                    continue

    def _value(self, name: str, default: str) -> str:
        return str(self._configuration.value(name)) if self._configuration.is_set(name) else default


def _program(service: Service) -> str:
    return service.command.rpartition("/")[2]


def _destination(value: str, relayhost: str) -> tuple[str, str]:
    transport, _colon, next_hop = value.partition(":")
    return transport, next_hop or relayhost
