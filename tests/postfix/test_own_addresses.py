"""Postfix's own addresses: answers that cannot be changed, zones, and what is refused."""

from __future__ import annotations

import copy
import pickle
from socket import AF_INET, AF_INET6
from typing import TYPE_CHECKING

import pytest
from support.made import address, host

from ifdiscover import own_addresses
from ifdiscover._postfix.inet_protocols import Protocols, enabled_protocols
from ifdiscover._postfix.own_addresses import resolve, select
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.errors import InterfacesError, NoActiveInterfaceError, PostfixError

if TYPE_CHECKING:
    from ifdiscover._postfix.syntax.resolver import Resolved
    from ifdiscover.model import Address, Host

SLASH_24 = "255.255.255.0"
ALL_ONES = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"


def test_answers_can_be_copied_and_not_changed() -> None:
    """Pickled, copied, compared; no attribute can be set."""
    made = host(address("192.0.2.1", SLASH_24), address("192.0.2.2"))
    answer = own_addresses(made)
    for other in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer)):
        assert (other, type(other), vars(other)) == (answer, type(answer), vars(answer))
    assert answer.warnings
    with pytest.raises(AttributeError, match="immutable"):
        answer.warnings = ()


def test_the_same_address_on_two_links_is_two_addresses() -> None:
    """Its zones tell them apart."""
    mask = "ffff:ffff:ffff:ffff::"
    found = host(address("fe80::1", mask, scope_id=1), address("fe80::1", mask, scope_id=2))
    assert len(own_addresses(found)) == 2


@pytest.mark.parametrize(
    ("made", "value", "error", "sentence"),
    [
        (
            host(address("192.0.2.1", SLASH_24)),
            "no.such.host.invalid",
            InterfacesError,
            "config variable inet_interfaces: host not found: no.such.host.invalid",
        ),
        (
            host(address("192.0.2.1", SLASH_24)),
            "192.0.2.7",
            InterfacesError,
            "parameter inet_interfaces: no local interface found for 192.0.2.7",
        ),
        (host(), "all", NoActiveInterfaceError, "could not find any active network interfaces"),
    ],
)
def test_typed_exceptions_carry_postfixs_sentence(
    made: Host, value: str, error: type[PostfixError], sentence: str
) -> None:
    """Each failure is an exception of its own, with Postfix's words and a remedy; nothing is printed."""
    with pytest.raises(error) as raised:
        own_addresses(made, inet_interfaces=value)
    assert raised.value.postfix_says == sentence
    assert str(raised.value).startswith(f"{sentence}; ")


def test_a_name_with_a_nul_is_not_found() -> None:
    """C would resolve what stands before it."""
    with pytest.raises(InterfacesError):
        own_addresses(host(address("127.0.0.1", "255.0.0.0")), inet_interfaces="127.0.0.1\0.example.com")


def test_with_no_protocol_nothing_else_is_looked_at() -> None:
    """Neither inet_interfaces nor the host."""
    assert own_addresses(None, inet_interfaces="no.such.host.invalid", inet_protocols=",") == ()


LO, ETH = address("127.0.0.1", "255.0.0.0"), address("192.0.2.1", SLASH_24)
LO6, ETH6 = address("::1", ALL_ONES), address("2001:db8::1", ALL_ONES)
FOUR = host(ETH6, LO6, ETH, LO)


class NoNames(Machine):
    """Where no name is known, and numbers are."""

    def __init__(self) -> None:
        super().__init__(FOUR)

    def addresses(self, text: str, families: tuple[int, ...]) -> list[Resolved]:
        """Of a number."""
        return [self.number(text, families)]


@pytest.mark.parametrize(
    ("value", "protocols", "own"),
    [
        ("all", "all", (ETH, LO, ETH6, LO6)),
        (" all\n", "ipv4", (ETH, LO)),
        ("loopback-only", "all", (LO, LO6)),
        ("loopback-only ", "ipv6", (LO6,)),
        ("192.0.2.1", "all", (ETH,)),
        ("[192.0.2.1]", "all", (ETH,)),
        ("[2001:db8::1], 192.0.2.1 [127.0.0.1]", "all", (LO, ETH, ETH6)),
        ("192.0.2.1 192.0.2.1", "all", (ETH,)),
    ],
)
def test_all_and_loopback_only_keep_the_hosts_order_and_words_are_sorted(
    value: str, protocols: str, own: tuple[Address, ...]
) -> None:
    """As Postfix has them: IPv4 first; blanks around, brackets about an address, and repetitions change nothing."""
    assert own_addresses(FOUR, inet_interfaces=value, inet_protocols=protocols) == own


@pytest.mark.parametrize(
    "word",
    [
        "[192.0.2.1",
        "[192.0.2.10",
        "[192.0.2.1x",
        "192.0.2.1]",
        "x192.0.2.1]",
        "[[192.0.2.1]]",
        "[]",
        "[",
        "]",
        "(192.0.2.1)",
    ],
)
def test_half_a_pair_of_brackets_is_no_address(word: str) -> None:
    """Only a whole pair is taken away, and only one; what is left is a name that nobody has."""
    with pytest.raises(InterfacesError) as raised:
        select(FOUR, word, enabled_protocols(), NoNames())
    assert raised.value.postfix_says == f"config variable inet_interfaces: host not found: {word}"


def test_an_address_on_two_interfaces_is_that_of_the_first() -> None:
    """With its netmask; all has both."""
    twice = host(ETH._replace(packed_netmask=b"\xff\xff\0\0", prefixlen=16), ETH)
    assert own_addresses(twice, inet_interfaces="192.0.2.1") == twice.addresses[:1]
    assert own_addresses(twice) == twice.addresses


@pytest.mark.parametrize(
    ("value", "protocols", "remedy"),
    [
        (
            "ipv4:all",
            "all",
            "write inet_interfaces = all and inet_protocols = ipv4",
        ),
        ("ipv6:all", "all", "write inet_interfaces = all and inet_protocols = ipv6"),
        ("ALL", "all", "all must be the whole value, in lower case"),
        ("192.0.2.1, all", "all", "all must be the whole value, in lower case"),
        ("Loopback-Only", "all", "loopback-only must be the whole value, in lower case"),
        (
            "2001:db8::1",
            "ipv4",
            "leave 2001:db8::1 out, or set inet_protocols = all: it is an IPv6 address, and IPv6 is not in use",
        ),
        (
            "192.0.2.1",
            "ipv6",
            "leave 192.0.2.1 out, or set inet_protocols = all: it is an IPv4 address, and IPv4 is not in use",
        ),
        (
            "eth0",
            "all",
            "inet_interfaces takes all, loopback-only, addresses and host names, but no interface names",
        ),
        (
            "ipv4:eth0",
            "all",
            "inet_interfaces takes all, loopback-only, addresses and host names, but no interface names",
        ),
        (
            "ipv4:ALL",
            "all",
            "inet_interfaces takes all, loopback-only, addresses and host names, but no interface names",
        ),
        (
            "ipv5:all",
            "all",
            "inet_interfaces takes all, loopback-only, addresses and host names, but no interface names",
        ),
    ],
)
def test_a_word_that_is_not_found_comes_with_what_was_meant(value: str, protocols: str, remedy: str) -> None:
    """What people write for all, an address of a protocol that is off, an interface's name."""
    word = value.rpartition(" ")[2]
    with pytest.raises(InterfacesError) as raised:
        select(FOUR, value, enabled_protocols(protocols), NoNames())
    assert str(raised.value) == f"config variable inet_interfaces: host not found: {word}; {remedy}"


def test_an_address_of_a_protocol_that_the_kernel_lacks_is_told_to_be_left_out() -> None:
    """inet_protocols has it, so that setting it is no remedy."""
    with pytest.raises(
        InterfacesError, match="leave 2001:db8::1 out: it is an IPv6 address, and the kernel has no IPv6"
    ):
        select(FOUR, "2001:db8::1", Protocols((AF_INET,), (), (AF_INET6,)), NoNames())


def test_proxy_interfaces_has_advice_of_its_own() -> None:
    """It knows no all."""
    with pytest.raises(InterfacesError, match="proxy_interfaces takes addresses and host names, and nothing else"):
        resolve("proxy_interfaces", "all", enabled_protocols(), NoNames())


def test_warnings_of_the_host_and_of_protocols_come_with_the_answer() -> None:
    """The host's first, then those of protocols, then those of addresses."""
    made = host(ETH, address("192.0.2.2"), warnings=("of the host",))
    answer = select(made, "all", Protocols((AF_INET,), ("of protocols",)))
    assert answer.warnings[:2] == ("of the host", "of protocols")
    assert "null netmask" in answer.warnings[2]
    assert select(made, "all", Protocols((), ("of protocols",))).warnings == ("of protocols",)


def test_an_error_about_no_address_tells_what_is_in_doubt() -> None:
    """A null netmask may be why; with nothing in doubt nothing more is said."""
    why = "could not find any active network interfaces; none that is up has an address of a protocol in inet_protocols"
    for made, more in (
        (host(), ""),
        (host(address("192.0.2.2")), "; ignoring interface with null netmask, address family 2: eth0, 192.0.2.2"),
    ):
        with pytest.raises(NoActiveInterfaceError) as raised:
            own_addresses(made)
        assert str(raised.value) == why + more


def test_values_of_parameters_are_named() -> None:
    """Nobody has to remember which comes first."""
    with pytest.raises(TypeError, match="positional"):
        own_addresses(FOUR, "all")  # type: ignore[call-arg]  # this is the point
