"""Words of a list that are no network: what no client can match, and what nobody has as a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.postfix.list_hosts import HOST
from support.postfix.live_smtpd import NOT_TRUSTED, TRUSTED, Smtpd

from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.parameters.configuration import Configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = """
    all any none everyone subnet class host loopback loopback-only localhost_only mynetworks my_networks networks
    permit_mynetworks permit_sasl_authenticated reject reject_unauth_destination check_client_access permit
    lo eth0 eth12 eno1 ens18 enp0s3 enp2s0f1 wlan0 wlp3s0 docker0 virbr0 tun0 tap0 wg0 ppp0 bond0 br0 em0 igb0
""".split()  # noqa: SIM905 - one word a line would be a page

SOMEBODY = """
    localhost localhost.localdomain mailhost mail relay gateway intranet lan local home internal box en route
    default trusted mail1 web01 br1 en2 wg10 eth loan enp senps0 enable mail_1 my_app_1 permit.example.com
    all.example.com lo.example.com bridge classic example.com example.co.uk xn--bcher-kva.example 1and1.com
    host-10-0-0-1.example.net 4.example.org unknown
""".split()  # noqa: SIM905 - as above

NOTHING = """
    0.0.0.0 [0.0.0.0] 0.0.0.0/32 [::] [::]/128 255.255.255.0 192.0.2.25] [192.0.2.25 192.168.1.10-50
    10.0.0.1-10.0.0.9 10.0.0.10-5 192.168.1.x 10 10. * eth0.100 -mail mail- a..b example.c {example.com}
""".split()  # noqa: SIM905 - as above


@pytest.mark.parametrize("word", NOBODY)
def test_a_word_that_means_something_elsewhere_is_told(word: str) -> None:
    """To Postfix it is a host name that nobody has."""
    assert [finding.kind for finding in check_list(MatchList(f"192.0.2.25 {word}"))] == ["names-nobody"]


@pytest.mark.parametrize("word", SOMEBODY)
def test_a_word_that_a_host_or_domain_may_have_is_good(word: str) -> None:
    """Also if it is a single label."""
    assert check_list(MatchList(f"192.0.2.25 {word}"), Known(HOST)) == []


@pytest.mark.parametrize("word", NOTHING)
def test_a_word_that_no_client_can_match_by_its_form_is_told(word: str) -> None:
    """Addresses that no client has, too."""
    assert [finding.kind for finding in check_list(MatchList(f"192.0.2.25 {word}"))] == ["matches-nothing"]


def test_a_domain_with_a_dot_before_it_is_told_without_and_what_comes_with_it() -> None:
    """Without the dot the list trusts one host more."""
    (found,) = check_list(MatchList(".example.com"))
    assert (found.suggestion, found.remark) == (
        "example.com",
        "example.com matches all names below it, and the host of this name too",
    )


@pytest.mark.parametrize("word", ["OK}}", "{ok", "x}"])
def test_half_of_a_table_is_no_name(word: str) -> None:
    """A blank that cut it in two is what is wrong."""
    assert [finding.suggestion for finding in check_list(MatchList(f"192.0.2.25 {word}"))][-1] == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("192.168.1.0 24", "192.168.1.0/24"),
        ("192.168.1.5, 24", "192.168.1.0/24"),
        ("!10.1.0.0 16 10.0.0.0/8", "!10.1.0.0/16"),
        ("[2001:db8::] 64", "[2001:db8::]/64"),
    ],
)
def test_a_number_behind_an_address_is_its_length(text: str, meant: str) -> None:
    """A blank stands in place of the slash. The address before it is no second finding."""
    (found,) = check_list(MatchList(text))
    assert (found.kind, found.suggestion) == ("matches-nothing", meant)
    assert found.remark == "this is a length without an address: a blank stands in place of the slash"


@pytest.mark.parametrize("text", ["10.0.0.0/8 24", "192.0.2.7 64", "example.com 24", "24", "192.0.2.7 0", "a 10 8"])
def test_another_number_is_no_length(text: str) -> None:
    """There is no address before it, it is too long for one, or it would be everyone."""
    found = check_list(MatchList(text))[-1]
    assert (found.kind, found.suggestion, found.remark) == ("matches-nothing", "", "")


def test_a_network_keeps_its_finding_before_a_number_that_is_no_length() -> None:
    """Its length is still not written."""
    found = check_list(MatchList("192.168.1.0 64"))
    assert [fault.kind for fault in found] == ["network-without-length", "matches-nothing"]


def test_localhost_is_good_and_only_is_not() -> None:
    """Each word stands for itself."""
    assert [finding.element for finding in check_list(MatchList("localhost only"))] == ["only"]
    (found,) = check_list(MatchList("192.0.2.25 only"))
    assert found.suggestion == ""


def test_an_interface_of_the_host_is_known_by_any_name() -> None:
    """Also if its name has no usual form, or is no host name; what is known of another host is not."""
    odd = HOST._replace(
        interfaces=tuple(interface._replace(name="uplink") for interface in HOST.interfaces[1:2]),
        addresses=tuple(a._replace(interface=a.interface._replace(name="uplink")) for a in HOST.addresses[1:2]),
    )
    (found,) = check_list(MatchList("uplink"), Known(odd))
    assert (found.kind, found.suggestion) == ("names-nobody", "192.0.2.0/24")
    assert check_list(MatchList("uplink"), Known(HOST)) == []


def test_the_name_of_a_parameter_lacks_its_dollar() -> None:
    """If main.cf defines it, and it is not Postfix's own."""
    known = Known(None, Configuration(None, {"lan_nets": "192.168.1.0/24", "relayhost": "mail.example.com"}))
    (found,) = check_list(MatchList("lan_nets"), known)
    assert (found.kind, found.suggestion) == ("names-nobody", "$lan_nets")
    assert check_list(MatchList("relayhost"), known) == []


@pytest.mark.parametrize(
    ("word", "parent_domains", "meant"),
    [
        ("*.example.com", True, "example.com"),
        ("*.example.com", False, ".example.com"),
        ("@example.com", True, "example.com"),
        ("mail.example.com;", True, "mail.example.com"),
        ('"mail.example.com"', True, "mail.example.com"),
        ("mail.example.com#x", True, "mail.example.com"),
    ],
)
def test_a_name_with_something_around_it_is_suggested(word: str, parent_domains: bool, meant: str) -> None:
    """In the form in which it matches."""
    (found,) = check_list(MatchList(word, parent_domains=parent_domains))
    assert (found.kind, found.suggestion) == ("matches-nothing", meant)


def test_a_macro_in_a_file_of_networks_is_told() -> None:
    """Only main.cf has macros."""
    for word in ("$lan_nets", "${lan_nets}", "$lan/24"):
        (found,) = check_list(MatchList(word, file="networks"))
        assert (found.kind, found.remark[:24]) == ("matches-nothing", "no $name is expanded her")


CLIENTS = ("127.0.0.1", "192.168.1.10", "192.168.1.30", "10.0.0.1", "10.0.0.5", "192.0.2.25", "::1", "2001:db8::25")
WORDS = [*NOBODY, *NOTHING]


@pytest.mark.netns
def test_a_real_smtpd_trusts_nobody_by_such_a_word_and_is_silent(smtpd: Smtpd) -> None:
    """Loopback included; a client that has the word as its name would be trusted."""
    for number, word in enumerate(WORDS):
        assert [client for client in CLIENTS if smtpd.verdict(number, client) != NOT_TRUSTED] == [], word
        assert smtpd.said(number) == [], word
    assert smtpd.verdict(WORDS.index("all"), "192.0.2.9", "all") == TRUSTED


@pytest.fixture(scope="module")
def smtpd() -> Iterator[Smtpd]:
    """One for all words."""
    with Smtpd(WORDS) as it:
        yield it
