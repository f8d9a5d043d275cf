"""What a host's Postfix makes of its main.cf: the values in force, its own addresses, and what check finds."""

from __future__ import annotations

from ifdiscover._kernel import probe_of
from ifdiscover._names import printable
from ifdiscover._postfix.in_force import INSTALLED, configuration_of, hostname_of, machine_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.mynetworks import networks_of, parse_style
from ifdiscover._postfix.own_addresses import select
from ifdiscover._render.documents import findings_fields

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover._facts.parts import Parts
    from ifdiscover._postfix.active_addresses import Addresses
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Host

_NETWORKS = "mynetworks"
_VALUES = (
    "compatibility_level",
    "inet_interfaces",
    "inet_protocols",
    "mynetworks_style",
    "proxy_interfaces",
    "smtp_bind_address",
    "smtp_bind_address6",
)


def postfix_fields(parts: Parts, host: Host, directory: str, chosen_by: str) -> dict[str, Any]:
    """The values in force of the main.cf in a folder; each is a part by itself.

    Args:
        parts: asks for each.
        host: the host that Postfix runs on.
        directory: the folder of main.cf.
        chosen_by: how it was chosen: see ``which_directory()``.

    Raises:
        ConfigFileError: main.cf cannot be read.
        MainCfError: a line of main.cf sets no parameter.
    """
    configuration = configuration_of(host, directory, directory_is_set=chosen_by != INSTALLED)
    if configuration is None:  # it is None only if there is neither a folder nor an override
        raise AssertionError(directory)
    own = parts.take_soon("postfix.own_addresses", lambda: _own_addresses(configuration, host))
    fields: dict[str, Any] = {"main_cf": printable(f"{directory}/main.cf")}
    for name in _VALUES:
        fields[name] = parts.take(f"postfix.{name}", lambda: printable(configuration.value(name)))  # noqa: B023 - called at once
    fields["mynetworks_is_set"] = configuration.is_set(_NETWORKS)
    if configuration.is_set(_NETWORKS):
        fields[_NETWORKS] = parts.take("postfix.mynetworks", lambda: printable(configuration.value(_NETWORKS)))
    elif own is None:
        fields[_NETWORKS] = None
        parts.lose(["postfix.mynetworks"], "it is computed from own_addresses, which cannot be had")
    else:
        fields[_NETWORKS] = parts.take("postfix.mynetworks", lambda: _computed(configuration, own))
    fields["own_addresses"] = None if own is None else list(dict.fromkeys(map(str, own)))
    parts.warnings += (*configuration.warnings, *(() if own is None else own.warnings))
    return fields


def _own_addresses(configuration: Configuration, host: Host) -> Addresses:
    protocols = enabled_protocols(configuration.value("inet_protocols"), probe_of(host))
    return select(host, configuration.value("inet_interfaces"), protocols, machine_of(configuration, host))


def _computed(configuration: Configuration, own: Addresses) -> str:
    return str(networks_of(own, parse_style(configuration.value("mynetworks_style"))))


def findings(host: Host, directory: str, chosen_by: str, netns: str | None = None) -> dict[str, Any]:
    """``found_in()`` as the fields of the facts.

    Raises:
        ConfigFileError, BackendError: as of ``found_in()``.
    """
    listed, more = findings_fields(found_in(host, directory, chosen_by, netns))
    return {"findings": listed, "more": more}


def found_in(host: Host, directory: str, chosen_by: str, netns: str | None = None) -> list[Finding]:
    """What ``ifdiscover check`` finds in the main.cf in a folder, the most severe first.

    Args:
        host: the host that Postfix runs on.
        directory: the folder of main.cf.
        chosen_by: how it was chosen: see ``which_directory()``.
        netns: the network namespace that the host was read in.

    Raises:
        ConfigFileError: main.cf cannot be read.
        BackendError: the kernel refused a socket. A recorded host has no kernel to ask.
    """
    from ifdiscover._postfix.check.parameters import check_configuration
    from ifdiscover._postfix.ipv6_absence import disabled_reader
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.parameters.main_cf import read
    from ifdiscover._postfix.route_destinations import destinations_reader
    from ifdiscover._postfix.syntax.findings import by_severity

    main_cf = read(directory, is_here=host.recorded is None, is_installed=chosen_by == INSTALLED)
    configuration = Configuration(main_cf, None, hostname_of(host), directory)
    found = check_configuration(configuration, host, disabled_reader(host, netns), destinations_reader(host, netns))
    return by_severity(found)
