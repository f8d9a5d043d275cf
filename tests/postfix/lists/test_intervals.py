"""The search among many networks."""

from __future__ import annotations

import runpy
import sys

import pytest
from hypothesis import given, strategies as st

from ifdiscover._packed import cut
from ifdiscover._postfix.lists import intervals as module
from ifdiscover._postfix.lists.intervals import Intervals

BITS = 32


@st.composite
def networks(draw: st.DrawFn) -> list[tuple[bytes, int]]:
    """Networks that often hold each other: their addresses differ in few bits."""
    address = st.builds(lambda high, low: (high << 30 | low).to_bytes(4, "big"), st.integers(0, 3), st.integers(0, 15))
    made = draw(st.lists(st.tuples(address, st.sampled_from([0, 1, 2, 8, 28, 29, 30, 31, 32])), max_size=12))
    return [(cut(packed, length), length) for packed, length in made]


@given(networks(), st.lists(st.integers(0, 15), max_size=6), st.integers(0, 2**32 - 1))
def test_the_first_of_the_list_is_found(listed: list[tuple[bytes, int]], low: list[int], anywhere: int) -> None:
    """It is the one that a walk from left to right meets first, whatever holds what."""
    intervals = Intervals([(packed, length, place) for place, (packed, length) in enumerate(listed)], BITS)
    for number in (*(high << 30 | bits for high in range(4) for bits in low), anywhere):
        address = number.to_bytes(4, "big")
        covering = (place for place, (packed, length) in enumerate(listed) if cut(address, length) == packed)
        assert intervals.find(address) == next(covering, None)


@given(networks())
def test_pieces_are_what_is_covered(listed: list[tuple[bytes, int]]) -> None:
    """In order and apart, each with the first network of the list that covers it."""
    intervals = Intervals([(packed, length, place) for place, (packed, length) in enumerate(listed)], BITS)
    last = 0
    for start, end, place in intervals.pieces():
        assert last <= start < end <= 1 << BITS
        for number in (start, end - 1):
            assert intervals.find(number.to_bytes(4, "big")) == place
        if start > last:
            assert intervals.find(last.to_bytes(4, "big")) is None
            assert intervals.find((start - 1).to_bytes(4, "big")) is None
        last = end
    if last < 1 << BITS:
        assert intervals.find(last.to_bytes(4, "big")) is None


def test_the_ends_of_the_line_are_covered() -> None:
    """The last address of all is in the network of all, the one before a network is not in it."""
    everyone = Intervals([(bytes(16), 0, 7)], 128)
    assert [everyone.find(bytes(16)), everyone.find(b"\xff" * 16)] == [7, 7]
    last = Intervals([(b"\xff" * 4, 32, 0)], BITS)
    assert [last.find(b"\xff\xff\xff\xfe"), last.find(b"\xff" * 4)] == [None, 0]


def test_pieces_end_with_the_line() -> None:
    """Of everybody there is one piece, of nobody none."""
    assert list(Intervals([(bytes(4), 0, 7)], BITS).pieces()) == [(0, 1 << 32, 7)]
    assert list(Intervals([(b"\xff" * 4, 32, 0)], BITS).pieces()) == [((1 << 32) - 1, 1 << 32, 0)]
    assert list(Intervals([], BITS).pieces()) == []


def test_a_python_without_the_search_in_c_has_it_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As PyPy."""
    monkeypatch.setitem(sys.modules, "_bisect", None)
    fresh = runpy.run_path(str(module.__file__))["Intervals"]
    assert fresh([(bytes([10, 0, 0, 0]), 8, 7)], BITS).find(bytes([10, 1, 2, 3])) == 7
