"""A watch that runs in a namespace, and what it reports."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.namespaces import CLI, ROOT, environment
from support.schemas import validated

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from support.namespaces import Namespace

LONGEST = 60  # seconds: whoever waits so long waits for what never comes
LISTS = ("own_addresses", "deprecated", "mynetworks", "source_addresses")

TWO_ENDS = [
    "link set lo up",
    "link add w0 type veth peer name w1",
    "link set w1 up",
    "link set w0 up",
    "addr add 192.0.2.25/24 dev w0",
    "route add default via 192.0.2.1",
]
"""A host with an address and a default route, as steps for ``Namespace.build()``."""


class Watching:
    """``ifdiscover watch --json`` in a namespace; a context manager that ends it.

    Attributes:
        process: the program.
        reports: the reports that were read, the first answer among them.
    """

    def __init__(self, namespace: Namespace, *arguments: str, outside: bool = False, debounce: str = "0.1") -> None:
        argv = [*CLI, "watch", "--json", "-q", "--debounce", debounce, *arguments]
        self.process = subprocess.Popen(
            argv if outside else namespace.argv(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd=ROOT,
        )
        self.reports: list[dict[str, Any]] = []
        self._unread: dict[int, bytes] = {}

    def __enter__(self) -> Watching:  # noqa: PYI034 - Self is not in 3.9's typing
        self.report()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def pid(self) -> int:
        """The watch's process: ``ip netns exec`` becomes it."""
        return self.process.pid

    def report(self) -> dict[str, Any]:
        """The next report; it is what its schema says, and begins where the last one ended."""
        assert self.process.stdout is not None
        found = validated(self._line(self.process.stdout.fileno()))
        assert found["before"] == (self.reports[-1]["after"] if self.reports else None)
        assert replayed([found], found["before"]) == lists_of(found["after"])
        self.reports.append(found)
        return found

    def said(self) -> str:
        """The next line of standard error."""
        assert self.process.stderr is not None
        return self._line(self.process.stderr.fileno())

    def has_report(self, seconds: float) -> bool:
        """Whether a report comes within so many seconds."""
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        return b"\n" in self._unread.get(descriptor, b"") or bool(select.select([descriptor], [], [], seconds)[0])

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and wait for the status."""
        self.process.send_signal(number)
        return self.process.wait(LONGEST)

    def _line(self, descriptor: int) -> str:
        unread = self._unread.get(descriptor, b"")
        while b"\n" not in unread:
            assert select.select([descriptor], [], [], LONGEST)[0], f"nothing more was said after {self.reports[-1:]}"
            more = os.read(descriptor, 1 << 16)
            assert more, "the watch has ended"
            unread += more
        line, _, self._unread[descriptor] = unread.partition(b"\n")
        return line.decode()


def come_true(condition: Callable[[], Any]) -> Any:
    """Wait until a condition is true."""
    for _ in range(LONGEST * 100):
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it never came true")


def lists_of(answer: dict[str, Any] | None) -> dict[str, set[str]]:
    """The lists of an answer, without their order."""
    return {name: set(answer[name] if answer else ()) for name in LISTS}


def replayed(reports: list[dict[str, Any]], before: dict[str, Any] | None = None) -> dict[str, set[str]]:
    """What an answer becomes by what is gone and added, report after report."""
    found = lists_of(before)
    for report in reports:
        found = {name: found[name] - set(report["gone"][name]) | set(report["added"][name]) for name in LISTS}
    return found


def descriptors_of(pid: int) -> int:
    """How many files a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def memory_of(pid: int) -> int:
    """The memory that a process holds, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])
