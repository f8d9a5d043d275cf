"""The addresses that are a host's own: all that are configured on it, and all of 127.0.0.0/8."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6
from bisect import bisect_left

from ifdiscover._postfix.explained.ranges import Ranges

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.explained.ranges import Range
    from ifdiscover.model import Address, Host

# RFC 1122, section 3.2.1.3: such an address never appears outside of a host.
_LOOPBACK_NETWORK = (127 << 24, 128 << 24)


class Owned:
    """A host's own addresses, whether their interfaces are up or down.

    What the host keeps for a zone, and 0.0.0.0 and ::, are nobody's here.

    Attributes:
        addresses: these, in the host's order.
        ranges: the same by family, with all of 127.0.0.0/8.
    """

    def __init__(self, host: Host) -> None:
        self.addresses = tuple(a for a in host.addresses if a.interface.set_apart is None and any(a.packed))
        self._sorted: dict[int, tuple[list[int], list[Address]]] = {}
        self.ranges: dict[int, Ranges] = {}
        for family, others in ((AF_INET, [_LOOPBACK_NETWORK]), (AF_INET6, [])):
            pairs = [(int.from_bytes(a.packed, "big"), n) for n, a in enumerate(self.addresses) if a.family == family]
            pairs.sort()
            self._sorted[family] = [number for number, _n in pairs], [self.addresses[n] for _number, n in pairs]
            self.ranges[family] = Ranges([*others, *((number, number + 1) for number, _n in pairs)])

    def within(self, family: int, ranges: Iterable[Range]) -> Iterator[Address]:
        """The addresses that are in these ranges, by number."""
        numbers, addresses = self._sorted[family]
        for start, end in ranges:
            yield from addresses[bisect_left(numbers, start) : bisect_left(numbers, end)]

    def count(self, family: int, ranges: Iterable[Range]) -> int:
        """How many of the addresses in these ranges are the host's own."""
        own = self.ranges[family]
        return sum(own.count_in(start, end) for start, end in ranges)
