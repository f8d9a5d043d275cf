"""Read a host while its addresses change, and count the wrong answers.

A network namespace has many addresses that stay. Others come and go, with a given number of changes a second. A right
answer has every address that stays exactly once, with its netmask; others in it may only be those that come and go. An
error is not a wrong answer, but at moderate rates there must be few errors.

It needs root. ``python benchmarks/stress.py --help`` lists the options; ``make stress`` makes a full run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACE = f"ifdstress{os.getpid()}"
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("IFDISCOVER")}


class Count(NamedTuple):
    """How many reads had which result."""

    right: int
    wrong: int
    torn: int  # TornReadError
    seconds: float


def stable(count: int) -> list[str]:
    """``count`` addresses that stay, half of each family."""
    half = count // 2
    ipv6 = [f"2001:db8:{n:x}::1/64" for n in range(1, count - half + 1)]
    return [f"10.{n >> 8}.{n & 255}.1/24" for n in range(half)] + ipv6


def churn(rate: float, stop: threading.Event, steps: list[float]) -> None:
    """Add and delete addresses in this process's namespace, ``rate`` times a second; append each time to ``steps``."""
    batch = subprocess.Popen(
        ["ip", "-force", "-batch", "-"], stdin=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    )
    assert batch.stdin is not None
    step = 0
    start = time.monotonic()
    while not stop.is_set():
        verb = "add" if step % 2 == 0 else "del"
        number = step // 2 % 40
        address = f"10.250.{number}.1/24" if number % 2 else f"2001:db8:ffff:{number:x}::1/64 nodad"
        batch.stdin.write(f"addr {verb} {address} dev br0\n")
        batch.stdin.flush()
        step += 1
        steps.append(time.monotonic())
        stop.wait(max(0.0, start + step / rate - time.monotonic()))
    batch.stdin.close()
    batch.wait()


def readers() -> dict[str, Callable[[], list[str]]]:
    """Functions that read the host and return ADDRESS/PREFIXLEN for each address, by name."""
    from ifdiscover import discover

    def backend(name: str) -> Callable[[], list[str]]:
        return lambda: [f"{address}/{address.prefixlen}" for address in discover(name).addresses]

    def ip() -> list[str]:
        done = subprocess.run(["ip", "-j", "addr"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        return [f"{a['local']}/{a['prefixlen']}" for link in json.loads(done.stdout) for a in link["addr_info"]]

    return {**{name: backend(name) for name in ("rtnetlink", "netlink", "getifaddrs")}, "ip -j addr": ip}


def measure(read: Callable[[], list[str]], expected: list[str], reads: int, limit: float) -> Count:
    """Read ``reads`` times, or for ``limit`` seconds at most, and compare each answer with ``expected``."""
    from ifdiscover.errors import TornReadError

    right = wrong = torn = 0
    wanted = sorted(expected)
    start = time.monotonic()
    while right + wrong + torn < reads and time.monotonic() - start < limit:
        try:
            answer = read()
        except TornReadError:
            torn += 1
            continue
        passing = [item for item in answer if item.startswith(("10.250.", "2001:db8:ffff:"))]
        found = sorted(item for item in answer if item.startswith(("10.", "2001:")) and item not in passing)
        if found == wanted and len(set(passing)) == len(passing):
            right += 1
        else:
            wrong += 1
    return Count(right, wrong, torn, time.monotonic() - start)


def inside(arguments: argparse.Namespace) -> int:
    """Run inside the namespace; print a line of JSON for each rate and reader."""
    ways = readers()
    for rate in arguments.rates:
        for name in arguments.readers:
            stop = threading.Event()
            steps: list[float] = []
            thread = threading.Thread(target=churn, args=(rate, stop, steps)) if rate else None
            if thread:
                thread.start()
            try:
                count = measure(ways[name], stable(arguments.addresses), arguments.reads, arguments.limit)
            finally:
                stop.set()
                if thread:
                    thread.join()
            print(json.dumps([rate, name, len(steps), *count]), flush=True)
    return 0


def main() -> int:
    """Build the namespace, measure in it, and judge our own readers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, default=20_000, help="that stay (default: %(default)s)")
    parser.add_argument("--reads", type=int, default=1000, help="for each reader and rate (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=120, help="seconds for each at most (default: %(default)s)")
    parser.add_argument("--rates", type=float, nargs="*", default=[0, 10, 50, 200], help="changes a second")
    parser.add_argument("--readers", nargs="*", default=["rtnetlink", "netlink", "getifaddrs", "ip -j addr"])
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        return inside(arguments)
    if os.geteuid() != 0:
        print("stress: needs root to make a network namespace", file=sys.stderr)
        return 77
    subprocess.run(["ip", "netns", "add", NAMESPACE], check=True)
    try:
        steps = ["link set lo up", "link add br0 type bridge", "link set br0 up"]
        steps += [f"addr add {a} dev br0{' nodad' if ':' in a else ''}" for a in stable(arguments.addresses)]
        subprocess.run(["ip", "-n", NAMESPACE, "-batch", "-"], input="\n".join(steps), text=True, check=True)
        argv = ["ip", "netns", "exec", NAMESPACE, sys.executable, __file__, "--inside", *sys.argv[1:]]
        return report(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT))
    finally:
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=True)


def report(running: subprocess.Popen[str]) -> int:
    """Print the counts as they come.

    Returns:
        1 if a reader of ours that sees interruptions gave wrong answers or failed too often, if there were too few
        changes, or if the measuring failed; else 0.
    """
    bad = 0
    print("changes/s  reader       changes  right  wrong  torn  ms a read")
    assert running.stdout is not None
    for line in running.stdout:
        rate, name, steps, right, wrong, torn, seconds = json.loads(line)
        total = right + wrong + torn
        print(
            f"{rate:9.0f}  {name:11}  {steps:7}  {right:5}  {wrong:5}  {torn:4}  {seconds / max(total, 1) * 1000:9.1f}",
            flush=True,
        )
        if name in ("rtnetlink", "netlink"):
            bad += wrong * 1000 > total or total == 0 or (rate <= 50 and right < 0.99 * total)
        if steps < 0.5 * rate * seconds:
            print(f"{'':9}  only {steps} changes were made: this says little", flush=True)
            bad += 1
    return 1 if bad or running.wait() else 0


if __name__ == "__main__":
    sys.exit(main())
