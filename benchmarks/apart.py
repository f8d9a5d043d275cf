"""Calls that no host is needed for: ours and the peers', each many times over.

A comparison more is a function that returns its contestants, a line in ``APART``, its promises in ``promises.py``, and
a place for its table in docs/performance.md.
"""

from __future__ import annotations

import json
import pathlib
import random
from socket import AF_INET, inet_ntop
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from calls import Calls

HOSTS = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "hosts"

FIND = "the interval of an address"
PYTRICIA = "pytricia, packed"
DECIDE = "MatchList.decide() of a text"
PYTRICIA_TEXT = "pytricia, text"
PATTERNS = 100_000

REPLAYED = "replay() and mynetworks()"
LOADS = "json.load() of the same file"
TIMES = 100

COLLAPSED = "collapsed() of both"
BY_IPADDRESS = "ipaddress.collapse_addresses() of each"
NETWORKS = 100_000

LOOKUPS = "look-ups"
TEN = "a snapshot of 10 addresses"
COLLAPSING = "a network of 100,000"


def lookups() -> Calls:
    """Look up as many clients as there are patterns: once only search, with packed addresses; once decide, with texts.

    pytricia returns the longest match and no reason. A match list needs the first match and its element, and also
    compares names, texts and tables: ``DECIDE`` does all that.
    """
    import pytricia  # pyright: ignore[reportMissingImports]  # make bench installs it

    from ifdiscover import MatchList
    from ifdiscover._postfix.lists.intervals import Intervals

    chance = random.Random(8)
    networks = []
    tree = pytricia.PyTricia(32)
    for place in range(PATTERNS):
        length = chance.randint(16, 32)
        packed = (chance.getrandbits(length) << 32 - length).to_bytes(4, "big")
        networks.append((packed, length, place))
        tree.insert(f"{inet_ntop(AF_INET, packed)}/{length}", place)
    find = Intervals(networks, 32).find
    decide = MatchList(" ".join(f"{inet_ntop(AF_INET, packed)}/{n}" for packed, n, _place in networks)).decide
    clients = [chance.getrandbits(32).to_bytes(4, "big") for _ in range(PATTERNS)]
    texts = [inet_ntop(AF_INET, client) for client in clients]

    def each(look: Callable[[Any], object], of: list[bytes] | list[str]) -> Callable[[], object]:
        def run() -> None:
            for client in of:
                look(client)

        return run

    return {
        FIND: each(find, clients),
        PYTRICIA: each(tree.get, clients),
        DECIDE: each(decide, texts),
        PYTRICIA_TEXT: each(tree.get, texts),
    }


def small_snapshot() -> Calls:
    """Read a recorded host of ten addresses from its file and compute its mynetworks; and parse its JSON only."""
    from ifdiscover import mynetworks, replay

    file = HOSTS / "anycast-dns" / "snapshot.json"
    if len(replay(file).addresses) != 10:
        raise AssertionError("another number of addresses")

    def replayed() -> None:
        for _ in range(TIMES):
            str(mynetworks(replay(file), style="subnet"))

    def loads() -> None:
        for _ in range(TIMES):
            with file.open("rb") as stream:
                json.load(stream)

    return {REPLAYED: replayed, LOADS: loads}


def collapsing() -> Calls:
    """Make 100,000 networks as few as cover the same addresses: half of them IPv4, half IPv6."""
    import ipaddress
    from socket import AF_INET6

    from ifdiscover import Network
    from ifdiscover._merging.collapse import collapsed

    chance = random.Random(20)
    networks = []
    for family, first, bits in ((AF_INET, 10 << 24, 32), (AF_INET6, 0x20010DB8 << 96, 128)):
        for _ in range(NETWORKS // 2):
            prefixlen = chance.choice((bits - 8, bits - 4, bits))
            number = first + (chance.getrandbits(20) << 4 >> bits - prefixlen << bits - prefixlen)
            networks.append(Network(family, number.to_bytes(bits // 8, "big"), prefixlen, ()))
    of_ipaddress: list[list[Any]] = [[one.network for one in networks if one.family == f] for f in (AF_INET, AF_INET6)]

    def by_ipaddress() -> list[Any]:
        return [network for of in of_ipaddress for network in ipaddress.collapse_addresses(of)]

    if [one.network for one in collapsed(networks)] != by_ipaddress():
        raise AssertionError("collapsed() and ipaddress disagree")
    return {COLLAPSED: lambda: collapsed(networks), BY_IPADDRESS: by_ipaddress}


class Apart(NamedTuple):
    """A comparison: its contestants, and how often each of them does the thing whose time is told."""

    contestants: Callable[[], Calls]
    times: int


APART = {
    LOOKUPS: Apart(lookups, PATTERNS),
    TEN: Apart(small_snapshot, TIMES),
    COLLAPSING: Apart(collapsing, NETWORKS),
}
