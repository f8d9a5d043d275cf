"""Which address stays, of hosts made by hand: the rules, each with what it must not choose, and the reason."""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest
from support.made import ETH0, address, host

from ifdiscover.errors import BlindError
from ifdiscover.model import ADDRESS_FLAGS, Address, Host, NextHop, Route

V4, V6 = socket.AF_INET, socket.AF_INET6


def at(text: str, *flags: str, interface: str = "eth0", scope: str = "global") -> Address:
    """An address with these flags."""
    found = address(text, "ffff:ffff:ffff:ffff::" if ":" in text else "255.255.255.0", scope=scope)
    bits = {word: bit for bit, word in ADDRESS_FLAGS[found.family].items()}
    return found._replace(interface=ETH0._replace(name=interface), flags=sum(bits[flag] for flag in flags))


def sent_from(source: str | None, *addresses: Address, by: tuple[str, ...] = ("eth0",), **more: Any) -> Host:
    """A host whose default route goes by these interfaces, and whose packets come from the source."""
    family = addresses[0].family
    packed = () if source is None else (socket.inet_pton(family, source),)
    routes = (Route(family, tuple(NextHop(None, name) for name in by), is_default=True),) if by else ()
    return host(*addresses, routes=routes, packed_sources=packed, **more)


def stays(made: Host, family: int | None = None) -> str | None:
    """The address that stays, as a text."""
    found = made.stable_address(family).address
    return None if found is None else str(found)


STATIC, LEASED = at("2001:db8::10", "permanent"), at("2001:db8::20")

RULES = {
    "permanent before dynamic": (sent_from("2001:db8::20", LEASED, STATIC), "2001:db8::10"),
    "the source before others": (
        sent_from("2001:db8::11", STATIC, at("2001:db8::11", "permanent")),
        "2001:db8::11",
    ),
    "the kernel's order otherwise": (
        sent_from("2001:db8::99", STATIC, at("2001:db8::11", "permanent"), at("2001:db8::99", "temporary")),
        "2001:db8::10",
    ),
    "public before private": (
        sent_from("10.0.0.5", at("10.0.0.5", "permanent"), at("192.0.2.10")),
        "192.0.2.10",
    ),
    "public before private of IPv6": (
        sent_from("fd00::5", at("fd00::5", "permanent"), at("2001:db8::20")),
        "2001:db8::20",
    ),
    "private if there is no other": (sent_from("172.16.0.5", at("172.16.0.5", "permanent")), "172.16.0.5"),
    "the interface of the default route": (
        sent_from("2001:db8::10", at("2001:db8:d::1", "permanent", interface="docker0"), STATIC),
        "2001:db8::10",
    ),
    "an address of lo that is the source": (
        sent_from("192.0.2.10", at("192.0.2.10", "permanent", interface="lo"), at("10.0.0.2", "permanent")),
        "192.0.2.10",
    ),
    "an address of lo that is not the source": (
        sent_from("10.0.0.2", at("192.0.2.10", "permanent", interface="lo"), at("10.0.0.2", "permanent")),
        "10.0.0.2",
    ),
    "any interface of several next hops": (
        sent_from(None, at("192.0.2.10", interface="eth1"), by=("eth0", "eth1")),
        "192.0.2.10",
    ),
    "the interface that has the source, without a default route": (
        sent_from("2001:db8::99", STATIC, at("2001:db8::99", "temporary"), by=()),
        "2001:db8::10",
    ),
    "an address of scope global by its bytes alone": (
        sent_from(None, at("fe80::1", scope="global"), STATIC),
        "2001:db8::10",
    ),
}


@pytest.mark.parametrize(("made", "expected"), RULES.values(), ids=RULES)
def test_the_rules(made: Host, expected: str) -> None:
    """Each has the address that another rule would take."""
    assert stays(made) == expected
    assert stays(made, 6 if ":" in expected else 4) == expected


@pytest.mark.parametrize("flag", ["temporary", "deprecated", "tentative", "optimistic", "dadfailed"])
def test_what_will_go_or_cannot_be_used_does_not_stay(flag: str) -> None:
    """A dynamic address that has no such flag is taken before it; alone, it is none, and the reason says why."""
    passing = at("2001:db8::1", "permanent", flag)
    assert stays(sent_from("2001:db8::1", passing, LEASED)) == "2001:db8::20"
    found = sent_from("2001:db8::1", passing).stable_address(6)
    word = {"dadfailed": "a duplicate"}.get(flag, flag)
    assert found.address is None
    assert found.reason == f"no IPv6 address of eth0, which has the default route, stays: 2001:db8::1 is {word}"


@pytest.mark.parametrize(
    ("text", "scope"), [("fe80::1", "link"), ("::1", "host"), ("169.254.0.1", "global"), ("192.0.2.1", "link")]
)
def test_what_is_not_global_does_not_stay(text: str, scope: str) -> None:
    """By the kernel's word, or by its bytes."""
    found = sent_from(text, at(text, "permanent", scope=scope)).stable_address()
    assert (found.address, f"{text} is of" in found.reason) == (None, True)


REASONS = {
    "plain": (
        sent_from("192.0.2.10", at("192.0.2.10", "permanent")),
        "permanent address of eth0, which has the default route",
    ),
    "dynamic": (sent_from("192.0.2.10", at("192.0.2.10")), "dynamic address of eth0, which has the default route"),
    "private": (
        sent_from("10.0.0.5", at("10.0.0.5", "permanent")),
        (
            "permanent address of eth0, which has the default route"
            "; it is private: if there is a NAT on the way, others see another one"
        ),
    ),
    "another is the source": (
        sent_from("2001:db8::99", STATIC, at("2001:db8::99", "temporary")),
        "permanent address of eth0, which has the default route; they leave from 2001:db8::99, which is temporary",
    ),
    "an address that goes before the source": (
        sent_from("2001:db8::99", STATIC, at("2001:db8::aa", "deprecated"), at("2001:db8::99", "temporary")),
        "permanent address of eth0, which has the default route; they leave from 2001:db8::99, which is temporary",
    ),
    "a source elsewhere": (
        sent_from("192.0.2.10", at("192.0.2.10", "permanent", interface="lo")),
        "permanent address of lo, and the source of packets to everywhere else",
    ),
    "no default route": (
        sent_from("192.0.2.10", at("192.0.2.10", "permanent"), by=()),
        "permanent address of eth0, by which packets leave to everywhere else",
    ),
    "no address": (
        sent_from(None, at("192.0.2.10", interface="eth1")),
        "no IPv4 address of eth0, which has the default route, stays: there is none",
    ),
    "no way": (sent_from(None, at("192.0.2.10"), by=()), "this host has no way to everywhere else by IPv4"),
    "an odd name": (
        sent_from("192.0.2.10", at("192.0.2.10", "permanent", interface="e\x1b[m"), by=("e\x1b[m",)),
        "permanent address of e\\x1b[m, which has the default route",
    ),
}


@pytest.mark.parametrize(("made", "reason"), REASONS.values(), ids=REASONS)
def test_it_comes_with_its_reason(made: Host, reason: str) -> None:
    """A sentence; names in it are escaped."""
    assert made.stable_address(4 if made.addresses[0].family == V4 else 6).reason == reason


def test_who_cannot_see_flags_cannot_tell_which_of_ipv6_stay() -> None:
    """IPv4 has no temporary addresses."""
    blind = STATIC._replace(flags=None)
    with pytest.raises(BlindError, match="backend test cannot tell which IPv6 addresses are temporary"):
        sent_from("2001:db8::10", blind).stable_address(6)
    found = sent_from("192.0.2.10", at("192.0.2.10")._replace(flags=None, scope=None)).stable_address(4)
    assert (str(found.address), found.reason) == ("192.0.2.10", "address of eth0, which has the default route")


def test_the_other_family_does_not_stand_in() -> None:
    """An address of it may be as good as it likes."""
    six = sent_from("2001:db8::1", at("2001:db8::1", "temporary"), at("192.0.2.10", "permanent"))
    four = sent_from("192.0.2.10", at("192.0.2.10", "deprecated"), STATIC)
    for made, family, word in ((six, 6, "temporary"), (four, 4, "deprecated")):
        found = made.stable_address(family)
        assert found.address is None
        assert found.reason.endswith(f"stays: {made.addresses[0]} is {word}")


def test_routes_without_sources_are_enough() -> None:
    """As backend netifaces tells them, and old snapshots."""
    made = sent_from(None, LEASED, STATIC)._replace(packed_sources=None)
    assert stays(made, 6) == "2001:db8::10"
    with pytest.raises(BlindError, match=re.escape("call discover(routes=True)")):
        made.source(6)


def test_of_what_nobody_looked_at_there_is_an_error_and_not_none() -> None:
    """It says whether another call would tell more."""
    made = host(at("192.0.2.10"))
    for ask, what in ((made.default_route, "routes"), (made.source, "sources")):
        with pytest.raises(BlindError, match=re.escape(f"at this host's {what}; call discover(routes=True)")):
            ask()
    alone = made._replace(packed_sources=(made.addresses[0].packed,))
    assert str(alone.source()) == "192.0.2.10"
    with pytest.raises(BlindError, match="asked for its sources alone"):
        alone.default_route()


def test_without_a_family_the_first_that_has_one_is_taken() -> None:
    """IPv4's before IPv6's."""
    four = sent_from("192.0.2.10", at("192.0.2.10", "permanent"))
    six = sent_from("2001:db8::10", STATIC)
    assert four.routes is not None
    assert six.routes is not None
    sources = (STATIC.packed, four.addresses[0].packed)
    both = host(*four.addresses, STATIC, routes=six.routes + four.routes, packed_sources=sources)
    assert [str(both.source()), stays(both)] == ["192.0.2.10"] * 2
    assert [str(both.source(6)), stays(both, 6)] == ["2001:db8::10"] * 2
    assert both.default_route() == four.default_route()
    assert [str(six.source()), stays(six)] == ["2001:db8::10"] * 2
    assert (six.source(4), six.default_route(4), stays(six, 4)) == (None, None, None)
    none = sent_from("fe80::1", at("fe80::1", scope="link")).stable_address()
    assert none.reason.startswith("this host has no way to everywhere else by IPv4; no IPv6 address of eth0")
