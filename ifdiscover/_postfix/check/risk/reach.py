"""What each element of a match list trusts, after the elements before it have decided."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._postfix.check.elements.order import networks_of
from ifdiscover._postfix.check.risk.public import public_between, span_of
from ifdiscover._postfix.lists.intervals import Intervals
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.syntax.networks import Parsed


class Reach:
    """The addresses that a list trusts, as ranges without overlap, each with the element that decides.

    Names and tables that only Postfix can ask count as if they matched no client. So do faulty elements, which
    are to be mended.
    """

    def __init__(self, match_list: MatchList) -> None:
        networks: dict[int, list[tuple[bytes, int, int]]] = {AF_INET: [], AF_INET6: []}
        elements = match_list.elements
        for number, element in enumerate(elements):
            for family, packed, prefixlen in networks_of(element):
                networks[family].append((packed, prefixlen, number))
        self._ranges: dict[int, list[tuple[int, int, int]]] = {
            family: [
                (first, end, number)
                for first, end, number in Intervals(found, BITS[family]).pieces()
                if not elements[number].negated
            ]
            for family, found in networks.items()
        }

    def addresses(self, network: Parsed, number: int) -> int:
        """How many addresses of one of its networks an element trusts, by its number."""
        return sum(end - first for first, end in self._within(network, number))

    def public(self, network: Parsed, number: int) -> int:
        """How many public addresses of one of its networks an element trusts."""
        return sum(public_between(network[0], first, end) for first, end in self._within(network, number))

    def public_by_element(self, family: int) -> dict[int, int]:
        """How many public addresses of a family each element trusts, by its number; none are left out."""
        found: dict[int, int] = {}
        for first, end, number in self._ranges[family]:
            public = public_between(family, first, end)
            if public:
                found[number] = found.get(number, 0) + public
        return found

    def _within(self, network: Parsed, number: int) -> Iterator[tuple[int, int]]:
        from bisect import bisect_left

        first, end = span_of(network)
        ranges = self._ranges[network[0]]
        # Ranges end where networks do, so that none begins before this network and ends in it.
        for at in range(bisect_left(ranges, (first,)), len(ranges)):
            its_first, its_end, its_number = ranges[at]
            if its_first >= end:
                return
            if its_number == number:
                yield its_first, its_end
