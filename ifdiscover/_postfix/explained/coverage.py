"""Which element of a match list decides about which addresses, and about how many."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6
from bisect import bisect_left

from ifdiscover._postfix.check.elements.order import is_mapped, network_of
from ifdiscover._postfix.check.risk.public import span_of
from ifdiscover._postfix.explained.ranges import Ranges
from ifdiscover._postfix.explained.rules import fails
from ifdiscover._postfix.lists.intervals import Intervals
from ifdiscover._postfix.lists.reader import Pattern
from ifdiscover._postfix.syntax.findings import Finding
from ifdiscover._record import Record
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.explained.ranges import Range
    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.syntax.networks import Parsed

FAMILIES = (AF_INET, AF_INET6)

_EVERYBODY: dict[int, Parsed] = {AF_INET: (AF_INET, bytes(4), 0), AF_INET6: (AF_INET6, bytes(16), 0)}


class Share(Record):
    """What becomes of the addresses of one element."""

    ranges: dict[int, Ranges]  # its addresses, by each family that it has some of
    decided: int  # those about which this element decides: no element before it has them
    refused: int  # those that an element before it excludes, or at which Postfix answers 451
    refused_by: tuple[int, ...]  # the places of these elements in the list, counted from 0


class Coverage:
    """The addresses of a list's elements. What host names and tables match beside addresses is not counted.

    Attributes:
        shares: the ``Share`` of each element; None: whom it matches is not known, or not a matter of addresses.
        trusted: the addresses that the list trusts, by family.
    """

    def __init__(self, match_list: MatchList) -> None:
        elements = match_list.elements
        networks = [_networks(element, keeps_mapped=match_list.keeps_mapped) for element in elements]
        self._refuses = [element.negated or fails(element) for element in elements]
        by_family: dict[int, list[tuple[bytes, int, int]]] = {family: [] for family in FAMILIES}
        for number, found in enumerate(networks):
            for family, packed, prefixlen in found or ():
                by_family[family].append((packed, prefixlen, number))
        self._pieces = {family: list(Intervals(found, BITS[family]).pieces()) for family, found in by_family.items()}
        self._starts = {family: [start for start, _end, _number in self._pieces[family]] for family in FAMILIES}
        self.trusted = {
            family: Ranges((start, end) for start, end, number in pieces if not self._refuses[number])
            for family, pieces in self._pieces.items()
        }
        self.shares = list(self._shares(elements, networks))

    def trusted_beyond(self, other: Coverage) -> dict[int, int]:
        """How many addresses this list trusts and the other does not, by the place of the element that decides."""
        beyond: dict[int, int] = {}
        for family in FAMILIES:
            trusted = other.trusted[family]
            for start, end, number in self._pieces[family]:
                more = 0 if self._refuses[number] else end - start - trusted.count_in(start, end)
                if more:
                    beyond[number] = beyond.get(number, 0) + more
        return beyond

    def _shares(self, elements: tuple[Element, ...], networks: list[list[Parsed] | None]) -> Iterator[Share | None]:
        known: dict[object, tuple[int, Share]] = {}  # the same network or table twice is looked at once
        for number, (element, found) in enumerate(zip(elements, networks)):
            if not found:
                yield None if found is None else Share({}, 0, 0, ())
                continue
            key = found[0] if isinstance(element.content, Pattern) else id(element.content)
            if key in known:
                first, share = known[key]
                if self._refuses[first] and share.decided:
                    share = share._replace(refused=share.refused + share.decided, refused_by=(*share.refused_by, first))
                yield share._replace(decided=0)
            else:
                share = self._share(number, found)
                known[key] = number, share
                yield share

    def _share(self, number: int, networks: list[Parsed]) -> Share:
        spans: dict[int, list[Range]] = {}
        for network in networks:
            spans.setdefault(network[0], []).append(span_of(network))
        ranges = {family: Ranges(found) for family, found in spans.items()}
        decided = refused = 0
        refused_by: dict[int, None] = {}
        for family, of_family in ranges.items():
            for start, end, first in self._pieces_in(family, of_family):
                if first == number:
                    decided += end - start
                elif self._refuses[first]:
                    refused += end - start
                    refused_by[first] = None
        return Share(ranges, decided, refused, tuple(sorted(refused_by)))

    def _pieces_in(self, family: int, ranges: Ranges) -> Iterator[tuple[int, int, int]]:
        """The pieces of an element's ranges. No piece is cut by the end of a range, since all networks cut pieces."""
        pieces, starts = self._pieces[family], self._starts[family]
        for start, end in ranges:
            yield from pieces[bisect_left(starts, start) : bisect_left(starts, end)]


def _networks(element: Element, *, keeps_mapped: bool) -> list[Parsed] | None:
    """The networks that an element decides about; None: that is not known, or it is a host name.

    A mapped network decides about nobody, unless clients keep such addresses: smtpd sees them by their IPv4 addresses.
    """
    content = element.content
    if fails(element):
        if isinstance(content, Pattern):
            return [_EVERYBODY[AF_INET6 if ":" in content.word else AF_INET]]
        return list(_EVERYBODY.values())
    if isinstance(content, Pattern):
        network = network_of(element)
        if network is not None and is_mapped(network) and not keeps_mapped:
            return []
        return None if network is None else [network]
    if isinstance(content, Finding) or any(finding.kind == "table-result" for finding in content.findings):
        return None
    return list(content.networks()) or None
