"""Networks that are wider than anybody's own: slips, parts of the Internet, and ranges of neighbours."""

from __future__ import annotations

from socket import AF_INET, AF_INET6
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from support.made import address, host
from support.postfix.checks import found_in, run_check
from support.postfix.live_smtpd import NOT_TRUSTED, TRUSTED, Smtpd

from ifdiscover._packed import pattern_text
from ifdiscover._postfix.check.parameters import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding

START = "compatibility_level = 3.6\nmyhostname = mail.example.com\ninet_protocols = ipv4\n"
CONTAINER = host(address("127.0.0.1", "255.0.0.0"), address("172.18.0.2", "255.255.0.0"))

SLIPS = {
    "172.0.0.0/8": "172.16.0.0/12",
    "192.0.0.0/8": "192.168.0.0/16",
    "10.0.0.0/7": "10.0.0.0/8",
    "100.0.0.0/8": "100.64.0.0/10",
    "169.0.0.0/8": "169.254.0.0/16",
    "172.0.0.0/12": "172.16.0.0/12",
    "172.0.0.0/11": "172.16.0.0/12",
    "192.160.0.0/11": "192.168.0.0/16",
    "192.168.0.0/15": "192.168.0.0/16",
    "192.0.0.0/9": "192.168.0.0/16",
    "172.0.0.0/7": "172.16.0.0/12",
}

OTHERS = {
    "8.0.0.0/8": "medium",
    "8.0.0.0/6": "medium",
    "120.0.0.0/8": "medium",
    "168.0.0.0/8": "medium",
    "203.0.0.0/11": "medium",
    "203.0.0.0/12": "low",
    "198.18.0.0/15": "low",
    "192.0.0.0/4": "medium",
    "8.0.0.0/5": "medium",
    "[2000::]/6": "medium",
    "[2001::]/16": "medium",
    "[2a00::]/17": "low",
    "[2001:db8::]/31": "low",
}

QUIET = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "203.0.0.0/16",
    "172.0.0.0/16",
    "198.51.100.0/24",
    "224.0.0.0/4",
    "[2001:db8::]/32",
    "[fd12:3456:789a::]/48",
    "[fd00::]/16",
    "[fe80::]/64",
    "[::]/3",
    "!172.0.0.0/8",
    "!172.0.0.0/12 !172.32.0.0/11 !172.64.0.0/10 !172.128.0.0/9 172.0.0.0/8",
    "!0.0.0.0/0 0.0.0.0/1 128.0.0.0/1",
    "!0.0.0.0/1 !128.0.0.0/1 0.0.0.0/1",
    "!cidr:{{!192.0.2.0/24 x}} 0.0.0.0/1 128.0.0.0/1",
    "cidr:{{if 10.0.0.0/8}, {!10.1.0.0/16 x}, {endif}}",
    "![::]/0 [2000::]/3 [fe80::]/10 [fd00::]/8",
)


def risks(text: str) -> list[Finding]:
    """The findings of this room about a list."""
    kinds = ("wide-network", "nearly-everyone", "whole-range", "strangers")
    return [found for found in check(mynetworks=text) if found.kind in kinds]


@pytest.mark.parametrize(("written", "meant"), SLIPS.items())
def test_a_slip_is_told_with_the_private_network_that_was_meant(written: str, meant: str) -> None:
    """Which draws nothing itself."""
    (found,) = risks(f"127.0.0.0/8 {written}")
    assert (found.kind, found.severity, found.element, found.suggestion) == ("wide-network", "medium", written, meant)
    assert check(mynetworks=f"127.0.0.0/8 {found.suggestion}") == ()


@pytest.mark.parametrize(("written", "severity"), OTHERS.items())
def test_a_wide_public_network_is_as_severe_as_it_is_wide(written: str, severity: str) -> None:
    """Where nothing tells what was meant, nothing is suggested."""
    (found,) = risks(written)
    assert (found.kind, found.severity, found.suggestion) == ("wide-network", severity, "")


@pytest.mark.parametrize("text", QUIET)
def test_what_trusts_no_public_client_or_no_more_than_a_site_is_quiet(text: str) -> None:
    """Excluded before or private, or no wider than what a provider has."""
    assert risks(text) == []


def test_the_field_case_of_a_container_that_trusts_a_whole_octet() -> None:
    """wide-public-network: 172.0.0.0/8 on a host of 172.18.0.2/16."""
    (found,) = found_in(START + "mynetworks = 127.0.0.0/8 172.0.0.0/8\n", CONTAINER)
    assert (found.kind, found.severity, found.suggestion) == ("wide-network", "medium", "172.16.0.0/12")
    assert (found.place.line, found.place.column) == (4, 26)
    assert found.remark == "172.0.0.0/8 has 16,777,216 addresses, 15,728,640 of them public"
    assert found_in(START + f"mynetworks = 127.0.0.0/8 {found.suggestion}\n", CONTAINER) == []


def test_the_suggestion_for_a_slip_keeps_this_hosts_own_address() -> None:
    """It was trusted, and nobody meant to lose it."""
    on = host(address("172.105.3.4", "255.255.255.0"), address("172.17.0.1", "255.255.0.0"))
    (found,) = found_in(START + "mynetworks = 172.0.0.0/8\n", on)
    assert found.suggestion == "172.16.0.0/12 172.105.3.4"


def test_what_is_excluded_does_not_count_in_the_arithmetic() -> None:
    """And is named."""
    (found,) = risks("!203.0.0.0/9 203.0.0.0/8")
    assert found.remark.endswith("16,777,216 of them public, of which 8,388,608 are trusted here")
    assert (
        risks(
            "!203.0.0.0/9 !203.128.0.0/10 !203.192.0.0/11 !203.224.0.0/12 !203.240.0.0/13 !203.248.0.0/14"
            " !203.252.0.0/15 !203.254.0.0/16 203.0.0.0/8"
        )
        == []
    )
    (found,) = risks("!203.0.0.0/9 !203.128.0.0/10 !203.192.0.0/11 !203.224.0.0/12 203.0.0.0/8")
    assert found.severity == "low"


def test_what_is_excluded_before_is_not_what_was_meant() -> None:
    """The suggestion would trust nobody."""
    for text, suggestion in (
        ("!192.168.0.0/16 192.0.0.0/8", ""),
        ("!192.168.0.0/24 192.0.0.0/8", "192.168.0.0/16"),
        ("192.0.0.0/8 !192.168.0.0/16", "192.168.0.0/16"),
        ("192.168.0.0/16 192.0.0.0/8", "192.168.0.0/16"),
    ):
        found = [one for one in check(mynetworks=text) if one.kind == "wide-network"]
        assert [one.suggestion for one in found] == [suggestion], text


def test_a_wide_network_is_found_wherever_it_stands(tmp_path: Path) -> None:
    """In a file and a table at its line, through a name, in an override, given alone, and in a file of networks."""
    (tmp_path / "networks").write_text("10.0.0.0/8\n172.0.0.0/8\n")
    (tmp_path / "table").write_text("10.0.0.0/8 ok\n# ours\n172.0.0.0/8 ok\n")
    for value, line in ((f"{tmp_path}/networks", 2), (f"cidr:{tmp_path}/table", 3)):
        (found,) = found_in(f"{START}mynetworks = {value}\n", CONTAINER)
        assert (found.kind, found.element, found.place.line) == ("wide-network", "172.0.0.0/8", line)
        assert (found.place.file or "").startswith(str(tmp_path))
    (found,) = found_in(f"{START}lan = 172.0.0.0/8\nmynetworks = 127.0.0.0/8 $lan\n", CONTAINER)
    assert (found.kind, found.element, found.place.line) == ("wide-network", "172.0.0.0/8", 5)
    (tmp_path / "main.cf").write_text(START)
    for checked in (
        ["--mynetworks", "172.0.0.0/8"],
        ["--mynetworks", "cidr:{{172.0.0.0/8 x}}"],
        ["-c", str(tmp_path), "-o", "mynetworks=172.0.0.0/8"],
        [str(tmp_path / "networks")],
    ):
        assert run_check(*checked) == (1, ["wide-network"])


def test_wide_networks_of_one_file_are_one_finding(tmp_path: Path) -> None:
    """Slips are each one, since each has its own suggestion."""
    (tmp_path / "networks").write_text("".join(f"{n}.0.0.0/8\n" for n in range(40, 60)) + "172.0.0.0/8\n")
    found = check(mynetworks=f"{tmp_path}/networks")
    assert [(fault.element, fault.place.line) for fault in found] == [("40.0.0.0/8", 1), ("172.0.0.0/8", 21)]
    assert "likewise 41.0.0.0/8, " in found[0].remark
    assert found[0].remark.endswith(" and 14 more")


EVERYBODY = {
    "halves": "0.0.0.0/1 128.0.0.0/1",
    "quarters": "0.0.0.0/2 64.0.0.0/2 128.0.0.0/2 192.0.0.0/2",
    "one half": "0.0.0.0/1",
    "a half, partly excluded": "!64.0.0.0/3 0.0.0.0/1",
    "in a table": "cidr:{{0.0.0.0/1 x}, {128.0.0.0/1 y}}",
    "half in a table": "128.0.0.0/1 cidr:{{0.0.0.0/1 x}}",
    "all that is public": "[2000::]/3",
    "halves of IPv6": "[::]/1 [8000::]/1",
    "one half of IPv6": "127.0.0.0/8 [::]/1",
    "all but one network, in a table": "cidr:{{!192.0.2.0/24 x}}",
    "all but what a table excludes": "!cidr:{{192.0.2.0/24 x}} 0.0.0.0/1 128.0.0.0/1",
    "all but one network": "!192.0.2.0/24 0.0.0.0/1 128.0.0.0/1 172.0.0.0/8",
}


@pytest.mark.parametrize("text", EVERYBODY.values(), ids=EVERYBODY)
def test_networks_that_add_up_to_everybody_are_one_finding(text: str) -> None:
    """As severe as everybody; the parts are not told again."""
    (found,) = risks(text)
    assert (found.kind, found.severity) == ("nearly-everyone", "high")


PUBLIC = 3_702_390_784  # IPv4 addresses
SHARES = {
    "0.0.0.0/1 128.0.0.0/1": f"0.0.0.0/1 and 128.0.0.0/1: {PUBLIC:,} public addresses, all that IPv4 has",
    "0.0.0.0/1": "0.0.0.0/1: 2,092,957,696 public addresses, 56 % of all that IPv4 has",
    "[2000::]/3": "[2000::]/3: 2^125 public addresses, all that IPv6 has",
    " ".join(f"{n * 32}.0.0.0/3" for n in range(7)): (
        "32.0.0.0/3 and 64.0.0.0/3 and 128.0.0.0/3 and 160.0.0.0/3 and 192.0.0.0/3 and 2 more: "
        f"{PUBLIC:,} public addresses, all that IPv4 has"
    ),
}


@pytest.mark.parametrize(("text", "remark"), SHARES.items())
def test_everybody_is_told_with_the_largest_networks_and_their_share(text: str, remark: str) -> None:
    """And with the number of the others."""
    (found,) = risks(text)
    assert found.remark == remark


@pytest.mark.parametrize("text", ["0.0.0.0/0", "0.0.0.0/0 128.0.0.0/1", "[::]/0", "cidr:{{0.0.0.0/0 x}}", "static:all"])
def test_what_everyone_says_is_not_said_again(text: str) -> None:
    """A network of no bits has its own finding."""
    assert risks(text) == []
    assert "everyone" in {found.kind for found in check(mynetworks=text)}


def test_a_family_that_is_not_everybody_is_still_looked_at() -> None:
    """Beside one that is."""
    assert [found.kind for found in risks("0.0.0.0/1 128.0.0.0/1 [2001::]/16")] == ["nearly-everyone", "wide-network"]
    assert [found.kind for found in risks("[::]/0 172.0.0.0/8")] == ["wide-network"]


@given(st.sampled_from([(AF_INET, 4), (AF_INET6, 16)]), st.integers(1, 6), st.randoms())
def test_however_everybody_is_cut_into_parts_it_is_told(family: tuple[int, int], bits: int, shuffled: object) -> None:
    """Of any size and in any order."""
    number, size = family
    parts = [pattern_text(number, bytes([n << (8 - bits), *bytes(size - 1)]), bits) for n in range(1 << bits)]
    shuffled.shuffle(parts)  # type: ignore[attr-defined]  # a random.Random
    assert [found.kind for found in risks(" ".join(parts))] == ["nearly-everyone"]
    excluded = [f"!{part}" for part in parts]
    assert risks(" ".join([*excluded, *parts])) == []


@pytest.mark.parametrize("text", ["[fd00::]/8", "[fc00::]/7", "[fe80::]/10", "[8000::]/1", "cidr:{{fe80::/10 x}}"])
def test_a_whole_range_of_neighbours_is_info(text: str) -> None:
    """Private networks draw nothing above it."""
    (found,) = risks(text)
    assert (found.kind, found.severity) == ("whole-range", "info")


def test_a_range_of_neighbours_hides_no_network_behind_it() -> None:
    """Of either family."""
    found = risks("[fe80::]/10 172.0.0.0/8 [fd00::]/8")
    assert sorted(one.element for one in found) == ["172.0.0.0/8", "[fd00::]/8", "[fe80::]/10"]


def test_the_site_of_this_host_is_suggested_in_place_of_all_unique_local_networks() -> None:
    """A /48, as RFC 4193 has it."""
    on = host(address("fd12:3456:789b:7::5", "ffff:ffff:ffff:ffff::"))
    (found,) = check(on, mynetworks="[fd00::]/8")
    assert found.suggestion == "[fd12:3456:789b::]/48"
    assert check(on, mynetworks=found.suggestion) == ()


LIVE = {
    "halves": ("0.0.0.0/1 128.0.0.0/1", "8.8.8.8", TRUSTED),
    "the other half": ("0.0.0.0/1 128.0.0.0/1", "203.0.113.9", TRUSTED),
    "halves of IPv6": ("[::]/1 [8000::]/1", "2001:db8::9", TRUSTED),
    "excluded": ("!0.0.0.0/1 !128.0.0.0/1 0.0.0.0/1 128.0.0.0/1", "8.8.8.8", NOT_TRUSTED),
    "a slip": ("127.0.0.0/8 172.0.0.0/8", "172.217.1.1", TRUSTED),
    "what was meant": ("127.0.0.0/8 172.16.0.0/12", "172.217.1.1", NOT_TRUSTED),
    "all but one network, in a table": ("cidr:{{!192.0.2.0/24 x}}", "8.8.8.8", TRUSTED),
    "a slip in a table": ("cidr:{{192.0.0.0/8 x}}", "192.0.2.9", TRUSTED),
    "another host's ULA": ("[fd00::]/8", "fd99::1", TRUSTED),
}


@pytest.fixture(scope="module")
def smtpd() -> Iterator[Smtpd]:
    """One for all lists."""
    with Smtpd([text for text, _client, _verdict in LIVE.values()]) as it:
        yield it


@pytest.mark.netns
def test_a_real_smtpd_trusts_what_is_told(smtpd: Smtpd) -> None:
    """And says no word about it."""
    for number, (name, (_text, client, verdict)) in enumerate(LIVE.items()):
        assert smtpd.verdict(number, client) == verdict, name
        assert smtpd.said(number) == []
