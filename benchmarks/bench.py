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
SLOW = 1.0  # seconds

# What is promised, where it is: the most that a ratio may be.
GOALS = {
    ("start-up", "import ifdiscover; discover()"): 2.0,
    ("start-up", "ifdiscover"): 2.1,
    ("start-up", "ifdiscover mynetworks --style subnet"): 2.8,
    ("20000 addresses", "getifaddrs"): 1.1,
    ("20000 addresses", "rtnetlink"): 0.75,
    ("20000 addresses", "netlink"): 0.9,
    ("2000 links", "rtnetlink"): 0.55,
    ("2000 links", "netlink"): 0.65,
}

# What would make Python slow in ways that nobody's host has.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IFDISCOVER"))}


def compare(
    contestants: dict[str, Callable[[], object]], baseline: str, clock: Callable[[], float]
) -> dict[str, float]:
    """The median over rounds of each contestant's time divided by the baseline's in the same round; best of three.

    One that takes longer than a second is not run again: its first time counts.
    """
    best: dict[str, float] = {}
    for _ in range(BEST_OF):
        times: dict[str, list[float]] = {name: [] for name in contestants}
        slow: set[str] = set()
        for _ in range(ROUNDS):
            for name, run in contestants.items():
                if name in slow:
                    continue
                gc.collect()
                start = clock()
                run()
                times[name].append(clock() - start)
                if times[name][-1] > SLOW:
                    slow.add(name)
        for name, taken in times.items():
            if not taken:
                continue
            ratio = statistics.median(a / b for a, b in zip(taken, times[baseline]))
            best[name] = min(best.get(name, ratio), ratio)
        contestants = {name: run for name, run in contestants.items() if name not in slow}
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


def ways() -> dict[str, Callable[[], object]]:
    """Every way to read the namespace that this process runs in, ours and the peers', imports done."""
    import ctypes

    import ifaddr
    import netifaces
    import psutil
    from pyroute2 import IPRoute

    from ifdiscover import discover
    from ifdiscover.discovery import BUILT_IN

    libc = ctypes.CDLL(None)

    def c_getifaddrs() -> None:
        head = ctypes.c_void_p()
        libc.getifaddrs(ctypes.byref(head))
        libc.freeifaddrs(head)

    def get_addr() -> None:
        with IPRoute() as route:
            list(route.get_addr())

    def ip() -> None:
        json.loads(subprocess.run(["ip", "-j", "addr"], stdout=subprocess.PIPE, check=True).stdout)

    found: dict[str, Callable[[], object]] = {"psutil.net_if_addrs()": psutil.net_if_addrs}
    for name, module in BUILT_IN.items():
        if (
            __import__(module, fromlist=["unavailable"]).unavailable() is None
        ):  # replay never is, siocglif on Solaris alone
            found[name] = lambda name=name: discover(name)  # type: ignore[misc]  # bound now, not later
    found["C getifaddrs()"] = c_getifaddrs
    found["ip -j addr, parsed"] = ip
    found["ifaddr.get_adapters()"] = lambda: list(ifaddr.get_adapters())
    found["netifaces-plus, each interface"] = lambda: [netifaces.ifaddresses(n) for n in netifaces.interfaces()]
    found["pyroute2 get_addr()"] = get_addr
    return found


def in_process() -> dict[str, float]:
    """Calls in this process compared with psutil; time of the processor, that of programs run included."""
    contestants = ways()
    for name, run in contestants.items():
        if name in ("psutil.net_if_addrs()", "rtnetlink", "getifaddrs", "netlink", "psutil"):
            run()  # what is imported on first use
    return compare(contestants, "psutil.net_if_addrs()", cpu)


def cpu() -> float:
    """Processor seconds of this process and of those that it ran."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def peak(name: str) -> float:
    """Peak memory of a process that reads once in that way, in MiB."""
    # Not ru_maxrss, which a process inherits from the one that started it.
    code = f"{READS[name]}; print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    return float(done.stdout) / 1024


READS = {
    "psutil.net_if_addrs()": "import psutil; x = psutil.net_if_addrs()",
    "rtnetlink": "import ifdiscover; x = ifdiscover.discover('rtnetlink')",
    "getifaddrs": "import ifdiscover; x = ifdiscover.discover('getifaddrs')",
    "netlink": "import ifdiscover; x = ifdiscover.discover('netlink')",
    "pyroute2 get_addr()": "import pyroute2; x = list(pyroute2.IPRoute().get_addr())",
}


def in_namespace(name: str, steps: list[str]) -> dict[str, dict[str, float]]:
    """Build a namespace, measure there in a process of its own, and take it down."""
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        batch = "\n".join(["link set lo up", *steps])
        subprocess.run(["ip", "-n", name, "-batch", "-"], input=batch, text=True, check=True)
        argv = ["ip", "netns", "exec", name, sys.executable, __file__, "--in-process"]
        done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True, env=ENVIRONMENT, cwd="/")
        answer: dict[str, dict[str, float]] = json.loads(done.stdout)
        return answer
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def addresses(count: int) -> list[str]:
    """Steps for that many addresses on one bridge, half of each family."""
    steps = ["link add br0 type bridge", "link set br0 up"]
    steps += [f"addr add 10.{n >> 8 & 255}.{n & 255}.1/24 dev br0" for n in range(count // 2)]
    steps += [f"addr add 2001:db8:{n:x}::1/64 dev br0 nodad" for n in range(count - count // 2)]
    return steps


def links(count: int) -> list[str]:
    """Steps for that many links, in pairs, with an address of each family on every second one."""
    steps = []
    for n in range(count // 2):
        steps += [f"link add v{n} type veth peer name p{n}", f"link set v{n} up", f"link set p{n} up"]
        steps += [f"addr add 10.{n >> 8}.{n & 255}.1/24 dev v{n}", f"addr add 2001:db8:{n:x}::1/64 dev v{n} nodad"]
    return steps


def table(title: str, ratios: dict[str, float]) -> int:
    """Print one comparison; how many ratios are worse than was promised."""
    print(f"\n{title}")
    missed = 0
    for name, ratio in ratios.items():
        goal = next((most for (where, what), most in GOALS.items() if title.startswith(where) and what == name), None)
        note = "" if goal is None else f"  (at most {goal:.2f}x{'' if ratio <= goal else ': MISSED'})"
        missed += goal is not None and ratio > goal
        print(f"  {ratio:7.2f}x  {name}{note}", flush=True)
    return missed


def memory(peaks: dict[str, float]) -> int:
    """Print peak memory beside psutil's; 1 if one of ours takes over 10 MiB more."""
    base = peaks["psutil.net_if_addrs()"]
    for name, size in peaks.items():
        print(f"  {size:7.1f} MiB  {name} ({size - base:+.1f} MiB)", flush=True)
    return int(any(peaks[name] - base > 10 for name in ("rtnetlink", "getifaddrs")))


def main() -> int:
    """Run everything; 1 if something is slower than was promised."""
    if "--in-process" in sys.argv:
        json.dump({"ratios": in_process(), "peaks": {name: peak(name) for name in READS}}, sys.stdout)
        return 0
    print(f"Python {sys.version.split()[0]}, {os.uname().sysname} {os.uname().release}; ratios, best of {BEST_OF}")
    missed = table("start-up, wall time of a whole process on this host", start_up())
    if os.geteuid() != 0 or shutil.which("ip") is None:
        print("\nnamespaces: skipped, they need root and ip(8)")
        return int(missed > 0)
    shapes = {f"{count} addresses": addresses(count) for count in (5, 1000, 20000)}
    shapes["2000 links"] = links(2000)
    for number, (title, steps) in enumerate(shapes.items()):
        found = in_namespace(f"ifdbench{number}", steps)
        missed += table(f"{title}, processor time of a call", found["ratios"])
        if title == "20000 addresses":
            print("\n20000 addresses, peak memory of a process that reads once")
            missed += memory(found["peaks"])
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
