"""Finds the first network in a list that covers an address. The address range is cut into pieces at network ends."""

from __future__ import annotations

try:
    from _bisect import bisect_right  # to import bisect would read one more file at start-up
except ImportError:  # PyPy has no _bisect
    from bisect import bisect_right

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Intervals:
    """A binary search for the first of many networks, all of one family, that covers an address.

    The longest match would be wrong: in a match list the first match decides, and it may be negated.

    Args:
        networks: for each, the packed network, the prefix length and the place in the list.
        bits: 32 or 128.
    """

    def __init__(self, networks: Iterable[tuple[bytes, int, int]], bits: int) -> None:
        self._starts: list[int] = [0]
        self._first: list[int | None] = [None]
        self._build([(int.from_bytes(packed, "big"), length, place) for packed, length, place in networks], bits)

    def find(self, address: bytes) -> int | None:
        """The place of the first network that covers a packed address; None if none does."""
        return self._first[bisect_right(self._starts, int.from_bytes(address, "big")) - 1]

    def pieces(self) -> Iterator[tuple[int, int, int]]:
        """For each piece that a network covers: its first address, the one after its last, and the first place."""
        # The last piece begins where the last network ends, and none covers it.
        for start, end, first in zip(self._starts, self._starts[1:], self._first):
            if first is not None:
                yield start, end, first

    def _build(self, networks: list[tuple[int, int, int]], bits: int) -> None:
        """Cut the range into pieces. Networks nest or are apart, so those that cover a point form a stack."""
        networks.sort()
        open_networks: list[tuple[int, int | None]] = [(1 << bits, None)]  # the end of each, and the first place inside
        for start, length, place in networks:
            while open_networks[-1][0] <= start:
                end, _first = open_networks.pop()
                self._start_piece(end, open_networks[-1][1])
            outer = open_networks[-1][1]
            first = place if outer is None or place < outer else outer
            open_networks.append((start + (1 << (bits - length)), first))
            self._start_piece(start, first)
        while len(open_networks) > 1:
            end, _first = open_networks.pop()
            self._start_piece(end, open_networks[-1][1])

    def _start_piece(self, start: int, first: int | None) -> None:
        if self._starts[-1] == start:
            self._first[-1] = first
        else:
            self._starts.append(start)
            self._first.append(first)
