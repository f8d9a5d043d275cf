"""Measure contestants side by side: interleaved rounds, ratios of neighbours, wall time and processor time."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROUNDS = 15
BEST_OF = 3
BUDGET = 18.0  # seconds for one comparison
SLOW = 1.0  # seconds

# What would make Python slow in ways that nobody's host has.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IFDISCOVER"))}


class Sample(NamedTuple):
    """One run, in seconds."""

    wall: float
    cpu: float  # processor time, that of programs run included


Times = dict[str, list[list[Sample]]]
"""What each contestant took, in repetitions of interleaved rounds."""


def of_call(run: Callable[[], object]) -> Callable[[], Sample]:
    """A contestant that is a call in this process."""

    def timed() -> Sample:
        cpu, wall = _cpu(), time.perf_counter()
        run()
        return Sample(time.perf_counter() - wall, _cpu() - cpu)

    return timed


def of_process(argv: list[str]) -> Callable[[], Sample]:
    """A contestant that is a whole process, its output thrown away."""
    nowhere = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)]

    def timed() -> Sample:
        # Not subprocess.run(), whose own millisecond would make every ratio look better.
        start = time.perf_counter()
        child = os.posix_spawnp(argv[0], argv, ENVIRONMENT, file_actions=nowhere)
        _pid, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - start
        if status:
            raise RuntimeError(f"{argv} ended with wait status {status}")
        return Sample(wall, usage.ru_utime + usage.ru_stime)

    return timed


def peak(launcher: str, argv: Sequence[str]) -> float:
    """Peak memory of a process, in MiB, told by a launcher that is smaller than any of them (peak.c)."""
    done = subprocess.run([launcher, *argv], stdout=subprocess.PIPE, text=True, check=True, env=ENVIRONMENT)
    return int(done.stdout) / 1024


def compare(contestants: Mapping[str, Callable[[], Sample]], rounds: int = ROUNDS) -> Times:
    """Let contestants take turns, so that a machine that slows down slows all of them.

    A first round warms up. One that takes longer than a second in it is not run again: that time counts.
    """
    first = {}
    for name, timed in contestants.items():
        gc.collect()
        first[name] = timed()
    quick = [name for name, sample in first.items() if sample.wall <= SLOW]
    times: Times = {name: [] if name in quick else [[sample]] for name, sample in first.items()}
    affordable = int(BUDGET / BEST_OF / (sum(first[name].wall for name in quick) or 1))
    for _ in range(BEST_OF):
        for name in quick:
            times[name].append([])
        for _ in range(max(3, min(rounds, affordable))):
            for name in quick:
                gc.collect()
                times[name][-1].append(contestants[name]())
    return times


def ratio(times: Times, name: str, baseline: str, metric: str) -> float:
    """The median over rounds of one's time divided by the other's in the same round; the best of the repetitions."""
    field = Sample._fields.index(metric)
    return min(
        statistics.median(a[field] / b[field] for a, b in zip(mine, theirs))
        for mine, theirs in zip(times[name], times[baseline])
    )


def seconds(times: Times, name: str, metric: str) -> float:
    """The median over rounds; the best of the repetitions."""
    field = Sample._fields.index(metric)
    return min(statistics.median(sample[field] for sample in samples) for samples in times[name])


def _cpu() -> float:
    """Not os.times(), which counts children in hundredths of a second."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
