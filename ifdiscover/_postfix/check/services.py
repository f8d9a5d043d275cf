"""Faults of master.cf: its lines, and what its smtpd services set for themselves."""

from __future__ import annotations

from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.interfaces import check_protocols
from ifdiscover._postfix.check.mynetworks import check_mynetworks, check_set_list
from ifdiscover._postfix.check.required import check_required
from ifdiscover._postfix.check.values import CHECKED, check_values, with_name_meant
from ifdiscover._postfix.lists.configured import PARAMETER, PARENTS
from ifdiscover._postfix.parameters.macros import mentions
from ifdiscover._postfix.services.service import master_cf_of, service_configuration, smtpd_services
from ifdiscover._postfix.syntax.findings import (
    HIGH,
    INFO,
    NEEDS_POSTFIX,
    NO_SERVICE,
    NOT_ON_THIS_MACHINE,
    Finding,
    Place,
    is_assignment,
    with_parameter,
)
from ifdiscover.errors import (
    ConfigFileError,
    MasterCfError,
    NotOnThisMachineError,
)

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.master_cf import MasterCf, Service
    from ifdiscover.model import Host

    Key = tuple[str, Place, str]

_FILE = "master.cf"
"""Stands for a parameter in findings about the file itself."""

_OWN_ADDRESSES = ("inet_interfaces", "inet_protocols")
"""What Postfix computes its own addresses from."""

_MAKE_A_LIST = ("mynetworks_style", *_OWN_ADDRESSES)
"""What Postfix computes mynetworks from, if it is not set."""


def with_services(found: Sequence[Finding], configuration: Configuration, known: Known) -> list[Finding]:
    """The findings about a main.cf, and those about the services beside it.

    A name of main.cf that only a service uses is not misspelt. What is wrong for each service alike is told once.

    Args:
        found: the findings about main.cf.
        configuration: what main.cf and overrides set.
        known: what is known beside the list of main.cf.
    """
    try:
        master_cf = master_cf_of(configuration, known.machine)
    except ConfigFileError as error:
        return [*found, Finding(NEEDS_POSTFIX, remark=f"no service is judged: {error}", parameter=_FILE)]
    except NotOnThisMachineError as error:
        return [*found, Finding(NOT_ON_THIS_MACHINE, remark=str(error), parameter=_FILE)]
    used = set() if master_cf is None else _mentioned(master_cf)
    kept = [finding for finding in found if finding.kind != "misspelt-name" or finding.parameter not in used]
    told = [] if master_cf is None else list(_check_lines(master_cf))
    of_main_cf = {_key(finding) for finding in found}
    for own in _configurations(configuration, master_cf):
        told += check_required(own)
        if own is not configuration:
            told += _check_own(own, configuration, known)
            told += _check_addresses(own, configuration, known, of_main_cf)
    return [*kept, *(_as_option(finding) for finding in dict.fromkeys(told) if finding not in kept)]


def check_service(service: Service, configuration: Configuration, known: Known) -> list[Finding]:
    """The faults of what a service sets for itself and its mynetworks needs.

    Args:
        service: a service of the master.cf beside main.cf.
        configuration: what main.cf and overrides set.
        known: as in ``with_services()``.
    """
    return list(_check_own(service_configuration(configuration, service), configuration, known))


def _mentioned(master_cf: MasterCf) -> set[str]:
    """The names of main.cf that services use."""
    values = [setting.value for service in master_cf.services for setting in service.overrides.values()]
    return {name for value in values for name in mentions(value)}


def _check_lines(master_cf: MasterCf) -> Iterator[Finding]:
    for fault in master_cf.findings:
        yield fault._replace(parameter=_FILE)
    for service in master_cf.services:
        if service.fault is not None:
            yield service.fault._replace(parameter=_FILE)


def _configurations(configuration: Configuration, master_cf: MasterCf | None) -> list[Configuration]:
    """What is in force for each smtpd; for main.cf alone, if no smtpd is known."""
    if master_cf is None:
        return [configuration]
    try:
        return [service.configuration for service in smtpd_services(configuration, master_cf)] or [configuration]
    except MasterCfError:  # _check_lines() tells it
        return []


def _check_own(own: Configuration, configuration: Configuration, known: Known) -> Iterator[Finding]:
    """The faults of what a service sets for itself and its list needs."""
    of_set_list = filter(own.is_set, (PARAMETER, "mynetworks_style"))  # Postfix has a default for the style
    names = [PARENTS, *(of_set_list if own.is_set(PARAMETER) else _MAKE_A_LIST)]
    needed = own.reached_from(names)
    for fault in own.findings:
        if fault not in configuration.findings:
            told = with_parameter(_FILE, with_name_meant(own, fault))
            yield told if fault.element.lstrip("$") in needed else told._replace(own_severity=INFO)
    if _changed(own, configuration, needed):
        values, faults = check_values(own, [name for name in CHECKED if name in names])
        yield from faults
        of_service = Known(known.host, own, known.machine, known.destinations)
        if own.is_set(PARAMETER) or known.host is None:
            yield from check_set_list(own, values, of_service)
        else:
            yield from _check_computed(own, values, of_service, known.host)


def _changed(own: Configuration, configuration: Configuration, names: Iterable[str]) -> list[str]:
    """Those of the names that a service sets otherwise than main.cf."""
    return [name for name in names if own.all_written.get(name) != configuration.all_written.get(name)]


def _check_addresses(
    own: Configuration, configuration: Configuration, known: Known, of_main_cf: Container[Key]
) -> Iterator[Finding]:
    """The faults of the own addresses that a service sets for itself: with these its program does not start.

    Those that main.cf has too are told there alone.
    """
    changed = _changed(own, configuration, own.reached_from(_OWN_ADDRESSES))
    if not changed or known.host is None:
        return
    from ifdiscover._postfix.check.interfaces import check_interfaces

    values, faults = check_values(own, _OWN_ADDRESSES)
    protocols, found = check_protocols(own, values, known.host)
    found += check_interfaces(own, values, known.host, protocols, lambda _name: None, machine=known.machine)
    place = own.place_of(min(changed))
    for finding in [*faults, *found]:
        if finding.severity == HIGH and _key(finding) not in of_main_cf:
            fault = finding._replace(own_consequence=NO_SERVICE)
            yield fault if fault.place.file == place.file else _at(place, fault)


def _key(finding: Finding) -> Key:
    """What two findings of one fault have alike, though their advice differs."""
    return finding.kind, finding.place, finding.element


def _at(place: Place, finding: Finding) -> Finding:
    """A fault of a value that a service makes faulty: its place is there, and where the value is becomes a remark."""
    return finding._replace(place=place, remark="; ".join(filter(None, (finding.remark, str(finding.place)))))


def _check_computed(own: Configuration, values: Mapping[str, str], known: Known, host: Host) -> Iterator[Finding]:
    """The faults of the list that Postfix computes from what a service sets. Their place is there."""
    protocols, found = check_protocols(own, values, host)
    place = next((own.place_of(name) for name in _MAKE_A_LIST if own.setting(name) is not None), Place())
    for finding in [*found, *check_mynetworks(own, values, known, host, protocols)]:
        if finding.place.file is not None:
            yield finding
        else:
            yield _at(place, finding)


def _as_option(finding: Finding) -> Finding:
    """The finding; a line for main.cf, which would change the other services, becomes an option."""
    is_line = is_assignment(finding.suggestion) and (finding.place.file or "").endswith("/master.cf")
    return finding._replace(suggestion=f"-o {{ {finding.suggestion} }}") if is_line else finding
