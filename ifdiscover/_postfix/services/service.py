"""The smtpd services of a master.cf, each with the parameters that are in force for it."""

from __future__ import annotations

from ifdiscover._host.asked import packed_address
from ifdiscover._packed import is_loopback
from ifdiscover._postfix.in_force import path_of_master_cf
from ifdiscover._postfix.services.master_cf import MasterCf, read
from ifdiscover._postfix.syntax.findings import FATAL
from ifdiscover._record import Record
from ifdiscover.errors import AddressTextError, MacroError, MasterCfError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.master_cf import Service
    from ifdiscover._postfix.syntax.machine import Machine

SMTP_PORTS = ("smtp", "mail", "25")
"""The names of port 25 in services(5), and its number."""


_TELL_CLIENTS = (
    "postscreen_upstream_proxy_protocol",
    "smtpd_authorized_xclient_hosts",
    "smtpd_upstream_proxy_protocol",
)
"""If main.cf or a service sets one, a proxy can tell Postfix of clients that do not connect to it themselves."""


class SmtpdService(Record):
    """An smtpd that clients in the network reach.

    Attributes:
        name: the service's name in master.cf, to which clients connect, such as ``smtp`` or ``127.0.0.1:10025``.
        smtpd: the smtpd that serves them.
        configuration: the parameters in force for this smtpd.
        postscreen: the postscreen that is asked first, and hands clients on; None: there is none.
    """

    name: str
    smtpd: Service
    configuration: Configuration
    postscreen: Service | None = None

    @property
    def is_smtp(self) -> bool:
        """Whether it listens on port 25."""
        port = self.name.rpartition(":")[2]
        return port in SMTP_PORTS or (port.isdecimal() and int(port) == 25)

    @property
    def is_loopback(self) -> bool:
        """Whether it listens on a loopback address alone, which only this host's own programs reach."""
        return is_loopback_text(_host_of(self.name))


def is_told_clients(configuration: Configuration, master_cf: MasterCf | None) -> bool:
    """Whether a proxy can tell Postfix, or one of its services, of clients that do not connect to it themselves."""
    services = () if master_cf is None else master_cf.services
    return any(
        configuration.is_set(name) or any(name in service.overrides for service in services) for name in _TELL_CLIENTS
    )


def has_address(name: str) -> bool:
    """Whether a service's name is ``HOST:PORT``, and the host is not loopback."""
    host = _host_of(name)
    return bool(host) and not is_loopback_text(host)


def _host_of(name: str) -> str:
    """The host in a service's name; "": it listens on all addresses."""
    return name.rpartition(":")[0].strip("[]")


def is_loopback_text(host: str) -> bool:
    """Whether a host, by its address or as localhost, is this one alone."""
    try:
        return bool(host) and is_loopback(*packed_address(host))
    except AddressTextError:
        return host == "localhost"


def master_cf_of(configuration: Configuration, machine: Machine) -> MasterCf | None:
    """The master.cf beside the main.cf of a configuration; None if there is none.

    Args:
        configuration: says where main.cf is.
        machine: reads the file.

    Raises:
        ConfigFileError: the file cannot be read.
        NotOnThisMachineError: it is a link to a file of a recorded host.
    """
    path = path_of_master_cf(configuration)
    return None if path is None else read(path, machine)


def smtpd_services(configuration: Configuration, master_cf: MasterCf) -> list[SmtpdService]:
    """The services of type inet that smtpd serves, alone or behind postscreen, in the order of master.cf.

    Args:
        configuration: what main.cf and overrides set.
        master_cf: the services.

    Raises:
        MasterCfError: Postfix does not start with this master.cf.
    """
    for fault in master_cf.findings:
        if fault.level == FATAL:
            raise MasterCfError(fault.postfix_says, fault.suggestion)
    return list(_smtpd_services(configuration, master_cf))


def _smtpd_services(configuration: Configuration, master_cf: MasterCf) -> Iterator[SmtpdService]:
    services = {(service.name, service.type): service for service in master_cf.services}
    for service in services.values():
        if service.type != "inet":
            continue
        if service.command == "smtpd":  # with a folder before it, master(8) would not find it
            yield SmtpdService(service.name, service, service_configuration(configuration, service))
        elif service.command == "postscreen":
            behind = services.get((_behind(configuration, service), "pass"))
            if behind is not None:
                yield SmtpdService(service.name, behind, service_configuration(configuration, behind), service)


def _behind(configuration: Configuration, postscreen: Service) -> str:
    """The name of the service to which a postscreen hands its clients."""
    own = service_configuration(configuration, postscreen)
    try:
        return own.value("smtpd_service_name") if own.is_set("smtpd_service_name") else "smtpd"
    except (MacroError, UnknownDefaultError):
        return ""


def service_configuration(configuration: Configuration, service: Service) -> Configuration:
    """The parameters in force for a service: what its ``-o`` set, then overrides, main.cf, and Postfix's defaults."""
    names = {"service_name": service.name, "process_name": service.command}
    return configuration.with_settings(service.overrides, names)
