"""What each smtpd service of a host makes of its clients: are they in mynetworks, and may they relay?"""

from __future__ import annotations

from ifdiscover._postfix.in_force import hostname_of, machine_of
from ifdiscover._postfix.lists.configured import PARAMETER
from ifdiscover._postfix.lists.match_list import CANNOT_TELL, TRUSTED, Decision, is_address
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import read
from ifdiscover._postfix.services.restriction_lists import RECIPIENTS, RELAY
from ifdiscover._postfix.services.restrictions import NO, Relay, Relaying
from ifdiscover._postfix.services.service import (
    has_address,
    is_loopback_text,
    is_told_clients,
    master_cf_of,
    smtpd_services,
)
from ifdiscover._postfix.services.verdict import ServiceVerdict
from ifdiscover._postfix.syntax.findings import WARNING, Place
from ifdiscover._postfix.trusted import list_in_force
from ifdiscover._record import Record
from ifdiscover.errors import (
    BlindError,
    ConfigurationError,
    IfdiscoverError,
    MacroError,
    NoActiveInterfaceError,
    NotOnThisMachineError,
    UnknownDefaultError,
)

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ifdiscover._postfix.services.service import SmtpdService
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover._postfix.trusted import TrustedClients
    from ifdiscover.model import Host

_OF_THE_LIST = (
    "mynetworks",
    "mynetworks_style",
    "inet_interfaces",
    "inet_protocols",
    "parent_domain_matches_subdomains",
    "proxy_interfaces",
)
"""The parameters that make the list of trusted clients."""

_NOT_KNOWN = (BlindError, ConfigurationError, NoActiveInterfaceError, NotOnThisMachineError, UnknownDefaultError)
"""Why a list of trusted clients cannot be had, while those of other services can."""


class Verdicts(Record):
    """What the services make of some clients.

    Attributes:
        trusted: the list of main.cf, or of the first service that has another; None: smtpd starts with none of them.
        warnings: warnings about lists and files. Names in them are not escaped.
        of_clients: for each client the verdict of each service, first that of the service on port 25.
    """

    trusted: TrustedClients | None
    warnings: tuple[str, ...]
    of_clients: tuple[tuple[ServiceVerdict, ...], ...]


def service_verdicts(
    client: str,
    *,
    config_directory: str,
    name: str | None = None,
    host: Host | None = None,
    overrides: Mapping[str, str] | None = None,
) -> tuple[ServiceVerdict, ...]:
    """What each smtpd of type inet makes of a client, as in ``ifdiscover match``. First stands that on port 25.

    Args:
        client: the client's address.
        config_directory: the folder of main.cf. If it has no master.cf, main.cf alone is asked.
        name: the client's host name; None: not known.
        host: the host that Postfix runs on. None: this host, which is read only if a list has to be computed.
        overrides: values by name that come before those of main.cf, and after those that a service sets.

    Raises:
        MasterCfError: a line of master.cf defines no service.
        ConfigFileError, ConfigurationError, UnknownDefaultError, BackendError, TypeError: as in ``trusted_clients()``.
    """
    from ifdiscover._misuse import demand_host, demand_texts, demand_texts_or_none

    demand_texts(client=client, config_directory=config_directory)
    demand_texts_or_none(name=name)
    demand_host(host)
    main_cf = read(config_directory, is_here=host is None or host.recorded is None)
    configuration = Configuration(main_cf, overrides, hostname_of(host), config_directory)
    return verdicts_of(configuration, host, [(client, name)]).of_clients[0]


def verdicts_of(
    configuration: Configuration,
    host: Host | None,
    clients: Sequence[tuple[str, str | None]],
    *,
    inet_interfaces: str | None = None,
    inet_protocols: str | None = None,
    read_host: Callable[[], Host] | None = None,
) -> Verdicts:
    """What the services make of clients, by a main.cf that was already read, and the master.cf beside it.

    Args:
        configuration: what main.cf and overrides set.
        host: the host that Postfix runs on. None: this host, which is read only if a list has to be computed.
        clients: for each an address, and a name or None.
        inet_interfaces: the parameter's value, for a computed list; None: the value in force.
        inet_protocols: likewise.
        read_host: reads this host; None: ``discover()`` does.

    Raises:
        ConfigFileError: master.cf cannot be read.
        MasterCfError: a line of master.cf defines no service.
        UsageError, ConfigurationError, UnknownDefaultError, NotOnThisMachineError, BackendError: as in
            ``list_in_force()``.
    """
    given = {"inet_interfaces": inet_interfaces, "inet_protocols": inet_protocols}
    warnings: list[str] = []
    services: list[SmtpdService | None] = []
    machine = machine_of(configuration, host)
    master_cf = master_cf_of(configuration, machine)
    if master_cf is not None and master_cf.lines + master_cf.findings:
        services += smtpd_services(configuration, master_cf)
        warnings += [fault.postfix_says for fault in master_cf.findings if fault.level == WARNING]
        if not services:
            warnings.append(f"{master_cf.path} has no smtpd of type inet: main.cf alone is judged")
    lists = _Lists(configuration, host, given, read_host)
    asked = [_Asked(service, configuration, lists.of(service), machine) for service in services or [None]]
    rows = []
    for client, name in clients:
        row = [one.verdict(client, name) for one in asked]
        rows.append(tuple(_first_on_port_25(row, services, client)))
    warnings += lists.warnings
    is_at_home = _listens_at_home(configuration, inet_interfaces, services)
    if is_at_home and not is_told_clients(configuration, master_cf) and any(map(_trusts_another, rows)):
        warnings.append(
            "inet_interfaces = loopback-only: a client elsewhere cannot connect to this Postfix, trusted or not"
        )
    return Verdicts(lists.first, tuple(warnings), tuple(rows))


def _listens_at_home(
    configuration: Configuration, inet_interfaces: str | None, services: Sequence[SmtpdService | None]
) -> bool:
    """Whether Postfix listens on loopback addresses alone."""
    try:
        value = configuration.value("inet_interfaces") if inet_interfaces is None else inet_interfaces
    except (MacroError, UnknownDefaultError):
        return False
    return value.strip() == "loopback-only" and not any(
        service is not None and has_address(service.name) for service in services
    )


def _trusts_another(row: Sequence[ServiceVerdict]) -> bool:
    """Whether a service trusts this client, and it is not a loopback address."""
    return any(one.decision.verdict == TRUSTED and not is_loopback_text(one.client) for one in row)


class _Lists:
    """The list of each service. That of main.cf serves all that change nothing of it."""

    def __init__(
        self,
        configuration: Configuration,
        host: Host | None,
        given: Mapping[str, str | None],
        read_host: Callable[[], Host] | None,
    ) -> None:
        self._configuration = configuration
        self._host = host
        self._given = given
        self._read_host = read_host
        self._of_services: list[TrustedClients] = []
        self._of_main_cf: TrustedClients | None = None

    def of(self, service: SmtpdService | None) -> TrustedClients | IfdiscoverError:
        """The list, or why smtpd does not start with it or only Postfix knows it."""
        if service is None or not _changes_list(service):
            if self._of_main_cf is None:
                self._of_main_cf = self._made(self._configuration)
            return self._of_main_cf
        try:
            found = self._made(service.configuration)
        except _NOT_KNOWN as error:
            return error
        self._of_services.append(found)
        return found

    def _made(self, configuration: Configuration) -> TrustedClients:
        own = configuration is not self._configuration and configuration.is_set(PARAMETER)
        given = {} if own else self._given
        return list_in_force(configuration, self._host, **given, read_host=self._read_host)

    @property
    def first(self) -> TrustedClients | None:
        """That of main.cf if a service has it, or else the first; None if there is none."""
        return self._all[0] if self._all else None

    @property
    def _all(self) -> list[TrustedClients]:
        return [*([] if self._of_main_cf is None else [self._of_main_cf]), *self._of_services]

    @property
    def warnings(self) -> list[str]:
        """The warnings of all lists."""
        lists = self._all
        found = [warning for one in lists for warning in one.warnings]
        faults = [fault for one in lists for fault in one.match_list.findings if fault.level == WARNING]
        return [*found, *(f"{fault.place}: {fault.postfix_says}" for fault in faults)]


def _changes_list(service: SmtpdService) -> bool:
    """Whether the list of a service can be another than main.cf's."""
    own = {*service.smtpd.overrides, "service_name", "process_name"}
    return not own.isdisjoint(service.configuration.reached_from(_OF_THE_LIST))


class _Asked:
    """A service, its list, and its restrictions."""

    def __init__(
        self,
        service: SmtpdService | None,
        of_main_cf: Configuration,
        found: TrustedClients | IfdiscoverError,
        machine: Machine,
    ) -> None:
        self._service = service
        self._in_force = of_main_cf if service is None else service.configuration
        self._list = found
        self._has_own_list = service is not None and _changes_list(service)
        self._machine = machine
        self._relaying: Relaying | None = None

    def verdict(self, client: str, name: str | None) -> ServiceVerdict:
        """What the service makes of a client."""
        called = None if self._service is None else self._service.name
        try:
            decision = self._decision(client, name)
        except _NOT_KNOWN as error:
            if not self._has_own_list:
                raise
            return ServiceVerdict(client, name, called, Decision(CANNOT_TELL, str(error)), _without_list(error))
        relay = self._relay(client, name, decision.verdict)
        if decision.element is None and called is not None and self._sets_list():
            where = self._in_force.place_of(PARAMETER)
            decision = decision._replace(reason=f"{decision.reason}; {called} has a list of its own ({where})")
        return ServiceVerdict(client, name, called, decision, relay)

    def _decision(self, client: str, name: str | None) -> Decision:
        if isinstance(self._list, IfdiscoverError):
            raise self._list
        return self._list.match_list.decide_text(client, name)

    def _relay(self, client: str, name: str | None, trusted: str) -> Relay | None:
        fault = None if self._service is None else self._service.smtpd.fault
        if fault is not None:
            return Relay(NO, "", "", f"smtpd does not start: {fault.postfix_says}", fault.place)
        if not is_address(client) or is_a_part(self._in_force):
            return None
        if self._relaying is None:
            self._relaying = Relaying(self._in_force, self._machine)
        return self._relaying.of(client, name, trusted)

    def _sets_list(self) -> bool:
        return self._service is not None and PARAMETER in self._service.smtpd.overrides


def _without_list(error: IfdiscoverError) -> Relay:
    if isinstance(error, (UnknownDefaultError, NotOnThisMachineError)):
        return Relay(CANNOT_TELL, "", "", str(error), Place())
    return Relay(NO, "", "", f"smtpd does not start: {error}", Place())


def is_a_part(configuration: Configuration) -> bool:
    """Whether neither restrictions nor the level that chooses their defaults are set.

    With these files alone smtpd does not start. They are taken for a part of a configuration, whose rest is not known.
    """
    return not any(map(configuration.is_set, ("compatibility_level", RELAY, RECIPIENTS)))


def _first_on_port_25(
    row: Sequence[ServiceVerdict], services: Sequence[SmtpdService | None], client: str
) -> list[ServiceVerdict]:
    """The verdicts, with that of the service first to which other mail servers talk.

    A service on a loopback address is not what a client from elsewhere meets.
    """
    from_here = client.startswith("127.") or client == "::1"

    def rank(number: int) -> tuple[bool, bool, int]:
        service = services[number] if services else None
        if service is None:
            return False, False, number
        return not service.is_smtp, service.is_loopback and not from_here, number

    first = min(range(len(row)), key=rank)
    return [row[first], *row[:first], *row[first + 1 :]]
