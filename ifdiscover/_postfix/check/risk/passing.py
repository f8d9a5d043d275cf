"""Computed networks that hang on something that passes, or that the mask of an interface does not say."""

from __future__ import annotations

from _socket import AF_INET

from ifdiscover._packed import is_loopback
from ifdiscover._postfix.active_addresses import listing_of
from ifdiscover._postfix.check.risk.public import count_text, has_strangers, span_of
from ifdiscover._postfix.check.risk.strangers import mended
from ifdiscover._postfix.syntax.findings import MEDIUM, Finding, Place
from ifdiscover.model import ASSUMED, BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.active_addresses import Addresses
    from ifdiscover._postfix.mynetworks import Network, Networks
    from ifdiscover.model import Address, Host

_DUPLICATE = "dadfailed"
_PASSING = ("temporary", "deprecated", "tentative", "detached")
_MUCH = 8  # bits by which a class is much wider than a netmask: 256 times as many addresses
_LINK = 31  # a netmask from here on is that of one address, or of a pair
_SHOWN = 5


def passing_trust(networks: Networks, own: Addresses, host: Host, place: Place) -> Iterator[Finding]:
    """The findings about a computed mynetworks that trusts what passes, or what no netmask of the host says.

    Args:
        networks: what Postfix computes.
        own: Postfix's own addresses, from which it does.
        host: the host with them.
        place: where main.cf sets the style.
    """
    if networks.style == "host":
        yield from _of_states(networks)
        return
    if networks.style == "class":
        yield from _of_classes(networks, own, place)
    if listing_of(host).knows_ipv6_netmasks:  # otherwise Postfix assumes them too
        assumed = [
            address
            for address in own
            if address.netmask_origin == ASSUMED and not is_loopback(address.family, address.packed)
        ]
        if assumed:
            remark = (
                f"backend {host.backend} assumes /128 of {_names(assumed)}, and Postfix sees the netmask of the kernel"
            )
            yield Finding(
                "assumed-netmask", "", Place(sources=tuple(assumed)), networks.style, "", remark, "mynetworks_style"
            )


def _of_states(networks: Iterable[Network]) -> Iterator[Finding]:
    """Addresses in style host that another host has, or that go soon."""
    passing: list[Address] = []
    for network in networks:
        flags = [set(address.flag_names or ()) for address in network.sources]
        if all(_DUPLICATE in words for words in flags):
            remark = "duplicate address detection failed (RFC 4862): another host on the link has this address"
            remedy = "remove this address, or give this host another one"
            place = Place(sources=network.sources)
            yield Finding("duplicate-address", "", place, str(network), remedy, remark, "mynetworks")
        elif not any(words.isdisjoint(_PASSING) for words in flags):
            passing += network.sources
    if passing:
        states = [f"{address} is {_state(address)}" for address in passing[:_SHOWN]]
        more = len(passing) - len(states)
        remark = ", ".join(states) + (f", and {more} more" if more else "")
        yield Finding("passing-address", "", Place(sources=tuple(passing)), "host", "", remark, "mynetworks_style")


def _state(address: Address) -> str:
    return " and ".join([word for word in _PASSING if word in (address.flag_names or ())])


def _of_classes(networks: Iterable[Network], own: Addresses, place: Place) -> Iterator[Finding]:
    """Private networks of style class that have far more addresses than the host's netmasks say."""
    wider = [network for network in networks if _is_much_wider(network)]
    if not wider:
        return
    texts = []
    for network in wider[:_SHOWN]:
        first, end = span_of((network.family, network.packed, network.prefixlen))
        shortest = _shortest(network)
        source = next(address for address in network.sources if _length(address) == shortest)
        own_size = 1 << BITS[AF_INET] - shortest
        has = "has no network of its own" if own_size == 1 else f"has {count_text(own_size)} in its netmask"
        texts.append(f"{network}: {count_text(end - first)} addresses, and {source} on {source.interface.name} {has}")
    more = len(wider) - len(texts)
    remark = "; ".join(texts) + (f"; and {more} more networks" if more else "")
    sources = tuple(address for network in wider for address in network.sources)
    yield Finding(
        "class-too-wide",
        place=place if place.file else Place(sources=sources),
        element="class",
        suggestion=mended(own),
        remark=remark,
        parameter="mynetworks_style",
        own_severity=MEDIUM if any(_shortest(network) >= _LINK for network in wider) else "",
    )


def _is_much_wider(network: Network) -> bool:
    """Whether it is; one with strangers has a finding already, and loopback is one network of any length."""
    parsed = network.family, network.packed, network.prefixlen
    if network.family != AF_INET or has_strangers(parsed) or is_loopback(network.family, network.packed):
        return False
    return _shortest(network) - network.prefixlen >= _MUCH


def _shortest(network: Network) -> int:
    """The prefix length of the widest netmask among the addresses that a network comes from."""
    return min(map(_length, network.sources))


def _length(address: Address) -> int:
    """Its prefix length; that of one address if its netmask is not contiguous."""
    return BITS[AF_INET] if address.prefixlen is None else address.prefixlen


def _names(addresses: list[Address]) -> str:
    more = len(addresses) - _SHOWN
    return ", ".join(map(str, addresses[:_SHOWN])) + (f" and {more} more" if more > 0 else "")
