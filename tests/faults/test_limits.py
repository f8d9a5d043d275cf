"""Commands under the limits of setrlimit(2): descriptors, memory, processes, stack.

Where a limit keeps Python itself from starting, nothing of ours runs; from there on each limit ends in an answer or in
status 71 or 69 with a message.
"""

from __future__ import annotations

import re
import resource
import sys

import pytest
from faults.injected import LONG, Ended, bounded, plain_environment
from support.namespaces import CLI, environment

from ifdiscover._backends.libc import getifaddrs

COMMANDS = [
    ["addresses"],
    ["addresses", "--backend", "getifaddrs"],
    ["interfaces", "--json"],
    ["mynetworks", "--style=subnet"],
]
ENDS = {0, 69, 71}
MIB = 1 << 20


def limited(argv: list[str], limit: int, value: int) -> Ended:
    """How a program ends under a limit."""

    def restrict() -> None:
        resource.setrlimit(limit, (value, value))

    return bounded(argv, env=plain_environment(), preexec_fn=restrict, patience=90)


def starts(limit: int, value: int) -> bool:
    """Whether Python itself starts under a limit, and takes apart what it started with."""
    code = "import runpy, os, sys, _socket, marshal; raise SystemExit(23)"
    ended = limited([sys.executable, "-c", code], limit, value)
    return ended.status == 23 and not ended.err


def judged(ended: Ended, usual: Ended, where: str) -> None:
    """An answer that is whole, or a message and a status.

    Python itself says so where a thread lacks the memory to begin.
    """
    ended = ended._replace(
        err=re.sub("(?m)^Exception ignored in thread started by: .*\nMemoryError: *\n", "", ended.err)
    )
    assert ended.status in ENDS, (where, ended)
    assert "Traceback" not in ended.err, (where, ended)
    if ended.status == 0:
        assert ended.out == usual.out, where
    else:
        assert ended.out == b"", where
        assert re.match("ifdiscover: error: ", ended.err), (where, ended)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("limit", "values"),
    [
        (resource.RLIMIT_NOFILE, range(3, 9)),
        (resource.RLIMIT_NPROC, (0, 1)),
        (resource.RLIMIT_STACK, (64 << 10, 128 << 10, 256 << 10, MIB)),
        (resource.RLIMIT_FSIZE, (0,)),
        (resource.RLIMIT_AS, range(16 * MIB, 64 * MIB, MIB if LONG else 6 * MIB)),
        (resource.RLIMIT_DATA, range(MIB, 24 * MIB, MIB if LONG else 4 * MIB)),
    ],
    ids=["NOFILE", "NPROC", "STACK", "FSIZE", "AS", "DATA"],
)
def test_a_limit(arguments: list[str], limit: int, values: range) -> None:
    """From the first value on under which Python starts."""
    if limit == resource.RLIMIT_AS and "getifaddrs" in arguments and not LONG:
        pytest.skip("its thread may lack the memory to begin, and is waited for, a minute: make faults")
    usual = bounded([*CLI, *arguments], env=environment())
    assert usual.status == 0
    reached = 0
    for value in values:
        if starts(limit, value):
            reached += 1
            judged(limited([*CLI, *arguments], limit, value), usual, f"limit {value}")
    assert reached


def test_a_call_without_memory_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that calls getifaddrs(3) ends without having called it."""

    class NoMemory:
        def getifaddrs(self, _head: object) -> int:
            raise MemoryError

    monkeypatch.setattr(getifaddrs, "PATIENCE", 5)
    with pytest.raises(MemoryError):
        getifaddrs._call(NoMemory())  # type: ignore[arg-type] # of a library it has this function
