"""Networks of many hosts become as few as those of ``ipaddress.collapse_addresses()``, and no others."""

import ipaddress
from _socket import AF_INET, AF_INET6
from random import Random
from typing import Any

from hypothesis import given, strategies as st

from ifdiscover import Network, discover, mynetworks
from ifdiscover._merging.collapse import collapsed, grouped, number_of, of_number
from ifdiscover.model import BITS


def standard(network: Network) -> Any:
    """The standard library's network, of either class."""
    return network.network


def network(text: str, sources: Any = ()) -> Any:
    """A network from its text."""
    made = ipaddress.ip_network(text)
    return Network(AF_INET if made.version == 4 else AF_INET6, made.network_address.packed, made.prefixlen, sources)


@st.composite
def networks_of(draw: st.DrawFn, family: int) -> list[Network]:
    """Networks close to each other, so that they cover each other and join; sometimes everywhere."""
    bits = BITS[family]
    found = []
    for _ in range(draw(st.integers(0, 40))):
        prefixlen = draw(st.one_of(st.integers(bits - 6, bits), st.integers(0, bits)))
        address = draw(st.one_of(st.integers(0, 63), st.integers(0, (1 << bits) - 1)))
        first = (address >> bits - prefixlen) << bits - prefixlen
        found.append(Network(family, first.to_bytes(bits // 8, "big"), prefixlen, ()))
    return found


@given(networks_of(AF_INET), networks_of(AF_INET6), st.randoms())
def test_what_is_left_is_what_ipaddress_leaves(ipv4: list[Network], ipv6: list[Network], random: Random) -> None:
    """Of each family the result equals collapse_addresses(), whatever the order of what is given."""
    given_networks = [*ipv4, *ipv6]
    random.shuffle(given_networks)
    expected = [
        *ipaddress.collapse_addresses(map(standard, ipv4)),
        *ipaddress.collapse_addresses(map(standard, ipv6)),
    ]
    assert [one.network for one in collapsed(given_networks)] == expected


@given(st.sampled_from([AF_INET, AF_INET6]).flatmap(networks_of))
def test_each_network_is_in_the_group_of_the_one_that_covers_it(found: list[Network]) -> None:
    """The groups are all that was given, each once, and each within the network that is left for it."""
    for family in {one.family for one in found}:
        ordered = sorted({number_of(one.packed, one.prefixlen) for one in found})
        groups = grouped(ordered, BITS[family])
        assert [number for _, inner in groups for number in inner] == ordered
        for number, inner in groups:
            outer = Network(family, *of_number(number, family), ())
            assert all(
                standard(Network(family, *of_number(one, family), ())).subnet_of(standard(outer)) for one in inner
            )


def test_both_halves_of_everything_are_everything() -> None:
    """The widest network has no sibling to join."""
    halves = [network("0.0.0.0/1"), network("128.0.0.0/1"), network("::/1"), network("8000::/1")]
    assert list(map(str, collapsed(halves))) == ["0.0.0.0/0", "[::]/0"]


def test_sources_of_what_is_joined_are_kept() -> None:
    """The sources of all networks that one covers are its own."""
    parts = [("192.0.2.128/25", ("b",)), ("192.0.2.0/25", ("a",)), ("192.0.2.7/32", ("c",))]
    joined: Any = collapsed([network(text, sources) for text, sources in parts])
    assert [(str(one), one.sources) for one in joined] == [("192.0.2.0/24", ("a", "c", "b"))]
    twice: Any = collapsed([network("192.0.2.0/24", ("a",)), network("192.0.2.0/24", ("b",))])
    assert [one.sources for one in twice] == [("a", "b")]


def test_nothing_is_left_of_nothing() -> None:
    """An empty list is no error."""
    assert collapsed([]) == ()


def test_this_hosts_networks_cover_its_addresses() -> None:
    """What mynetworks() gives can be given."""
    found = mynetworks(discover(), style="subnet")
    left = collapsed(found)
    assert {address for one in left for address in one.sources} == {address for one in found for address in one.sources}
