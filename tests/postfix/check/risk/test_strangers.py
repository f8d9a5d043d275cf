"""Public addresses that a network trusts beside this host's own."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from support.made import address, host
from support.namespaces import Namespace
from support.need import need
from support.postfix.checks import found_in, run_check
from support.postfix.live_smtpd import NOT_TRUSTED, TRUSTED, Smtpd, why_no_smtpd

from ifdiscover._postfix.active_addresses import find_active
from ifdiscover._postfix.check.parameters import check
from ifdiscover._postfix.check.risk.strangers import mended
from ifdiscover.model import IFF_LOOPBACK, IFF_UP, Interface

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Address, Host

LO = Interface("lo", 1, IFF_UP | IFF_LOOPBACK)
ETH1 = Interface("eth1", 3, IFF_UP)


def at(text: str, on: Interface | None = None) -> Address:
    """An address with its prefix length, on eth0 or another interface."""
    written = ipaddress.ip_interface(text)
    made = address(str(written.ip), str(written.netmask))
    return made if on is None else made._replace(interface=on)


def machine(*texts: str, private: str = "") -> Host:
    """A host with loopback, these addresses on eth0, and one on eth1."""
    own = [at("127.0.0.1/8", LO), *map(at, texts)]
    return host(*own, *([at(private, ETH1)] if private else []), at("::1/128", LO))


VPS = machine("198.51.100.4/24", "2001:db8:4::4/64", "fe80::4/64")
CLOUD = machine("198.18.37.9/20")
OLD = "myhostname = mail.example.com\n"
NEW = OLD + "compatibility_level = 3.6\n"
SUBNET = NEW + "mynetworks_style = subnet\n"
CLASS = NEW + "mynetworks_style = class\n"


def strangers(text: str, on: Host) -> list[Finding]:
    """The findings about strangers."""
    return [found for found in found_in(text, on) if found.kind == "strangers"]


def test_the_field_case_of_a_provider_whose_subnet_no_level_chose() -> None:
    """subnet-of-strangers: both families in one finding, with the arithmetic and what makes the style host."""
    (found,) = found_in(OLD + "inet_interfaces = all\n", VPS)
    assert (found.kind, found.severity, found.parameter) == ("strangers", "medium", "mynetworks_style")
    assert found.suggestion == "mynetworks_style = host"
    assert "no compatibility_level is set, and so the style is subnet" in found.remark
    assert "198.51.100.0/24: 256 addresses, 255 of them not this host's" in found.remark
    assert "[2001:db8:4::]/64: 2^64 addresses, all but 1 of them not this host's" in found.remark
    assert "compatibility_level = 2" in found.remark
    assert str(found.place) == "198.51.100.4 on eth0, 2001:db8:4::4 on eth0"
    for line in (found.suggestion, "compatibility_level = 2"):
        assert found_in(f"{OLD}{line}\n", VPS) == []


@pytest.mark.parametrize(("level", "says"), [("1", "compatibility_level is 1, and so"), ("0", "is 0, and so")])
def test_an_old_level_is_named_as_what_chose_the_style(level: str, says: str) -> None:
    """Level 2 and up have style host."""
    (found,) = strangers(f"{OLD}compatibility_level = {level}\n", VPS)
    assert says in found.remark
    assert found.severity == "medium"


def test_a_style_that_is_written_is_told_at_its_line() -> None:
    """And no level is spoken of."""
    (found,) = strangers(SUBNET, CLOUD)
    assert (found.severity, found.element, found.place.line) == ("medium", "subnet", 3)
    assert found.remark == "198.18.32.0/20: 4,096 addresses, 4,095 of them not this host's"
    (found,) = strangers(CLASS, CLOUD)
    assert found.remark == "198.18.37.0/24: 256 addresses, 255 of them not this host's"
    assert found.suggestion == "mynetworks_style = host"


SEVERITIES = {
    "IPv4": (SUBNET, ["192.0.2.25/24"], ["medium"]),
    "IPv4, few": (SUBNET, ["192.0.2.25/28"], ["medium"]),
    "IPv4, the fewest": (SUBNET, ["192.0.2.25/29"], ["medium"]),
    "shared by a provider": (SUBNET, ["100.70.1.2/16"], ["medium"]),
    "IPv6 of one customer, style written": (SUBNET, ["2001:db8::25/64"], ["low"]),
    "IPv6 of one customer, style not written": (OLD, ["2001:db8::25/64"], ["medium"]),
    "IPv6 of a part of one customer's, style written": (SUBNET, ["2001:db8::25/80"], ["low"]),
    "IPv6 beside unique local IPv6": (SUBNET, ["fd00::25/64", "2001:db8::25/64"], ["low"]),
    "IPv6, wider": (SUBNET, ["2001:db8::25/48"], ["medium"]),
    "IPv6 beside private IPv4": (OLD, ["192.168.1.25/24", "2001:db8::25/64"], ["info"]),
    "IPv6, wider, beside private IPv4": (OLD, ["192.168.1.25/24", "2001:db8::25/56"], ["medium"]),
    "IPv6 beside private and public IPv4": (OLD, ["192.168.1.25/24", "2001:db8::25/64", "192.0.2.5/24"], ["medium"]),
    "a half of the Internet": (SUBNET, ["192.0.2.25/1"], ["high"]),
    "a class A": (CLASS, ["9.1.2.3/24"], ["medium"]),
    "a VPN of shared addresses, by class": (CLASS, ["100.70.1.2/32"], ["medium"]),
    "one address of one's own": (SUBNET, ["192.0.2.25/32", "2001:db8::25/128"], []),
    "a pair": (SUBNET, ["192.0.2.25/31", "2001:db8::25/127"], []),
    "a router beside it": (SUBNET, ["192.0.2.25/30", "2001:db8::25/126"], []),
    "a VPN of shared addresses": (SUBNET, ["100.70.1.2/32"], []),
    "private": (SUBNET, ["10.1.2.3/8", "172.16.0.1/12", "192.168.1.2/16", "fd00::5/8", "fe80::5/10"], []),
    "zeroconf": (SUBNET, ["169.254.3.4/16"], []),
    "style host": (NEW, ["192.0.2.25/24", "2001:db8::25/64"], []),
}


@pytest.mark.parametrize(("text", "addresses", "severities"), SEVERITIES.values(), ids=SEVERITIES)
def test_a_computed_network_is_as_severe_as_its_strangers(
    text: str, addresses: list[str], severities: list[str]
) -> None:
    """Private networks and a lone router have none."""
    found = strangers(text, machine(*addresses))
    assert [one.severity for one in found] == severities
    assert all(bool(one.suggestion) == (one.severity != "info") for one in found)


def test_everybody_is_not_told_as_strangers_too() -> None:
    """A netmask of no bits has its own finding."""
    assert [found.kind for found in found_in(SUBNET, machine("192.0.2.25/0", "2001:db8::1/128"))] == ["everyone"]


def test_a_network_on_loopback_is_all_this_hosts() -> None:
    """Linux has every address of such a network for its own."""
    on = host(at("127.0.0.1/8", LO), at("192.0.2.0/24", LO), at("198.51.100.4/32"), at("::1/128", LO))
    assert found_in(SUBNET + "inet_protocols = ipv4\n", on) == []
    assert strangers(NEW + "mynetworks = 192.0.2.0/24\n", on) == []
    assert strangers(NEW + "mynetworks = 192.0.2.0/25\n", on) == []
    assert len(strangers(NEW + "mynetworks = 192.0.0.0/16\n", on)) == 1


def test_this_hosts_own_addresses_are_counted_each_once() -> None:
    """However many of them Postfix uses."""
    on = machine("192.0.2.25/24", "192.0.2.26/24", "192.0.2.26/32", "192.0.2.27/24")
    (found,) = strangers(SUBNET + "inet_interfaces = 192.0.2.25\n", on)
    assert "192.0.2.0/24: 256 addresses, 253 of them not this host's" in found.remark


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, "; and 1 more networks"), (8, "; and 3 more networks")])
def test_five_networks_are_counted_out_and_the_others_named(count: int, more: str) -> None:
    """Each with its arithmetic."""
    (found,) = strangers(SUBNET, machine(*(f"192.0.{n}.25/24" for n in range(2, 2 + count))))
    told = "; ".join(f"192.0.{n}.0/24: 256 addresses, 255 of them not this host's" for n in range(2, 7))
    assert found.remark == told + more


@pytest.mark.parametrize(
    ("length", "remark"),
    [
        (95, "2^33 addresses, 8,589,934,591 of them not this host's"),
        (94, "2^34 addresses, all but 1 of them not this host's"),
    ],
)
def test_more_addresses_than_people_count_are_all_but_this_hosts(length: int, remark: str) -> None:
    """As no comma makes such a number clear."""
    (found,) = strangers(SUBNET, machine(f"2001:db8::1/{length}"))
    assert found.remark == f"[2001:db8::]/{length}: {remark}"


@pytest.mark.parametrize("beside", ["169.254.3.4/16", "10.8.0.6/32", "10.8.0.6/30"])
def test_a_private_network_without_clients_is_no_reason_to_keep_it(beside: str) -> None:
    """Nobody is lost to style host."""
    (found,) = strangers(SUBNET, machine("192.0.2.25/24", beside))
    assert found.suggestion == "mynetworks_style = host"


def test_the_suggestion_keeps_the_private_networks_of_this_host() -> None:
    """Their clients would be lost to style host."""
    on = machine("203.0.113.25/28", "2001:db8::25/64", private="10.20.30.25/16")
    (found,) = strangers(OLD, on)
    kept = "127.0.0.0/8 203.0.113.25/32 10.20.0.0/16 [2001:db8::25]/128 [::1]/128"
    assert set(found.suggestion.removeprefix("mynetworks = ").split()) == set(kept.split())
    assert "compatibility_level = 2" not in found.remark
    assert found_in(f"{OLD}{found.suggestion}\n", on) == []


def test_the_suggestion_for_a_class_is_subnet_where_the_netmask_has_no_strangers() -> None:
    """And never where it has."""
    (found,) = strangers(CLASS, machine("192.0.2.25/32", private="10.20.30.25/16"))
    assert found.suggestion == "mynetworks_style = subnet"
    (found,) = strangers(CLASS, machine("192.0.2.25/0"))
    assert found.suggestion == "mynetworks_style = host"


WRITTEN = {
    "one that a site may own": ("203.0.113.0/24", "info"),
    "few": ("203.0.113.16/28", "info"),
    "IPv6 of one customer": ("[2001:db8:7::]/64", "info"),
    "IPv6 of a site": ("[2001:db8:7::]/48", "info"),
    "wider": ("203.0.112.0/20", "low"),
    "IPv6, wider": ("[2001:db8::]/40", "low"),
    "shared addresses": ("100.64.0.0/10", "info"),
    "in a table": ("cidr:{{203.0.112.0/20 x}}", "low"),
    "in a table, behind others": ("cidr:{{10.0.0.0/8 x}, {198.51.100.0/24 x}, {203.0.112.0/20 x}}", "low"),
    "behind others": ("!192.0.2.0/24 10.0.0.0/8 198.51.100.0/24 203.0.112.0/20", "low"),
    "one stranger": ("!203.0.113.26/31 !203.0.113.28/30 203.0.113.24/29", "info"),
    "partly excluded": ("!203.0.113.128/25 203.0.112.0/20", "low"),
}

QUIET = {
    "another site's": "198.51.100.0/24",
    "excluded": "!203.0.113.0/24",
    "excluded before": "!203.0.113.0/24 203.0.113.0/24",
    "all but this host excluded": "203.0.113.25 !203.0.113.0/24",
    "the host alone": "203.0.113.25 203.0.113.25/32 [2001:db8:7::25]/128",
    "a router beside it": "203.0.113.24/30",
    "private": "10.0.0.0/8 10.1.0.0/16 [fd00:1::]/48",
    "wide, which is another finding": "203.0.0.0/8 203.0.0.0/12 100.0.0.0/9",
}
SITE = machine("203.0.113.25/24", "2001:db8:7::25/64", "100.70.1.2/32", "10.1.2.3/8")


@pytest.mark.parametrize(("text", "severity"), WRITTEN.values(), ids=WRITTEN)
def test_a_network_of_this_host_that_is_written_down_is_info_or_low(text: str, severity: str) -> None:
    """Its author knew it; with this host's address and the arithmetic."""
    (found,) = check(SITE, mynetworks=text)
    assert (found.kind, found.severity, found.suggestion) == ("strangers", severity, "")
    assert "not this host's" in found.remark
    assert "this host is " in found.remark


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET)
def test_a_list_without_strangers_of_this_host_is_quiet(text: str) -> None:
    """Networks elsewhere are somebody's clients."""
    assert [found for found in check(SITE, mynetworks=text) if found.kind == "strangers"] == []


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("203.0.113.0/24", "256 addresses, 255 of them not this host's; this host is 203.0.113.25"),
        (
            "!203.0.113.128/25 203.0.113.0/24",
            "256 addresses, 127 of them not this host's and not excluded; this host is 203.0.113.25",
        ),
    ],
)
def test_the_strangers_of_a_list_are_counted(text: str, remark: str) -> None:
    """What is excluded before is not among them."""
    (found,) = check(SITE, mynetworks=text)
    assert found.remark == f"203.0.113.0/24: {remark}"


def test_an_address_without_a_network_is_no_reason_to_own_one() -> None:
    """Only shared addresses are given out so by a VPN."""
    (found,) = check(machine("203.0.113.25/32"), mynetworks="203.0.112.0/20")
    assert (found.kind, found.severity) == ("strangers", "low")


def test_a_list_without_a_host_has_no_strangers() -> None:
    """Nobody knows whose it is."""
    assert check(mynetworks="203.0.113.0/24") == ()


def test_shared_addresses_are_low_where_the_host_is_among_the_customers() -> None:
    """With a netmask that says so; a /32 is that of a VPN."""
    (found,) = check(machine("100.70.1.2/16"), mynetworks="100.64.0.0/10")
    assert (found.kind, found.severity) == ("strangers", "low")


def test_strangers_are_found_wherever_the_list_stands(tmp_path: Path) -> None:
    """In a file at its line, through a name, in an override, and in a file of networks."""
    (tmp_path / "networks").write_text("10.0.0.0/8\n203.0.112.0/20\n")
    (found,) = found_in(f"{NEW}mynetworks = {tmp_path}/networks\n", SITE)
    assert (found.kind, found.element, found.place.line) == ("strangers", "203.0.112.0/20", 2)
    (found,) = found_in(f"{NEW}lan = 203.0.112.0/20\nmynetworks = $lan\n", SITE)
    assert (found.kind, found.element) == ("strangers", "203.0.112.0/20")
    (tmp_path / "main.cf").write_text(NEW)
    relay = ["--from", "fixtures/hosts/mail-relay/snapshot.json"]
    for checked in (
        ["--mynetworks", "203.0.113.16/28"],
        ["-c", str(tmp_path), "-o", "mynetworks=203.0.113.16/28"],
    ):
        assert run_check(*checked, *relay) == (0, ["strangers"])
    assert run_check("-c", str(tmp_path), "-o", "mynetworks_style=subnet") == (1, ["strangers"])


OWN = st.sampled_from(["192.0.2.9", "203.0.113.7", "10.1.2.3", "192.168.5.6", "100.70.1.2"])


@given(st.lists(st.tuples(OWN, st.integers(1, 32)), max_size=4))
def test_what_is_suggested_has_no_strangers(addresses: list[tuple[str, int]]) -> None:
    """Whatever the netmasks are."""
    on = host(at("127.0.0.1/8", LO), *[at(f"{text}/{length}") for text, length in addresses])
    line = mended(find_active(on))
    text = f"{OLD}inet_protocols = ipv4\n{line}\n"
    kinds = {found.kind for found in found_in(text, on)}
    assert kinds.isdisjoint({"strangers", "everyone"})


@pytest.mark.netns
def test_a_real_smtpd_without_a_level_trusts_the_whole_subnet() -> None:
    """192.0.2.77 on a host of 192.0.2.25/24, and a neighbour in its /64; with either mending neither."""
    need(why_no_smtpd())
    steps = [
        "link set lo up",
        "link add eth0 type ifb",
        "link set eth0 up",
        "address add 192.0.2.25/24 dev eth0",
        "address add 2001:db8::25/64 dev eth0",
    ]
    clients = ("192.0.2.25", "192.0.2.77", "2001:db8::77", "198.51.100.1")
    for parameters, seen in (
        ({"compatibility_level": None}, [TRUSTED, TRUSTED, TRUSTED, NOT_TRUSTED]),
        ({"compatibility_level": "2"}, [TRUSTED, NOT_TRUSTED, NOT_TRUSTED, NOT_TRUSTED]),
        (
            {"compatibility_level": None, "mynetworks_style": "host"},
            [TRUSTED, NOT_TRUSTED, NOT_TRUSTED, NOT_TRUSTED],
        ),
    ):
        with Namespace() as namespace:
            namespace.build(steps)
            with Smtpd([None], parameters=parameters, namespace=namespace) as smtpd:
                assert [smtpd.verdict(0, client) for client in clients] == seen


def test_what_is_info_is_not_to_be_mended() -> None:
    """A home's own IPv6 network; and in style class it is no reason against subnet."""
    home = machine("192.168.1.25/24", "2001:db8::25/64", private="10.8.0.6/32")
    (found,) = found_in(OLD, home)
    assert (found.kind, found.severity, found.suggestion) == ("strangers", "info", "")
    assert mended(find_active(home)) == "mynetworks_style = subnet"
