"""What the list of trusted clients trusts, element by element, and what each style would trust."""

from __future__ import annotations

from ifdiscover._kernel import probe_of
from ifdiscover._postfix.check.elements.order import is_mapped, network_of
from ifdiscover._postfix.explained.coverage import FAMILIES, Coverage
from ifdiscover._postfix.explained.left_out import left_out_of, not_trusted_by
from ifdiscover._postfix.explained.owned import Owned
from ifdiscover._postfix.explained.rules import (
    UNUSABLE,
    kind_of,
    remarks_on_element,
    remarks_on_network,
    rule_of_element,
    rule_of_network,
)
from ifdiscover._postfix.in_force import configuration_of, in_force, machine_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.lists.lookup_table import QueryError, Table
from ifdiscover._postfix.lists.match_list import match_list_of
from ifdiscover._postfix.mynetworks import STYLES, compute
from ifdiscover._postfix.syntax.findings import WARNING
from ifdiscover._postfix.trusted import COMPUTED, list_in_force
from ifdiscover._record import Record
from ifdiscover.errors import IfdiscoverError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Optional

    from ifdiscover._postfix.explained.coverage import Share
    from ifdiscover._postfix.explained.left_out import LeftOut
    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.mynetworks import Networks
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover._postfix.trusted import TrustedClients
    from ifdiscover.model import Address, Host

    Draft = tuple["ExplainedList", Optional[MatchList]]  # not yet counted; None: Postfix refuses to compute it


class ExplainedElement(Record):
    """One element of a list, with what it trusts or excludes. All numbers count addresses, and are exact.

    Attributes:
        element: the ``Element``; ``element.place.sources`` are the addresses that made it, if it is computed.
        number: its place in the list, counted from 1.
        kind: network, address, name, table, file (one that could not be read here), nobody (it matches no client), or
            unusable: Postfix answers 451 to each client that comes this far.
        rule: why it is what it is: the style's rule for its addresses, or which clients it matches.
        remarks: what is to be minded.
        count: how many addresses it matches; None: not known, or it is a host name. It is ``strangers`` and those that
            are the host's own.
        own: the host's own addresses among them.
        strangers: how many of them are not the host's own. All of 127.0.0.0/8 is.
        decided: about how many of them it decides, since no element before it has them.
        excluded: how many of them an element before it excludes, or Postfix answers 451 to there.
        excluded_by: the numbers of these elements.
    """

    element: Element
    number: int
    kind: str
    rule: str
    remarks: tuple[str, ...]
    count: int | None = None  # type: ignore[assignment]  # hides tuple.count()
    own: tuple[Address, ...] = ()
    strangers: int | None = None
    decided: int | None = None
    excluded: int | None = None
    excluded_by: tuple[int, ...] = ()


class Total(Record):
    """How many addresses of one family a list trusts, each counted once.

    Attributes:
        family: AF_INET or AF_INET6.
        count: how many.
        strangers: how many of them are not the host's own.
    """

    family: int
    count: int  # type: ignore[assignment]  # hides tuple.count()
    strangers: int


class Beyond(Record):
    """What one list trusts and another does not.

    Attributes:
        style: the style of the other list; None: the one that is set.
        elements: each ``Element`` that trusts more, and how many addresses more; an address counts at the first element
            that has it.
    """

    style: str | None
    elements: tuple[tuple[Element, int], ...]


class ExplainedList(Record):
    """A list of trusted clients, explained.

    Attributes:
        style: the style in which it is computed; None: it is set, and not computed.
        networks: the ``Networks`` if it is computed; None: it is set, or refused.
        refused: why Postfix refuses to compute it, or why that is not known here; None: neither.
        elements: every ``ExplainedElement``, in order.
        totals: a ``Total`` for each address family.
        beyond: for each other list, what it does not trust and this one does.
    """

    style: str | None
    networks: Networks | None
    refused: str | None
    elements: tuple[ExplainedElement, ...] = ()
    totals: tuple[Total, ...] = ()
    beyond: tuple[Beyond, ...] = ()


class Explanation(Record):
    """The list that decides whom a host's Postfix trusts, explained, beside what each style would trust.

    Attributes:
        trusted: the ``TrustedClients``: the list, why it is the one that decides, and warnings.
        explained: the same list as an ``ExplainedList``.
        styles: one ``ExplainedList`` for each style: class, subnet, host.
        left_out: a ``LeftOut`` for each address of the host that made no network of a computed list; of a list that is
            set, for each that it does not trust.
        host: the ``Host``.
    """

    trusted: TrustedClients
    explained: ExplainedList
    styles: tuple[ExplainedList, ...]
    left_out: tuple[LeftOut, ...]
    host: Host


def explain_mynetworks(
    host: Host | None = None,
    *,
    config_directory: str | None = None,
    overrides: Mapping[str, str] | None = None,
    mynetworks: str | None = None,
    style: str | None = None,
    inet_interfaces: str | None = None,
    inet_protocols: str | None = None,
) -> Explanation:
    """Whom a host's Postfix trusts, and why, as in ``ifdiscover mynetworks --format explain``.

    Args:
        host: the host that Postfix runs on. None: this host.
        config_directory: the folder whose main.cf is read. None: no main.cf is read.
        overrides: values by name that come before those of main.cf.
        mynetworks: the list, as it would be written in main.cf.
        style: a value of mynetworks_style: then the list is computed, whatever main.cf sets.
        inet_interfaces: the parameter's value, for a computed list; None: the value in force.
        inet_protocols: likewise.

    Raises:
        MatchListError: smtpd does not start with the list.
        UsageError, ConfigFileError, MainCfError, UnknownDefaultError, ProtocolsError, NotOnThisMachineError,
            PostfixError, BackendError, TypeError: as ``trusted_clients()``.
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
    if host is None:
        from ifdiscover.discovery import discover

        host = discover()
    return explain(
        configuration_of(host, config_directory, overrides),
        host,
        mynetworks=mynetworks,
        style=style,
        inet_interfaces=inet_interfaces,
        inet_protocols=inet_protocols,
    )


def explain(
    configuration: Configuration | None,
    host: Host,
    *,
    mynetworks: str | None = None,
    style: str | None = None,
    inet_interfaces: str | None = None,
    inet_protocols: str | None = None,
) -> Explanation:
    """``explain_mynetworks()`` for a configuration that was already read; see ``list_in_force()``."""
    trusted = list_in_force(
        configuration,
        host,
        mynetworks=mynetworks,
        style=style,
        inet_interfaces=inet_interfaces,
        inet_protocols=inet_protocols,
    )
    trusted = trusted._replace(warnings=(*trusted.warnings, *_ignored(trusted.match_list)))
    parameters = in_force(configuration, host, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols)
    protocols = enabled_protocols(parameters["inet_protocols"], probe_of(host))
    machine = machine_of(configuration, host)
    drafts = [_draft(host, name, parameters["inet_interfaces"], protocols, machine) for name in STYLES]
    owned = Owned(host)
    if trusted.which == COMPUTED:
        styles = tuple(_counted_lists(drafts, owned))
        explained = next(one for one in styles if one.style == trusted.style)
        return Explanation(
            trusted, explained, styles, tuple(left_out_of(explained.networks or (), host, protocols.families)), host
        )
    listed = trusted.match_list
    listed.decide_text("")  # an error if smtpd does not start with it
    explained, *others = _counted_lists([(ExplainedList(None, None, None), listed), *drafts], owned)
    return Explanation(trusted, explained, tuple(others), tuple(not_trusted_by(listed, owned.addresses)), host)


def _ignored(match_list: MatchList) -> Iterator[str]:
    """What Postfix ignores of a list, with a warning."""
    return (f"{fault.place}: {fault.postfix_says}" for fault in match_list.findings if fault.level == WARNING)


def _draft(host: Host, style: str, inet_interfaces: str, protocols: Protocols, machine: Machine) -> Draft:
    """What Postfix computes in a style, not yet counted; no list if it refuses to."""
    try:
        networks = compute(host, style, inet_interfaces, protocols, machine)
    except IfdiscoverError as error:
        return ExplainedList(style, None, str(error)), None
    return ExplainedList(style, networks, None), match_list_of(networks)


def _counted_lists(drafts: Sequence[Draft], owned: Owned) -> Iterator[ExplainedList]:
    """The lists, each with its elements, and beside all others."""
    coverages = [None if listed is None else Coverage(listed) for _draft, listed in drafts]
    for (draft, listed), coverage in zip(drafts, coverages):
        if listed is None or coverage is None:
            yield draft
            continue
        yield draft._replace(
            elements=tuple(_elements(draft, listed, coverage, owned)),
            totals=_totals(coverage, owned),
            beyond=tuple(
                _beyond(other.style, listed, coverage, beside)
                for (other, _listed), beside in zip(drafts, coverages)
                if beside is not None and beside is not coverage
            ),
        )


def _elements(draft: ExplainedList, listed: MatchList, coverage: Coverage, owned: Owned) -> Iterator[ExplainedElement]:
    networks, style = draft.networks, draft.style
    for number, (element, share) in enumerate(zip(listed.elements, coverage.shares)):
        if networks is None or style is None:
            rule = rule_of_element(element, parent_domains=listed.parent_domains)
            remarks = [*remarks_on_element(element), *_mapped(element, listed)]
        else:
            rule, remarks = rule_of_network(networks[number], style), [*remarks_on_network(networks[number])]
        explained = ExplainedElement(element, number + 1, kind_of(element), rule, tuple(remarks))
        if share is None or explained.kind == UNUSABLE:
            yield explained._replace(own=tuple(_found(element, owned.addresses)))
        else:
            yield _counted(explained, share, owned)


def _mapped(element: Element, listed: MatchList) -> Iterator[str]:
    network = network_of(element)
    if network is not None and is_mapped(network) and not listed.keeps_mapped:
        yield "no client matches: smtpd sees IPv4 clients by their IPv4 addresses"


def _counted(explained: ExplainedElement, share: Share, owned: Owned) -> ExplainedElement:
    by_family = share.ranges.items()
    count = sum(ranges.count() for _family, ranges in by_family)
    return explained._replace(
        count=count,
        own=tuple(address for family, ranges in by_family for address in owned.within(family, ranges)),
        strangers=count - sum(owned.count(family, ranges) for family, ranges in by_family),
        decided=share.decided,
        excluded=share.refused,
        excluded_by=tuple(place + 1 for place in share.refused_by),
    )


def _found(element: Element, addresses: Sequence[Address]) -> Iterator[Address]:
    """The addresses that are in a table that cannot be counted."""
    table = element.content
    if isinstance(table, Table):
        for address in addresses:
            try:
                if table.find(str(address)) is not None:
                    yield address
            except QueryError:
                continue


def _totals(coverage: Coverage, owned: Owned) -> tuple[Total, ...]:
    return tuple(
        Total(family, trusted.count(), trusted.count() - owned.count(family, trusted))
        for family, trusted in ((family, coverage.trusted[family]) for family in FAMILIES)
    )


def _beyond(style: str | None, listed: MatchList, coverage: Coverage, other: Coverage) -> Beyond:
    more = sorted(coverage.trusted_beyond(other).items())
    return Beyond(style, tuple((listed.elements[number], count) for number, count in more))
