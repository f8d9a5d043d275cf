"""Measure ifdiscover beside its peers, in one run, and print ratios.

Contestants take turns, the garbage collector is emptied between them, and each round is compared with its own
neighbour, so that a machine that slows down slows both. Quote the ratios; the milliseconds are this machine's.

Needs root for the network namespaces, a real (not an editable) installation, and the peers. Run by ``make bench``.
"""

from __future__ import annotations

import gc
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BIN = pathlib.Path(sys.executable).parent
ROUNDS = 15
BEST_OF = 3

# What would make Python slow in ways that nobody's host has.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IFDISCOVER"))}


def compare(
    contestants: dict[str, Callable[[], object]], baseline: str, clock: Callable[[], float]
) -> dict[str, float]:
    """The median over rounds of each contestant's time divided by the baseline's in the same round; best of three."""
    best: dict[str, float] = {}
    for _ in range(BEST_OF):
        times: dict[str, list[float]] = {name: [] for name in contestants}
        for _ in range(ROUNDS):
            for name, run in contestants.items():
                gc.collect()
                start = clock()
                run()
                times[name].append(clock() - start)
        for name, taken in times.items():
            ratio = statistics.median(a / b for a, b in zip(taken, times[baseline]))
            best[name] = min(best.get(name, ratio), ratio)
    return best


def process(argv: Sequence[str]) -> Callable[[], object]:
    """A contestant that is a whole process."""
    return lambda: subprocess.run(
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=ENVIRONMENT
    )


def start_up() -> dict[str, float]:
    """Whole processes on this host, compared with a Python that does nothing."""
    python, ifdiscover = str(BIN / "python"), str(BIN / "ifdiscover")
    return compare(
        {
            "python -c pass": process([python, "-c", "pass"]),
            "import ifdiscover; discover()": process([python, "-c", "import ifdiscover; ifdiscover.discover()"]),
            "ifdiscover": process([ifdiscover]),
            "ifdiscover mynetworks --style subnet": process([ifdiscover, "mynetworks", "--style", "subnet"]),
            "psutil.net_if_addrs()": process([python, "-c", "import psutil; psutil.net_if_addrs()"]),
            "ifaddr.get_adapters()": process([python, "-c", "import ifaddr; ifaddr.get_adapters()"]),
        },
        "python -c pass",
        time.perf_counter,
    )


def in_process() -> dict[str, float]:
    """Calls in this process, in the namespace that it runs in, compared with psutil; CPU time."""
    import psutil

    from ifdiscover import discover
    from ifdiscover.discovery import BUILT_IN

    contestants: dict[str, Callable[[], object]] = {"psutil.net_if_addrs()": psutil.net_if_addrs}
    for name in BUILT_IN:
        contestants[f"discover({name!r})"] = lambda name=name: discover(name)  # type: ignore[misc]  # bound now, not later
    for run in contestants.values():
        run()  # imports
    return compare(contestants, "psutil.net_if_addrs()", time.process_time)


def in_namespace(name: str, steps: list[str]) -> dict[str, float]:
    """Build a namespace, run ``in_process`` there in a process of its own, and take it down."""
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        batch = "\n".join(["link set lo up", *steps])
        subprocess.run(["ip", "-n", name, "-batch", "-"], input=batch, text=True, check=True)
        argv = ["ip", "netns", "exec", name, sys.executable, __file__, "--in-process"]
        done = subprocess.run(argv, capture_output=True, text=True, check=True, env=ENVIRONMENT, cwd="/")
        answer: dict[str, float] = json.loads(done.stdout)
        return answer
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def addresses(count: int) -> list[str]:
    """Steps for that many addresses on one bridge, half of each family."""
    steps = ["link add br0 type bridge", "link set br0 up"]
    steps += [f"addr add 10.{n >> 8 & 255}.{n & 255}.1/24 dev br0" for n in range(count // 2)]
    steps += [f"addr add 2001:db8:{n:x}::1/64 dev br0 nodad" for n in range(count - count // 2)]
    return steps


def table(title: str, ratios: dict[str, float]) -> None:
    """Print one comparison."""
    print(f"\n{title}")
    for name, ratio in ratios.items():
        print(f"  {ratio:6.2f}x  {name}")


def main() -> int:
    """Run everything."""
    if "--in-process" in sys.argv:
        json.dump(in_process(), sys.stdout)
        return 0
    print(f"Python {sys.version.split()[0]}, {os.uname().sysname} {os.uname().release}; ratios, best of {BEST_OF}")
    table("start-up, wall time of a whole process on this host", start_up())
    if os.geteuid() != 0 or shutil.which("ip") is None:
        print("\nnamespaces: skipped, they need root and ip(8)")
        return 0
    for count in (5, 1000, 20000):
        table(f"{count} addresses on one link, CPU time of a call", in_namespace(f"ifdbench{count}", addresses(count)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
