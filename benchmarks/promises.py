"""The promises: ratios of one run, each with a goal and a limit. ``make bench`` fails beyond a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import apart
import calls
import contestants as who
import main_cfs
from measuring import ratio

if TYPE_CHECKING:
    from collections.abc import Iterable

    Results = dict[str, dict[str, Any]]  # by shape, then by kind: Times; of PEAKS the MiB of each process


class Promise(NamedTuple):
    """A ratio of two contestants at one shape: of their processor times, or of their peak memory."""

    what: str
    goal: float
    limit: float
    shape: str
    kind: str
    contestant: str
    baseline: str


_SMALL, _BIG, _HUGE, _LINKS = "5 addresses", "20000 addresses", "100000 addresses", "2000 links"
PEAKS = "peaks"

PROMISES = (
    Promise("bare command", 1.4, 1.45, _SMALL, "processes", who.BARE, who.NOTHING),
    Promise("mynetworks", 1.5, 1.55, _SMALL, "processes", who.MYNETWORKS, who.NOTHING),
    Promise("library, whole process", 1.45, 1.6, _SMALL, "processes", who.LIBRARY, who.NOTHING),
    Promise("zipapp run directly", 1.2, 1.4, _SMALL, "zipapp", who.ZIPAPP, who.NOTHING),
    *(
        Promise(f"zipapp on {number}", goal, limit, _SMALL, "zipapp", who.zipapp_on(number), who.nothing_on(number))
        for number, goal, limit in (("3.13", 1.8, 2.5), ("3.9", 3.3, 4.0))
    ),
    Promise("bare command", 3.0, 3.3, _BIG, "processes", who.BARE, who.IP_BRIEF),
    Promise("bare command", 1.7, 2.0, _HUGE, "processes", who.BARE, who.IP_BRIEF),
    Promise("mynetworks", 0.8, 0.9, _BIG, "processes", who.MYNETWORKS, who.POSTCONF),
    Promise("mynetworks", 0.7, 0.95, _LINKS, "processes", who.MYNETWORKS, who.POSTCONF),
    Promise("peak memory, bare command", 0.75, 0.8, _HUGE, PEAKS, who.BARE, who.PSUTIL),
    Promise("rtnetlink backend", 0.36, 0.45, _BIG, "calls", "rtnetlink", who.PSUTIL),
    Promise("rtnetlink backend", 0.62, 0.7, _LINKS, "calls", "rtnetlink", who.PSUTIL),
    Promise("rtnetlink backend", 0.8, 1.0, _BIG, "calls", "rtnetlink", who.C),
    Promise("rtnetlink backend", 3.0, 3.6, _BIG, "calls", "rtnetlink", calls.KERNEL_ONLY),
    Promise("rtnetlink backend", 1.65, 2.0, _HUGE, "calls", "rtnetlink", calls.KERNEL_ONLY),
    Promise("netlink backend", 0.4, 0.5, _BIG, "calls", "netlink", who.PSUTIL),
    Promise("netlink backend", 0.64, 0.75, _LINKS, "calls", "netlink", who.PSUTIL),
    Promise("getifaddrs backend", 0.9, 1.1, _BIG, "calls", "getifaddrs", who.PSUTIL),
    Promise("getifaddrs backend", 0.76, 0.9, _LINKS, "calls", "getifaddrs", who.PSUTIL),
    Promise(calls.FROM_HOST, 0.15, 0.2, _BIG, "of host", calls.FROM_HOST, calls.BY_IPADDRESS),
    Promise(calls.REPLAY, 3.0, 4.0, _BIG, "snapshot", calls.REPLAY, calls.LOADS),
    Promise(apart.REPLAYED, 3.3, 4.5, apart.TEN, "calls", apart.REPLAYED, apart.LOADS),
    Promise("look-up in 100,000 patterns", 1.5, 2.5, apart.LOOKUPS, "calls", apart.FIND, apart.PYTRICIA),
    Promise("collapsing networks", 0.25, 0.33, apart.COLLAPSING, "calls", apart.COLLAPSED, apart.BY_IPADDRESS),
)

_SHORT, _LONG = main_cfs.SHAPES  # the short one is what Debian sets

OF_MAIN_CF = (
    Promise("mynetworks", 1.9, 2.2, _SHORT, "processes", who.MYNETWORKS_SET, who.NOTHING),
    Promise("check, whole process", 3.0, 6.5, _SHORT, "processes", who.CHECK, who.POSTCONF_SET),
    Promise("check, whole process", 3.0, 8.0, _LONG, "processes", who.CHECK, who.POSTCONF_SET),
)
"""The promises about commands that read a main.cf."""


class Row(NamedTuple):
    """A promise and the ratio that was measured."""

    what: str
    shape: str
    baseline: str
    goal: float
    limit: float
    seen: float


def ratios_of_promises(results: Results, promises: Iterable[Promise] = PROMISES) -> list[Row]:
    """Each promise whose two contestants were measured, with the ratio."""
    rows = []
    for what, goal, limit, shape, kind, contestant, baseline in promises:
        found = results.get(shape, {}).get(kind, {})
        if contestant in found and baseline in found:
            seen = found[contestant] / found[baseline] if kind == PEAKS else ratio(found, contestant, baseline)
            rows.append(Row(what, shape, baseline, goal, limit, seen))
    return rows


def not_measured(rows: Iterable[Row], promises: Iterable[Promise] = PROMISES) -> list[Promise]:
    """The promises that have no row, in their order."""
    measured = {(row.what, row.shape, row.baseline) for row in rows}
    return [promise for promise in promises if (promise.what, promise.shape, promise.baseline) not in measured]


def with_promises_of_now(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of an earlier run, with the goals and limits of now; rows whose promise is gone are left out."""
    now = {(promise.what, promise.shape, promise.baseline): promise for promise in (*PROMISES, *OF_MAIN_CF)}
    found = [(row, now.get((row["what"], row["shape"], row["baseline"]))) for row in rows]
    return [{**row, "goal": promise.goal, "limit": promise.limit} for row, promise in found if promise]
