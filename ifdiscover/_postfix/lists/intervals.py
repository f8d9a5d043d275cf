"""The address line cut at the ends of networks, each piece with the first network in a list that covers it."""

from __future__ import annotations

try:
    from _bisect import bisect_right  # bisect is a file that a start would have to read
except ImportError:  # PyPy's is in Python
    from bisect import bisect_right

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable


class Intervals:
    """Finds the first of many networks of one family that covers an address, in the time of a binary search.

    A search for the longest match would be wrong: in a match list the first one decides, and may be negated.

    Args:
        networks: packed network, prefix length and place in the list of each.
        bits: 32 or 128.
    """

    def __init__(self, networks: Iterable[tuple[bytes, int, int]], bits: int) -> None:
        self._starts: list[int] = [0]
        self._first: list[int | None] = [None]
        self._build([(int.from_bytes(packed, "big"), length, place) for packed, length, place in networks], bits)

    def find(self, address: bytes) -> int | None:
        """The place of the first network that covers a packed address; None if none does."""
        return self._first[bisect_right(self._starts, int.from_bytes(address, "big")) - 1]

    def _build(self, networks: list[tuple[int, int, int]], bits: int) -> None:
        """Two networks are apart or one holds the other, so those that cover a point are a stack, widest below."""
        networks.sort()
        open_ones: list[tuple[int, int | None]] = [(1 << bits, None)]  # where each ends, and what is first inside it
        for start, length, place in networks:
            while open_ones[-1][0] <= start:
                end, _first = open_ones.pop()
                self._cut(end, open_ones[-1][1])
            outer = open_ones[-1][1]
            first = place if outer is None or place < outer else outer
            open_ones.append((start + (1 << (bits - length)), first))
            self._cut(start, first)
        while len(open_ones) > 1:
            end, _first = open_ones.pop()
            self._cut(end, open_ones[-1][1])

    def _cut(self, start: int, first: int | None) -> None:
        if self._starts[-1] == start:
            self._first[-1] = first
        else:
            self._starts.append(start)
            self._first.append(first)
