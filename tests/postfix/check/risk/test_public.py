"""Which addresses are public, and how many."""

from __future__ import annotations

import ipaddress
from socket import AF_INET, AF_INET6

import pytest
from hypothesis import given, strategies as st

from ifdiscover._postfix.check.risk.public import count_text, has_strangers, is_most_of_all, public_between

ALL = {AF_INET: 1 << 32, AF_INET6: 1 << 128}
NUMBERS = {AF_INET: st.integers(0, 1 << 32), AF_INET6: st.integers(0, 1 << 128)}

NOT_PUBLIC = "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3"
PUBLIC = "1.0.0.0/8 11.0.0.0/8 100.0.0.0/10 100.128.0.0/9 126.0.0.0/8 172.0.0.0/12 172.32.0.0/11 198.18.0.0/15"
DOCUMENTATION = "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32"


def span(text: str) -> tuple[int, int, int]:
    """Family, first address and the number behind the last one."""
    network = ipaddress.ip_network(text)
    return AF_INET if network.version == 4 else AF_INET6, int(network[0]), int(network[-1]) + 1


@pytest.mark.parametrize("text", [*NOT_PUBLIC.split(), "::/3", "fc00::/7", "fe80::/10", "ff00::/8", "4000::/2"])
def test_where_no_stranger_can_come_from_nothing_is_public(text: str) -> None:
    """Private, shared, loopback, link-local, multicast and reserved networks."""
    assert public_between(*span(text)) == 0


@pytest.mark.parametrize("text", [*PUBLIC.split(), *DOCUMENTATION.split(), "2000::/3", "2a00::/12"])
def test_all_else_is_public_and_documentation_too(text: str) -> None:
    """It stands for public networks."""
    family, first, end = span(text)
    assert public_between(family, first, end) == end - first


@given(st.sampled_from([AF_INET, AF_INET6]).flatmap(lambda f: st.tuples(st.just(f), *[NUMBERS[f]] * 3)))
def test_the_public_addresses_of_two_ranges_add_up(drawn: tuple[int, int, int, int]) -> None:
    """And are never more than there are addresses."""
    family, *ends = drawn
    first, middle, end = sorted(ends)
    parts = public_between(family, first, middle) + public_between(family, middle, end)
    assert parts == public_between(family, first, end) <= end - first


def test_shared_addresses_of_a_provider_are_strangers_though_not_public() -> None:
    """RFC 6598; of private ones nobody is one."""
    assert has_strangers((AF_INET, bytes([100, 100, 0, 0]), 16))
    assert has_strangers((AF_INET, bytes([192, 0, 2, 0]), 24))
    assert not has_strangers((AF_INET, bytes([10, 0, 0, 0]), 8))


def test_a_quarter_of_the_public_addresses_is_most_of_all() -> None:
    """One address less is not."""
    for family, bits in ALL.items():
        quarter = -(-public_between(family, 0, bits) // 4)
        assert is_most_of_all(family, quarter)
        assert not is_most_of_all(family, quarter - 1)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1"), (4096, "4,096"), (1 << 32, "4,294,967,296"), (1 << 33, "2^33"), ((1 << 64) - 1, "almost 2^64")],
)
def test_numbers_are_written_for_people(number: int, text: str) -> None:
    """Very large ones as powers of two."""
    assert count_text(number) == text
