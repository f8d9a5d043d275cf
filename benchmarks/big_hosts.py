"""Network namespaces with many addresses or many links, and how to measure in one."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

from measuring import ENVIRONMENT

LO = 2  # 127.0.0.1 and ::1, which every namespace has


def addresses(count: int) -> list[str]:
    """Steps for that many addresses in all, on one link but for lo's, half of each family."""
    ipv4 = count // 2 - LO // 2
    steps = ["link add br0 type bridge", "link set br0 addrgenmode none"]
    steps += [f"addr add 10.{n >> 8}.{n & 255}.1/24 dev br0" for n in range(ipv4)]
    steps += ["link set br0 up"]  # now, not before: each route would take longer than the last, ten minutes in all
    return steps + [f"addr add 2001:db8:{n:x}::1/64 dev br0 nodad" for n in range(count - LO - ipv4)]


def links(count: int) -> list[str]:
    """Steps for that many links, in pairs, with an address of each family on every second one."""
    steps = []
    for n in range(count // 2):
        steps += [f"link add v{n} type veth peer name p{n}", f"link set v{n} up", f"link set p{n} up"]
        steps += [f"addr add 10.{n >> 8}.{n & 255}.1/24 dev v{n}", f"addr add 2001:db8:{n:x}::1/64 dev v{n} nodad"]
    return steps


SHAPES = {
    "5 addresses": addresses(5),
    "1000 addresses": addresses(1000),
    "20000 addresses": addresses(20_000),
    "2000 links": links(2000),
    "100000 addresses": addresses(100_000),
}


def in_namespace(shape: str, work: dict[str, Any]) -> dict[str, Any]:
    """Build a shape, have ``bench.py --inside`` do the work there, a process of its own, and take it down."""
    name = f"ifdbench{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        batch = "\n".join(["link set lo up", *SHAPES[shape]])
        subprocess.run(["ip", "-n", name, "-batch", "-"], input=batch, text=True, check=True)
        argv = ["ip", "netns", "exec", name, sys.executable, str(pathlib.Path(sys.argv[0]).resolve()), "--inside"]
        # Not in the checkout: there, `python -c "import ifdiscover"` would find that, and not what is installed.
        done = subprocess.run(
            argv, input=json.dumps(work), stdout=subprocess.PIPE, text=True, check=True, env=ENVIRONMENT, cwd="/"
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)
