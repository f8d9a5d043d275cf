"""Make network namespaces with many addresses or many links, and measure in them."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

from measuring import ENVIRONMENT

LO = 2  # the addresses of lo in every namespace: 127.0.0.1 and ::1


def addresses(count: int) -> list[str]:
    """Commands of ip(8) for ``count`` addresses, half of each family; all but lo's are on one link."""
    ipv4 = count // 2 - LO // 2
    steps = ["link add br0 type bridge", "link set br0 addrgenmode none"]
    steps += [f"addr add 10.{n >> 8}.{n & 255}.1/24 dev br0" for n in range(ipv4)]
    # Not earlier: each address would add a route, each slower than the one before, ten minutes in all.
    steps += ["link set br0 up"]
    return steps + [f"addr add 2001:db8:{n:x}::1/64 dev br0 nodad" for n in range(count - LO - ipv4)]


def links(count: int) -> list[str]:
    """Commands of ip(8) for ``count`` links, in pairs; every second one has an address of each family."""
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
    """Build a namespace of this shape, run ``bench.py --inside`` in it with ``work``, and delete the namespace."""
    name = f"ifdbench{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        batch = "\n".join(["link set lo up", *SHAPES[shape]])
        subprocess.run(["ip", "-n", name, "-batch", "-"], input=batch, text=True, check=True)
        argv = ["ip", "netns", "exec", name, sys.executable, str(pathlib.Path(sys.argv[0]).resolve()), "--inside"]
        # Not in the checkout: there `python -c "import ifdiscover"` would not import the installed one.
        done = subprocess.run(
            argv, input=json.dumps(work), stdout=subprocess.PIPE, text=True, check=True, env=ENVIRONMENT, cwd="/"
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)
