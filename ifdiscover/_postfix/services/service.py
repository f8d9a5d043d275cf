"""The smtpd services of a master.cf, each with the parameters that are in force for it."""

from __future__ import annotations

import os
from _socket import AF_INET, AF_INET6

from ifdiscover._postfix.services.master_cf import MasterCf, read
from ifdiscover._postfix.syntax.findings import FATAL
from ifdiscover._postfix.syntax.resolver import numeric_address
from ifdiscover._record import Record
from ifdiscover.errors import MacroError, MasterCfError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.master_cf import Service

SMTP_PORTS = ("smtp", "mail", "25")
"""The names of port 25 in services(5), and its number."""


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
        host = self.name.rpartition(":")[0].strip("[]")
        if host == "localhost":
            return True
        try:
            family, packed, _scope_id = numeric_address(host, (AF_INET, AF_INET6))
        except (OSError, ValueError):
            return False
        return packed[0] == 127 if family == AF_INET else packed == b"\0" * 15 + b"\1"


def master_cf_of(configuration: Configuration) -> MasterCf | None:
    """The master.cf beside the main.cf of a configuration; None if that was not read from a folder.

    Raises:
        ConfigFileError: the file cannot be read.
    """
    folder = folder_of(configuration)
    return read(folder) if folder else None


def folder_of(configuration: Configuration) -> str:
    """The folder from which a configuration's main.cf was read; "" if there is none."""
    main_cf = configuration.main_cf
    if main_cf is None:
        return ""
    return main_cf.folder or os.path.dirname(main_cf.path)  # noqa: PTH120 - pathlib costs more to import


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
        program = service.command.rpartition("/")[2]
        if program == "smtpd":
            yield SmtpdService(service.name, service, service_configuration(configuration, service))
        elif program == "postscreen":
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
    names = {"service_name": service.name, "process_name": service.command.rpartition("/")[2]}
    return configuration.with_settings(service.overrides, names)
