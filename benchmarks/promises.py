"""The promises: ratios of one run, each with a goal and a limit. ``make bench`` fails beyond a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import contestants as who
import main_cfs
from measuring import ratio, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from measuring import Times

    Results = dict[str, dict[str, Times]]  # by shape, then by kind: processes, calls, decoding, of host


class Promise(NamedTuple):
    """A ratio of two contestants, or of one contestant at two sizes."""

    what: str
    goal: float
    limit: float
    shape: str
    kind: str
    contestant: str
    baseline: str  # another contestant; or a shape: the ratio is then the contestant's growth from there
    metric: str = "cpu"


def _growth(kind: str, contestant: str) -> Promise:
    # For a backend only the decoding's growth counts. The kernel is not linear: for each piece of a dump it goes from
    # the first address to the place where it stopped.
    return Promise(f"{contestant}, growth", 5.2, 6.0, _HUGE, kind, contestant, _BIG)


_SMALL, _BIG, _HUGE, _LINKS = "5 addresses", "20000 addresses", "100000 addresses", "2000 links"
LOOKUPS = "lookups"

PROMISES = (
    Promise("library, whole process", 1.4, 2.0, _SMALL, "processes", who.LIBRARY, who.NOTHING, "wall"),
    Promise("bare command", 1.5, 2.1, _SMALL, "processes", who.BARE, who.NOTHING, "wall"),
    Promise("mynetworks", 2.5, 2.8, _SMALL, "processes", who.MYNETWORKS, who.NOTHING, "wall"),
    Promise("mynetworks, zipapp", 3.0, 3.5, _SMALL, "processes", who.ZIPAPP, who.NOTHING, "wall"),
    Promise("getifaddrs backend", 0.9, 1.1, _BIG, "calls", "getifaddrs", who.PSUTIL),
    Promise("getifaddrs backend", 0.72, 0.85, _LINKS, "calls", "getifaddrs", who.PSUTIL),
    Promise("rtnetlink backend", 0.55, 0.75, _BIG, "calls", "rtnetlink", who.PSUTIL),
    Promise("rtnetlink backend", 0.42, 0.55, _LINKS, "calls", "rtnetlink", who.PSUTIL),
    Promise("rtnetlink backend", 1.4, 1.8, _BIG, "calls", "rtnetlink", who.C),
    Promise("netlink backend", 0.65, 0.9, _BIG, "calls", "netlink", who.PSUTIL),
    Promise("netlink backend", 0.5, 0.65, _LINKS, "calls", "netlink", who.PSUTIL),
    Promise("mynetworks, whole process", 0.95, 1.2, _BIG, "processes", who.MYNETWORKS, who.POSTCONF, "wall"),
    Promise("mynetworks, whole process", 0.6, 0.75, _LINKS, "processes", who.MYNETWORKS, who.POSTCONF, "wall"),
    Promise(who.FROM_HOST, 0.15, 0.2, _BIG, "of host", who.FROM_HOST, who.BY_IPADDRESS),
    Promise("look-up in 100,000 patterns", 1.5, 2.5, LOOKUPS, "calls", who.FIND, who.PYTRICIA),
    _growth("decoding", who.GETIFADDRS_DECODING),
    _growth("decoding", who.RTNETLINK_DECODING),
    _growth("processes", who.LIBRARY),
    _growth("processes", who.BARE),
    _growth("processes", who.MYNETWORKS),
    _growth("processes", who.ZIPAPP),
    _growth("of host", who.FROM_HOST),
)

OF_MAIN_CF = tuple(
    Promise("check, whole process", 3.0, 6.0, shape, "processes", who.CHECK, who.POSTCONF_SET, "wall")
    for shape in main_cfs.SHAPES
)
"""The promises about commands that read a main.cf."""

MEMORY_OVER_PSUTIL = 10.0  # MiB: the bare command may take so much more than psutil's one-liner, at any size


class Row(NamedTuple):
    """A promise and the ratio that was measured."""

    what: str
    shape: str
    baseline: str
    goal: float
    limit: float
    seen: float


def ratios_of_promises(results: Results, promises: Iterable[Promise] = PROMISES) -> list[Row]:
    """Each promise whose shape was measured, with the ratio."""
    rows = []
    for promise in promises:
        what, goal, limit, shape, kind, contestant, baseline, metric = promise
        if shape not in results or (baseline == _BIG and baseline not in results):
            continue
        times = results[shape][kind]
        if baseline == _BIG:
            seen = seconds(times, contestant, metric) / seconds(results[_BIG][kind], contestant, metric)
        else:
            seen = ratio(times, contestant, baseline, metric)
        rows.append(Row(what, shape, baseline, goal, limit, seen))
    return rows


def too_much_memory(peaks: dict[str, dict[str, float]]) -> list[str]:
    """The shapes at which the bare command takes more memory than psutil's plus MEMORY_OVER_PSUTIL."""
    return [s for s, of in peaks.items() if of and of[who.BARE] > of[who.PSUTIL] + MEMORY_OVER_PSUTIL]
