"""What is known beside a list: networks of the host and of everybody, mapped clients, macros; cases from the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host
from support.namespaces import ROOT
from support.postfix.checks import found_in, run_check
from support.postfix.list_hosts import HOST
from support.postfix.live_smtpd import CANNOT_TELL, NOT_TRUSTED, TRUSTED, Smtpd

from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.check.parameters import check
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Host

LAN = host(address("127.0.0.1", "255.0.0.0"), address("192.168.1.10", "255.255.255.0"))
WIDE = host(address("127.0.0.1", "255.0.0.0"), address("192.168.0.10", "255.255.0.0"))
PAIR = host(address("203.0.113.0", "255.255.255.254"), address("198.51.100.3", "255.255.255.254"))

WITHOUT_LENGTH = {
    "loopback": ("127.0.0.0", None, "127.0.0.0/8"),
    "in brackets": ("[127.0.0.0]", None, "127.0.0.0/8"),
    "RFC 1918, 8": ("10.0.0.0", None, "10.0.0.0/8"),
    "RFC 1918, 12": ("172.16.0.0", None, "172.16.0.0/12"),
    "RFC 1918, 16": ("192.168.0.0", None, "192.168.0.0/16"),
    "link-local, IPv4": ("169.254.0.0", None, "169.254.0.0/16"),
    "for examples": ("[2001:db8::]", None, "[2001:db8::]/32"),
    "unique local, both": ("[fc00::]", None, "[fc00::]/7"),
    "last class B": ("172.31.0.0", None, "172.31.0.0/16"),
    "of the host, 8": ("44.0.0.0", host(address("44.1.2.3", "255.0.0.0")), "44.0.0.0/8"),
    "class B": ("172.17.0.0", None, "172.17.0.0/16"),
    "class C": ("192.168.1.0", None, "192.168.1.0/24"),
    "excluded": ("!192.168.1.0", None, "!192.168.1.0/24"),
    "link-local": ("[fe80::]", None, "[fe80::]/10"),
    "unique local": ("[fd00::]", None, "[fd00::]/8"),
    "of the host": ("192.168.1.0", LAN, "192.168.1.0/24"),
    "of the host, longer": ("10.0.0.0", host(address("10.0.0.7", "255.255.255.0")), "10.0.0.0/24"),
    "of the host, IPv6": ("[2001:db8::]", HOST, "[2001:db8::]/64"),
    "of a host with no more": ("203.0.113.0", host(address("203.0.113.9", "255.255.255.0")), "203.0.113.0/24"),
}

ADDRESSES = {
    "a host's": ("192.168.1.10", LAN),
    "another's": ("203.0.113.0", LAN),
    "inside a network of the host": ("192.168.1.0", WIDE),
    "one of a pair": ("203.0.113.0", PAIR),
    "the other end of a pair": ("198.51.100.2", PAIR),
    "of a host with an odd netmask": ("44.0.0.0", host(address("44.1.2.3", "254.0.0.0"))),
    "behind the last class B": ("172.32.0.0", LAN),
    "in a class B": ("172.17.1.0", LAN),
    "with its length": ("192.168.1.0/32 127.0.0.0/32 [fe80::]/128", LAN),
    "the network is there too": ("192.168.1.0 192.168.1.0/24", LAN),
    "a subnet-router address": ("[2001:db8:1:2::]", HOST),
}


@pytest.mark.parametrize(("text", "beside", "suggestion"), WITHOUT_LENGTH.values(), ids=WITHOUT_LENGTH)
def test_a_network_without_its_length_is_told(text: str, beside: Host | None, suggestion: str) -> None:
    """That of the host first, then one that everybody knows."""
    (found,) = check_list(MatchList(text), Known(beside))
    assert (found.kind, found.suggestion) == ("network-without-length", suggestion)


@pytest.mark.parametrize(("text", "beside"), ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_that_a_client_may_have_is_good(text: str, beside: Host) -> None:
    """However round it looks."""
    assert check_list(MatchList(text), Known(beside)) == []


def test_the_host_is_known_to_every_way_to_check_a_list(tmp_path: Path) -> None:
    """In main.cf, in a file, and given alone."""
    on = host(address("203.0.113.9", "255.255.255.0"))
    (tmp_path / "networks").write_text("203.0.113.0\n")
    of_main_cf = found_in("inet_protocols = ipv4\nmyhostname = mail.example.com\nmynetworks = 203.0.113.0\n", on)
    of_file = found_in(f"inet_protocols = ipv4\nmyhostname = a.example\nmynetworks = {tmp_path}/networks\n", on)
    given = check(on, mynetworks="203.0.113.0")
    for found in (of_main_cf, of_file, given):
        assert [(finding.kind, finding.suggestion) for finding in found] == [
            ("network-without-length", "203.0.113.0/24")
        ]
    assert check(mynetworks="203.0.113.0") == ()
    relay = ["--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
    (tmp_path / "networks").write_text("203.0.113.16\n")
    for checked in (["--mynetworks", "203.0.113.16"], [str(tmp_path / "networks")]):
        assert run_check(*checked, *relay) == (1, ["network-without-length"])
        assert run_check(*checked) == (0, [])


MAPPED = {
    "Debian's stock list": ("127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128", ["info"]),
    "the IPv4 form comes later": ("[::ffff:127.0.0.0]/104 127.0.0.0/8", ["info"]),
    "part of an IPv4 network": ("127.0.0.0/8 [::ffff:127.0.0.1]", ["info"]),
    "excluded, both": ("!10.9.0.0/16 ![::ffff:10.9.0.0]/112 10.0.0.0/8", ["info"]),
    "alone": ("[::ffff:203.0.113.0]/120", ["medium"]),
    "in digits": ("[::ffff:cb00:7100]/120", ["medium"]),
    "wider than the IPv4 form": ("10.0.0.0/16 [::ffff:10.0.0.0]/104", ["medium"]),
    "excluded alone": ("10.0.0.0/8 ![::ffff:10.9.0.0]/112", ["medium"]),
    "not mapped": ("[::fffe:203.0.113.0]/120 [::]/64", []),
}


@pytest.mark.parametrize(("text", "severities"), MAPPED.values(), ids=MAPPED)
def test_a_mapped_network_matches_no_client(text: str, severities: list[str]) -> None:
    """Unless only IPv6 is in use; if its IPv4 form is in the list, nothing is wrong."""
    found = check_list(MatchList(text))
    assert [finding.severity for finding in found if finding.kind == "mapped-network"] == severities
    assert len(found) == len(severities)
    assert check(mynetworks=text, overrides={"inet_protocols": "ipv6"}) == ()
    both = check(mynetworks=text, overrides={"inet_protocols": "ipv4, ipv6"})
    assert [finding.severity for finding in both] == severities


def macro_findings(text: str) -> list[Finding]:
    """What is said of the files that are not there."""
    found = found_in("inet_protocols = ipv4\nmyhostname = mail.example.com\n" + text, LAN)
    return [finding for finding in found if finding.kind == "list-file-missing"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("empty =\nmynetworks = 127.0.0.0/8 $empty/32\n", "$empty"),
        ("empty =\nmynetworks = 127.0.0.0/8 ${empty}/32\n", "$empty"),
        ("empty =\nmynetworks = 127.0.0.1 $(empty)/32\n", "$empty"),
        ("none =\nempty = $none\nmynetworks = $empty/24\n", "$empty"),
        ("empty =\nnets = 10.0.0.0/8 $empty/24\nmynetworks = $nets\n", "$empty"),
        ("mynetworks = $nosuch/24\n", "$nosuch"),
        ("empty =\nmynetworks = !$empty/24\n", "$empty"),
    ],
)
def test_a_length_alone_is_told_with_the_macro_that_is_empty(text: str, name: str) -> None:
    """The file that Postfix looks for is not what was meant."""
    (found,) = macro_findings(text)
    assert found.remark == f"this is a length without an address: {name} before it is empty"
    assert found.suggestion == ""


def test_a_length_alone_is_told_without_a_macro_too() -> None:
    """And a file that does not exist is no length."""
    for text in ("/32", "!/24", "127.0.0.0/8 /255.255.255.0"):
        (found,) = check_list(MatchList(text))
        assert found.remark == "this is a length without an address: a variable before it may be empty"
    for text in ("/nonexistent/24", "10.20.0.0 /nonexistent"):
        (found,) = check_list(MatchList(text))
        assert (found.kind, found.remark, found.suggestion) == ("list-file-missing", "", "")


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("lan_nets = 10.0.0.0/8\nmynetworks = 127.0.0.0/8 $lan_net\n", "$lan_nets"),
        ("lan_nets = 10.0.0.0/8\nmynetworks = 127.0.0.0/8 ${lan_netz}\n", "$lan_nets"),
        ("x = $mydomian\nmynetworks = 127.0.0.0/8 $x\n", "$mydomain"),
        ("mynetworks = 127.0.0.0/8 $mynetwork\n", ""),
        ("mynetworks = 127.0.0.0/8 $nosuch\n", ""),
    ],
)
def test_a_misspelt_macro_is_suggested(text: str, suggestion: str) -> None:
    """Unless the parameter would then be defined by itself."""
    found = found_in("inet_protocols = ipv4\nmyhostname = mail.example.com\n" + text, LAN)
    (undefined,) = [finding for finding in found if finding.kind == "undefined-name"]
    assert undefined.suggestion == suggestion


def test_the_machine_that_is_given_is_asked() -> None:
    """Without one, this machine is."""
    recorded = Machine(host(recorded=Recorded()))
    assert Known(machine=recorded).machine is recorded
    assert Known().machine.is_here


@pytest.mark.parametrize(
    ("value", "expected"),
    [("ipv6", "ipv6"), ("ipv5", "all"), ("${x", "all"), ("$luser_relay", "all"), (None, "all")],
)
def test_protocols_that_are_not_known_are_all(value: str | None, expected: str) -> None:
    """Another finding tells of them."""
    overrides = {} if value is None else {"inet_protocols": value}
    assert Known(None, Configuration(None, overrides, "mail")).inet_protocols == expected


def test_the_networks_of_an_interface_are_those_that_a_list_may_name() -> None:
    """No odd one, none that every link has, and none of another interface."""
    eth1 = ETH0._replace(name="eth1")
    beside = host(
        address("203.0.113.1", "255.255.255.0")._replace(interface=eth1),
        address("44.1.2.3", "255.0.0.0"),
        address("46.1.2.3", "254.0.0.0"),
        address("192.0.2.7", "255.255.255.0", label="eth0:1"),
        address("192.0.2.8", "255.255.255.0"),
        address("198.51.100.7"),
        address("fe80::7", "ffff:ffff:ffff:ffff::"),
        address("2001:db8::7", "ffff:ffff:ffff:ffff::"),
    )
    known = Known(beside)
    assert known.networks_of_interface("eth0") == "44.0.0.0/8 192.0.2.0/24 [2001:db8::]/64"
    assert known.networks_of_interface("eth0:1") == "192.0.2.0/24"
    assert known.networks_of_interface("eth1") == "203.0.113.0/24"
    assert known.networks_of_interface("eth2") is None
    assert Known().networks_of_interface("eth0") is None


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"mynetworks": "$a", "a": "$empty/24", "empty": ""}, "empty"),
        ({"mynetworks": "$a $nosuch", "a": "$empty/24", "empty": ""}, "empty"),
        ({"mynetworks": "$a", "a": "$b", "b": "$a $empty/24", "empty": ""}, "empty"),
        ({"mynetworks": "$a", "a": "$b", "b": "$a"}, ""),
        ({"mynetworks": "$a/24", "a": "${x"}, ""),
        ({"mynetworks": "$luser_relay/24"}, ""),
        ({"mynetworks": "$empty/25 $empty/24.0", "empty": ""}, ""),
    ],
)
def test_the_empty_name_before_a_length_is_looked_for_in_all_values(values: dict[str, str], name: str) -> None:
    """Through circles, and up to what cannot be expanded."""
    assert Known(None, Configuration(None, values, "mail")).empty_name_before("/24") == name


# From the field: a mynetworks, and the findings that must come of it; and a neighbour of which none may.
FIELD = {
    "exclusion-too-late": (
        "127.0.0.0/8 10.0.0.0/8 !10.9.0.0/16",
        [("never-decides", "!10.9.0.0/16", "put it before 10.0.0.0/8")],
        "127.0.0.0/8 !10.9.0.0/16 10.0.0.0/8",
    ),
    "everybody-excluded-first": (
        "!0.0.0.0/0 127.0.0.0/8 192.168.1.0/24",
        [("never-decides", "127.0.0.0/8", "put it before !0.0.0.0/0")],
        "127.0.0.0/8 192.168.1.0/24 !0.0.0.0/0",
    ),
    "one-bracket-right": (
        "127.0.0.0/8, 192.0.2.25]",
        [("matches-nothing", "192.0.2.25]", "192.0.2.25")],
        "127.0.0.0/8, [192.0.2.25]",
    ),
    "length-alone": (
        "127.0.0.0/8 [::1]/128 /32",
        [("list-file-missing", "/32", "")],
        "127.0.0.0/8 [::1]/128",
    ),
    "network-without-length": (
        "127.0.0.0, 192.168.1.0",
        [
            ("network-without-length", "127.0.0.0", "127.0.0.0/8"),
            ("network-without-length", "192.168.1.0", "192.168.1.0/24"),
        ],
        "127.0.0.1, 192.168.1.10",
    ),
    "no-name-of-a-host": ("all", [("names-nobody", "all", "")], "mailhost"),
    "range-of-last-octet": (
        "127.0.0.0/8 192.168.1.10-50",
        [
            (
                "matches-nothing",
                "192.168.1.10-50",
                "192.168.1.10/31 192.168.1.12/30 192.168.1.16/28 192.168.1.32/28 192.168.1.48/31 192.168.1.50",
            )
        ],
        "127.0.0.0/8 host-10-50.example.com",
    ),
    "ula-short-prefix": ("127.0.0.0/8 [fd::]/8", [("host-bits", "[fd::]/8", "[fd00::]/8")], "127.0.0.0/8 [fd00::]/8"),
}

STOCK = {
    "Debian": "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128",
    "macOS": "127.0.0.0/8, [::1]/128",
    "main.cf of the sources": "168.100.3.0/28, 127.0.0.0/8",
    "of every family": "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 [::1]/128 [fe80::]/64 [fd00::]/8",
    "exclusions in time": "!192.168.0.0/28 192.168.0.0/16 127.0.0.0/8 [::1]/128",
    "names": "localhost mailhost example.com",
    "empty": "",
}


def of_field(text: str) -> list[Finding]:
    """What is found in a main.cf of the field on a host in 192.168.1.0/24."""
    begin = "compatibility_level = 3.6\nmyhostname = mail.example.com\ninet_protocols = ipv4\n"
    return found_in(f"{begin}mynetworks = {text}\n", LAN)


@pytest.mark.parametrize(("text", "expected", "neighbour"), FIELD.values(), ids=FIELD)
def test_a_case_from_the_field_is_told_and_its_neighbour_is_not(
    text: str, expected: list[tuple[str, str, str]], neighbour: str
) -> None:
    """Under its name, with what was meant."""
    assert [(found.kind, found.element, found.suggestion) for found in of_field(text)] == expected
    assert [finding for finding in of_field(neighbour) if finding.severity != "info"] == []


@pytest.mark.parametrize("text", STOCK.values(), ids=STOCK)
def test_a_healthy_list_draws_nothing_above_info(text: str) -> None:
    """A false alarm is the worst thing here."""
    assert [finding for finding in of_field(text) if finding.severity != "info"] == []


@pytest.fixture(scope="module")
def smtpd() -> Iterator[Smtpd]:
    """One for the cases from the field, and for networks without length and mapped ones."""
    texts = [row[0] for row in FIELD.values()] + [row[0] for row in WITHOUT_LENGTH.values()]
    with Smtpd([*texts, "[::ffff:203.0.113.0]/120 [::ffff:cb00:7107]"]) as it:
        yield it


@pytest.mark.netns
def test_a_real_smtpd_does_what_the_cases_say(smtpd: Smtpd) -> None:
    """A late exclusion trusts, one of everybody trusts nobody, and the rest match nobody or cannot be told."""
    names = list(FIELD)
    seen = {
        "exclusion-too-late": ("10.9.1.1", TRUSTED),
        "everybody-excluded-first": ("192.168.1.9", NOT_TRUSTED),
        "one-bracket-right": ("192.0.2.25", NOT_TRUSTED),
        "length-alone": ("192.0.2.25", CANNOT_TELL),
        "network-without-length": ("192.168.1.9", NOT_TRUSTED),
        "no-name-of-a-host": ("127.0.0.1", NOT_TRUSTED),
        "range-of-last-octet": ("192.168.1.20", NOT_TRUSTED),
        "ula-short-prefix": ("fd00::1", CANNOT_TELL),
    }
    assert {name: (seen[name][0], smtpd.verdict(names.index(name), seen[name][0])) for name in names} == seen


@pytest.mark.netns
def test_a_real_smtpd_takes_a_network_without_its_length_as_one_address(smtpd: Smtpd) -> None:
    """And is silent."""
    for number, (text, _host, _suggestion) in enumerate(WITHOUT_LENGTH.values(), len(FIELD)):
        if not text.startswith("!"):
            base = text.strip("[]")
            other = f"{base}9" if ":" in base else f"{base[:-1]}9"
            assert [smtpd.verdict(number, client) for client in (base, other)] == [TRUSTED, NOT_TRUSTED], text
            assert smtpd.said(number) == []


@pytest.mark.netns
def test_a_real_smtpd_sees_no_mapped_client_as_mapped(smtpd: Smtpd) -> None:
    """An IPv4 client of such a network is not trusted."""
    number = len(FIELD) + len(WITHOUT_LENGTH)
    assert smtpd.verdict(number, "203.0.113.7") == NOT_TRUSTED
    assert smtpd.said(number) == []
