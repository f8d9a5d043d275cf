"""What a mynetworks that is set has lost when the host's networks changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host

from ifdiscover._postfix.changes.left_networks import left_networks
from ifdiscover._postfix.in_force import configuration_of
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover import Address, Host

MASK, MASK6 = "255.255.255.0", "ffff:ffff:ffff:ffff::"
LOCAL = address("127.0.0.1", "255.0.0.0")._replace(interface=ETH0._replace(name="lo", index=1))
ETH1 = ETH0._replace(name="eth1", index=3)
OLD, NEW = address("10.1.2.3", MASK), address("192.168.7.3", MASK)
PUBLIC, MOVED = address("192.0.2.10", MASK), address("198.51.100.10", MASK)
SIX, SIX_MOVED = address("2001:db8:0:1::10", MASK6), address("2001:db8:0:2::10", MASK6)


def recorded(*addresses: Address, **more: object) -> Host:
    """A recorded host with lo and these addresses."""
    return host(LOCAL, *addresses, recorded=Recorded("mail.example.com"), **more)


def found(value: str, before: Host, after: Host) -> list[tuple[str, str, str]]:
    """Kind, element and suggestion of each finding about a list."""
    configuration = configuration_of(after, None, {"mynetworks": value})
    assert configuration is not None
    return [(one.kind, one.element, one.suggestion) for one in left_networks(configuration, before, after)]


GONE = "take 10.1.2.0/24 out if its clients are gone: no interface is in it any more"
HALF = "take 10.1.2.128/25 out if its clients are gone: no interface is in it any more"
THERE = "if its clients are there now"
LEFT = {
    "renumbered": ("10.1.2.0/24", (OLD,), (NEW,), [("moved-network", "10.1.2.0/24", "192.168.7.0/24")]),
    "public networks are not trusted on a guess": (
        "192.0.2.0/24",
        (PUBLIC,),
        (MOVED,),
        [
            (
                "moved-network",
                "192.0.2.0/24",
                f"write 198.51.100.0/24 in the place of 192.0.2.0/24 {THERE}, or take it out",
            )
        ],
    ),
    "IPv6 in another spelling": (
        "[2001:DB8:0:1:0::]/64",
        (SIX,),
        (SIX_MOVED,),
        [
            (
                "moved-network",
                "[2001:DB8:0:1:0::]/64",
                f"write 2001:db8:0:2::/64 in the place of 2001:db8:0:1::/64 {THERE}, or take it out",
            )
        ],
    ),
    "no successor": ("10.1.2.0/24", (OLD,), (), [("stale-network", "10.1.2.0/24", GONE)]),
    "a part of it": ("10.1.2.128/25", (OLD,), (), [("stale-network", "10.1.2.128/25", HALF)]),
    "two successors": ("10.1.2.0/24", (OLD,), (NEW, MOVED), [("stale-network", "10.1.2.0/24", GONE)]),
    "a successor elsewhere": (
        "10.1.2.0/24",
        (OLD,),
        (NEW._replace(interface=ETH1),),
        [("stale-network", "10.1.2.0/24", GONE)],
    ),
    "the new one is listed": (
        "10.1.2.0/24 192.168.0.0/16",
        (OLD,),
        (NEW,),
        [("stale-network", "10.1.2.0/24", GONE)],
    ),
    "out of a wide network": (
        "10.0.0.0/8",
        (OLD,),
        (NEW,),
        [("moved-network", "10.0.0.0/8", f"add 192.168.7.0/24 {THERE}")],
    ),
}


@pytest.mark.parametrize(("value", "before", "after", "expected"), LEFT.values(), ids=LEFT)
def test_a_network_that_the_host_has_left_is_told(
    value: str, before: tuple[Address, ...], after: tuple[Address, ...], expected: list[tuple[str, str, str]]
) -> None:
    """With what took its place, if one network did."""
    assert found(value, recorded(*before), recorded(*after)) == expected


NO_ALARM = {
    "nothing changed": ("10.1.2.0/24", recorded(OLD), recorded(OLD)),
    "another address of the network": ("10.1.2.0/24", recorded(OLD), recorded(address("10.1.2.4", MASK))),
    "another interface in the network": ("10.1.2.0/24", recorded(OLD), recorded(OLD._replace(interface=ETH1))),
    "a network that it never was in": ("10.9.9.0/24", recorded(OLD), recorded(NEW)),
    "a wide one, from which it only went": ("10.0.0.0/8", recorded(OLD), recorded()),
    "a wide one in which it stays": ("10.0.0.0/8", recorded(OLD), recorded(address("10.7.7.7", MASK))),
    "one client": ("10.1.2.3/32", recorded(OLD), recorded(NEW)),
    "an excluded one": ("!10.1.2.0/24", recorded(OLD), recorded(NEW)),
    "one that came back in a wider netmask": (
        "10.1.2.0/24",
        recorded(OLD),
        recorded(address("10.1.3.3", "255.255.0.0")),
    ),
    "interfaces that were not asked for": (
        "10.1.2.0/24",
        recorded(OLD),
        recorded(NEW, blind_to=("other interfaces",)),
    ),
    "a family that was not asked for": ("10.1.2.0/24", recorded(OLD), recorded(blind_to=("ipv4 addresses",))),
    "assumed netmasks": ("[2001:db8:0:1::]/64", recorded(SIX, blind_to=("ipv6 netmasks",)), recorded(SIX_MOVED)),
    "no network at all": ("mail.example.com", recorded(OLD), recorded(NEW)),
    "an interface that went down": (
        "10.1.2.0/24",
        recorded(OLD),
        recorded(OLD._replace(interface=ETH0._replace(flags=0))),
    ),
}


@pytest.mark.parametrize(("value", "before", "after"), NO_ALARM.values(), ids=NO_ALARM)
def test_no_false_alarm(value: str, before: Host, after: Host) -> None:
    """What two readings do not show is not told."""
    assert found(value, before, after) == []


def test_a_table_that_nobody_here_can_ask_may_have_the_new_network() -> None:
    """So nothing took the old one's place."""
    told = found("10.1.2.0/24 hash:/etc/postfix/clients", recorded(OLD), recorded(NEW))
    assert told == [("stale-network", "10.1.2.0/24", GONE)]


def test_a_computed_list_changes_with_the_host(tmp_path: Path) -> None:
    """And so nothing of it is left behind."""
    tmp_path.joinpath("main.cf").write_text("mynetworks_style = subnet\n")
    configuration = configuration_of(recorded(), str(tmp_path))
    assert configuration is not None
    assert list(left_networks(configuration, recorded(OLD), recorded(NEW))) == []


def test_a_list_that_postfix_refuses_is_told_elsewhere() -> None:
    """By check."""
    configuration = configuration_of(
        recorded(), None, {"mynetworks": "10.1.2.0/24", "parent_domain_matches_subdomains": "/nonexistent/file"}
    )
    assert configuration is not None
    assert list(left_networks(configuration, recorded(OLD), recorded(NEW))) == []
