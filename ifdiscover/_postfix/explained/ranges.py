"""Sets of addresses of one family, as ranges of numbers, and how many addresses they have."""

from __future__ import annotations

from bisect import bisect_right

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Range = tuple[int, int]  # the first address, and the one after the last


class Ranges:
    """A set of addresses. Each counts once, however many of the ranges have it.

    Args:
        ranges: in any order.
    """

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if not self._ends or start > self._ends[-1]:
                self._starts.append(start)
                self._ends.append(end)
            elif end > self._ends[-1]:
                self._ends[-1] = end
        self._before = [0]  # how many addresses come before each range, and at the end how many there are
        for start, end in self:
            self._before.append(self._before[-1] + end - start)

    def __iter__(self) -> Iterator[Range]:
        """The ranges, in order and apart from each other."""
        return zip(self._starts, self._ends)

    def count(self) -> int:
        """How many addresses it has."""
        return self._before[-1]

    def count_in(self, start: int, end: int) -> int:
        """How many addresses it has from ``start`` on and before ``end``."""
        return self._below(end) - self._below(start)

    def _below(self, number: int) -> int:
        place = bisect_right(self._starts, number) - 1
        if place < 0:
            return 0
        return self._before[place] + min(number, self._ends[place]) - self._starts[place]
