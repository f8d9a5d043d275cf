"""Ask ifdiscover and Postfix's own postconf(1) the same questions in one namespace.

Run as a program inside the namespace, it reads a list of cases from standard input and writes, for each, what the two
said: ``[[status, stdout, stderr], [status, stdout, stderr]]``. Questions run side by side, since Postfix sleeps for a
second before it exits with an error.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from support.namespaces import Namespace


STYLES = ("class", "subnet", "host")
PROTOCOLS = ("all", "ipv4", "ipv6", "ipv6, ipv4")


class Case(NamedTuple):
    """One question: the parameters as they would stand in main.cf."""

    style: str = "subnet"
    inet_interfaces: str = "all"
    inet_protocols: str = "all"

    @property
    def several_names(self) -> bool:
        """Whether the order of the answer is one in which Postfix 3.7 differs from 3.12."""
        words = self.inet_interfaces.replace(",", " ").split()
        return self.inet_interfaces not in ("all", "loopback-only") and bool(words)


def cases_for(names: list[str]) -> list[Case]:
    """Every style with every protocol, for all, loopback-only and these."""
    interfaces = ["all", "loopback-only", *names]
    return [Case(s, i, p) for i in interfaces for p in PROTOCOLS for s in STYLES]


class Answer(NamedTuple):
    """What a program said."""

    status: int
    stdout: str
    stderr: str


def disagreements(namespace: Namespace, cases: list[Case], *, env: dict[str, str] | None = None) -> list[str]:
    """What ifdiscover and postconf answer differently, in words; empty if they agree byte for byte."""
    done = namespace.run([sys.executable, __file__], stdin=json.dumps(cases), env=env)
    wrong = []
    for case, (ours, theirs) in zip(cases, json.loads(done.stdout)):
        mine, real = Answer(*ours), Answer(*theirs)
        out, expected = mine.stdout, real.stdout
        if case.several_names:
            out, expected = " ".join(sorted(out.split())), " ".join(sorted(expected.split()))
        fatal = [line.partition("fatal: ")[2] for line in real.stderr.splitlines() if "fatal: " in line]
        if real.status == 0 and (mine.status, out) != (0, expected):
            wrong.append(f"{case}: postconf printed {real.stdout!r}, ifdiscover {mine}")
        elif real.status != 0 and (mine.status == 0 or mine.stdout or not any(_said(s, mine.stderr) for s in fatal)):
            wrong.append(f"{case}: postconf said {fatal}, ifdiscover {mine}")
    return wrong


def _said(sentence: str, stderr: str) -> bool:
    """Whether Postfix's sentence is in a message; it shows as "?" what ifdiscover escapes."""
    pattern = re.sub(r"(\\\?)+", r"\\S+", re.escape(sentence))
    return re.search(pattern, stderr) is not None


def _ifdiscover(case: Case) -> Answer:
    from ifdiscover._cli import main

    out, err = io.StringIO(), io.StringIO()
    argv = [f"--style={case.style}", f"--inet-interfaces={case.inet_interfaces}"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["mynetworks", *argv, f"--inet-protocols={case.inet_protocols}"])
    return Answer(status, out.getvalue(), err.getvalue())


def _postconf(case: Case, folder: pathlib.Path) -> Answer:
    folder.mkdir()
    main = folder / "main.cf"
    main.write_text(
        f"mynetworks_style = {case.style}\ninet_interfaces = {case.inet_interfaces}\n"
        f"inet_protocols = {case.inet_protocols}\nmyhostname = mail.example.com\n"
    )
    folder.joinpath("master.cf").touch()
    os.utime(main, (1, 1))  # Postfix reads a main.cf again and again until it is two seconds old
    done = subprocess.run(
        ["/usr/sbin/postconf", "-c", str(folder), "mynetworks"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def _run() -> None:
    cases = [Case(*fields) for fields in json.load(sys.stdin)]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(16) as pool:
        theirs = [pool.submit(_postconf, case, pathlib.Path(folder, str(n))) for n, case in enumerate(cases)]
        json.dump([[_ifdiscover(case), real.result()] for case, real in zip(cases, theirs)], sys.stdout)


if __name__ == "__main__":
    _run()
