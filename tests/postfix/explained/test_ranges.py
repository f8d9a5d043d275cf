"""Sets of addresses, counted."""

from __future__ import annotations

from hypothesis import given, strategies as st

from ifdiscover._postfix.explained.ranges import Ranges

PAIRS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)).map(lambda pair: (pair[0], sum(pair))), max_size=8)


@given(PAIRS, st.integers(0, 50), st.integers(0, 50))
def test_each_address_counts_once(pairs: list[tuple[int, int]], start: int, length: int) -> None:
    """However many ranges have it, and in whatever order they come."""
    ranges = Ranges(pairs)
    members = {number for first, end in pairs for number in range(first, end)}
    assert ranges.count() == len(members)
    assert ranges.count_in(start, start + length) == len(members.intersection(range(start, start + length)))
    assert [number for first, end in ranges for number in range(first, end)] == sorted(members)
