"""One list of many hosts trusts what their own lists trust, and names what cannot be."""

from __future__ import annotations

import copy
import pickle
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, strategies as st
from support.made import ETH0, address, host, hosts

from ifdiscover import MergedNetworks, StyleError, merged_networks, mynetworks
from ifdiscover._merging.merged import MOST_KEPT, Merging
from ifdiscover.errors import IfdiscoverError, ProtocolsError
from ifdiscover.model import BSD_FLAGS, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP, Host, Interface, Recorded

LO = Interface("lo", 1, IFF_UP | IFF_LOOPBACK)
DOCKER0 = Interface("docker0", 3, IFF_UP, kind="bridge")
TUN0 = Interface("tun0", 4, IFF_UP | IFF_POINTOPOINT, kind="tun")
DUMMY = Interface("kube-ipvs0", 5, IFF_UP, kind="dummy")
NARROW = {4: "255.255.255.255", 6: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}
ANYCAST = next(bit for bit, word in BSD_FLAGS.items() if word == "anycast")


def named(name: str | None, *texts: str, mask: str = "255.255.255.0", interface: Interface = ETH0, **more: Any) -> Host:
    """A recorded host with these addresses, all on one interface; those of IPv6 have /64."""
    found = []
    for text in texts:
        netmask = "ffff:ffff:ffff:ffff::" if ":" in text and mask not in NARROW.values() else mask
        found.append(address(text, netmask, **more)._replace(interface=interface))
    return host(*found, recorded=Recorded(name, None, "Linux 6.1 x86_64", None))


def shared(*given_hosts: Host) -> list[tuple[str, bool]]:
    """The addresses that several of the hosts have, and whether that is a fault."""
    return [(str(one), one.is_fault) for one in merged_networks(given_hosts, style="subnet").shared]


@given(st.lists(hosts(), max_size=4), st.sampled_from(["class", "subnet", "host"]))
def test_the_list_trusts_what_the_hosts_own_lists_trust(found: list[Host], style: str) -> None:
    """The first and the last address of each host's networks are in it; each network has hosts behind it."""
    merged = merged_networks(found, style=style)
    skipped = 0
    for one in found:
        try:
            own = mynetworks(one, style=style)
        except IfdiscoverError:
            skipped += 1
            continue
        for network in own:
            outer: list[Any] = [outer.network for outer in merged if outer.family == network.family]
            inner: Any = network.network
            assert any(inner.subnet_of(candidate) for candidate in outer)
    assert merged.skipped_count == skipped
    assert all(network.hosts for network in merged)


def test_each_network_has_the_hosts_behind_it() -> None:
    """Those of all parts that were joined, each once, in the order in which they were read."""
    a = named("a", "192.0.2.1", "192.0.2.129", mask="255.255.255.128")
    b = named("b", "192.0.2.200", mask="255.255.255.128")
    merged = merged_networks([b, a, named("c", "198.51.100.1")], style="subnet")
    assert [(str(network), network.cidr, network.hosts) for network in merged] == [
        ("192.0.2.0/24", "192.0.2.0/24", ("b", "a")),
        ("198.51.100.0/24", "198.51.100.0/24", ("c",)),
    ]
    assert (str(merged), merged.host_count) == ("192.0.2.0/24 198.51.100.0/24", 3)


def test_ipv6_is_in_brackets_for_postfix_alone() -> None:
    """``str()`` and ``cidr`` are two spellings of one network."""
    (network,) = merged_networks([named("a", "2001:db8::1")], style="subnet")
    assert (str(network), network.cidr, str(network.network)) == ("[2001:db8::]/64", "2001:db8::/64", "2001:db8::/64")


def test_an_address_of_two_hosts_is_a_fault() -> None:
    """A private one too, unless the networks are apart, which only people know."""
    assert shared(named("a", "192.0.2.1"), named("b", "192.0.2.1"), named("c", "192.0.2.2")) == [("192.0.2.1", True)]
    (private,) = merged_networks([named("a", "10.0.0.1"), named("b", "10.0.0.1")]).shared
    assert private.is_fault
    assert "unless these hosts are in private networks apart" in private.reason
    assert [(owner.host, owner.interface_name) for owner in private.owners] == [("a", "eth0"), ("b", "eth0")]
    assert str(private.ip) == "10.0.0.1"


def test_an_address_that_never_leaves_the_link_is_none_that_two_hosts_have() -> None:
    """Every host has 127.0.0.1 and ::1, and any may have the same link-local address on another link."""
    texts = ("127.0.0.1", "169.254.1.1", "::1", "fe80::1")
    assert shared(named("a", *texts), named("b", *texts)) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda name: named(name, "172.17.0.1", interface=DOCKER0),
        lambda name: named(name, "192.0.2.53", mask=NARROW[4], interface=LO),
        lambda name: named(name, "10.96.0.1", mask=NARROW[4], interface=DUMMY),
        lambda name: named(name, "2001:db8::53", flags=ANYCAST),
        lambda name: named(name, "10.8.0.1", interface=TUN0),
    ],
    ids=["bridge of containers", "anycast service", "dummy", "anycast address", "tunnel"],
)
def test_an_address_that_is_meant_to_be_on_many_hosts_is_only_remarked(make: Any) -> None:
    """Also beside one host that has it elsewhere, as a load balancer; two such hosts are a fault again."""
    (only,) = merged_networks([make("a"), make("b")]).shared
    assert (only.is_fault, only.reason) == (False, f"no fault: {only.owners[0].excuse}")
    text = str(only)
    assert shared(make("a"), make("b"), named("c", text)) == [(text, False)]
    assert shared(make("a"), named("c", text), named("d", text)) == [(text, True)]


def test_an_address_that_every_host_has_is_only_remarked() -> None:
    """Of few hosts it is a fault: they may be copies of one image."""
    every = [named(name, "192.0.2.1", f"198.51.100.{number}") for number, name in enumerate("abcde")]
    assert shared(*every) == [("192.0.2.1", False)]
    assert shared(*every[1:]) == [("192.0.2.1", True)]
    assert shared(*every, named("f", "198.51.100.9")) == [("192.0.2.1", True)]


def test_a_tunnels_public_address_is_no_convention() -> None:
    """Only private ones are given by each tunnel's own plan."""
    assert shared(named("a", "192.0.2.1", interface=TUN0), named("b", "192.0.2.1", interface=TUN0)) == [
        ("192.0.2.1", True)
    ]


def test_faults_come_before_what_is_remarked() -> None:
    """In ascending order, IPv4 first."""
    makes = [
        host(
            *named(name, "203.0.113.9", "2001:db8::9", "192.0.2.9").addresses,
            *named(name, "172.17.0.1", interface=DOCKER0).addresses,
            recorded=Recorded(name),
        )
        for name in "ab"
    ]
    expected = [("192.0.2.9", True), ("203.0.113.9", True), ("2001:db8::9", True), ("172.17.0.1", False)]
    assert shared(*makes) == expected


def test_two_recordings_of_one_host_are_one_host() -> None:
    """Its addresses are no fault; a warning says that both count, since one of them may be old."""
    merged = merged_networks([named("a", "192.0.2.1"), named("a", "192.0.2.1", "192.0.2.2")])
    assert ([str(one) for one in merged], merged.shared, merged.host_count) == (
        ["192.0.2.1/32", "192.0.2.2/32"],
        (),
        1,
    )
    assert merged.warnings == ("host a: again: both count, with all of their addresses; leave out what is old",)


def test_hosts_without_a_name_are_different_hosts() -> None:
    """They are called by their place."""
    merged = merged_networks([named(None, "192.0.2.1"), named(None, "192.0.2.1")])
    assert [network.hosts for network in merged] == [("host 1", "host 2")]
    assert [one.is_fault for one in merged.shared] == [True]


def test_a_host_without_an_active_interface_is_skipped_and_counted() -> None:
    """The others are merged all the same."""
    down = Interface("eth0", 2, 0)
    merged = merged_networks([named("down", "192.0.2.1", interface=down), named("a", "192.0.2.2")])
    assert (str(merged), merged.skipped_count, merged.skipped[0].where) == ("192.0.2.2/32", 1, "host down")
    assert "could not find any active network interfaces" in merged.skipped[0].reason


def test_a_warning_about_a_host_has_its_name() -> None:
    """Whatever is wrong with it."""
    merged = merged_networks([named("a", "192.0.2.1", mask="0.0.0.0")], style="subnet")
    assert merged.warnings == ("host a: eth0: netmask of no bits: 192.0.2.1 makes Postfix trust everyone",)


def test_of_many_warnings_and_skipped_recordings_the_others_are_counted() -> None:
    """What is kept does not grow with the faults of a stranger's file."""
    merging = Merging("subnet", "all")
    for number in range(MOST_KEPT + 5):
        merging.add(named(f"h{number}", "192.0.2.1", mask="0.0.0.0"))
        merging.add(named(f"d{number}", "192.0.2.1", interface=Interface("eth0", 2, 0)))
    merged = merging.result()
    assert (len(merged.warnings), merged.warnings[-1]) == (MOST_KEPT + 1, "and 5 warnings more")
    assert (len(merged.skipped), merged.skipped_count) == (MOST_KEPT, MOST_KEPT + 5)


@pytest.mark.parametrize(
    ("more", "error"), [({"style": "net"}, StyleError), ({"inet_protocols": "v4"}, ProtocolsError)]
)
def test_a_bad_value_is_refused_before_any_host_is_read(more: dict[str, str], error: type[Exception]) -> None:
    """It would otherwise be every host's fault."""
    with pytest.raises(error):
        merged_networks(iter([]), **more)


def test_protocols_are_those_of_the_parameter() -> None:
    """As of mynetworks()."""
    both = named("a", "192.0.2.1", "2001:db8::1")
    assert str(merged_networks([both], inet_protocols="ipv6")) == "[2001:db8::1]/128"


def test_a_list_can_be_copied_and_pickled() -> None:
    """With all that it carries."""
    merged = merged_networks([named("a", "192.0.2.1"), named("b", "192.0.2.1")])
    for again in (copy.deepcopy(merged), pickle.loads(pickle.dumps(merged))):
        assert isinstance(again, MergedNetworks)
        assert (again, again.shared, again.style) == (merged, merged.shared, "host")
    assert repr(merged) == "MergedNetworks('192.0.2.1/32', style='host', host_count=2)"


def test_hosts_are_not_kept() -> None:
    """Of a thousand hosts more with the same networks there are only their names, and a number for each network."""

    def size_after(count: int) -> int:
        tracemalloc.start()
        try:
            merging = Merging("subnet", "all")
            for number in range(count):
                merging.add(named(f"host{number}.example.com", "127.0.0.1", "::1", "fe80::1", interface=LO))
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    size_after(10)  # what is imported and remembered at the first use
    per_host = (size_after(2000) - size_after(1000)) / 1000
    assert per_host < 400  # bytes; the host alone, without its addresses, has more
