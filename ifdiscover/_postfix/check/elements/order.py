"""Elements of a match list that can never decide, because an element before them decides about all their clients."""

from __future__ import annotations

from _socket import AF_INET

from ifdiscover._packed import MAPPED, cut
from ifdiscover._postfix.lists.match_list import domains_above
from ifdiscover._postfix.lists.reader import Pattern
from ifdiscover._postfix.syntax.findings import Finding
from ifdiscover._postfix.syntax.hostnames import MAX_LENGTH
from ifdiscover._postfix.syntax.networks import ipv4_or_none

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.syntax.networks import Parsed

_SHOWN = 5  # elements that one remark names


def network_of(element: Element) -> Parsed | None:
    """The network of an element, a plain IPv4 address included; None: it has none, or a fault."""
    content = element.content
    if not isinstance(content, Pattern):
        return None
    if content.network is None and not content.is_faulty:
        packed = ipv4_or_none(content.word)
        return None if packed is None else (AF_INET, packed, 32)
    return content.network


def is_mapped(network: Parsed) -> bool:
    """Whether a network has IPv4-mapped addresses alone. A shorter one has zeros where these have ones."""
    return network[1].startswith(MAPPED)


def never_deciding(match_list: MatchList) -> dict[int, list[int]]:
    """What ``late_finding()`` takes for each element that never decides although it says something else, by its number.

    An element whose clients all meet the same decision before it changes nothing, and is no fault. All that comes after
    an element for a whole family is one finding.
    """
    late: dict[int, list[int]] = {}  # by the element that decides
    for number, decider in _late_elements(match_list):
        late.setdefault(decider, []).append(number)
    found = {}
    for decider, numbers in late.items():
        network = network_of(match_list.elements[decider])
        if network is not None and not network[2]:
            found[numbers[0]] = [decider, *numbers]
        else:
            found.update((number, [decider, number]) for number in numbers)
    return found


def late_finding(match_list: MatchList, involved: list[int]) -> Finding:
    """The finding for elements that never decide.

    Args:
        match_list: the list.
        involved: the numbers of the element that decides, and of those that do not.
    """
    decider, *numbers = involved
    first, element = match_list.elements[decider], match_list.elements[numbers[0]]
    where = f" ({first.place})" if str(first.place) else ""
    remark = f"{first.text}{where} stands before it, and {'excludes' if first.negated else 'trusts'} all its clients"
    others = [match_list.elements[number].text for number in numbers[1 : _SHOWN + 1]]
    if others:
        more = len(numbers) - 1 - len(others)
        remark += f"; nor can {', '.join(others)}" + (f" and {more} more decide" if more else " decide")
    suggestion = f"put it before {first.text}"
    return Finding("never-decides", "", element.place, element.text, suggestion, remark, match_list.parameter)


def _late_elements(match_list: MatchList) -> Iterator[tuple[int, int]]:
    """The number of each such element, and of the first element that decides about all its clients."""
    networks = Networks()
    words: dict[str, int] = {}  # the first element with a name
    elements = match_list.elements
    for number, element in enumerate(elements):
        decider = None
        of_element = networks_of(element)
        if of_element:
            deciders = [networks.first_that_holds(network) for network in of_element]
            known = [one for one in deciders if one is not None and elements[one].negated is not element.negated]
            decider = min(known) if len(known) == len(deciders) else None
            for network in of_element:
                networks.add(network, number)
        elif isinstance(element.content, Pattern) and element.content.may_be_name:
            decider = _first_domain(words, element.content.word, parent_domains=match_list.parent_domains)
            words.setdefault(element.content.word, number)
        if decider is not None and elements[decider].negated is not element.negated:
            yield number, decider


def networks_of(element: Element) -> list[Parsed]:
    """All networks of an element; none if it also matches something else, or that is not known."""
    content = element.content
    if isinstance(content, Finding):
        return []
    if not isinstance(content, Pattern):
        return list(content.networks())
    network = network_of(element)
    return [] if network is None else [network]


def _first_domain(words: dict[str, int], word: str, *, parent_domains: bool) -> int | None:
    """The first of the words that matches each name that this word matches."""
    names = [word]
    if len(word) <= MAX_LENGTH:
        names += domains_above(word, parent_domains=parent_domains)
    return min((words[name] for name in names if name in words), default=None)


class Networks:
    """The networks of a list so far, each with the number of its first element."""

    def __init__(self) -> None:
        self._first: dict[tuple[int, int, bytes], int] = {}  # by family, prefix length and network
        self._lengths: dict[int, set[int]] = {}  # by family

    def add(self, network: Parsed, number: int) -> None:
        """Add a network of an element."""
        family, packed, prefixlen = network
        self._first.setdefault((family, prefixlen, packed), number)
        self._lengths.setdefault(family, set()).add(prefixlen)

    def first_that_holds(self, network: Parsed) -> int | None:
        """The number of the first element with a network that has all addresses of this one; None if none has."""
        family, packed, prefixlen = network
        lengths = [length for length in self._lengths.get(family, ()) if length <= prefixlen]
        keys = [(family, length, cut(packed, length)) for length in lengths]
        return min((self._first[key] for key in keys if key in self._first), default=None)
