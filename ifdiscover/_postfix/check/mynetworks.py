"""Faults of mynetworks, set or computed, and of the parameters that it depends on."""

from __future__ import annotations

from ifdiscover._packed import is_loopback, is_mapped_loopback
from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.check.elements.order import network_of
from ifdiscover._postfix.lists.configured import PARAMETER, PARENTS, configured_list, decide_parents, parents_list
from ifdiscover._postfix.lists.match_list import CANNOT_TELL, TRUSTED, match_list_of
from ifdiscover._postfix.syntax.findings import FATAL, NEEDS_POSTFIX, Finding, finding_of_error, with_parameter
from ifdiscover.errors import AddressClassError, BlindError, NotOnThisMachineError, PostfixError, StyleError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ifdiscover._postfix.check.elements.known import Known
    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host


def check_mynetworks(
    configuration: Configuration,
    values: Mapping[str, str],
    known: Known,
    host: Host,
    protocols: Protocols,
) -> Iterator[Finding]:
    """The faults of the mynetworks that is set, or of the one that Postfix computes.

    Args:
        configuration: the parameters in force.
        values: the values that could be expanded, by name.
        known: what is known beside the list.
        host: the host that Postfix runs on.
        protocols: the families in use.
    """
    yield from check_set_list(configuration, values, known)
    style = values.get("mynetworks_style")
    if style and not configuration.is_set(PARAMETER):
        yield from _check_computed(configuration, values, host, protocols, style, machine=known.machine)


def check_set_list(configuration: Configuration, values: Mapping[str, str], known: Known) -> Iterator[Finding]:
    """The faults of parent_domain_matches_subdomains, and of mynetworks if it is set and could be expanded.

    If mynetworks is set, Postfix only checks that the style is not empty.
    """
    if values.get("mynetworks_style") == "":
        place = configuration.place_of("mynetworks_style")
        yield Finding("style", "bad string length 0 < 1: mynetworks_style = ", place, parameter="mynetworks_style")
    parent_domains, found = check_parents(configuration, values, known.machine)
    yield from found
    if PARAMETER in values:
        configured = configured_list(
            configuration,
            values[PARAMETER],
            known.machine,
            parent_domains=parent_domains,
            inet_protocols=known.inet_protocols,
        )
        yield from check_list(configured, known)
        yield from risks_of_list(configured, known.host)
        if known.host is not None and not all(map(_is_loopback, configured.elements)):
            from ifdiscover._postfix.check.risk.stale import check_stale  # a computed list needs none

            yield from check_stale(configured, known.host, known.destinations)


def risks_of_list(match_list: MatchList, host: Host | None) -> Iterator[Finding]:
    """What a list trusts beyond what its author can have meant. Its words may all be good.

    Args:
        match_list: the list.
        host: the host that Postfix runs on; None: not known.
    """
    from ifdiscover._postfix.check.risk.stand_ins import check_stand_ins

    yield from check_stand_ins(match_list, host)
    if all(map(_is_loopback, match_list.elements)):  # as in most stock lists
        return
    from ifdiscover._postfix.check.risk.reach import Reach
    from ifdiscover._postfix.check.risk.wide import wide_networks

    reach = Reach(match_list)
    yield from wide_networks(match_list, reach, host)
    if host is not None:
        from ifdiscover._postfix.check.risk.strangers import strangers_of_list

        yield from strangers_of_list(match_list, reach, host)


def _is_loopback(element: Element) -> bool:
    """Whether an element is a network of loopback addresses, mapped ones included."""
    network = network_of(element)
    return network is not None and (is_loopback(*network[:2]) or is_mapped_loopback(network[1]))


def check_parents(
    configuration: Configuration, values: Mapping[str, str], machine: Machine
) -> tuple[bool, list[Finding]]:
    """Whether domains match the names below them, and the faults of parent_domain_matches_subdomains.

    The answer is also True if it is not known; a finding then says so.
    """
    if PARENTS not in values:
        return True, []
    listed = parents_list(values[PARENTS], machine)
    fatal = [with_parameter(PARENTS, fault) for fault in listed.findings if fault.level == FATAL]
    if fatal:
        return True, fatal
    decision = decide_parents(listed)
    if decision.verdict != CANNOT_TELL:
        return decision.verdict == TRUSTED, []
    content = None if decision.element is None else decision.element.content
    kind, says = content.kind if isinstance(content, Finding) else NEEDS_POSTFIX, ""
    if decision.postfix_says:
        kind, says = "parents-unusable", decision.postfix_says[-1]
    element = "" if decision.element is None else decision.element.text
    return True, [
        Finding(kind, says, configuration.place_of(PARENTS), element, remark=decision.reason, parameter=PARENTS)
    ]


def _check_computed(
    configuration: Configuration,
    values: Mapping[str, str],
    host: Host,
    protocols: Protocols,
    style: str,
    *,
    machine: Machine,
) -> Iterator[Finding]:
    from ifdiscover._postfix.mynetworks import networks_of, parse_style
    from ifdiscover._postfix.own_addresses import select

    place = configuration.place_of("mynetworks_style")
    try:
        name = parse_style(style)
    except StyleError as error:
        yield finding_of_error("style", "mynetworks_style", place, error)
        return
    if not protocols.families or "inet_interfaces" not in values:
        return
    try:
        own = select(host, values["inet_interfaces"], protocols, machine)
        networks = networks_of(own, name)
    except AddressClassError as error:
        yield finding_of_error("class-e", "mynetworks_style", place, error)
    except (PostfixError, NotOnThisMachineError, BlindError):  # check_interfaces() reports it
        return
    else:
        computed = match_list_of(networks)
        yield from check_list(computed)
        from ifdiscover._postfix.check.risk.passing import passing_trust
        from ifdiscover._postfix.check.risk.stand_ins import check_stand_ins

        yield from check_stand_ins(computed, host)
        yield from passing_trust(networks, own, host, place)
        if name != "host":
            from ifdiscover._postfix.check.risk.strangers import strangers_of_style

            level = values.get("compatibility_level", "")
            yield from strangers_of_style(networks, own, host, configuration, level)
