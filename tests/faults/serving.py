"""The process in which commands meet faults: see ``server.py``."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from support.namespaces import ROOT, environment

if TYPE_CHECKING:
    from faults.matrix import Command, Fault
    from support.namespaces import Namespace


class Run(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str
    counts: dict[str, int]  # of calls; "failed": how many failed; "leaked": descriptors that stayed open
    seconds: float


class Server:
    """Runs commands in a namespace; a context manager."""

    def __init__(self, namespace: Namespace, shim: Path, main_cf: Path) -> None:
        argv = namespace.argv([sys.executable, str(Path(__file__).with_name("server.py"))])
        env = environment(PYTHONDONTWRITEBYTECODE="1", LD_PRELOAD=str(shim), MAIL_CONFIG=str(main_cf))
        self._process = subprocess.Popen(argv, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Server:  # noqa: PYI034 - Self is not in 3.9's typing
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate()

    def run(self, command: Command, fault: Fault) -> Run:
        """Run a command once with a fault."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        marshal.dump((str(fault), list(command.arguments), command.recording), self._process.stdin)
        self._process.stdin.flush()
        status, out, err, counts, seconds = marshal.load(self._process.stdout)  # noqa: S302 - from our own program
        numbers = {name: int(number) for name, number in (line.split() for line in counts.decode().splitlines())}
        return Run(status, *(os.fsdecode(text) for text in (out, err)), numbers, seconds)
