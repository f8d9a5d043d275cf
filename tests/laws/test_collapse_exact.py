"""Joined networks have the same addresses as before, and no fewer networks have these."""

from __future__ import annotations

from socket import AF_INET, AF_INET6

from hypothesis import given, settings, strategies as st
from support.examples import examples

from ifdiscover import Network
from ifdiscover._merging.collapse import collapsed
from ifdiscover.model import BITS

SPACE = 6  # bits, so that every address can be counted
PARTS = st.lists(st.integers(0, SPACE).flatmap(lambda free: st.tuples(st.integers(0, 2**SPACE - 1), st.just(free))))


def fewest(members: frozenset[int], first: int, size: int) -> int:
    """How few aligned blocks have exactly these numbers between ``first`` and ``first + size``."""
    inside = [number for number in range(first, first + size) if number in members]
    if not inside or len(inside) == size:
        return len(inside) // size
    half = size // 2
    return fewest(members, first, half) + fewest(members, first + half, half)


@settings(max_examples=examples(300))
@given(PARTS, st.sampled_from([AF_INET, AF_INET6]))
def test_no_address_is_gained_or_lost_and_fewer_networks_are_not_possible(
    parts: list[tuple[int, int]], family: int
) -> None:
    """Counted address by address, by another way than that of ``ipaddress``."""
    bits = BITS[family]
    given_networks = [
        Network(family, (number >> free << free).to_bytes(bits // 8, "big"), bits - free, ()) for number, free in parts
    ]

    def numbers(networks: list[Network]) -> list[int]:
        starts = [(int.from_bytes(one.packed, "big"), 1 << bits - one.prefixlen) for one in networks]
        return [number for first, size in starts for number in range(first, first + size)]

    left = [Network(one.family, one.packed, one.prefixlen, ()) for one in collapsed(given_networks)]
    assert sorted(numbers(left)) == sorted(set(numbers(given_networks)))
    assert len(left) == fewest(frozenset(numbers(left)), 0, 2**SPACE)
