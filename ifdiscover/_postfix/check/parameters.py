"""Finds every fault of the known parameters at once. Postfix stops at the first one."""

from __future__ import annotations

from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.check.hostnames import check_hostnames
from ifdiscover._postfix.check.interfaces import check_interfaces, check_protocols, check_proxies
from ifdiscover._postfix.check.loopback_only import check_loopback_only
from ifdiscover._postfix.check.mynetworks import check_mynetworks, check_parents, check_set_list, risks_of_list
from ifdiscover._postfix.check.required import starts_plainly
from ifdiscover._postfix.check.smtp_client import check_bind_addresses, check_choices
from ifdiscover._postfix.check.swallowed import check_without_swallowed
from ifdiscover._postfix.check.values import check_lines, check_names, check_values, check_views, with_name_meant
from ifdiscover._postfix.in_force import hostname_of, machine_of, path_of_master_cf
from ifdiscover._postfix.ipv6_absence import disabled_reader
from ifdiscover._postfix.lists.configured import PARAMETER, PARENTS
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import read
from ifdiscover._postfix.route_destinations import destinations_reader
from ifdiscover._postfix.syntax.findings import Findings, by_severity, with_parameter
from ifdiscover._postfix.syntax.lines import BYTE_ORDER_MARKS, each_logical_line
from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ifdiscover._postfix.ipv6_absence import IsDisabled
    from ifdiscover._postfix.route_destinations import Destinations
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover._postfix.syntax.machine import Answers, Machine
    from ifdiscover.model import Host


def is_main_cf(text: str) -> bool:
    """Whether a text is a main.cf, and not a list of networks. A main.cf has a line that begins with ``NAME =``."""
    if text.startswith(BYTE_ORDER_MARKS):
        text = text.lstrip("".join(BYTE_ORDER_MARKS)).replace("\0", "")  # without its NULs, UTF-16 is readable
    for line in each_logical_line(text):
        if line.is_dropped:
            continue
        name, equals, _value = line.text.partition("=")
        if equals and name.strip(WHITE_SPACE).replace("_", "").replace("-", "").isalnum():
            return True
    return False


def check(
    host: Host | None = None,
    *,
    config_directory: str | None = None,
    mynetworks: str | None = None,
    overrides: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Every fault of Postfix's parameters, as in the command ``ifdiscover check``.

    Args:
        host: the host that Postfix runs on. None: this host, discovered now if it is needed.
        config_directory: the folder whose main.cf is read. None: no main.cf is read.
        mynetworks: a list, as it would be written in main.cf. If given, nothing else is checked, and no host is needed.
        overrides: values by name that come before those of main.cf.

    Returns:
        The faults, the most severe first, and those of one severity by file, line and column; empty if there are none.

    Raises:
        UsageError: both config_directory and mynetworks are given.
        ConfigFileError: main.cf cannot be read.
        BackendError: this host could not be read, or its kernel refused a socket. A recorded host has no kernel to ask.
        TypeError: an argument has another type.
    """
    from ifdiscover._misuse import demand_host, demand_texts_or_none

    demand_host(host)
    demand_texts_or_none(config_directory=config_directory, mynetworks=mynetworks)
    if mynetworks is not None:
        if config_directory is not None:
            raise UsageError("give mynetworks or config_directory, not both")
        settings = {**(overrides or {}), PARAMETER: mynetworks}
        return tuple(by_severity(check_given_list(Configuration(None, settings, hostname_of(host)), host)))
    if host is None:
        from ifdiscover.discovery import discover

        host = discover(routes=True)
    main_cf = None if config_directory is None else read(config_directory, is_here=host.recorded is None)
    configuration = Configuration(main_cf, overrides, hostname_of(host), config_directory)
    return tuple(by_severity(check_configuration(configuration, host)))


def check_configuration(
    configuration: Configuration,
    host: Host,
    is_disabled: IsDisabled | None = None,
    destinations: Destinations | None = None,
    answers: Answers | None = None,
) -> list[Finding]:
    """The faults of a configuration on a host, as the daemons see it.

    Args:
        configuration: the parameters in force.
        host: the host that Postfix runs on.
        is_disabled: whether IPv6 is switched off on an interface. None: ``disabled_reader()`` of the host.
        destinations: where the host's routes lead. None: ``destinations_reader()`` of the host.
        answers: the names that were looked up before, as in ``Machine``; None: there are none.

    Raises:
        BackendError: the host's kernel refused a socket. A recorded host has no kernel to ask.
    """
    asked = disabled_reader(host) if is_disabled is None else is_disabled
    routes = destinations_reader(host) if destinations is None else destinations
    known = {} if answers is None else answers
    return check_without_swallowed(
        configuration, lambda judged: _check(judged, host, asked, routes, machine_of(judged, host, known))
    )


def _check(
    configuration: Configuration, host: Host, is_disabled: IsDisabled, destinations: Destinations, machine: Machine
) -> list[Finding]:
    values, of_values = check_values(configuration)
    protocols, of_protocols = check_protocols(configuration, values, host)
    known = Known(host, configuration, machine, destinations)
    found = [
        *check_lines(configuration),
        *check_names(configuration),
        *of_values,
        *check_views(configuration, values),
        *check_hostnames(configuration, values),
        *of_protocols,
        *check_interfaces(configuration, values, host, protocols, is_disabled, machine=machine),
        *check_proxies(configuration, values, protocols, machine),
        *check_mynetworks(configuration, values, known, host, protocols),
        *check_loopback_only(configuration, values, host, protocols, machine),
        *check_choices(configuration, values),
        *check_bind_addresses(configuration, values, host, machine),
    ]
    if path_of_master_cf(configuration) is None and starts_plainly(configuration):
        return found  # early: what looks at services is slow to import
    from ifdiscover._postfix.check.services import with_services

    return with_services(found, configuration, known)


def check_given_list(configuration: Configuration, host: Host | None) -> list[Finding]:
    """The faults of a mynetworks that is in no main.cf, and of the overrides. Nothing else is checked.

    Args:
        configuration: has the overrides only, mynetworks among them.
        host: the host with the files that the list names, and with networks of its own; None: this host, whose
            networks are not looked at.
    """
    return check_without_swallowed(configuration, lambda judged: _check_given_list(judged, host))


def _check_given_list(configuration: Configuration, host: Host | None) -> list[Finding]:
    values, of_values = check_values(configuration, (PARAMETER, PARENTS))
    known = Known(host, configuration, machine_of(configuration, host))
    found = Findings((*_check_overrides(configuration, PARAMETER), *of_values))
    found += check_set_list(configuration, values, known)
    return found


def check_list_file(configuration: Configuration, text: str, name: str, host: Host | None) -> list[Finding]:
    """The faults of a file of networks, which has no macros, and of the overrides.

    Args:
        configuration: has the overrides only.
        text: the content of the file.
        name: the file's name.
        host: as in ``check_given_list()``.
    """
    machine = machine_of(configuration, host)
    values, of_values = check_values(configuration, (PARENTS,))
    parent_domains, of_parents = check_parents(configuration, values, machine)
    known = Known(host, configuration, machine)
    match_list = MatchList(
        text, file=name, parent_domains=parent_domains, inet_protocols=known.inet_protocols, _machine=machine
    )
    found = Findings((*_check_overrides(configuration, "-o"), *of_values, *of_parents))
    found += check_list(match_list, known)
    found += risks_of_list(match_list, host)
    return found


def _check_overrides(configuration: Configuration, mentioned_in: str) -> Iterator[Finding]:
    """Overrides that name something not defined, or that nothing uses. Postfix never sees them, so it is silent."""
    for fault in configuration.findings:
        yield with_parameter(mentioned_in, with_name_meant(configuration, fault)._replace(postfix_says=""))
    yield from check_names(configuration)
