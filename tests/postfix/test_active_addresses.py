"""Which addresses Postfix takes notice of, where no Linux host can show it."""

from __future__ import annotations

from socket import AF_INET, AF_INET6

import pytest
from support.made import ETH0, address, host

from ifdiscover._postfix.active_addresses import demand_any_active, find_active
from ifdiscover.errors import NoActiveInterfaceError

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
