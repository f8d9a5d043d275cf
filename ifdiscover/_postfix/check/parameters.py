"""Every fault at once of the parameters that ifdiscover knows; Postfix stops at the first that it meets."""

from __future__ import annotations

from ifdiscover._postfix.check.hostnames import check_hostnames
from ifdiscover._postfix.check.interfaces import check_interfaces, check_protocols, check_proxies
from ifdiscover._postfix.check.match_list import check_list
from ifdiscover._postfix.check.mynetworks import check_mynetworks, check_parents, check_set_list
from ifdiscover._postfix.check.smtp_client import check_bind_addresses, check_choices
from ifdiscover._postfix.check.values import check_names, check_values, check_views
from ifdiscover._postfix.in_force import hostname_of
from ifdiscover._postfix.ipv6_absence import switch_of
from ifdiscover._postfix.lists.configured import PARAMETER, PARENTS
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import read
from ifdiscover._postfix.syntax.findings import with_parameter
from ifdiscover._postfix.syntax.lines import logical_lines
from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ifdiscover._postfix.ipv6_absence import Switch
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Host


def is_main_cf(text: str) -> bool:
    """Whether a text is a main.cf, and not a list of networks: one of its lines begins with ``NAME =``."""
    for line in logical_lines(text).lines:
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
    """Every fault of Postfix's parameters, as the command ``ifdiscover check`` finds them.

    Args:
        host: where Postfix runs. None: this host, discovered now if it is needed.
        config_directory: the folder whose main.cf is read. None: no main.cf is read.
        mynetworks: a list, as it would stand in main.cf. Then nothing else is checked, and no host is needed.
        overrides: values by name that come before those of main.cf.

    Returns:
        What is wrong, in the order in which Postfix would look at it; empty if nothing is.

    Raises:
        UsageError: both a folder and a list.
        ConfigFileError: main.cf cannot be read.
        BackendError: this host could not be read, or its kernel refused a socket; a recorded host's is not asked.
        TypeError: an argument of another type.
    """
    from ifdiscover._misuse import demand_host

    demand_host(host, config_directory=config_directory or "", mynetworks=mynetworks or "")
    if mynetworks is not None:
        if config_directory is not None:
            raise UsageError("mynetworks and config_directory are each something to check; give one of them")
        settings = {**(overrides or {}), PARAMETER: mynetworks}
        return tuple(check_given_list(Configuration(None, settings, hostname_of(host))))
    if host is None:
        from ifdiscover.discovery import discover

        host = discover()
    main_cf = None if config_directory is None else read(config_directory)
    configuration = Configuration(main_cf, overrides, hostname_of(host), config_directory)
    return tuple(check_configuration(configuration, host))


def check_configuration(configuration: Configuration, host: Host, is_disabled: Switch | None = None) -> list[Finding]:
    """What is wrong with the parameters of a configuration, on a host, as the daemons see them.

    Args:
        configuration: what is in force.
        host: where Postfix runs.
        is_disabled: whether IPv6 is switched off on an interface. None: a recorded host does not tell, and of any other
            the files of this thread's network namespace are read.

    Raises:
        BackendError: the host's kernel refused a socket; a recorded host's is not asked.
    """
    is_disabled = switch_of(host) if is_disabled is None else is_disabled
    values, of_values = check_values(configuration)
    protocols, of_protocols = check_protocols(configuration, values, host)
    return [
        *(with_parameter("main.cf", fault) for fault in configuration.findings),
        *check_names(configuration),
        *of_values,
        *check_views(configuration, values),
        *check_hostnames(configuration, values),
        *of_protocols,
        *check_interfaces(configuration, values, host, protocols, is_disabled),
        *check_proxies(configuration, values, protocols.families),
        *check_mynetworks(configuration, values, host, protocols),
        *check_choices(configuration, values),
        *check_bind_addresses(configuration, values, host),
    ]


def check_given_list(configuration: Configuration) -> list[Finding]:
    """What is wrong with a mynetworks that stands in no main.cf, and with nothing else of its configuration."""
    values, of_values = check_values(configuration, (PARAMETER, PARENTS))
    return [*_check_overrides(configuration, PARAMETER), *of_values, *check_set_list(configuration, values)]


def check_list_file(configuration: Configuration, text: str, name: str) -> list[Finding]:
    """What is wrong with a file of networks, which holds no macros, and with what is set for this run.

    Args:
        configuration: what is set for this run.
        text: what the file holds.
        name: the file's.
    """
    values, of_values = check_values(configuration, (PARENTS,))
    parent_domains, of_parents = check_parents(configuration, values)
    match_list = MatchList(text, file=name, parent_domains=parent_domains)
    return [*_check_overrides(configuration, "-o"), *of_values, *of_parents, *check_list(match_list)]


def _check_overrides(configuration: Configuration, mentioned_in: str) -> Iterator[Finding]:
    """Names that are not defined, and names that nothing uses; Postfix reads none of them, and so says nothing."""
    for fault in configuration.findings:
        yield with_parameter(mentioned_in, fault._replace(postfix_says=""))
    yield from check_names(configuration)
