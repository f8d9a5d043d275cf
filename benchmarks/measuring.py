"""Measure contestants side by side: interleaved rounds, ratios of neighbours, wall time and processor time."""

from __future__ import annotations

import gc
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROUNDS = 45
FEWEST = 9  # rounds, however long they take
BUDGET = 15.0  # seconds for one comparison
SLOW = 1.0  # seconds

# Without variables that make Python, ifdiscover or Postfix behave in an unusual way. `env python3`, with which the
# zipapp begins, finds the Python that measures.
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IFDISCOVER", "MAIL_CONFIG"))},
    "PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
}


class Sample(NamedTuple):
    """One run, in seconds."""

    wall: float
    cpu: float  # processor time, with that of child processes


Times = dict[str, list[Sample]]
"""Each contestant's samples, one for each round."""


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
    done = subprocess.run(
        [launcher, *argv], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True, env=ENVIRONMENT
    )
    return int(done.stdout) / 1024


def compare(contestants: Mapping[str, Callable[[], Sample]], rounds: int = ROUNDS, slow: float = SLOW) -> Times:
    """Let contestants take turns: if the machine becomes slower, all of them become slower.

    The first round is a warm-up. If a contestant takes longer than ``slow`` seconds in it, this time counts and it is
    not run again.
    """
    first = {}
    for name, timed in contestants.items():
        gc.collect()
        first[name] = timed()
    quick = [name for name, sample in first.items() if sample.wall <= slow]
    times: Times = {name: [] if name in quick else [sample] for name, sample in first.items()}
    affordable = int(BUDGET / (sum(first[name].wall for name in quick) or 1))
    for _ in range(min(rounds, max(FEWEST, affordable))):
        for name in quick:
            gc.collect()
            times[name].append(contestants[name]())
    return times


def ratio(times: Times, name: str, baseline: str) -> float:
    """The median of the ratios of two contestants' processor times in the same round."""
    return statistics.median(mine.cpu / theirs.cpu for mine, theirs in zip(times[name], times[baseline]))


def seconds(times: Times, name: str, metric: str) -> float:
    """The median time over the rounds."""
    field = Sample._fields.index(metric)
    return statistics.median(sample[field] for sample in times[name])


def _cpu() -> float:
    """Processor time of this process and its children; os.times() would count children in hundredths of a second."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
