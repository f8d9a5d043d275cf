"""Networks that are wider than any one's own: slips, parts of the Internet, and ranges of neighbours."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_pton

from ifdiscover._packed import cut, pattern_text, text_of
from ifdiscover._postfix.check.elements.order import networks_of
from ifdiscover._postfix.check.risk.public import LONGEST_WIDE, count_text, is_most_of_all, public_between, span_of
from ifdiscover._postfix.lists.lookup_table import Table
from ifdiscover._postfix.syntax.findings import LOW, MEDIUM, Finding
from ifdiscover._postfix.syntax.networks import parse_network
from ifdiscover._record import Record
from ifdiscover.model import BITS, FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.check.risk.reach import Reach
    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.syntax.findings import Place
    from ifdiscover._postfix.syntax.networks import Parsed
    from ifdiscover.model import Host

_VERY_WIDE = {AF_INET: 1 << 21, AF_INET6: 1 << 112}  # public addresses: an IPv4 /11, an IPv6 /16
_WIDEST_SLIP = 7  # 10.0.0.0/7; of a wider one nobody can tell what was meant
_SHOWN = 5

# What people mean who write a whole octet: RFC 6598, 3927, 1918. 10.0.0.0/8 begins no wider network.
_BLOCKS = {"100.64.0.0": 10, "169.254.0.0": 16, "172.16.0.0": 12, "192.168.0.0": 16}
_PRIVATE = {"10.0.0.0": 8, **_BLOCKS}

# Ranges in which everybody's neighbours are, and in which nobody has all: RFC 4193, 4291.
_NEIGHBOURS = (
    ((AF_INET6, inet_pton(AF_INET6, "fd00::"), 8), "has every unique local network, and a site has a /48 of its own"),
    ((AF_INET6, inet_pton(AF_INET6, "fe80::"), 10), "has every neighbour on every link of this host, strangers' too"),
)


class _Wide(Record):
    """One wide network of a list."""

    network: Parsed
    place: Place
    element: str
    public: int  # how many public addresses are trusted
    suggestion: str

    @property
    def severity(self) -> str:
        """A slip, or so many that they cannot be one's own, is not what it seems."""
        return MEDIUM if self.suggestion or self.public >= _VERY_WIDE[self.network[0]] else LOW

    @property
    def arithmetic(self) -> str:
        """The network's addresses, and those of them that are public and that no exclusion takes away."""
        first, end = span_of(self.network)
        all_public = public_between(self.network[0], first, end)
        left = "" if self.public == all_public else f", of which {count_text(self.public)} are trusted here"
        text = f"{pattern_text(*self.network)} has {count_text(end - first)} addresses"
        return f"{text}, {count_text(all_public)} of them public{left}"


def wide_networks(match_list: MatchList, reach: Reach, host: Host | None) -> Iterator[Finding]:
    """The findings about the wide networks of a list. 0.0.0.0/0 and [::]/0 are none: they have a finding of their own.

    Args:
        match_list: the list.
        reach: what its elements trust.
        host: the host that Postfix runs on; None: not known.
    """
    told: set[int] = set()  # families whose addresses are nearly all trusted
    for family in BITS:
        found = _nearly_everyone(match_list, reach, family)
        if found is not None:
            told.add(family)
            yield found
    grouped: dict[tuple[str | None, str], list[_Wide]] = {}
    for number, network in _wide_ones(match_list):
        if network[0] in told or not reach.addresses(network, number):
            continue
        element = match_list.elements[number]
        table = element.content if isinstance(element.content, Table) else None
        place = element.place if table is None else table.place_of_network(network) or element.place
        text = element.text if place is element.place else pattern_text(*network)
        public = reach.public(network, number)
        if not public:
            yield from _neighbours(network, place, text, match_list.parameter, host)
            continue
        meant = _meant(network, host)
        if meant and _excludes(match_list.elements[:number], meant):
            meant = ""
        wide = _Wide(network, place, text, public, meant)
        if wide.suggestion:
            yield _finding([wide], match_list.parameter)
        elif public > 1 << BITS[network[0]] - LONGEST_WIDE[network[0]] - 1:  # more than a site or a provider has
            grouped.setdefault((place.file, wide.severity), []).append(wide)
    for group in grouped.values():
        yield _finding(group, match_list.parameter)


def _excludes(elements: Iterable[Element], meant: str) -> bool:
    """Whether elements exclude all of one of these networks, so that it was not meant."""
    for family, packed, prefixlen in map(parse_network, meant.split()):
        for element in elements:
            excluded = [found for found in networks_of(element) if element.negated and found[0] == family]
            if any(length <= prefixlen and cut(packed, length) == base for _family, base, length in excluded):
                return True
    return False


def _wide_ones(match_list: MatchList) -> Iterator[tuple[int, Parsed]]:
    """Each wide network once, with the number of the element that has it first."""
    seen = set()
    for number, element in enumerate(match_list.elements):
        if element.negated:
            continue
        for network in networks_of(element):
            if 0 < network[2] <= LONGEST_WIDE[network[0]] and network not in seen:
                seen.add(network)
                yield number, network


def _nearly_everyone(match_list: MatchList, reach: Reach, family: int) -> Finding | None:
    """The finding if the networks of a list have a quarter of a family's public addresses together, or more."""
    by_element = reach.public_by_element(family)
    total = sum(by_element.values())
    elements = match_list.elements
    if not is_most_of_all(family, total):
        return None
    if any(
        length == 0 for number in by_element for its, _base, length in networks_of(elements[number]) if its == family
    ):
        return None  # this has a finding
    largest = sorted(by_element, key=lambda number: -by_element[number])[:_SHOWN]
    texts = [elements[number].text for number in sorted(largest)]
    more = len(by_element) - len(largest)
    title = FAMILY_TITLES[family]
    everybody = public_between(family, 0, 1 << BITS[family])
    share = "all" if total == everybody else f"{total * 100 // everybody} % of all"
    remark = (
        f"{' and '.join(texts)}{f' and {more} more' if more else ''}: {count_text(total)} public addresses, {share}"
    )
    first = elements[min(largest)]
    return Finding(
        "nearly-everyone",
        place=first.place,
        element=first.text,
        suggestion=f"put the networks of your own clients in place of {' and '.join(texts)}",
        remark=f"{remark} that {title} has",
        parameter=match_list.parameter,
    )


def _neighbours(network: Parsed, place: Place, text: str, parameter: str, host: Host | None) -> Iterator[Finding]:
    """The finding if a network has a whole range of neighbours."""
    for (family, packed, prefixlen), says in _NEIGHBOURS:
        if network[0] != family or network[2] > prefixlen or cut(packed, network[2]) != network[1]:
            continue
        own = () if host is None else [address for address in host.addresses if address.family == family]
        sites = [cut(address.packed, 48) for address in own if packed[0] == 0xFD == address.packed[0]]
        meant = " ".join(dict.fromkeys(pattern_text(family, site, 48) for site in sites))
        yield Finding("whole-range", "", place, text, meant, f"{pattern_text(*network)} {says}", parameter)
        return


def _meant(network: Parsed, host: Host | None) -> str:
    """The private block that was evidently meant, with the host's own addresses that only the network has; "": none."""
    family, packed, prefixlen = network
    if family != AF_INET or prefixlen < _WIDEST_SLIP:
        return ""
    holds = [
        (AF_INET, inet_pton(AF_INET, text), length)
        for text, length in _PRIVATE.items()
        if prefixlen < length and cut(inet_pton(AF_INET, text), prefixlen) == packed
    ]
    begins = [
        (AF_INET, inet_pton(AF_INET, text), length)
        for text, length in _BLOCKS.items()
        if prefixlen >= 8 and packed == cut(inet_pton(AF_INET, text), 8)
    ]
    found = holds or begins
    if len(found) != 1:
        return ""
    _family, base, length = found[0]
    own = [
        text_of(address.packed)
        for address in (() if host is None else host.addresses)
        if address.family == AF_INET
        and cut(address.packed, prefixlen) == packed
        and cut(address.packed, length) != base
    ]
    return " ".join([pattern_text(*found[0]), *dict.fromkeys(own)])


def _finding(group: list[_Wide], parameter: str) -> Finding:
    """One finding for the wide networks of one file."""
    first = group[0]
    remark = first.arithmetic
    if len(group) > 1:
        others = [pattern_text(*wide.network) for wide in group[1 : _SHOWN + 1]]
        more = len(group) - 1 - len(others)
        remark += f"; likewise {', '.join(others)}{f' and {more} more' if more else ''}"
    severity = first.severity
    return Finding(
        "wide-network", "", first.place, first.element, first.suggestion, remark, parameter, own_severity=severity
    )
