"""Networks as few as cover the same addresses and no others: what ``ipaddress.collapse_addresses()`` gives."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._postfix.mynetworks import Network
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A network as one number, which sorts as networks do: its first address, and behind that its prefix length.
_LENGTH_BITS = 8
_LENGTH_MASK = (1 << _LENGTH_BITS) - 1


def collapsed(networks: Iterable[Network]) -> tuple[Network, ...]:
    """As few networks as cover the same addresses: IPv4 first, and each family in ascending order.

    The sources of each are those of all networks in it; of networks without sources there are none.

    Args:
        networks: of either family, in any order; the host bits of each are clear.
    """
    by_number: dict[int, dict[int, Network]] = {AF_INET: {}, AF_INET6: {}}
    for network in networks:
        family, packed, prefixlen, sources = network
        known = by_number[family]
        number = int.from_bytes(packed, "big") << _LENGTH_BITS | prefixlen  # number_of() takes half as long again
        if number in known and sources:
            network = Network(family, packed, prefixlen, known[number].sources + sources)  # noqa: PLW2901 - the same, with more sources
        known[number] = network
    found = []
    for family, known in by_number.items():
        ordered = sorted(known)
        for number, inner in grouped(ordered, BITS[family]):
            if len(inner) == 1:
                found.append(known[number])
            else:
                sources = tuple([source for one in inner for source in known[one].sources])
                found.append(Network(family, *of_number(number, family), sources))
    return tuple(found)


def number_of(packed: bytes, prefixlen: int) -> int:
    """A network as one number; numbers of one family sort by first address, the wider network first."""
    return int.from_bytes(packed, "big") << _LENGTH_BITS | prefixlen


def of_number(number: int, family: int) -> tuple[bytes, int]:
    """The first address, packed, and the prefix length of a network that ``number_of()`` made a number."""
    return (number >> _LENGTH_BITS).to_bytes(BITS[family] // 8, "big"), number & _LENGTH_MASK


def grouped(ordered: Sequence[int], bits: int) -> list[tuple[int, Sequence[int]]]:
    """The networks that are left of one family's, and with each of them the networks that it covers.

    Args:
        ordered: the numbers of the networks, ascending, each once.
        bits: how many bits an address has.
    """
    left: list[int] = []
    starts: list[int] = []  # where in ``ordered`` those begin that each of ``left`` covers
    end = -1 << _LENGTH_BITS
    for place, number in enumerate(ordered):
        if number < end:  # what came before covers it, as the wider of two comes first
            continue
        prefixlen = number & _LENGTH_MASK
        size = 1 << bits - prefixlen + _LENGTH_BITS
        end = (number | _LENGTH_MASK) - _LENGTH_MASK + size
        start = place
        # The second half of a network joins the first, as long as that makes a second half again.
        while number & size and left and left[-1] == number - size:
            left.pop()
            start = starts.pop()
            number -= size + 1  # noqa: PLW2901 - both halves as one network, whose prefix is one bit shorter
            size <<= 1
        left.append(number)
        starts.append(start)
    starts.append(len(ordered))
    return [(number, ordered[starts[place] : starts[place + 1]]) for place, number in enumerate(left)]
