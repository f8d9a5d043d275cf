"""Run commands with the shim of ``faults.c``, and judge how they end. No child outlives its time."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import struct
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.namespaces import CLI, ROOT, Namespace, environment, why_no_namespaces
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CALLS = ("socket", "bind", "sendto", "recvmsg", "getifaddrs", "ioctl", "setns", "open", "read", "write")
LONG = bool(os.environ.get("IFDISCOVER_LONG"))
"""Whether everything is tried, as by ``make faults``, and not a sample."""

PATIENCE = 60
"""Seconds in which every child must end: the longest takes half a second on an idle machine."""

STATUSES = {65, 66, 69, 71, 74, 75, 77, 78}
"""How a command may end that gives no answer: 0 and 1 are answers, and 70 is a fault of ifdiscover."""


HOST = [
    "link set lo up",
    "link add eth0 type veth peer name eth1",
    "link set eth0 up",
    "addr add 192.0.2.25/24 dev eth0",
    "addr add 2001:db8::25/64 dev eth0",
    "route add default via 192.0.2.1",
]


class Run:
    """What all children have in common, and the figures of ``make faults``."""

    namespace: int | None = None
    """A descriptor of the namespace that they enter, so that nothing else changes the host that they ask."""
    commands = 0
    faults = 0


class Ended(NamedTuple):
    """How a child ended; status None: it did not within its time, and was killed."""

    status: int | None
    out: bytes
    err: str


def bounded(
    argv: list[str],
    *,
    env: dict[str, str] | None = None,
    patience: float = PATIENCE,
    stdin: int = subprocess.DEVNULL,
    before: Callable[[], object] = lambda: None,
) -> Ended:
    """Run a program in a process group of its own, and kill all of that if it does not end.

    Args:
        argv: the program and its arguments.
        env: its environment; None: that of a program of this checkout, which leaves no bytecode that a fault touched.
        patience: the seconds that it has.
        stdin: its standard input.
        before: what its process does before it.
    """
    Run.commands += 1
    libc = ctypes.CDLL(None)

    def enter() -> None:
        if Run.namespace is not None and libc.setns(Run.namespace, 0):
            os._exit(99)
        before()

    child = subprocess.Popen(
        argv,
        cwd=ROOT,
        env=environment(PYTHONDONTWRITEBYTECODE="1") if env is None else env,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=enter,  # noqa: PLW1509 - no other thread of this process holds a lock
    )
    try:
        out, err = child.communicate(timeout=patience)
        status = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        status = None
    return Ended(status, out, err.decode(errors="replace"))


def compiled(*arguments: str) -> None:
    """Run a command once, so that the bytecode of its modules is there."""
    bounded([*CLI, *arguments], env=environment())


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

    def run(self, arguments: list[str], fault: Fault | None = None) -> tuple[Ended, list[int]]:
        """How a command ended, how often it made each of CALLS, and how many faults it met.

        Calls count from the opening of the command line's first module on: before that all is Python's.
        """
        self._counts.write_bytes(bytes(8 * (len(CALLS) + 1)))
        told = {} if fault is None else {"FAULT": str(fault)}
        env = environment(
            PYTHONDONTWRITEBYTECODE="1",
            LD_PRELOAD=str(self._library),
            FAULT_COUNTS=str(self._counts),
            FAULT_ARM="/ifdiscover/_cli/",
            **told,
        )
        ended = bounded([*CLI, *arguments], env=env)
        counts = list(struct.unpack(f"={len(CALLS) + 1}Q", self._counts.read_bytes()))
        Run.faults += counts[-1]
        return ended, counts


@pytest.fixture(scope="module", autouse=True)
def _host() -> Iterator[None]:
    """A host of their own for all children, if this is root."""
    if os.geteuid() or why_no_namespaces():
        yield
        return
    with Namespace() as made:
        made.build(HOST)
        Run.namespace = os.open(f"/run/netns/{made.name}", os.O_RDONLY)
        try:
            yield
        finally:
            os.close(Run.namespace)
            Run.namespace = None


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    """The compiled faults.c."""
    compiler = shutil.which("cc")
    if compiler is None:
        need("no C compiler")
    folder: Path = tmp_path_factory.mktemp("faults")
    library, counts = folder / "faults.so", folder / "counts"
    source = str(ROOT / "tests/faults/faults.c")
    argv = [str(compiler), "-shared", "-fPIC", "-O", "-Wall", "-Werror", "-o", str(library), source, "-ldl", "-lrt"]
    subprocess.run(argv, check=True, timeout=60)
    return Shim(library, counts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures for tests/reliability/faults.json, where one process runs all tests."""
    if Run.commands:
        terminalreporter.write_line(f"faults: {Run.faults} injected, {Run.commands} commands")


_TIME = re.compile(rb'"taken_at": "[^"]*"')


def tells_less(ended: Ended) -> bool:
    """Whether an answer says itself that it does not tell all: by a warning or a refusal, or by "?" in a table."""
    said = (b'"warnings": ["', b'"refusals": ["', b" ? ")
    return "ifdiscover: warning: " in ended.err or any(one in ended.out for one in said)


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
        return f"status {ended.status}, and another answer"
    if ended.out and not usual.out.startswith(ended.out):
        return "half an answer"
    if ended.out and ended.status != 74:
        return "an answer, and a status that tells of none"
    if any(not line.startswith("ifdiscover: ") for line in ended.err.splitlines()):
        return "a message that is not ours"
    return None
