"""The list of clients that Postfix trusts: a given list, the mynetworks that is set, or the computed default."""

from __future__ import annotations

from ifdiscover._postfix.in_force import configuration_of, in_force, machine_of
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
    "mynetworks is set, and does not depend on inet_interfaces and inet_protocols; "
    "leave these out, or ask for a style (--style)"
)


class TrustedClients(Record):
    """The list that decides whom Postfix trusts.

    Attributes:
        match_list: the list itself; its ``decide()`` decides about a client.
        which: GIVEN, CONFIGURED or COMPUTED.
        warnings: warnings about the list; names in them are not escaped.
        style: the mynetworks_style, if the list is computed.
        host: the host with the addresses, if the list is computed.
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
    """The list of clients that a host's Postfix trusts, as in the command ``ifdiscover match``.

    The first of these counts: ``mynetworks``; the list that Postfix computes in ``style``; the mynetworks that an
    override or main.cf sets; the list that Postfix computes from the parameters in force.

    Args:
        host: the host that Postfix runs on. None: this host, which is read only if the list has to be computed.
        config_directory: the folder whose main.cf is read. None: no main.cf is read.
        overrides: values by name that come before those of main.cf.
        mynetworks: the list, as it would be written in main.cf.
        style: a value of mynetworks_style.
        inet_interfaces: the parameter's value, for a computed list; None: the value in force.
        inet_protocols: likewise.

    Raises:
        UsageError: inet_interfaces or inet_protocols is given, but the list is not computed.
        ConfigFileError: main.cf cannot be read.
        MainCfError: a line of main.cf sets no parameter.
        MatchListError: Postfix does not start with the parent_domain_matches_subdomains that is in force.
        UnknownDefaultError: only Postfix knows a value that is needed.
        ProtocolsError: Postfix does not start with the inet_protocols that is in force.
        NotOnThisMachineError: the list is computed, inet_interfaces has a name, and the host is recorded.
        PostfixError, BackendError: as in ``mynetworks()``.
        TypeError: an argument has another type.
    """
    from ifdiscover._misuse import demand_host, demand_texts_or_none

    demand_host(host)
    demand_texts_or_none(
        config_directory=config_directory,
        mynetworks=mynetworks,
        style=style,
        inet_interfaces=inet_interfaces,
        inet_protocols=inet_protocols,
    )
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
    """``trusted_clients()`` for a configuration that was already read.

    Args:
        configuration: what main.cf and overrides set (``in_force.configuration_of()``); None: nothing.
        host: the host that Postfix runs on. None: this host, which is read only if the list has to be computed.
        mynetworks: the list, as it would be written in main.cf.
        style: a value of mynetworks_style.
        inet_interfaces: the parameter's value, for a computed list; None: the value in force.
        inet_protocols: likewise.
        read_host: reads this host; None: ``discover()`` does.

    Raises:
        UsageError: inet_interfaces or inet_protocols is given, but the list is not computed.
        MatchListError: Postfix does not start with the parent_domain_matches_subdomains that is in force.
        UnknownDefaultError: only Postfix knows a value that is needed.
        ProtocolsError, NotOnThisMachineError: as in ``trusted_clients()``.
        PostfixError, BackendError: as in ``mynetworks()`` and ``Configuration.value()``.
    """
    machine = machine_of(configuration, host)
    parents = configuration is None or has_parent_domains(configuration.value(PARENTS), machine)
    configured = style is None and configuration is not None and configuration.is_set(PARAMETER)
    if (mynetworks is not None or configured) and (inet_interfaces, inet_protocols) != (None, None):
        raise UsageError(NOT_COMPUTED)
    protocols = "all" if configuration is None else configuration.value("inet_protocols")
    if mynetworks is not None:
        parameters = in_force(configuration, host, mynetworks=mynetworks)
        given = MatchList(parameters[PARAMETER], parent_domains=parents, inet_protocols=protocols, _machine=machine)
        return TrustedClients(given, GIVEN, parameters.warnings)
    if configured and configuration is not None:
        found = configured_list(
            configuration,
            configuration.value(PARAMETER),
            machine,
            parent_domains=parents,
            inet_protocols=protocols,
        )
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
    listed = match_list_of(networks, inet_protocols=parameters["inet_protocols"])
    return TrustedClients(listed, COMPUTED, warnings, networks.style, host)


def _discovered() -> Host:
    from ifdiscover.discovery import discover

    return discover()
