"""Run commands with the shim of ``faults.c``, and judge how they end. No child outlives its time."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from support.namespaces import CLI, ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CALLS = ("socket", "bind", "sendto", "recvmsg", "getifaddrs", "ioctl", "setns", "open", "read", "write")
LONG = bool(os.environ.get("IFDISCOVER_LONG"))
"""Whether everything is tried, as by ``make faults``, and not a sample."""

PATIENCE = 60
"""Seconds in which every child must end: the longest takes half a second on an idle machine."""

STATUSES = {0, 65, 66, 69, 71, 74, 75, 77, 78}
"""How a command may end that meets a fault: 1 and 70 are an answer and a fault of ifdiscover."""


class Tally:
    """What was run and injected, for the figures of ``make faults``."""

    commands = 0
    faults = 0


class Ended(NamedTuple):
    """How a child ended; status None: it did not within its time, and was killed."""

    status: int | None
    out: bytes
    err: str


def bounded(argv: list[str], *, env: dict[str, str], patience: float = PATIENCE, **more: object) -> Ended:
    """Run a program in a process group of its own, and kill all of that if it does not end."""
    Tally.commands += 1
    given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": ROOT, **more}
    child = subprocess.Popen(argv, env=env, start_new_session=True, **given)  # type: ignore[call-overload] # of object
    try:
        out, err = child.communicate(timeout=patience)
        status = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        status = None
    return Ended(status, out or b"", (err or b"").decode(errors="replace"))


def plain_environment(**more: str) -> dict[str, str]:
    """The environment of a child, which leaves no bytecode that a fault has touched."""
    return environment(PYTHONDONTWRITEBYTECODE="1", **more)


class Fault(NamedTuple):
    """Which calls do not go well, and how: as FAULT of ``faults.c`` says it."""

    call: str
    at: int
    kind: str
    value: int = 0
    times: int = 1

    def __str__(self) -> str:
        return " ".join(map(str, self))


class Shim:
    """The compiled shim.

    Args:
        library: where it is.
        counts: a file that it may count in.
    """

    def __init__(self, library: Path, counts: Path) -> None:
        self._library = library
        self._counts = counts

    def run(
        self,
        arguments: list[str],
        fault: Fault | None,
        *,
        arm: str = "/ifdiscover/_cli/",
        argv: Sequence[str] = CLI,
    ) -> tuple[Ended, list[int]]:
        """How a command ended, how often it made each of CALLS, and how many faults it met."""
        self._counts.write_bytes(bytes(8 * (len(CALLS) + 1)))
        told = {} if fault is None else {"FAULT": str(fault)}
        shimmed = {"LD_PRELOAD": str(self._library), "FAULT_COUNTS": str(self._counts), "FAULT_ARM": arm}
        env = plain_environment(**shimmed, **told)
        ended = bounded([*argv, *arguments], env=env)
        counts = list(struct.unpack(f"={len(CALLS) + 1}Q", self._counts.read_bytes()))
        Tally.faults += counts[-1]
        return ended, counts


_TIME = re.compile(rb'"taken_at": "[^"]*"')


def tells_less(ended: Ended) -> bool:
    """Whether an answer says itself that it does not tell all: by a warning, or by "?" in a table."""
    return "ifdiscover: warning: " in ended.err or b'"warnings": ["' in ended.out or b" ? " in ended.out


def trouble(ended: Ended, usual: Ended) -> str | None:
    """What is wrong with the end of a command that met a fault; None: nothing. ``usual`` is its end without."""
    if ended.status is None:
        return "it hung"
    for word in ("Traceback", "Exception ignored", "Fatal Python error", "Error in sys.excepthook"):
        if word in ended.err:
            return f"it shows Python's {word}"
    words, usual_words = (sorted(_TIME.sub(b"", each.out).split()) for each in (ended, usual))
    if ended.status == usual.status and (words == usual_words or tells_less(ended)):
        return None
    if ended.status not in STATUSES:
        return f"status {ended.status}"
    if ended.status == 0:
        return "another answer, and status 0"
    if ended.out and not usual.out.startswith(ended.out):
        return "half an answer"
    if ended.out and ended.status != 74:
        return "an answer, and a status that tells of none"
    if any(not line.startswith("ifdiscover: ") for line in ended.err.splitlines()):
        return "a message that is not ours"
    return None
