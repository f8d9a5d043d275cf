"""Arithmetic on packed addresses, beside what ``ipaddress`` makes of the same."""

from __future__ import annotations

import ipaddress
from socket import AF_INET, AF_INET6

import pytest
from hypothesis import given, strategies as st

from ifdiscover._packed import (
    MAPPED,
    cidr_text,
    contiguous_prefixlen,
    cut,
    is_ipv6_link_local,
    is_loopback,
    is_mapped_loopback,
    netmask_of,
    pattern_text,
    text_of,
)

FAMILIES = {4: AF_INET, 16: AF_INET6}
PACKED = st.sampled_from([4, 16]).flatmap(lambda size: st.binary(min_size=size, max_size=size))


@given(st.sampled_from([4, 16]), st.data())
def test_contiguous_masks_have_their_length_and_others_none(size: int, data: st.DataObject) -> None:
    """Ones before zeros, and nothing else."""
    length = data.draw(st.integers(0, size * 8))
    mask = ((1 << size * 8) - (1 << size * 8 - length)).to_bytes(size, "big")
    assert contiguous_prefixlen(mask) == length
    any_mask = data.draw(st.binary(min_size=size, max_size=size))
    bits = "".join(f"{byte:08b}" for byte in any_mask)
    assert contiguous_prefixlen(any_mask) == (None if "01" in bits else bits.count("1"))


@given(PACKED, st.data())
def test_an_address_is_cut_to_the_network_that_it_is_in(packed: bytes, data: st.DataObject) -> None:
    """By a netmask of that length, and Postfix writes IPv6 networks in brackets."""
    length = data.draw(st.integers(0, len(packed) * 8))
    network = ipaddress.ip_network((packed, length), strict=False)
    assert cut(packed, length) == network.network_address.packed
    assert netmask_of(length, FAMILIES[len(packed)]) == network.netmask.packed
    spelt = pattern_text(FAMILIES[len(packed)], cut(packed, length), length)
    assert spelt.endswith(f"/{length}")
    assert spelt.startswith("[") == spelt.endswith(f"]/{length}") == (len(packed) == 16)


@given(PACKED | st.sampled_from([bytes(15) + b"\1", b"\x7f\0\0\1", b"\xfe\x80" + bytes(14), b"\xfe\xbf" + bytes(14)]))
def test_loopback_and_link_local_addresses_are_those_of_the_rfcs(packed: bytes) -> None:
    """127.0.0.0/8 and ::1; fe80::/10, and no IPv4 address is of that."""
    known = ipaddress.ip_address(packed)
    mapped = len(packed) == 16 and packed.startswith(bytes(10) + b"\xff\xff")  # newer releases look inside these
    assert mapped or is_loopback(FAMILIES[len(packed)], packed) == known.is_loopback
    assert mapped or is_ipv6_link_local(packed) == (known.version == 6 and known.is_link_local)


def test_each_prefix_length_of_a_family_has_its_netmask() -> None:
    """From no bits to all."""
    for family, everywhere in ((AF_INET, "0.0.0.0"), (AF_INET6, "::")):
        whole = ipaddress.ip_address(everywhere).max_prefixlen
        lengths = range(whole + 1)
        masks = [ipaddress.ip_network((everywhere, length)).netmask.packed for length in lengths]
        assert [netmask_of(length, family) for length in lengths] == masks


@pytest.mark.parametrize(
    ("text", "loopback"),
    [
        ("::ffff:127.0.0.1", True),
        ("::ffff:127.255.255.255", True),
        ("::ffff:126.255.255.255", False),
        ("::ffff:128.0.0.1", False),
        ("::127.0.0.1", False),
        ("::1:ffff:7f00:1", False),
        ("::1", False),
    ],
)
def test_a_mapped_loopback_address_is_both(text: str, loopback: object) -> None:
    """::ffff:0:0/96, and 127.0.0.0/8 in it (RFC 4291, section 2.5.5.2)."""
    packed = ipaddress.IPv6Address(text).packed
    assert is_mapped_loopback(packed) == loopback
    assert packed.startswith(MAPPED) == (ipaddress.IPv6Address(text).ipv4_mapped is not None)


@pytest.mark.parametrize(
    ("text", "link_local"),
    [
        ("fe7f::", False),
        ("fe80::", True),
        ("fe81::", True),
        ("febf:ffff::", True),
        ("fec0::", False),
        ("ff80::", False),
    ],
)
def test_link_local_addresses_reach_from_fe80_to_febf(text: str, link_local: object) -> None:
    """And no IPv4 address is one that begins with the same octets."""
    packed = ipaddress.IPv6Address(text).packed
    assert is_ipv6_link_local(packed) == link_local
    assert not is_ipv6_link_local(packed[:4])


def test_addresses_and_networks_are_spelt_for_postfix_and_for_others() -> None:
    """In brackets if IPv6, but for others never."""
    ipv4, ipv6 = bytes([192, 0, 2, 0]), ipaddress.IPv6Address("2001:db8::").packed
    assert (text_of(ipv4), text_of(ipv6)) == ("192.0.2.0", "2001:db8::")
    assert pattern_text(AF_INET, ipv4, 24) == cidr_text(AF_INET, ipv4, 24) == "192.0.2.0/24"
    assert pattern_text(AF_INET6, ipv6, 32) == "[2001:db8::]/32"
    assert cidr_text(AF_INET6, ipv6, 32) == "2001:db8::/32"
