"""Which addresses Postfix takes notice of, where no Linux host can show it."""

from __future__ import annotations

from socket import AF_INET, AF_INET6

import pytest
from support.made import ETH0, address, host

from ifdiscover._postfix.active_addresses import Addresses, demand_any_active, demand_both_seen, find_active, in_doubt
from ifdiscover.errors import BlindError, NoActiveInterfaceError
from ifdiscover.model import ASSUMED, IFF_BROADCAST, IFF_NOXMIT, IFF_TEMPORARY, KERNEL, Address, Recorded

SLASH_24 = "255.255.255.0"
ALL_ONES = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"


@pytest.mark.parametrize("text", ["0.0.0.0", "::"])
def test_wildcard_addresses_are_left_out(text: str) -> None:
    """Postfix skips them without a word."""
    mask = ALL_ONES if ":" in text else SLASH_24
    found = find_active(host(address(text, mask)))
    assert (found, found.warnings) == ((), ())


def test_an_interface_that_may_be_down_is_left_out_with_a_warning() -> None:
    """Trust is never widened on doubt."""
    unknown = address("192.0.2.1", SLASH_24)._replace(interface=ETH0._replace(flags=None))
    found = find_active(host(unknown))
    assert list(found) == []
    assert "cannot tell whether it is up" in found.warnings[0]


def test_a_null_netmask_is_left_out_with_postfixs_warning() -> None:
    """Of either family, with the family's number."""
    found = find_active(host(address("192.0.2.1"), address("2001:db8::1")))
    assert list(found) == []
    assert found.warnings == (
        "ignoring interface with null netmask, address family 2: eth0, 192.0.2.1",
        f"ignoring interface with null netmask, address family {int(AF_INET6)}: eth0, 2001:db8::1",
    )


def test_addresses_come_family_by_family_in_the_order_that_is_asked_for() -> None:
    """Within a family in the kernel's; a family that is not asked for has none."""
    one, two, three = address("2001:db8::1", ALL_ONES), address("192.0.2.2", SLASH_24), address("192.0.2.1", SLASH_24)
    made = host(one, two, three)
    assert find_active(made) == (two, three, one)
    assert find_active(made, (AF_INET6, AF_INET)) == (one, two, three)
    assert find_active(made, (AF_INET6,)) == (one,)


@pytest.mark.parametrize(
    ("families", "why"),
    [
        ((), "inet_protocols leaves no protocol"),
        ((AF_INET,), "no interface that is up has an address of a protocol in inet_protocols; --all shows 1 more"),
        ((AF_INET6,), "this host has no address of a protocol in inet_protocols"),
    ],
)
def test_postfix_needs_an_address(families: tuple[int, ...], why: str) -> None:
    """Its words, and why it finds none: what is down is there, and may help."""
    down = host(address("192.0.2.1", SLASH_24)._replace(interface=ETH0._replace(flags=0)))
    with pytest.raises(NoActiveInterfaceError) as raised:
        demand_any_active(find_active(down, families), down, families)
    assert str(raised.value) == f"cannot find any active network interfaces; {why}"


def test_one_address_is_enough() -> None:
    """Of any family in use."""
    one = host(address("192.0.2.1", SLASH_24))
    demand_any_active(find_active(one), one, (AF_INET, AF_INET6))


UP = address("192.0.2.9", SLASH_24)


@pytest.mark.parametrize(
    "passed_over",
    [
        address("192.0.2.1", SLASH_24)._replace(interface=ETH0._replace(flags=0)),
        address("192.0.2.1", SLASH_24)._replace(interface=ETH0._replace(flags=IFF_BROADCAST)),
        address("192.0.2.1", SLASH_24)._replace(interface=ETH0._replace(flags=None)),
        address("192.0.2.1", SLASH_24)._replace(interface=ETH0._replace(set_apart="zone")),
        address("192.0.2.1"),
        address("0.0.0.0", SLASH_24),
        address("2001:db8::1", ALL_ONES),
    ],
)
def test_one_address_that_is_passed_over_hides_no_other(passed_over: Address) -> None:
    """Whatever is wrong with it, those after it count."""
    assert find_active(host(passed_over, UP), (AF_INET,)) == (UP,)


def test_an_assumed_netmask_takes_the_place_of_any_other() -> None:
    """Where Postfix is told none of IPv6, it is /128; that of IPv4 is as it is."""
    shorter = address("2001:db8::1", "ffff:ffff:ffff:ffff::")
    longest, ipv4 = address("2001:db8::2", ALL_ONES), address("192.0.2.1", SLASH_24)
    made = host(shorter, longest, ipv4, recorded=Recorded(system="AIX 7.2 x"))
    found = find_active(made)
    assert [(a.prefixlen, str(a.netmask), a.netmask_origin) for a in found] == [
        (24, SLASH_24, KERNEL),
        (128, ALL_ONES, ASSUMED),
        (128, ALL_ONES, KERNEL),
    ]


def test_an_address_of_ours_is_among_active_ones_if_it_is_equal() -> None:
    """Any other only by the address; what has another netmask is another."""
    found = Addresses([UP])
    assert UP in found
    assert UP._replace(prefixlen=25) not in found
    same: object = "192.0.2.9"
    assert same in found
    others: tuple[object, ...] = ("192.0.2.8", "192.0.2.10", "::ffff:192.0.2.9")
    assert [other for other in others if other in found] == []


@pytest.mark.parametrize(
    ("count", "text"), [(0, ""), (1, "w0"), (3, "w0; w1; w2"), (4, "w0; w1; w2; ..."), (5, "w0; w1; w2; ...")]
)
def test_an_error_tells_three_warnings_and_that_there_are_more(count: int, text: str) -> None:
    """A thousand would hide it."""
    assert in_doubt(Addresses((), [f"w{n}" for n in range(count)])) == text


@pytest.mark.parametrize(("seen", "blind"), [(AF_INET, "IPv6"), (AF_INET6, "IPv4")])
def test_a_family_that_the_backend_cannot_see_may_only_be_one_that_is_off(seen: int, blind: str) -> None:
    """Otherwise half a host would pass for a whole one; the remedy names the other."""
    made = host(UP, blind_to=frozenset({f"{blind.lower()} addresses"}))
    demand_both_seen(made, (seen,))
    other = "ipv4" if blind == "IPv6" else "ipv6"
    with pytest.raises(BlindError, match=f"could not see {blind} addresses.* set inet_protocols = {other} for"):
        demand_both_seen(made, (AF_INET, AF_INET6))


@pytest.mark.parametrize(
    ("system", "flags", "told"),
    [
        ("SunOS", IFF_NOXMIT, False),
        ("SunOS", IFF_TEMPORARY, False),
        ("SunOS", IFF_NOXMIT | IFF_TEMPORARY, False),
        ("SunOS", 0, True),
        ("SunOS", None, True),
        ("AIX", IFF_NOXMIT | IFF_TEMPORARY, True),
    ],
)
def test_solaris_alone_keeps_addresses_for_those_who_ask(system: str, flags: int | None, told: bool) -> None:
    """With LIFC_NOXMIT and LIFC_TEMPORARY; Postfix does not."""
    made = address("192.0.2.1", SLASH_24)._replace(interface=ETH0._replace(flags=flags))
    found = find_active(host(made, UP, recorded=Recorded(system=system)))
    assert found == ((made, UP) if told else (UP,))


def test_of_a_system_that_nobody_knows_netmasks_are_what_they_are() -> None:
    """Of either family."""
    made = address("2001:db8::1", "ffff:ffff:ffff:ffff::")
    assert find_active(host(made, recorded=Recorded(system="Nowhere 1.0 x"))) == (made,)
