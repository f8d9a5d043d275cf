"""Networks of a list that are not where the host is any more: their clients are gone, and somebody may follow them."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._host.ranges import is_beyond_the_link, is_private
from ifdiscover._packed import MAPPED, cidr_text, cut, pattern_text
from ifdiscover._postfix.check.elements.order import Networks, network_of
from ifdiscover._postfix.check.risk.container_networks import home_of, is_container_network
from ifdiscover._postfix.lists.reader import Pattern
from ifdiscover._postfix.syntax.findings import Finding
from ifdiscover.model import BITS

try:
    from _bisect import bisect_left  # to import bisect would read one more file at start-up
except ImportError:  # PyPy has no _bisect
    from bisect import bisect_left

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.route_destinations import Destinations
    from ifdiscover._postfix.syntax.networks import Parsed
    from ifdiscover.model import Host, Interface

    Listed = tuple[Element, Parsed]
    Candidate = tuple[Interface, Parsed]  # an interface, and a network that it is in

_SHOWN = 5  # networks that have a finding of their own
_NEAR = 15  # Docker's own pool of /16 networks is 172.17.0.0 to 172.31.0.0

_OF_BOTH = ("same address twice", "other interfaces", "other addresses")
_BLIND = {
    AF_INET: {"ipv4 addresses", "secondary addresses", *_OF_BOTH},
    AF_INET6: {"ipv6 addresses", "ipv6 netmasks", *_OF_BOTH},
}
"""What a backend may not see for the networks of its interfaces to be all that there are."""

_MULTICAST = {AF_INET: 224, AF_INET6: 255}  # the first byte from which on no client has an address


class Ranges:
    """Networks, and whether another one has an address in common with any of them.

    Args:
        networks: of both families.
    """

    def __init__(self, networks: Iterable[Parsed]) -> None:
        self._firsts: dict[int, list[int]] = {}
        self._lasts: dict[int, list[int]] = {}
        for family, first, last in sorted({_ends(network) for network in networks}):
            lasts = self._lasts.setdefault(family, [])
            if not lasts or last > lasts[-1]:  # else it lies in the one before
                self._firsts.setdefault(family, []).append(first)
                lasts.append(last)

    def touch(self, network: Parsed) -> bool:
        """Whether one of them has an address in common with this network."""
        family, first, last = _ends(network)
        lasts = self._lasts.get(family, [])
        at = bisect_left(lasts, first)
        return at < len(lasts) and self._firsts[family][at] <= last


def _ends(network: Parsed) -> tuple[int, int, int]:
    family, packed, length = network
    first = int.from_bytes(packed, "big")
    return family, first, first + (1 << BITS[family] - length) - 1


def check_stale(match_list: MatchList, host: Host, destinations: Destinations) -> Iterator[Finding]:
    """The findings about trusted networks that no interface of the host is in, in the order of the list.

    Args:
        match_list: the list.
        host: the host that Postfix runs on.
        destinations: where its routes lead; called only if such a network is there.
    """
    on_host = list(networks_of_host(host))
    own = Ranges(network for _interface, network in on_host)
    seen = families_seen(host)
    beyond = [
        (element, network)
        for element, network in trusted_networks(match_list)
        if network[0] in seen and has_a_place(network) and not own.touch(network)
    ]
    if not beyond:
        return
    routes = {family: destinations(family) for family in {network[0] for _element, network in beyond}}
    routed = Ranges((family, packed, length) for family, known in routes.items() for packed, length in known or ())
    gone = [listed for listed in beyond if not routed.touch(listed[1])]
    moved = _moved(gone, _candidates(match_list, host, on_host))
    stale: list[Listed] = []
    told = Networks()
    for element, network in gone:
        if network in moved:
            yield _moved_finding(match_list, element, network, moved[network])
        elif routes[network[0]] is not None and told.first_that_holds(network) is None:
            told.add(network, len(stale))
            stale.append((element, network))
    for number, (element, network) in enumerate(stale[:_SHOWN]):
        others = stale[_SHOWN:] if number == _SHOWN - 1 else []
        yield _stale_finding(match_list, element, network, on_host, others)


def networks_of_host(host: Host) -> Iterator[Candidate]:
    """The networks of the host's interfaces, and the other ends of its links."""
    for address in host.addresses:
        family, packed, length = address.family, address.packed, address.prefixlen
        length = BITS[family] if length is None else length
        yield address.interface, (family, cut(packed, length), length)
        if address.packed_peer is not None:
            yield address.interface, (family, address.packed_peer, BITS[family])


def trusted_networks(match_list: MatchList) -> Iterator[Listed]:
    """The networks that the list trusts, each once; those of tables with the element that names the table."""
    seen = set()
    for element in match_list.elements:
        if element.negated:
            continue
        for network in networks_in(element):
            if network not in seen:
                seen.add(network)
                yield element, network


def networks_in(element: Element) -> Iterable[Parsed]:
    """The networks that an element has, those of a table included; none if nobody here can tell, or it has none."""
    content = element.content
    if isinstance(content, Finding):
        return ()
    if not isinstance(content, Pattern):
        return content.networks()
    network = network_of(element)
    return () if network is None else (network,)


def families_seen(host: Host) -> set[int]:
    """The families of which the host's networks are all known."""
    unknown = {address.family for address in host.addresses if address.prefixlen is None}
    return {family for family, words in _BLIND.items() if words.isdisjoint(host.blind_to)} - unknown


def has_a_place(network: Parsed) -> bool:
    """Whether a network is one that interfaces or routes lead to. One address is a client, which may be anywhere."""
    family, packed, length = network
    if length in (0, BITS[family]) or packed.startswith(MAPPED):
        return False
    return is_beyond_the_link(packed) and packed[0] < _MULTICAST[family]


def _candidates(match_list: MatchList, host: Host, on_host: list[Candidate]) -> list[Candidate]:
    """The private container networks of the host that the list says nothing of."""
    found = [
        (interface, network)
        for interface, network in dict.fromkeys(on_host)
        if is_private(network[1]) and network[2] < BITS[network[0]] and is_container_network(interface, host)
    ]
    if not found:
        return []
    listed = []
    for element in match_list.elements:
        networks = list(networks_in(element))
        if not networks and not isinstance(element.content, Pattern):
            return []  # a table that only Postfix can ask may have any network in it
        listed += networks
    said = Ranges(listed)
    return [(interface, network) for interface, network in found if not said.touch(network)]


def _moved(gone: list[Listed], candidates: list[Candidate]) -> dict[Parsed, Candidate]:
    """The networks that an interface has left, with where it is now. What is not clear is left out."""
    where: dict[Parsed, Candidate] = {}
    for _element, network in gone:
        if not is_private(network[1]):
            continue
        at_home = [one for one in candidates if home_of(one[0].name) == network]
        near = at_home or [one for one in candidates if home_of(one[0].name) != one[1] and _is_next_to(network, one[1])]
        if len(near) == 1:
            where[network] = near[0]
    taken = list(where.values())
    return {network: candidate for network, candidate in where.items() if taken.count(candidate) == 1}


def _is_next_to(network: Parsed, other: Parsed) -> bool:
    """Whether two networks are of one size, and at most ``_NEAR`` places apart."""
    family, packed, length = network
    if (family, length) != (other[0], other[2]):
        return False
    first, second = (int.from_bytes(one, "big") >> BITS[family] - length for one in (packed, other[1]))
    return abs(first - second) <= _NEAR


def _moved_finding(match_list: MatchList, element: Element, network: Parsed, candidate: Candidate) -> Finding:
    interface, now = candidate
    suggestion = pattern_text(*now)
    if not isinstance(element.content, Pattern):
        suggestion = f"put {cidr_text(*now)} in the place of {cidr_text(*network)} in this table"
    there = f"{interface.name} is in {cidr_text(*now)}, which the list does not have"
    remark = f"no interface is in {cidr_text(*network)}, and {there}"
    return Finding("moved-network", "", element.place, element.text, suggestion, remark, match_list.parameter)


def _stale_finding(
    match_list: MatchList, element: Element, network: Parsed, on_host: list[Candidate], others: list[Listed]
) -> Finding:
    remark = f"no interface is in {cidr_text(*network)}, and no route but a default one leads there"
    suggestion = f"take {cidr_text(*network)} out if its clients are gone"
    for interface, other in on_host:
        if _is_next_to(network, other):
            remark += f"; {interface.name} is in {cidr_text(*other)}, next to it"
            suggestion += f", or write {cidr_text(*other)} if this is the same network with a new number"
            break
    if others:
        remark += f"; the same holds for {len(others)} more, such as {cidr_text(*others[0][1])}"
    return Finding("stale-network", "", element.place, element.text, suggestion, remark, match_list.parameter)
