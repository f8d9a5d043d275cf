"""Change this network namespace until standard input ends; then print what was true when.

``python -m stress.changer KIND RATE`` prints "ready" when the first change is made. Its last line is JSON: a list of
[when a change began, when it was made, [what was true after each of its steps]], in seconds of CLOCK_MONOTONIC.
"""

from __future__ import annotations

import json
import select
import sys
import time

from stress.kinds import KINDS
from stress.rtnl import Kernel


def main(kind: str, rate: float) -> None:
    """Make the changes."""
    log: list[tuple[float, float, list[list[str]]]] = []
    changes = KINDS[kind](Kernel())
    start = time.monotonic()
    while True:
        began = time.monotonic()
        states = next(changes)
        log.append((began, time.monotonic(), [sorted(state) for state in states]))
        if len(log) == 1:
            print("ready", flush=True)
        if select.select([sys.stdin], [], [], max(0.0, start + len(log) / rate - time.monotonic()))[0]:
            break
    print(json.dumps(log))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
