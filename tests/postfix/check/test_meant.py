"""What check suggests for a word of a list is what was meant, and a real smtpd takes it so."""

from __future__ import annotations

import ipaddress
from socket import AF_INET
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import assume, example, given, strategies as st
from support.postfix.list_hosts import HOST
from support.postfix.live_smtpd import NOT_TRUSTED, TRUSTED, Smtpd

from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.syntax.findings import INFO
from ifdiscover._postfix.syntax.meant import networks_meant
from ifdiscover._postfix.syntax.networks import parse_network

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN = Known(HOST, Configuration(None, {"lan_nets": "10.20.0.0/16"}))


class Row(NamedTuple):
    """A list with a fault, and what was meant by it.

    The suggestion takes the place of the faulty word. The clients are addresses that the whole list is then meant to
    trust, and some just outside.
    """

    text: str
    kind: str
    suggestion: str
    trusted: str
    not_trusted: str


ROWS = [
    # IPv6 without brackets, with a zone, a port or a tag.
    Row("2001:db8:25::/48", "address-as-table", "[2001:db8:25::]/48", "2001:db8:25:1::1", "2001:db8:26::1"),
    Row("fe80::%eth0/10", "address-as-table", "[fe80::]/10", "fe80::1 febf::1", "fec0::1 fe00::1"),
    Row("[fe80::1%eth0]/64", "matches-nothing", "[fe80::]/64", "fe80::1", "fe80:0:0:1::1"),
    Row("[2001:db8::9]:25", "bad-brackets", "[2001:db8::9]", "2001:db8::9", "2001:db8::8"),
    Row("[IPv6:2001:db8::9]", "matches-nothing", "[2001:db8::9]", "2001:db8::9", "2001:db8::8"),
    Row("2001:db8::", "address-as-table", "[2001:db8::]/64", "2001:db8::1", "2001:db8:0:1::1"),
    # A first group without its zeros, and a length that cuts it.
    Row("[fd::]/8", "host-bits", "[fd00::]/8", "fd00::1 fdff::1", "fc00::1 fe00::1 ::1"),
    Row("fd::/8", "address-as-table", "[fd00::]/8", "fd00::1", "fc00::1 ::1"),
    Row("[fc::]/7", "host-bits", "[fc00::]/7", "fc00::1 fdff::1", "fe00::1 ::1"),
    Row("[fe8::]/10", "host-bits", "[fe80::]/10", "fe80::1", "fec0::1 ::1"),
    Row("[fd::1]/64", "host-bits", "[fd00::]/64", "fd00::1", "fd00:0:0:1::1 fd::1"),
    Row("[::1]/64", "host-bits", "[::1]/128", "::1", "::2"),
    Row("fd::9", "address-as-table", "[fd00::9]", "fd00::9", "fd00::8 fd::9"),
    # IPv4 in IPv6.
    Row("::ffff:10.0.0.0/104", "address-as-table", "10.0.0.0/8", "10.0.0.1 10.255.0.1", "11.0.0.1 ::1"),
    Row("[::ffff:10.0.0.1]/104", "host-bits", "10.0.0.0/8", "10.0.0.1 10.255.0.1", "11.0.0.1 ::1"),
    Row("[::ffff:203.0.113.0]/120", "mapped-network", "203.0.113.0/24", "203.0.113.7", "203.0.114.7"),
    Row("[::ffff:203.0.113.7]", "mapped-network", "203.0.113.7", "203.0.113.7", "203.0.113.8"),
    # What stands around a network.
    Row("192.168.1.0/24;", "matches-nothing", "192.168.1.0/24", "192.168.1.7", "192.168.2.7"),
    Row("(10.20.0.0/16)", "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row('"10.20.0.0/16"', "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row("'10.20.0.0/16',", "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row('"[2001:db8:25::]/64"', "address-as-table", "[2001:db8:25::]/64", "2001:db8:25::1", "2001:db8:25:1::1"),
    Row("10.20.0.0/16\N{NO-BREAK SPACE}", "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row(
        "10.20.0.0/16;10.30.0.0/16", "matches-nothing", "10.20.0.0/16 10.30.0.0/16", "10.20.1.1 10.30.1.1", "10.21.1.1"
    ),
    Row("10.20.0.0/16#lan", "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row("{10.20.0.0/16}", "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    # One bracket.
    Row("192.0.2.25]", "matches-nothing", "192.0.2.25", "192.0.2.25", "192.0.2.24"),
    Row("[192.0.2.25", "matches-nothing", "192.0.2.25", "192.0.2.25", "192.0.2.24"),
    Row("[2001:db8:25::/64", "bad-brackets", "[2001:db8:25::]/64", "2001:db8:25::1", "2001:db8:25:1::1"),
    Row("2001:db8:25::]/64", "address-as-table", "[2001:db8:25::]/64", "2001:db8:25::1", "2001:db8:25:1::1"),
    # The slash.
    Row("192.168.1.0:24", "address-as-table", "192.168.1.0/24", "192.168.1.7", "192.168.2.7"),
    Row("192.168.1.7:25", "address-as-table", "192.168.1.7", "192.168.1.7", "192.168.1.8"),
    Row("10.20.0.0\\16", "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row("10.20.0.0_16", "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row("10.20.0.0//16", "bad-mask", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row("[2001:db8:25::]64", "bad-brackets", "[2001:db8:25::]/64", "2001:db8:25::1", "2001:db8:25:1::1"),
    Row("[2001:db8:25::]:64", "bad-brackets", "[2001:db8:25::]/64", "2001:db8:25::1", "2001:db8:25:1::1"),
    Row("10.20.0.0 /16", "list-file-missing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row("10.20.0.0/ 16", "bad-mask", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row("10.20.0.0 / 16", "list-file-unreadable", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    Row("10.20.0.0 255.255.0.0", "matches-nothing", "10.20.0.0/16", "10.20.1.1", "10.21.0.1"),
    # Lengths and octets.
    Row("10/8", "bad-network", "10.0.0.0/8", "10.1.1.1", "11.0.0.1"),
    Row("192.168/16", "bad-network", "192.168.0.0/16", "192.168.1.1", "192.169.0.1"),
    Row("10.0.0.0/33", "bad-length", "10.0.0.0/32", "10.0.0.0", "10.0.0.1"),
    Row("127.0.0.1/128", "bad-length", "127.0.0.1/32", "127.0.0.1", "127.0.0.2"),
    Row("[2001:db8::9]/129", "bad-length", "[2001:db8::9]/128", "2001:db8::9", "2001:db8::8"),
    Row("192.168.1.0/255.255.255.0", "bad-mask", "192.168.1.0/24", "192.168.1.7", "192.168.2.7"),
    Row("192.168.1.0/0.0.0.255", "bad-mask", "192.168.1.0/24", "192.168.1.7", "192.168.2.7"),
    Row("192.168.001.000/24", "bad-network", "192.168.1.0/24", "192.168.1.7", "192.168.2.7"),
    Row("192.168.1.*", "matches-nothing", "192.168.1.0/24", "192.168.1.7", "192.168.2.7"),
    Row("192.168.1.x", "matches-nothing", "192.168.1.0/24", "192.168.1.7", "192.168.2.7"),
    Row("10.", "matches-nothing", "10.0.0.0/8", "10.1.1.1", "11.0.0.1"),
    Row(
        "192.168.1.10-13",
        "matches-nothing",
        "192.168.1.10/31 192.168.1.12/31",
        "192.168.1.10 192.168.1.13",
        "192.168.1.9 192.168.1.14",
    ),
    Row("10.0.0.1-10.0.0.2", "matches-nothing", "10.0.0.1 10.0.0.2", "10.0.0.1 10.0.0.2", "10.0.0.0 10.0.0.3"),
    Row("2001:db8::2-2001:db8::3", "address-as-table", "[2001:db8::2]/127", "2001:db8::2", "2001:db8::1 2001:db8::4"),
    # Words for networks that the host has, or that a parameter has.
    Row("eth0", "names-nobody", "192.0.2.0/24 [2001:db8::]/64", "192.0.2.9 2001:db8::9", "192.0.3.1 fe80::1"),
    Row("lo", "names-nobody", "127.0.0.0/8 [::1]/128", "127.0.0.1 ::1", "192.0.2.9"),
    Row("eth0:1", "table-unusable", "198.51.100.0/25", "198.51.100.9", "198.51.100.129"),
    Row("localhost only", "names-nobody", "127.0.0.0/8 [::1]/128", "127.0.0.1 ::1", "192.0.2.9"),
    Row("loopback-only", "names-nobody", "127.0.0.0/8 [::1]/128", "127.0.0.1 ::1", "192.0.2.9"),
    Row("192.0.2.0", "network-without-length", "192.0.2.0/24", "192.0.2.9", "192.0.3.1"),
    Row("127.0.0.0", "network-without-length", "127.0.0.0/8", "127.0.0.1", "128.0.0.1"),
    Row("[2001:db8::]", "network-without-length", "[2001:db8::]/64", "2001:db8::9", "2001:db8:0:1::1"),
    Row("0.0.0.0/0", "everyone", "127.0.0.0/8", "127.0.0.1", "192.0.2.9"),
    Row("[::]/0", "everyone", "[::1]/128", "::1", "2001:db8::9"),
    # Excluded ones stay excluded.
    Row("!(10.20.0.0/16) 10.0.0.0/8", "matches-nothing", "!10.20.0.0/16", "10.21.0.1", "10.20.1.1"),
    Row("!10.20.0.0 /16 10.0.0.0/8", "list-file-missing", "!10.20.0.0/16", "10.21.0.1", "10.20.1.1"),
    Row(
        "!10.20.0.0/16;10.30.0.0/16 10.0.0.0/8",
        "matches-nothing",
        "!10.20.0.0/16 !10.30.0.0/16",
        "10.21.0.1",
        "10.20.1.1 10.30.1.1",
    ),
    Row("! 10.20.0.0/16", "no-pattern", "!10.20.0.0/16", "", "10.20.1.1"),
]
TEXTS = [row.text for row in ROWS]

UNKNOWN = """
    0.0.0.0 :: [::] 0/0 ::/0 10.20.30.25/0 192.0.2.7/0.0.0.0 [2001:db8::1]/3 2000::/3 128.0.0.0/1;
    172.31.1.1/8 8.8.8.8/8 ::ffff:0.0.0.0/96
    [::ffff:0:0]/96 {0.0.0.0/0} 0.0.0.0-255.255.255.255 10 10.1/8 010.0.0.1
    10.0.0.0/64 192.168.1.0-24 10.0.0.0/8/8 10.1.0.0/264
    [2::]/3 [::ffff]/104 0.0.0.5/8 all subnet permit_mynetworks
""".split()  # noqa: SIM905 - one word a line would be a page


def mended(row: Row) -> str:
    """The list with the suggestion in the place of the faulty word."""
    found = check_list(MatchList(row.text), KNOWN)
    (fault,) = [finding for finding in found if finding.kind == row.kind]
    assert row.text.count(fault.element) >= 1
    if fault.kind == "no-pattern" or " / " in row.text or fault.element.endswith("/"):
        return f"{fault.suggestion}"  # the words that belong together go as one
    head, _element, tail = row.text.rpartition(fault.element)
    return head + fault.suggestion + tail


@pytest.mark.parametrize("row", ROWS, ids=TEXTS)
def test_a_suggestion_is_what_was_meant_and_not_more(row: Row) -> None:
    """It draws nothing above info, and trusts what was meant."""
    fault = next(finding for finding in check_list(MatchList(row.text), KNOWN) if finding.kind == row.kind)
    assert fault.suggestion == row.suggestion
    good = MatchList(mended(row))
    assert [finding for finding in check_list(good, KNOWN) if finding.severity != INFO] == []
    assert [client for client in row.trusted.split() if not good.decide(client).trusted] == []
    assert [client for client in row.not_trusted.split() if good.decide(client).trusted] == []


@pytest.mark.parametrize("word", UNKNOWN)
def test_what_is_not_evident_or_wide_has_no_suggestion(word: str) -> None:
    """Nobody is told to trust a large part of the Internet."""
    found = check_list(MatchList(word), KNOWN)
    assert found
    assert [finding.suggestion for finding in found] == [""] * len(found)


@pytest.mark.parametrize("word", ["10.20.30.25/0", "[fd::]/8", "172.31.1.1/8", "[2001:db8::1]/0"])
def test_an_advice_of_postfix_that_does_harm_has_a_warning_beside_it(word: str) -> None:
    """In check and in match."""
    match_list = MatchList(word)
    (fault,) = check_list(match_list)
    advice = fault.postfix_says.split('"')[3]
    assert fault.remark.startswith(f"do not write {advice}: ")
    assert fault.remark in match_list.decide("2001:db8::9" if ":" in word else "10.0.0.1").reason


@pytest.fixture(scope="module")
def smtpd() -> Iterator[Smtpd]:
    """One for all lists, mended and not."""
    with Smtpd([*map(mended, ROWS), *TEXTS], parameters={"inet_protocols": "all"}) as it:
        yield it


@pytest.mark.netns
@pytest.mark.parametrize("row", ROWS, ids=TEXTS)
def test_a_real_smtpd_trusts_what_was_meant_without_a_warning(row: Row, smtpd: Smtpd) -> None:
    """Whatever it made of the list before."""
    number = ROWS.index(row)
    assert [client for client in row.trusted.split() if smtpd.verdict(number, client) != TRUSTED] == []
    assert [client for client in row.not_trusted.split() if smtpd.verdict(number, client) != NOT_TRUSTED] == []
    assert smtpd.said(number) == []


SILENT = {"matches-nothing", "names-nobody", "network-without-length", "mapped-network"}
SILENT_ROWS = [row for row in ROWS if row.kind in SILENT and "!" not in row.text]


@pytest.mark.netns
@pytest.mark.parametrize("row", SILENT_ROWS, ids=[row.text for row in SILENT_ROWS])
def test_a_real_smtpd_is_silent_and_trusts_nobody_of_those_meant(row: Row, smtpd: Smtpd) -> None:
    """That is why such a word is a finding."""
    number = len(ROWS) + ROWS.index(row)
    assert [client for client in row.trusted.split() if smtpd.verdict(number, client) != NOT_TRUSTED] == []
    assert smtpd.said(number) == []


FAMILIES = {4: (8, 32), 6: (16, 128)}
SLIPS = {
    "nothing": "{0}/{1}",
    "semicolon": "{0}/{1};",
    "quotes": '"{0}/{1}"',
    "parentheses": "({0}/{1})",
    "left bracket": "[{0}/{1}",
    "right bracket": "{0}]/{1}",
    "brackets": "[{0}]/{1}",
    "backslash": "{0}\\{1}",
    "underscore": "{0}_{1}",
    "two slashes": "{0}//{1}",
    "no slash": "[{0}]{1}",
    "colon": "{0}:{1}",
    "zone": "{0}%eth0/{1}",
    "comment": "{0}/{1}#x",
    "tag": "ipv6:{0}/{1}",
}


@st.composite
def networks(draw: st.DrawFn) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Any network that is no large part of the Internet."""
    version = draw(st.sampled_from([4, 6]))
    shortest, bits = FAMILIES[version]
    made = ipaddress.IPv4Network if version == 4 else ipaddress.IPv6Network
    length = draw(st.integers(shortest, bits))
    return made((draw(st.integers(0, 2**bits - 1)) >> (bits - length) << (bits - length), length))


@given(networks(), st.sampled_from(sorted(SLIPS)))
@example(ipaddress.IPv6Network("fd::/16"), "nothing")
def test_whatever_is_suggested_is_part_of_what_was_written(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network, slip: str
) -> None:
    """Or the same with the zeros that a first group lacks."""
    suggestion = networks_meant(SLIPS[slip].format(network.network_address, network.prefixlen))
    assume(suggestion)
    for word in suggestion.split(" "):
        meant = ipaddress.ip_network(word.replace("[", "").replace("]", ""))
        if network.version == 6 and meant.version == 4:
            mapped = ipaddress.IPv6Address(network.network_address).ipv4_mapped
            assert mapped is not None
            assert mapped in meant
        elif network.version == 6 and not network.overlaps(meant):
            group = str(network.network_address).partition(":")[0]
            assert len(group) < 4
            assert str(meant).startswith(group)
        else:
            assert meant.subnet_of(network)  # type: ignore[arg-type]  # of one version
        assert [fault for fault in check_list(MatchList(word)) if "451" in fault.consequence] == []


@given(networks(), st.integers(0, 40), st.integers(0, 40))
def test_a_range_is_covered_exactly(network: ipaddress.IPv4Network, start: int, size: int) -> None:
    """No address outside it, and none left out."""
    assume(network.version == 4 and int(network.network_address) < 2**32 - 100)
    first, last = network.network_address + start, network.network_address + start + size
    suggestion = networks_meant(f"{first}-{last}")
    assume(suggestion)
    covered = [address for word in suggestion.split(" ") for address in ipaddress.ip_network(word)]
    assert covered == [first + number for number in range(size + 1)]


@given(st.one_of(st.text("0123456789afd.:/[]%-_*;\\ x", max_size=24), st.text(max_size=20)))
def test_whatever_is_suggested_is_read_as_it_stands(text: str) -> None:
    """Each word is one network to Postfix, and no large part of a family."""
    for word in networks_meant(text).split():
        family, _packed, prefixlen = parse_network(word)
        assert prefixlen >= (8 if family == AF_INET else 7)
        assert networks_meant(word) == word
