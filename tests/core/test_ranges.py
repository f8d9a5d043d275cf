"""Ranges that RFCs set apart, from their first address to their last; and what a caller may give for an address."""

from __future__ import annotations

import ipaddress

import pytest
from support.made import address

from ifdiscover._host.asked import address_and_zone, packed_address
from ifdiscover._host.ranges import is_beyond_the_link, is_inner, is_private

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
SHARED = ("100.64.0.0/10",)
OF_A_LINK = ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/120", "fe80::/10")
OTHERS = (
    "100.16.0.1",
    "64.100.1.1",
    "1.100.64.0",
    "192.0.2.1",
    "::100",
    "2001:fe80::1",
    "2001:db8::fe",
    "ff02::1",
    "ff80::1",
)


def borders(text: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The first and the last address of a network, and those beside it."""
    network = ipaddress.ip_network(text)
    kind, first, last = type(network[0]), int(network[0]), int(network[-1])
    highest = (1 << network.max_prefixlen) - 1
    return [kind(number) for number in (first - 1, first, last, last + 1) if 0 <= number <= highest]


@pytest.mark.parametrize("text", [*PRIVATE, *SHARED, *OF_A_LINK, *OTHERS])
def test_a_range_reaches_from_its_first_address_to_its_last(text: str) -> None:
    """And no address beside it is in it."""
    for one in borders(text):
        inside = [
            any(one in ipaddress.ip_network(other) for other in networks)
            for networks in (PRIVATE, PRIVATE + SHARED, OF_A_LINK)
        ]
        found = is_private(one.packed), is_inner(one.packed), not is_beyond_the_link(one.packed)
        assert list(found) == inside, one


@pytest.mark.parametrize("value", [None, 7, b"\xc0\x00\x02\x01", ipaddress.ip_network("192.0.2.0/24"), object()])
def test_what_is_no_address_is_refused_by_its_type(value: object) -> None:
    """In words that tell what is one."""
    with pytest.raises(TypeError, match="an address is a text, an ipaddress object or an ifdiscover"):
        packed_address(value)  # type: ignore[arg-type]  # as a caller without a type checker gives it


def test_an_address_of_another_size_is_none() -> None:
    """As one that was made by hand."""
    with pytest.raises(TypeError, match="an address is a text"):
        packed_address(address("192.0.2.1")._replace(packed=bytes(5)))


@pytest.mark.parametrize(
    ("text", "family", "packed"),
    [
        ("192.0.2.1", 4, "c0000201"),
        ("::ffff:192.0.2.1", 4, "c0000201"),
        ("::fffe:192.0.2.1", 6, "00000000000000000000fffec0000201"),
        ("fe80::1%eth0", 6, "fe800000000000000000000000000001"),
    ],
)
def test_an_ipv4_address_inside_ipv6_is_that_of_ipv4(text: str, family: int, packed: str) -> None:
    """Its packets are those of IPv4."""
    found, raw, zone = address_and_zone(text)
    assert (found, raw.hex()) == (packed_address("::" if family == 6 else "0.0.0.0")[0], packed)
    assert zone == text.partition("%")[2]
