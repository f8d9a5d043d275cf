"""The words of a match list that exclude clients before they come to a table."""

from __future__ import annotations

from ifdiscover._postfix.check.elements.order import Networks, network_of
from ifdiscover._postfix.lists.reader import Pattern
from ifdiscover._postfix.syntax.networks import PatternError, parse_network

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover._postfix.syntax.networks import Parsed

_IN_TABLES = ("table-key-network", "table-result-ignored")


class Exclusions:
    """The networks and names that the elements of a list exclude."""

    def __init__(self, elements: Iterable[Element]) -> None:
        self._networks = Networks()
        self._names: dict[str, int] = {}  # each with the number of its first element
        for number, element in enumerate(elements):
            content = element.content
            if not element.negated or not isinstance(content, Pattern):
                continue
            network = network_of(element)
            if network:
                self._networks.add(network, number)
            elif not content.is_faulty:
                self._names.setdefault(content.word, number)

    def cover(self, fault: Finding, number: int) -> bool:
        """Whether no client comes as far as to a fault of a table, which is that element of the list."""
        if fault.kind not in _IN_TABLES:
            return False
        from ifdiscover._postfix.lists.table_faults import meant_by_key

        name = meant_by_key(fault.element, folded=True) or fault.element.lower()
        network = _network(name)
        if network:
            first = self._networks.first_that_holds(network)
            return first is not None and first < number
        while name:
            if self._names.get(name, number) < number:
                return True
            name = name.partition(".")[2]
        return False


def _network(text: str) -> Parsed | None:
    try:
        return parse_network(text)
    except PatternError:
        return None
