"""Laws of what an explanation counts, held to ``ipaddress`` and to the decision about each single address."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from hypothesis import given, strategies as st
from support.made import address, host

from ifdiscover import MatchList, explain_mynetworks, mynetworks
from ifdiscover.errors import NoActiveInterfaceError

if TYPE_CHECKING:
    from ifdiscover import ExplainedList, Host

HERE = host(
    address("192.0.2.5", "255.255.255.0"),
    address("192.0.2.9", "255.255.255.0"),
    address("2001:db8::5", "ffff:ffff:ffff:ffff::"),
)
CORNER = [f"192.0.2.{number}" for number in range(16)] + [f"2001:db8::{number:x}" for number in range(16)]


@st.composite
def words(draw: st.DrawFn) -> str:
    """A word of a list, about a few addresses: networks that hold each other, exclusions, faults, tables and names."""
    length = draw(st.integers(28, 32))
    number = draw(st.integers(0, 15)) >> (32 - length) << (32 - length)
    plain = st.sampled_from(
        [
            f"192.0.2.{number}/{length}",
            f"192.0.2.{number}",
            f"[192.0.2.{number}]",
            f"[2001:db8::{number:x}]/{length + 96}",
            "192.0.2.1/28",  # host bits: 451
            "[2001:db8::1]/124",
            "www.example.com",
            f"cidr:{{{{192.0.2.{number}/{length} x}},{{2001:db8::/126 x}}}}",
            "inline:{www.example.com=x}",
            f"inline:{{{{192.0.2.{number} = x}}}}",
            "fail:x",
            "nonsense:x",
        ]
    )
    return draw(st.sampled_from(["", "!", "!!"])) + draw(plain)


@given(st.lists(words(), max_size=6))
def test_every_number_is_that_of_the_single_decisions(listed_words: list[str]) -> None:
    """What a list trusts, what each element decides, and what is taken away from it; counted one by one."""
    text = " ".join(listed_words)
    listed = MatchList(text)
    explained = explain_mynetworks(HERE, mynetworks=text).explained
    decisions = {client: listed.decide(client) for client in CORNER}
    firsts = {client: decision.number or 0 for client, decision in decisions.items()}
    trusted = [client for client, decision in decisions.items() if decision.trusted]
    own = {str(one) for one in HERE.addresses}
    for total, is_ipv6 in zip(explained.totals, (False, True)):
        of_family = [client for client in trusted if (":" in client) is is_ipv6]
        assert (total.count, total.strangers) == (len(of_family), len(set(of_family) - own))
    for one in explained.elements:
        if one.count is None:
            assert one.kind in ("name", "table", "unusable")
            continue
        alone = MatchList(one.element.text.lstrip("!"))
        members = [client for client in CORNER if alone.decide(client).trusted]
        assert one.count == len(members)
        assert {str(found) for found in one.own} == own.intersection(members)
        assert one.strangers == len(members) - len(one.own)
        assert one.decided == sum(firsts[client] == one.number for client in members)
        refusing = [firsts[c] for c in members if firsts[c] < one.number and not decisions[c].trusted]
        assert (one.excluded, one.excluded_by) == (len(refusing), tuple(sorted(set(refusing))))


@st.composite
def small_hosts(draw: st.DrawFn) -> Host:
    """Hosts whose networks hold each other and meet, of both families."""
    four = st.builds(
        lambda net, last, length: address(
            f"{net}.{last}", str(ipaddress.ip_network(f"0.0.0.0/{length}").netmask), scope_id=0
        ),
        st.sampled_from(["192.0.2", "192.0.3", "10.0.0", "127.0.0", "172.16.1"]),
        st.integers(1, 254),
        st.integers(1, 32),
    )
    six = st.builds(
        lambda net, last, length: address(f"{net}::{last:x}", str(ipaddress.ip_network(f"::/{length}").netmask)),
        st.sampled_from(["2001:db8", "2001:db8:1", "fe80", ""]),
        st.integers(1, 64),
        st.integers(1, 128),
    )
    odd = st.sampled_from([address("192.0.2.77"), address("10.9.8.7", "255.0.255.0")])
    return host(*draw(st.lists(st.one_of(four, six, odd), min_size=1, max_size=7)))


def networks_of(explained: ExplainedList, version: int) -> Any:
    """The networks of a computed list as ``ipaddress`` collapses them."""
    found = [one.network for one in explained.networks or () if one.network.version == version]
    return list(ipaddress.collapse_addresses(found))  # type: ignore[type-var]  # they are of one version


def size(networks: Any) -> int:
    """How many addresses they have, without overlaps."""
    return sum(network.num_addresses for network in ipaddress.collapse_addresses(networks))


@given(small_hosts())
def test_totals_and_differences_of_styles_are_those_of_ipaddress(made: Host) -> None:
    """Each address counts once; union, difference and own addresses agree, and own ones and strangers are all."""
    try:
        explanation = explain_mynetworks(made, style="host")
    except NoActiveInterfaceError:
        return
    by_style = {one.style: one for one in explanation.styles}
    assert list(by_style) == ["class", "subnet", "host"]
    own = {one.ip for one in made.addresses}
    loopback = ipaddress.ip_network("127.0.0.0/8")
    for explained in by_style.values():
        for total, version in zip(explained.totals, (4, 6)):
            networks = networks_of(explained, version)
            assert total.count == size(networks)
            outside = [ip for ip in own if ip.version == version and any(ip in one for one in networks)]
            inside = [one for one in networks if version == 4 and one.overlaps(loopback)]
            loops = sum(min(one.num_addresses, loopback.num_addresses) for one in inside)
            expected = loops + sum(not ip.is_loopback or version == 6 for ip in outside)
            assert total.count - total.strangers == expected
        for one in explained.elements:
            assert one.count is not None
            assert one.strangers is not None
            network = ipaddress.ip_network(one.element.text.replace("[", "").replace("]", ""))
            assert {found.ip for found in one.own} == {ip for ip in own if ip in network}
            assert 0 <= one.strangers <= one.count
        for beyond in explained.beyond:
            other = by_style[beyond.style]
            expected = 0
            for version in (4, 6):
                theirs = networks_of(other, version)
                expected += size([*networks_of(explained, version), *theirs]) - size(theirs)
            assert sum(count for _element, count in beyond.elements) == expected


@given(small_hosts())
def test_each_address_makes_a_network_or_is_left_out(made: Host) -> None:
    """With the reason."""
    try:
        explanation = explain_mynetworks(made, style="subnet")
    except NoActiveInterfaceError:
        return
    sources = [one for explained in explanation.explained.elements for one in explained.element.place.sources]
    left_out = [one.address for one in explanation.left_out]
    assert {*map(str, sources), *map(str, left_out)} == set(map(str, made.addresses))
    assert not set(sources).intersection(left_out)
    assert all(one.reason for one in explanation.left_out)


@given(small_hosts(), st.sampled_from(["class", "subnet", "host"]))
def test_the_explained_elements_are_the_networks_in_order(made: Host, style: str) -> None:
    """And what made each are its sources."""
    try:
        networks = mynetworks(made, style=style)
    except NoActiveInterfaceError:
        return
    explained = explain_mynetworks(made, style=style).explained
    assert explained.networks == networks
    assert [one.element.text for one in explained.elements] == [str(network) for network in networks]
    assert [one.element.place.sources for one in explained.elements] == [network.sources for network in networks]
    assert [one.number for one in explained.elements] == list(range(1, len(networks) + 1))
