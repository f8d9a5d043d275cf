"""mynetworks as Postfix computes it, where no Linux host can show it: null netmasks, holes, copies."""

from __future__ import annotations

import copy
import ipaddress
import pickle

import pytest
from support.made import address, host

from ifdiscover import mynetworks
from ifdiscover._packed import contiguous_prefixlen
from ifdiscover._postfix import mynetworks as mynetworks_module
from ifdiscover._postfix.mynetworks import _CUTS, networks_of, parse_style
from ifdiscover.errors import AddressClassError, PostfixError, ProtocolsError, StyleError

SLASH_24 = "255.255.255.0"


def test_a_null_netmask_is_left_out_with_a_warning() -> None:
    """In mynetworks, a null netmask would match everyone."""
    made = host(address("192.0.2.1"), address("192.0.2.2", SLASH_24))
    answer = mynetworks(made, style="subnet")
    assert str(answer) == "192.0.2.0/24"
    (warning,) = answer.warnings
    assert "ignoring interface with null netmask, address family 2" in warning
    assert "eth0, 192.0.2.1" in warning


def test_networks_of_leaves_out_a_null_netmask_whoever_calls_it() -> None:
    """In every style, host too: what has no netmask is not trusted."""
    for style in ("class", "subnet", "host"):
        answer = networks_of([address("192.0.2.1")], style)
        assert str(answer) == ""
        assert answer.warnings == ("eth0: null netmask: 192.0.2.1 left out",)


@pytest.mark.parametrize(
    ("text", "mask", "pattern"),
    [
        ("10.1.2.3", "255.0.255.0", "10.0.2.0/24"),
        ("10.1.2.3", "0.0.0.1", "0.0.0.1/32"),
        ("2001:db8:1:2::3", "ffff:0:ffff::", "[2001::]/16"),
        ("2001:db8:1:2::3", "ffff:a000::", "[2001::]/19"),
    ],
)
def test_a_netmask_with_holes_counts_as_in_postfix_and_is_flagged(text: str, mask: str, pattern: str) -> None:
    """IPv4 to the last one bit, cut by the mask; IPv6 to the last one bit of the first octet that is not all ones."""
    answer = mynetworks(host(address(text, mask)), style="subnet")
    assert str(answer) == pattern
    assert "is not contiguous" in answer.warnings[0]


def test_an_empty_netmask_is_passed_on_and_cried_out() -> None:
    """Postfix trusts everyone then, without a word; the text is the same, the word is ours."""
    answer = mynetworks(host(address("198.51.100.1", "0.0.0.0")), style="subnet")
    assert str(answer) == "0.0.0.0/0"
    assert answer.warnings == ("eth0: netmask of no bits: 198.51.100.1 makes Postfix trust everyone",)


def test_elements_know_their_network_and_what_made_them() -> None:
    """Two addresses of one subnet make one element, which names both."""
    one, two = address("192.0.2.1", SLASH_24), address("192.0.2.2", SLASH_24)
    (element,) = mynetworks(host(one, two), style="subnet")
    assert element.network == ipaddress.ip_network("192.0.2.0/24")
    assert element.sources == (one, two)


def test_answers_can_be_copied_and_not_changed() -> None:
    """Pickled, copied, compared; no attribute can be set."""
    made = host(address("192.0.2.1", SLASH_24), address("192.0.2.2"))
    answer = mynetworks(made, style="subnet")
    for other in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer)):
        assert (other, type(other), vars(other)) == (answer, type(answer), vars(answer))
    assert answer.warnings
    with pytest.raises(AttributeError, match="immutable"):
        answer.warnings = ()


def test_zones_vanish() -> None:
    """The same link-local address on two links is one element."""
    mask = "ffff:ffff:ffff:ffff::"
    found = host(address("fe80::1", mask, scope_id=1), address("fe80::1", mask, scope_id=2))
    assert str(mynetworks(found, style="host")) == "[fe80::1]/128"


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"style": "Host"}, StyleError, 'unknown mynetworks mask style value "Host" in "Host"'),
        ({"inet_protocols": "ipv5"}, ProtocolsError, 'unknown inet_protocols value "ipv5" in "ipv5"'),
        ({"style": "class"}, AddressClassError, "mynetworks_core: unknown address class: 240.0.0.1"),
    ],
)
def test_typed_exceptions_carry_postfixs_sentence(
    values: dict[str, str], error: type[PostfixError], sentence: str
) -> None:
    """Each failure is an exception of its own, with Postfix's words and a remedy; nothing is printed."""
    with pytest.raises(error) as raised:
        mynetworks(host(address("240.0.0.1", SLASH_24)), **values)
    assert raised.value.postfix_says == sentence
    assert str(raised.value).startswith(f"{sentence}; ")


def test_with_no_protocol_nothing_else_is_looked_at() -> None:
    """Neither the style nor inet_interfaces nor the host."""
    assert str(mynetworks(None, style="nonsense", inet_interfaces="no.such.host.invalid", inet_protocols="")) == ""


def test_an_address_is_in_the_networks_that_trust_it() -> None:
    """As a text, an object of ipaddress or one of ours; a Network as the element that it is."""
    ours = address("192.0.2.7", SLASH_24)
    networks = mynetworks(host(ours, address("2001:db8::7", "ffff:ffff::")), style="subnet")
    for inside in ("192.0.2.200", ipaddress.ip_address("2001:db8:1::1"), ours, networks[1]):
        assert inside in networks
    for outside in (
        "192.0.3.1",
        "::ffff:192.0.2.7",
        ipaddress.ip_address("2001:db9::1"),
        networks[1]._replace(family=2),
    ):
        assert outside not in networks


def test_what_is_no_address_is_in_no_networks_and_said_so() -> None:
    """False would be taken for an answer."""
    networks = mynetworks(host(address("192.0.2.7", SLASH_24)), style="subnet")
    text: object = "192.0.2.0/24"
    with pytest.raises(ValueError, match="is not an address"):
        _ = text in networks
    for other in (ipaddress.ip_network("192.0.2.0/24"), 7, None):
        with pytest.raises(TypeError, match="an address is a text"):
            _ = other in networks


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("1.255.255.255", "1.0.0.0/8"),
        ("127.255.255.255", "127.0.0.0/8"),
        ("128.0.255.255", "128.0.0.0/16"),
        ("191.255.255.255", "191.255.0.0/16"),
        ("192.0.0.255", "192.0.0.0/24"),
        ("193.255.255.255", "193.255.255.0/24"),
        ("223.255.255.255", "223.255.255.0/24"),
        ("224.255.255.255", "224.0.0.0/4"),
        ("239.255.255.255", "224.0.0.0/4"),
    ],
)
def test_a_class_reaches_from_its_first_address_to_its_last(text: str, pattern: str) -> None:
    """RFC 791; the netmask does not count."""
    assert str(mynetworks(host(address(text, "255.255.255.255")), style="class")) == pattern


@pytest.mark.parametrize("text", ["203.0.113.255", "255.255.255.255", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"])
def test_a_contiguous_netmask_of_any_length_makes_its_network(text: str) -> None:
    """That of ipaddress, the first time and when the netmask is known, without a warning but that of no bits."""
    made = ipaddress.ip_address(text)
    for length in range(made.max_prefixlen + 1):
        network = ipaddress.ip_network((made, length), strict=False)
        for _time in range(2):
            (element,) = networks = networks_of([address(text, str(network.netmask))], "subnet")
            assert (element.network, element.prefixlen) == (network, length)
            assert ipaddress.ip_address(element.packed) == network.network_address
            assert len(networks.warnings) == (length == 0)


@pytest.mark.parametrize(
    ("style", "text", "mask"),
    [
        ("subnet", "192.0.2.1", SLASH_24),
        ("subnet", "2001:db8::1", "ffff:ffff:ffff:ffff::"),
        ("class", "2001:db8::1", "ffff:ffff:ffff:ffff::"),
        ("host", "192.0.2.1", "255.255.255.240"),
        ("host", "2001:db8::1", "ffff:ffff:ffff:fff0::"),
    ],
)
def test_whole_octets_are_cut_without_arithmetic(
    style: str, text: str, mask: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most netmasks are whole octets, and bit by bit an address takes several times as long."""
    made = address(text, mask)
    wanted = ipaddress.ip_network(text) if style == "host" else made.network
    monkeypatch.setattr(mynetworks_module, "_CUTS", {})
    monkeypatch.setattr(mynetworks_module, "_key", None)
    assert [network.network for network in networks_of([made], style)] == [wanted]


def test_a_network_made_by_hand_may_have_host_bits() -> None:
    """An object of ipaddress has none; mynetworks() makes none."""
    (made,) = networks_of([address("192.0.2.7", SLASH_24)], "host")
    assert made._replace(prefixlen=24).network == ipaddress.ip_network("192.0.2.0/24")


def test_netmasks_with_holes_are_not_remembered() -> None:
    """There are 162 contiguous ones; of others a recording could bring without end."""
    for mask in ("255.0.255.0", "ffff:0:ffff::"):
        networks_of([address("2001:db8::1" if ":" in mask else "192.0.2.1", mask)], "subnet")
    assert len(_CUTS) <= 162
    assert all(contiguous_prefixlen(mask) is not None for mask in _CUTS)


@pytest.mark.parametrize("value", ["host,subnet", "host host class", "", " , "])
def test_a_style_is_exactly_one_word(value: str) -> None:
    """One of several would be a guess."""
    with pytest.raises(StyleError, match=r"bad mynetworks_style value: .*; specify exactly one value"):
        parse_style(value)


@pytest.mark.parametrize("value", ["host", " host", "host,", "host host"])
def test_a_style_may_have_blanks_and_commas_about_it(value: str) -> None:
    """And may be said twice."""
    assert parse_style(value) == "host"
