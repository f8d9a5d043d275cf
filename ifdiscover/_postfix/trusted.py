"""By which list Postfix trusts clients: one that is given, the mynetworks that is set, or the one that it computes."""

from __future__ import annotations

from ifdiscover._postfix.in_force import configuration_of, in_force
from ifdiscover._postfix.lists.configured import PARAMETER, PARENTS, configured_list, has_parent_domains
from ifdiscover._postfix.lists.match_list import MatchList, match_list_of
from ifdiscover._postfix.mynetworks import mynetworks as computed_mynetworks
from ifdiscover._record import Record
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover.model import Host

GIVEN = "given"
CONFIGURED = "configured"
COMPUTED = "computed"

NOT_COMPUTED = (
    "mynetworks is given, and not made of inet_interfaces and inet_protocols; "
    "leave these options out, or ask for a style with --style"
)


class TrustedClients(Record):
    """The list that decides whom Postfix trusts.

    Attributes:
        match_list: the list itself; ask its ``decide()`` about a client.
        which: GIVEN, CONFIGURED or COMPUTED.
        warnings: what is to be said about it; names in them are not escaped.
        style: the mynetworks_style of a list that is computed.
        host: whose addresses a list is computed from.
    """

    match_list: MatchList
    which: str
    warnings: tuple[str, ...] = ()
    style: str | None = None
    host: Host | None = None


def trusted_clients(
    host: Host | None = None,
    *,
    config_directory: str | None = None,
    overrides: Mapping[str, str] | None = None,
    mynetworks: str | None = None,
    style: str | None = None,
    inet_interfaces: str | None = None,
    inet_protocols: str | None = None,
) -> TrustedClients:
    """The list by which a host's Postfix trusts clients, as the command ``ifdiscover match`` finds it.

    It is the first of these: ``mynetworks``; what Postfix computes in ``style``; the mynetworks that main.cf sets; what
    Postfix computes with the parameters in force.

    Args:
        host: where Postfix runs. None: this host, which is read only if the list has to be computed.
        config_directory: the folder whose main.cf is read. None: no main.cf is read.
        overrides: values by name that come before those of main.cf.
        mynetworks: the list, as it would stand in main.cf.
        style: a value of mynetworks_style.
        inet_interfaces: the parameter's value, for a list that is computed; None: the one in force.
        inet_protocols: likewise.

    Raises:
        UsageError: inet_interfaces or inet_protocols, for a list that is not computed.
        ConfigFileError: main.cf cannot be read.
        MainCfError: a line of it sets no parameter.
        MatchListError: Postfix does not start with the parent_domain_matches_subdomains that is in force.
        UnknownDefaultError: only Postfix can tell a value that is needed.
        PostfixError, BackendError: as ``mynetworks()`` raises them.
        TypeError: an argument of another type.
    """
    from ifdiscover._misuse import demand_host

    texts = {"config_directory": config_directory, "mynetworks": mynetworks, "style": style}
    texts.update(inet_interfaces=inet_interfaces, inet_protocols=inet_protocols)
    demand_host(host, **{name: text for name, text in texts.items() if text is not None})
    return list_in_force(
        configuration_of(host, config_directory, overrides),
        host,
        mynetworks=mynetworks,
        style=style,
        inet_interfaces=inet_interfaces,
        inet_protocols=inet_protocols,
    )


def list_in_force(
    configuration: Configuration | None = None,
    host: Host | None = None,
    *,
    mynetworks: str | None = None,
    style: str | None = None,
    inet_interfaces: str | None = None,
    inet_protocols: str | None = None,
    read_host: Callable[[], Host] | None = None,
) -> TrustedClients:
    """``trusted_clients()`` of a configuration that has been read.

    Args:
        configuration: what main.cf and overrides set (``in_force.configuration_of()``); None: nothing.
        host: where Postfix runs. None: this one, which is read only if the list has to be computed.
        mynetworks: the list, as it would stand in main.cf.
        style: a value of mynetworks_style.
        inet_interfaces: the parameter's value, for a list that is computed; None: the one in force.
        inet_protocols: likewise.
        read_host: how this host is read; None: by ``discover()``.

    Raises:
        UsageError: inet_interfaces or inet_protocols, for a list that is not computed.
        MatchListError: Postfix does not start with the parent_domain_matches_subdomains that is in force.
        UnknownDefaultError: only Postfix can tell a value that is needed.
        PostfixError, BackendError: as ``mynetworks()`` and ``Configuration.value()`` raise them.
    """
    parents = configuration is None or has_parent_domains(configuration.value(PARENTS))
    configured = style is None and configuration is not None and configuration.is_set(PARAMETER)
    if (mynetworks is not None or configured) and (inet_interfaces, inet_protocols) != (None, None):
        raise UsageError(NOT_COMPUTED)
    if mynetworks is not None:
        parameters = in_force(configuration, host, mynetworks=mynetworks)
        given = MatchList(parameters[PARAMETER], parent_domains=parents)
        return TrustedClients(given, GIVEN, parameters.warnings)
    if configured and configuration is not None:
        found = configured_list(configuration, configuration.value(PARAMETER), parent_domains=parents)
        return TrustedClients(found, CONFIGURED, (*configuration.warnings, *configuration.unused_overrides()))
    if host is None:
        host = _discovered() if read_host is None else read_host()
    parameters = in_force(
        configuration, host, mynetworks_style=style, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols
    )
    networks = computed_mynetworks(
        host,
        style=parameters["mynetworks_style"],
        inet_interfaces=parameters["inet_interfaces"],
        inet_protocols=parameters["inet_protocols"],
    )
    warnings = (*parameters.warnings, *networks.warnings)
    return TrustedClients(match_list_of(networks), COMPUTED, warnings, networks.style, host)


def _discovered() -> Host:
    from ifdiscover.discovery import discover

    return discover()
