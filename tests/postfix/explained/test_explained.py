"""What an explanation says of a list, its elements and the host's addresses; test_laws.py counts on its own."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host

from ifdiscover import explain_mynetworks, match_list_of
from ifdiscover.errors import AddressClassError, MatchListError, UsageError
from ifdiscover.model import ASSUMED, Interface, Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover import ExplainedElement, ExplainedList, Explanation, Host

NETS = "192.0.2.{}/{}"
HERE = host(
    address("127.0.0.1", "255.0.0.0"),
    address("192.0.2.5", "255.255.255.0"),
    address("192.0.2.9", "255.255.255.0"),
    address("2001:db8::5", "ffff:ffff:ffff:ffff::"),
)


def of_list(text: str, made: Host = HERE) -> Explanation:
    """A given list, explained."""
    return explain_mynetworks(made, mynetworks=text)


def element(text: str, number: int = 0, made: Host = HERE) -> ExplainedElement:
    """One element of a given list."""
    return of_list(text, made).explained.elements[number]


def computed(made: Host, style: str) -> ExplainedList:
    """The list of a style, explained."""
    return explain_mynetworks(made, style=style).explained


def test_strangers_are_the_addresses_that_are_not_the_hosts() -> None:
    """Also those of an interface that is down are its own; what is kept for a zone is not."""
    down = address("192.0.2.6", "255.255.255.0")._replace(interface=Interface("eth1", 3, 0))
    zone = address("192.0.2.7", "255.255.255.0")._replace(interface=ETH0._replace(name="eth2", set_apart="zone web"))
    made = HERE._replace(addresses=(*HERE.addresses, down, zone))
    found = element("192.0.2.0/24", 0, made)
    assert (found.count, found.strangers) == (256, 253)
    assert [str(one) for one in found.own] == ["192.0.2.5", "192.0.2.6", "192.0.2.9"]


def test_all_of_127_is_the_hosts_own() -> None:
    """RFC 1122, section 3.2.1.3; of IPv6 it is ::1 alone, if the host has it."""
    found = computed(HERE, "subnet").elements[0]
    assert (found.element.text, found.count, found.strangers) == ("127.0.0.0/8", 2**24, 0)
    assert "RFC 1122" in found.remarks[0]
    assert element("0.0.0.0/0").strangers == 2**32 - 2**24 - 2
    assert element("[::1]/128").strangers == 1


def test_an_address_that_is_configured_twice_is_one() -> None:
    """On two links, as link-local ones are."""
    twice = [
        address("fe80::1", "ffff:ffff:ffff:ffff::", scope_id=number)._replace(interface=ETH0._replace(name=name))
        for number, name in ((2, "eth0"), (3, "eth1"))
    ]
    (found,) = computed(host(*twice), "subnet").elements
    assert (found.count, found.strangers, len(found.own)) == (2**64, 2**64 - 1, 2)
    assert any("no zones" in remark for remark in found.remarks)
    assert any("2 addresses make this network" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("text", "mask", "style", "pattern", "rule"),
    [
        ("192.0.2.1", "255.255.255.0", "host", "192.0.2.1/32", "the address alone"),
        ("2001:db8::1", "ffff::", "host", "[2001:db8::1]/128", "the address alone"),
        ("192.0.2.1", "255.255.240.0", "subnet", "192.0.0.0/20", "address and netmask"),
        ("10.1.2.3", "255.255.255.0", "class", "10.0.0.0/8", "class A (first octet 0 to 127) is a /8"),
        ("172.16.2.3", "255.255.255.0", "class", "172.16.0.0/16", "class B (first octet 128 to 191) is a /16"),
        ("192.0.2.1", "255.255.240.0", "class", "192.0.2.0/24", "class C (first octet 192 to 223) is a /24"),
        ("225.0.0.1", "255.255.255.255", "class", "224.0.0.0/4", "class D (first octet 224 to 239) is a /4"),
        ("2001:db8::1", "ffff:ffff::", "class", "[2001:db8::]/32", "address and netmask, since IPv6 has no classes"),
        ("10.1.2.3", "255.0.255.0", "subnet", "10.0.2.0/24", "255.0.255.0 has holes: it clears the host bits"),
        ("2001:db8::1", "ffff:0:ffff::", "subnet", "[2001::]/16", "ffff:0:ffff:: has holes: it counts as /16"),
    ],
)
def test_the_rule_of_a_style_is_told(text: str, mask: str, style: str, pattern: str, rule: str) -> None:
    """With Postfix's quirks of netmasks with holes."""
    (found,) = computed(host(address(text, mask)), style).elements
    assert (found.element.text, found.rule.startswith(rule) or rule in found.rule) == (pattern, True)
    assert found.kind == ("address" if pattern.endswith(("/32", "/128")) and "db8::]" not in pattern else "network")


def test_a_netmask_with_holes_can_leave_its_own_address_out() -> None:
    """All that the network trusts are then strangers."""
    (found,) = computed(host(address("10.1.2.3", "255.0.255.0")), "subnet").elements
    assert (found.count, found.strangers, found.own) == (256, 256, ())
    assert "10.1.2.3 itself is not in it" in found.remarks


def test_an_assumed_netmask_is_told() -> None:
    """Of each address that has one."""
    made = host(address("2001:db8::1", "ffff" + ":ffff" * 7, netmask_origin=ASSUMED))
    assert "assumed" in computed(made, "subnet").elements[0].remarks[0]


def test_a_netmask_of_no_bits_is_everybody() -> None:
    """To Postfix too."""
    (found,) = computed(host(address("192.0.2.1", "0.0.0.0")), "subnet").elements
    assert (found.count, found.strangers) == (2**32, 2**32 - 2**24 - 1)
    assert found.remarks[0].startswith("no bits are compared: every client")


def test_why_an_address_makes_no_network() -> None:
    """Each reason, in the order in which Postfix meets them."""
    down = ETH0._replace(name="eth1", flags=0)
    unknown = ETH0._replace(name="eth2", flags=None)
    zone = ETH0._replace(name="eth3", set_apart="zone web")
    made = host(
        address("192.0.2.1", "255.255.255.0"),
        address("192.0.2.2", "255.255.255.0"),
        address("192.0.2.3", "255.255.255.0")._replace(interface=down),
        address("192.0.2.4", "255.255.255.0")._replace(interface=unknown),
        address("192.0.2.5", "255.255.255.0")._replace(interface=zone),
        address("192.0.2.6"),
        address("0.0.0.0", "255.0.0.0"),
        address("2001:db8::1", "ffff:ffff::"),
    )
    found = explain_mynetworks(made, style="subnet", inet_interfaces="192.0.2.1", inet_protocols="ipv4")
    assert {str(one.address): one.reason for one in found.left_out} == {
        "192.0.2.2": "inet_interfaces does not have it",
        "192.0.2.3": "eth1 is down",
        "192.0.2.4": "backend test cannot tell whether eth2 is up",
        "192.0.2.5": "the system keeps it from Postfix: zone web",
        "192.0.2.6": "null netmask: it would make Postfix trust everyone",
        "0.0.0.0": "it stands for every address",
        "2001:db8::1": "Postfix uses no IPv6 (inet_protocols)",
    }


@pytest.mark.parametrize(
    ("word", "kind", "rule"),
    [
        ("192.0.2.0/24", "network", "a client whose address is in this network"),
        ("192.0.2.1", "address", "a client whose address is this"),
        ("[::1]", "address", "a client whose address is this"),
        ("example.com", "name", "a client whose name is this or below it"),
        ("static:x", "table", "a client whose address or name is found in this table"),
        ("inline:{{www.example.com=x}}", "table", "a client whose address or name is found in this table"),
        ("192.168.1", "nobody", "nobody: this is no address, and no client has such a name"),
        ("192.0.2.1/24", "unusable", 'non-null host address bits in "192.0.2.1/24"'),
        ("fe80::/64", "unusable", "unsupported dictionary type: fe80"),
        ("mysql:/etc/x", "table", "only Postfix itself can ask this table"),
        ("fail:x", "unusable", "each query of this table fails"),
        ("/no/such/file", "unusable", "open file /no/such/file: No such file or directory"),
    ],
)
def test_each_element_of_a_list_says_what_it_is(word: str, kind: str, rule: str) -> None:
    """And which clients it matches; negated, it is the same."""
    for text in (word, f"!{word}"):
        found = element(text)
        assert (found.kind, found.rule.startswith(rule)) == (kind, True)
        assert found.element.text == text
        assert (found.count is None) == (kind in ("name", "nobody", "unusable") or word.startswith(("inline", "mysql")))


def test_a_domain_says_whether_names_below_it_count(tmp_path: Path) -> None:
    """As parent_domain_matches_subdomains has it."""
    (tmp_path / "main.cf").write_text(
        "compatibility_level = 3.6\nmynetworks = example.com .example.org\nparent_domain_matches_subdomains =\n"
    )
    first, second = explain_mynetworks(HERE, config_directory=str(tmp_path)).explained.elements
    assert (first.rule, second.rule) == ("a client whose name is this", "a client whose name is below this domain")
    assert element(".example.org").rule == "a client whose name is below this domain, and no client has it"


def test_a_table_with_networks_alone_is_counted() -> None:
    """Also what an exclusion before it takes away; of another one only the host's own addresses are looked up."""
    found = of_list(
        "!192.0.2.1 cidr:{{192.0.2.0/30 x},{192.0.2.2/31 x}} inline:{{192.0.2.9=x},{a.example=x}}"
    ).explained
    _one, table, other = found.elements
    assert (table.count, table.strangers, table.excluded, table.excluded_by) == (4, 4, 1, (1,))
    assert (other.count, [str(one) for one in other.own]) == (None, ["192.0.2.9"])
    assert found.totals[0].count == 3


def test_what_follows_an_element_that_fails_is_trusted_no_more() -> None:
    """Postfix answers 451 there: to one family for a faulty network, to all for a table that it cannot open."""
    faulty = of_list("10.0.0.1/8 192.0.2.0/24 [2001:db8::]/64").explained
    assert [total.count for total in faulty.totals] == [0, 2**64]
    assert (faulty.elements[1].excluded, faulty.elements[1].excluded_by) == (256, (1,))
    for text in ("nonsense:x 192.0.2.0/24 [::1]", "fail:x 192.0.2.0/24 [::1]", "/no/such/file 192.0.2.0/24 [::1]"):
        assert [total.count for total in of_list(text).explained.totals] == [0, 0]


def test_what_follows_an_element_that_cannot_be_asked_here_is_counted() -> None:
    """A table for Postfix may have nobody in it."""
    assert of_list("mysql:/etc/x 192.0.2.0/24").explained.totals[0].count == 256


def test_the_same_network_again_decides_nothing() -> None:
    """However often, and whichever is excluded."""
    found = of_list("192.0.2.0/24 !192.0.2.0/24 192.0.2.0/24 !10.0.0.1 10.0.0.1").explained.elements
    assert [(one.decided, one.excluded, one.excluded_by) for one in found] == [
        (256, 0, ()),
        (0, 0, ()),
        (0, 0, ()),
        (1, 0, ()),
        (0, 1, (4,)),
    ]


def test_own_addresses_that_a_list_does_not_trust_are_told() -> None:
    """With what keeps them out."""
    found = of_list("127.0.0.0/8 !192.0.2.5 192.0.2.0/28").left_out
    assert [(str(one.address), one.reason) for one in found] == [
        ("192.0.2.5", "!192.0.2.5: its address is this"),
        ("2001:db8::5", "no element of the list matches it"),
    ]


def test_a_list_that_is_set_is_compared_with_each_style(tmp_path: Path) -> None:
    """What each trusts and the other does not; with a style asked for, the list is the computed one."""
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmynetworks = !192.0.2.9 192.0.2.0/25 10.0.0.0/8\n")
    found = explain_mynetworks(HERE, config_directory=str(tmp_path))
    assert (found.trusted.which, found.explained.style) == ("configured", None)
    assert [one.style for one in found.styles] == ["class", "subnet", "host"]
    by_style = {one.style: [(e.text, n) for e, n in one.elements] for one in found.explained.beyond}
    assert by_style == {
        "class": [("10.0.0.0/8", 2**24)],
        "subnet": [("10.0.0.0/8", 2**24)],
        "host": [("192.0.2.0/25", 126), ("10.0.0.0/8", 2**24)],
    }
    back = {one.style: {b.style: [(e.text, n) for e, n in b.elements] for b in one.beyond} for one in found.styles}
    assert back["subnet"][None] == [("127.0.0.0/8", 2**24), ("192.0.2.0/24", 129), ("[2001:db8::]/64", 2**64)]
    asked = explain_mynetworks(HERE, config_directory=str(tmp_path), style="host")
    assert (asked.trusted.which, asked.explained.style) == ("computed", "host")
    assert None not in [one.style for one in asked.explained.beyond]


def test_a_style_that_postfix_refuses_is_told_beside_the_others() -> None:
    """Unless it is the one in force."""
    made = host(address("240.0.0.1", "255.0.0.0"))
    refused, *others = explain_mynetworks(made, style="host").styles
    assert refused.refused is not None
    assert "unknown address class" in refused.refused
    assert (refused.elements, refused.totals, refused.beyond) == ((), (), ())
    assert [[beyond.style for beyond in one.beyond] for one in others] == [["host"], ["subnet"]]
    with pytest.raises(AddressClassError):
        explain_mynetworks(made, style="class")


def test_a_list_with_which_smtpd_does_not_start_is_an_error() -> None:
    """As when it is asked about a client, even if the host has no address."""
    for made in (HERE, host()):
        with pytest.raises(MatchListError):
            of_list("192.0.2.0/24 !", made)


def test_a_host_with_nothing_up_has_no_styles() -> None:
    """But its list is explained, if one is set."""
    found = of_list("192.0.2.0/24", host())
    assert all("could not find any active network interfaces" in (one.refused or "") for one in found.styles)
    assert (found.explained.totals[0].count, found.explained.beyond) == (256, ())


def test_no_protocol_trusts_nobody() -> None:
    """And every address is left out."""
    found = explain_mynetworks(HERE, style="subnet", inet_protocols="")
    assert (found.explained.elements, [total.count for total in found.explained.totals]) == ((), [0, 0])
    assert len(found.left_out) == len(HERE.addresses)


def test_a_set_list_does_not_depend_on_interfaces() -> None:
    """So to give them is a mistake."""
    with pytest.raises(UsageError):
        explain_mynetworks(HERE, mynetworks="10.0.0.0/8", inet_interfaces="all")


def test_warnings_of_the_list_are_passed_on() -> None:
    """Those of Postfix about the text, and those about netmasks."""
    assert any("comment" in warning for warning in of_list("10.0.0.0/8 #x").trusted.warnings)
    made = host(address("192.0.2.1", "255.255.255.0"), address("192.0.2.6"))
    assert any("null netmask" in one for one in explain_mynetworks(made, style="host").trusted.warnings)


def test_files_of_a_recorded_host_are_not_looked_up_here() -> None:
    """What is in them is not known."""
    made = HERE._replace(recorded=Recorded("elsewhere", None, "Linux", (socket.AF_INET, socket.AF_INET6)))
    found = of_list("/etc/hostname 10.0.0.0/8", made).explained
    assert (found.elements[0].kind, found.elements[0].count) == ("file", None)
    assert found.totals[0].count == 2**24


def test_explained_elements_are_those_that_decide() -> None:
    """The list in an explanation is the one that ``match`` asks."""
    found = explain_mynetworks(HERE, style="subnet")
    assert found.trusted.match_list.decide("192.0.2.77").trusted
    again = match_list_of(found.explained.networks) if found.explained.networks is not None else None
    assert again is not None
    assert [one.element for one in found.explained.elements] == list(again.elements)


@pytest.mark.parametrize(
    ("word", "remark"),
    [
        ("0.0.0.0/256", "to Postfix it is 0.0.0.0/0, since it keeps a length in one byte"),
        ("[::]/0", "no bits are compared: every client of this address family is in it"),
        ("127.0.0.0/8", "127.0.0.0/8 is never seen outside of a host (RFC 1122, section 3.2.1.3)"),
        ("[fe80::]/10", "link-local: Postfix's lists have no zones, so it counts on every link of this host"),
        ("192.0.2.0/24", None),
        ("127.0.0.1", None),
        ("example.com", None),
    ],
)
def test_what_is_to_be_minded_of_an_element_is_told(word: str, remark: str | None) -> None:
    """As of a computed network."""
    assert list(element(word).remarks)[:1] == ([] if remark is None else [remark])


def test_a_mapped_network_trusts_nobody_unless_clients_keep_such_addresses(tmp_path: Path) -> None:
    """As smtpd decides: Debian's stock list has one."""
    found = element("[::ffff:127.0.0.0]/104")
    assert (found.count, found.strangers, found.decided) == (0, 0, 0)
    assert found.remarks == ("no client matches: smtpd sees IPv4 clients by their IPv4 addresses",)
    assert all(total.count == 0 for total in of_list("[::ffff:127.0.0.0]/104").explained.totals)
    (tmp_path / "main.cf").write_text(
        "compatibility_level = 3.6\ninet_protocols = ipv6\nmynetworks = [::ffff:127.0.0.0]/104\n"
    )
    (kept,) = explain_mynetworks(HERE, config_directory=str(tmp_path)).explained.elements
    assert kept.count == 1 << 24
