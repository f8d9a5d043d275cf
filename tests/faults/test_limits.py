"""Commands under the limits of setrlimit(2): descriptors, memory, processes, stack.

Where a limit keeps Python itself from starting, nothing of ours runs; from there on each limit ends in an answer, or in
a status and a message.
"""

from __future__ import annotations

import re
import resource
import sys
from functools import partial

import pytest
from faults.conftest import LONG, Ended, bounded, compiled
from support.namespaces import CLI

COMMANDS = [
    ["addresses"],
    ["addresses", "--backend", "getifaddrs"],
    ["interfaces", "--json"],
    ["mynetworks", "--style=subnet"],
]
ENDS = {0, 65, 69, 71}
MIB = 1 << 20
LIMITS = {
    "NOFILE": range(3, 9),
    "NPROC": (0, 1),
    "STACK": (64 << 10, 128 << 10, 256 << 10, MIB),
    "FSIZE": (0,),
    "AS": range(16 * MIB, 64 * MIB, MIB // 2 if LONG else 6 * MIB),
    "DATA": range(MIB, 24 * MIB, MIB // 2 if LONG else 4 * MIB),
}


def limited(argv: list[str], limit: str, value: int) -> Ended:
    """How a program ends under a limit."""
    restrict = partial(resource.setrlimit, getattr(resource, f"RLIMIT_{limit}"), (value, value))
    return bounded(argv, before=restrict)


def starts(limit: str, value: int) -> bool:
    """Whether Python itself starts under a limit, and takes apart what it started with."""
    code = "import runpy, os, sys, _socket, marshal; raise SystemExit(23)"
    ended = limited([sys.executable, "-c", code], limit, value)
    return ended.status == 23 and not ended.err


def said_by_us(err: str) -> str:
    """Messages without what Python itself writes where a thread lacks the memory to begin."""
    return re.sub("(?m)^Exception ignored in thread started by: .*\nMemoryError: *\n", "", err)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit(arguments: list[str], limit: str) -> None:
    """From the first value on under which Python starts."""
    compiled(*arguments)
    usual = bounded([*CLI, *arguments])
    assert usual.status == 0
    reached = 0
    for value in LIMITS[limit]:
        if not starts(limit, value):
            continue
        reached += 1
        ended = limited([*CLI, *arguments], limit, value)
        assert ended.status in ENDS, (value, ended)
        assert ended.out == (b"" if ended.status else usual.out), value
        if ended.status:
            lines = said_by_us(ended.err).splitlines()
            assert lines, (value, ended)
            assert lines[-1].startswith("ifdiscover: error: "), (value, ended)
        assert "Traceback" not in ended.err, (value, ended)
    assert reached
