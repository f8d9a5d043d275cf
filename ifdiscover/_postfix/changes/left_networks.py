"""What a mynetworks that is set has lost when addresses changed: networks that the host was in, and is in no more.

One reading cannot tell a network that the host has left from one behind its router. Two of them can.
"""

from __future__ import annotations

from ifdiscover._host.ranges import is_private
from ifdiscover._packed import cidr_text, cut, pattern_text
from ifdiscover._postfix.changes.answer import NETWORKS
from ifdiscover._postfix.check.risk.stale import (
    Ranges,
    families_seen,
    has_a_place,
    networks_in,
    networks_of_host,
    trusted_networks,
)
from ifdiscover._postfix.lists.reader import Pattern
from ifdiscover._postfix.syntax.findings import Finding
from ifdiscover._postfix.trusted import list_in_force
from ifdiscover.errors import IfdiscoverError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.networks import Parsed
    from ifdiscover.model import Host

    Home = tuple[str, Parsed]  # an interface's name, and a network that it was in


def left_networks(configuration: Configuration, before: Host, after: Host) -> Iterator[Finding]:
    """A finding for each network of a list that is set, if the host was in it and is not any more.

    Nothing is said of a list that is computed, which changes with the host; of a network that is wider than the host's
    own, unless an interface has left it for a network that the list does not have; and of a network that an interface
    is still in.

    Args:
        configuration: what main.cf and overrides set.
        before: the host as it was.
        after: the host as it is.
    """
    if not configuration.is_set(NETWORKS):
        return
    try:
        match_list = list_in_force(configuration, after).match_list
    except IfdiscoverError:  # smtpd does not start, or nobody here can tell: that is told elsewhere
        return
    homes = _left(before, after)
    if not homes:
        return
    now_in = Ranges(network for _interface, network in networks_of_host(after))
    moved = _moved(homes, _left(after, before), match_list)
    was_in = Ranges(network for _name, network in homes)
    for element, network in trusted_networks(match_list):
        if not was_in.touch(network) or now_in.touch(network) or not has_a_place(network):
            continue
        home = next((home for home in homes if _is_in(network, home[1])), None)
        wider = next((home for home in moved if _is_in(home[1], network)), None)
        mover = home if home in moved else wider if home is None else None
        if mover is not None:
            yield _moved_finding(match_list, element, network, mover, moved[mover])
        elif home is not None:
            remark = f"{home[0]} was in {cidr_text(*home[1])}, and no interface is in {cidr_text(*network)} now"
            suggestion = f"take {cidr_text(*network)} out if its clients are gone: no interface is in it any more"
            yield _finding("stale-network", match_list, element, suggestion, remark)


def _left(before: Host, after: Host) -> list[Home]:
    """The networks of interfaces of one reading that the other has nothing in common with."""
    seen = families_seen(before) & families_seen(after)
    others = Ranges(network for _interface, network in networks_of_host(after))
    found = dict.fromkeys((interface.name, network) for interface, network in networks_of_host(before))
    return [home for home in found if home[1][0] in seen and has_a_place(home[1]) and not others.touch(home[1])]


def _moved(gone: list[Home], come: list[Home], match_list: MatchList) -> dict[Home, Parsed]:
    """The networks that interfaces have left for one that the list says nothing of, each with that one."""
    listed: list[Parsed] = []
    for element in match_list.elements:
        networks = list(networks_in(element))
        if not networks and not isinstance(element.content, Pattern):
            return {}  # a table that only Postfix can ask may have any network in it
        listed += networks
    said = Ranges(listed)
    left, entered = _by_place(gone), _by_place(come)
    return {
        (place[0], old[0]): entered[place][0]
        for place, old in left.items()
        if len(old) == len(entered.get(place, ())) == 1 and not said.touch(entered[place][0])
    }


def _by_place(homes: list[Home]) -> dict[tuple[str, int], list[Parsed]]:
    """Networks by the interface's name and their family."""
    found: dict[tuple[str, int], list[Parsed]] = {}
    for name, network in homes:
        found.setdefault((name, network[0]), []).append(network)
    return found


def _moved_finding(match_list: MatchList, element: Element, network: Parsed, home: Home, new: Parsed) -> Finding:
    name, old = home
    is_whole = network == old and network[2] == new[2] and isinstance(element.content, Pattern)
    if is_whole and is_private(old[1]) and is_private(new[1]):
        suggestion = pattern_text(*new)
    elif _is_in(network, old):
        place = f"in the place of {cidr_text(*network)}"
        suggestion = f"write {cidr_text(*new)} {place} if its clients are there now, or take it out"
    else:
        suggestion = f"add {cidr_text(*new)} if its clients are there now"
    remark = f"{name} was in {cidr_text(*old)}, and is in {cidr_text(*new)} now, which the list does not have"
    return _finding("moved-network", match_list, element, suggestion, remark)


def _finding(kind: str, match_list: MatchList, element: Element, suggestion: str, remark: str) -> Finding:
    return Finding(kind, "", element.place, element.text, suggestion, remark, match_list.parameter)


def _is_in(network: Parsed, other: Parsed) -> bool:
    """Whether a network is another one or a part of it."""
    return network[0] == other[0] and network[2] >= other[2] and cut(network[1], other[2]) == other[1]
