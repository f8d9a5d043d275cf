"""Sets of addresses, counted."""

from __future__ import annotations

from hypothesis import given, strategies as st

from ifdiscover._postfix.explained.ranges import Ranges, range_of
from ifdiscover._postfix.syntax.networks import parse_network

PAIRS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)).map(lambda pair: (pair[0], sum(pair))), max_size=8)


@given(PAIRS, st.integers(0, 50), st.integers(0, 50))
def test_each_address_counts_once(pairs: list[tuple[int, int]], start: int, length: int) -> None:
    """However many ranges have it, and in whatever order they come."""
    ranges = Ranges(pairs)
    members = {number for first, end in pairs for number in range(first, end)}
    assert ranges.count() == len(members)
    assert ranges.count_in(start, start + length) == len(members.intersection(range(start, start + length)))
    assert [number for first, end in ranges for number in range(first, end)] == sorted(members)


def test_a_network_is_the_range_of_its_addresses() -> None:
    """From its first to the one after its last."""
    assert range_of(parse_network("192.0.2.16/28")) == (0xC0000210, 0xC0000220)
    assert range_of(parse_network("[::]/0")) == (0, 1 << 128)
    assert range_of(parse_network("255.255.255.255/32")) == (2**32 - 1, 2**32)
