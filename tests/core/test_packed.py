"""Arithmetic on packed addresses, beside what ``ipaddress`` makes of the same."""

from __future__ import annotations

import ipaddress
from socket import AF_INET, AF_INET6

from hypothesis import given, strategies as st

from ifdiscover._packed import contiguous_prefixlen, cut, is_ipv6_link_local, is_loopback, netmask_of, pattern_text

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
