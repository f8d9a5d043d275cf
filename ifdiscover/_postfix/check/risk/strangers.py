"""Public addresses that a network trusts beside this host's own."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._host.ranges import is_private
from ifdiscover._packed import cut, is_ipv6_link_local, is_loopback, pattern_text, text_of
from ifdiscover._postfix.check.elements.order import networks_of
from ifdiscover._postfix.check.risk.public import (
    LONGEST_WIDE,
    count_text,
    has_strangers,
    is_most_of_all,
    is_shared,
    public_between,
    span_of,
)
from ifdiscover._postfix.syntax.findings import HIGH, INFO, LOW, MEDIUM, SEVERITIES, Finding, Place
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.active_addresses import Addresses
    from ifdiscover._postfix.check.risk.reach import Reach
    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.mynetworks import Network, Networks
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.networks import Parsed
    from ifdiscover.model import Address, Host, Interface

_LINK = {AF_INET: 30, AF_INET6: 126}  # from here on a network has one other host: the router, or the peer
_ONE_CUSTOMERS = 64  # an IPv6 network of this length or a longer one is often one customer's
_ROUTED = {AF_INET: 24, AF_INET6: 48}  # the Internet routes no longer ones, and so a site may own one of these
_SHOWN = 5


def strangers_of_style(
    networks: Networks, own: Addresses, host: Host, configuration: Configuration, level: str
) -> Iterator[Finding]:
    """The finding about the public networks that Postfix computes, at most one.

    Args:
        networks: what it computes.
        own: Postfix's own addresses, from which it does.
        host: the host with all its addresses.
        configuration: says whether the style is set.
        level: the value of compatibility_level.
    """
    strange = _strange(networks)
    if not strange:
        return
    is_set = configuration.is_set("mynetworks_style")
    severities = [_severity(network, _with_private(own), is_set=is_set) for network in strange]
    severity = min(severities, key=SEVERITIES.index)
    suggestion = "" if severity == INFO else mended(own)
    remark = _arithmetic(strange, host)
    if not is_set:
        is_missing = not configuration.is_set("compatibility_level")
        why = "no compatibility_level is set" if is_missing else f"compatibility_level is {level}"
        remark = f"{why}, and so the style is {networks.style}: {remark}"
        if suggestion == "mynetworks_style = host":
            remark += "; compatibility_level = 2 makes the style host too, and changes other defaults"
    place = configuration.place_of("mynetworks_style")
    yield Finding(
        "strangers",
        place=place if place.file else Place(sources=tuple(one for network in strange for one in network.sources)),
        element=networks.style,
        suggestion=suggestion,
        remark=remark,
        parameter="mynetworks_style",
        own_severity=severity,
    )


def mended(own: Addresses) -> str:
    """The setting that trusts no public address but this host's own, and the private networks that the netmasks say."""
    from ifdiscover._postfix.mynetworks import networks_of as computed  # a list that is set needs nothing computed

    networks = computed(own, "subnet")
    private = _with_private(own)
    narrowed = {
        network
        for network in networks
        if has_strangers(_parsed(network)) and _severity(network, private, is_set=True) != INFO
    }  # one of no bits is among them
    if not any(_is_strange(network) or not network.prefixlen for network in narrowed):
        return "mynetworks_style = subnet"
    if not any(network not in narrowed and _has_clients(network) for network in networks):
        return "mynetworks_style = host"
    kept: dict[str, None] = {}
    for network in networks:
        own_alone = [pattern_text(a.family, a.packed, BITS[a.family]) for a in network.sources]
        kept.update(dict.fromkeys(own_alone if network in narrowed else [str(network)]))
    return f"mynetworks = {' '.join(kept)}"


def strangers_of_list(match_list: MatchList, reach: Reach, host: Host) -> Iterator[Finding]:
    """The findings about public networks of this host in a list: the administrator has written them himself.

    Args:
        match_list: the list.
        reach: what its elements trust.
        host: the host that Postfix runs on.
    """
    own = _Own(host)
    for number, element in enumerate(match_list.elements):
        if element.negated:
            continue
        for network in networks_of(element):
            if not _is_own_size(network) or not has_strangers(network):
                continue
            inside = own.inside(network)
            others = reach.addresses(network, number) - len(inside) if inside else 0
            if others <= 0:
                continue
            family, _packed, length = network
            is_overlay = is_shared(network) and all(address.prefixlen == BITS[family] for address in inside)
            may_be_own = length >= _ROUTED[family]
            addresses = [text_of(address.packed) for address in inside[:_SHOWN]]
            yield Finding(
                "strangers",
                place=element.place,
                element=element.text,
                remark=f"{_count(network, inside, others)}; this host is {' '.join(addresses)}",
                parameter=match_list.parameter,
                own_severity=INFO if may_be_own or is_overlay else LOW,
            )


def _is_own_size(network: Parsed) -> bool:
    """Whether a network is neither wide, which is another finding, nor one host and its router."""
    family, _packed, length = network
    return (length > LONGEST_WIDE[family] or (is_shared(network) and length >= 10)) and length < _LINK[family]


class _Own:
    """The addresses of a host, by network."""

    def __init__(self, host: Host) -> None:
        self._addresses = {(address.family, address.packed): address for address in host.addresses}
        self._by_length: dict[tuple[int, int], dict[bytes, list[Address]]] = {}

    def inside(self, network: Parsed) -> list[Address]:
        """The addresses inside a network, each once; none if the host takes the whole network for its own."""
        family, packed, length = network
        found = self._by_length.get((family, length))
        if found is None:
            found = self._by_length[family, length] = {}
            for (its_family, its_packed), address in self._addresses.items():
                if its_family == family:
                    found.setdefault(cut(its_packed, length), []).append(address)
        inside = found.get(packed, [])
        return [] if any(_is_all_local(address, length) for address in inside) else inside


def _is_all_local(address: Address, length: int) -> bool:
    """Whether the host itself has every address of its network of this length, as Linux has of an address on lo."""
    on_loopback = address.family == AF_INET and address.interface.is_loopback
    return bool(on_loopback) and address.prefixlen is not None and address.prefixlen <= length


def _strange(networks: Iterable[Network]) -> list[Network]:
    """The networks with strangers."""
    return [network for network in networks if _is_strange(network)]


def _is_strange(network: Network) -> bool:
    """Whether a network has strangers; one of no bits is everybody, and has a finding of its own."""
    return (
        0 < network.prefixlen < _LINK[network.family]
        and has_strangers(_parsed(network))
        and not any(_is_all_local(address, network.prefixlen) for address in network.sources)
    )


def _parsed(network: Network) -> Parsed:
    return network.family, network.packed, network.prefixlen


def _has_clients(network: Network) -> bool:
    """Whether a private network has hosts beside this one."""
    family, packed, length, _sources = network
    is_apart = is_loopback(family, packed) or is_ipv6_link_local(packed) or packed[:2] == b"\xa9\xfe"
    return not is_apart and length < _LINK[family]


def _with_private(addresses: Iterable[Address]) -> set[Interface]:
    """The interfaces that have a private IPv4 address: IPv6 of such a link is the site's own too."""
    return {one.interface for one in addresses if one.family == AF_INET and is_private(one.packed)}


def _severity(network: Network, private: set[Interface], *, is_set: bool) -> str:
    """How severe it is to trust the strangers of a network.

    Args:
        network: a network that Postfix computes.
        private: the result of ``_with_private()``.
        is_set: whether the style is set.
    """
    family, _packed, length, sources = network
    if is_most_of_all(family, public_between(family, *span_of(_parsed(network)))):
        return HIGH
    if length < _ONE_CUSTOMERS:  # so is every IPv4 network
        return MEDIUM
    if all(address.interface in private for address in sources):
        return INFO
    return LOW if is_set else MEDIUM  # often it is one customer's; if nobody chose the style, nobody said that it is


def _arithmetic(strange: list[Network], host: Host) -> str:
    own = _Own(host)
    texts = []
    for network in strange[:_SHOWN]:
        parsed = _parsed(network)
        first, end = span_of(parsed)
        inside = own.inside(parsed)
        texts.append(_count(parsed, inside, end - first - len(inside)))
    more = len(strange) - len(texts)
    return "; ".join(texts) + (f"; and {more} more networks" if more > 0 else "")


def _count(network: Parsed, inside: list[Address], others: int) -> str:
    """The arithmetic of a network: ``198.51.100.0/24: 256 addresses, 255 of them not this host's``."""
    first, end = span_of(network)
    size = end - first
    text = f"{pattern_text(*network)}: {count_text(size)} addresses"
    if size - len(inside) == others and others >= 1 << 33:
        return f"{text}, all but {len(inside)} of them not this host's"
    return f"{text}, {count_text(others)} of them not this host's" + (
        "" if size - len(inside) == others else " and not excluded"
    )
