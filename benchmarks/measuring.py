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

# Without variables that make Python or ifdiscover behave in an unusual way.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IFDISCOVER"))}


class Sample(NamedTuple):
    """One run, in seconds."""

    wall: float
    cpu: float  # processor time, with that of child processes


Times = dict[str, list[list[Sample]]]
"""Each contestant's samples: a list for each repetition, with one sample for each round."""


def of_call(run: Callable[[], object]) -> Callable[[], Sample]:
    """A function that times a call in this process."""

    def timed() -> Sample:
        cpu, wall = _cpu(), time.perf_counter()
        run()
        return Sample(time.perf_counter() - wall, _cpu() - cpu)

    return timed


def of_process(argv: list[str]) -> Callable[[], Sample]:
    """A function that times a whole process and throws its output away."""
    nowhere = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)]

    def timed() -> Sample:
        # subprocess.run() would add a millisecond to both times, so every ratio would look better.
        start = time.perf_counter()
        child = os.posix_spawnp(argv[0], argv, ENVIRONMENT, file_actions=nowhere)
        _pid, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - start
        if status:
            raise RuntimeError(f"{argv} ended with wait status {status}")
        return Sample(wall, usage.ru_utime + usage.ru_stime)

    return timed


def peak(launcher: str, argv: Sequence[str]) -> float:
    """Peak memory of a process, in MiB, measured by a launcher that is smaller than every contestant (peak.c)."""
    done = subprocess.run([launcher, *argv], stdout=subprocess.PIPE, text=True, check=True, env=ENVIRONMENT)
    return int(done.stdout) / 1024


def compare(contestants: Mapping[str, Callable[[], Sample]], rounds: int = ROUNDS) -> Times:
    """Let contestants take turns: if the machine becomes slower, all of them become slower.

    The first round is a warm-up. If a contestant takes longer than a second in it, this time counts and it is not run
    again.
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
    """The median of the ratios of two contestants in the same round; from the repetition with the lowest."""
    field = Sample._fields.index(metric)
    return min(
        statistics.median(a[field] / b[field] for a, b in zip(mine, theirs))
        for mine, theirs in zip(times[name], times[baseline])
    )


def seconds(times: Times, name: str, metric: str) -> float:
    """The median time over the rounds; from the repetition with the lowest."""
    field = Sample._fields.index(metric)
    return min(statistics.median(sample[field] for sample in samples) for samples in times[name])


def _cpu() -> float:
    """Processor time of this process and its children; os.times() would count children in hundredths of a second."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
