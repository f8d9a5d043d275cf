"""Make the recorded hosts of ``fixtures/hosts/`` from their ``steps``.

    PYTHONPATH=.:tests python -m support.record_hosts fixtures/hosts/NAME...

Run it as root, where iproute2 and Postfix are installed. Each host is built in a network namespace, read there through
rtnetlink into ``snapshot.json``, and asked from that file for everything in ``expected/``. Nothing is written of a host
for which the real postconf(1), in the same namespace, computes another mynetworks than ifdiscover from the snapshot.

A folder without ``steps`` holds the snapshot of a real host. If there is a ``report.md``, what ``ifdiscover report``
printed there, ``snapshot.json`` is taken from it, and otherwise left as it is. ``expected/`` is made from it, with no
postconf to compare with but the mynetworks that the report has.
"""

from __future__ import annotations

import argparse
import ipaddress
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

from support.namespaces import CLI, ROOT, Namespace, environment, why_no_namespaces
from support.postfix.parity import STYLES
from support.reports import answers_of, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterable

STEPS = "steps"
SNAPSHOT = "snapshot.json"
REPORT = "report.md"
EXPECTED = "expected"
RAW = "raw "

COMMANDS: dict[str, tuple[str, ...]] = {
    "addresses": ("addresses",),
    "addresses--all": ("addresses", "--all"),
    "addresses--kame": ("addresses", "--kame"),
    "addresses.table": ("addresses", "--format", "table"),
    **{f"mynetworks.{style}": ("mynetworks", "--style", style) for style in STYLES},
    "own": ("own",),
    "own.loopback-only": ("own", "--inet-interfaces", "loopback-only"),
    "mynetworks.json": ("mynetworks", "--style", "subnet", "--json"),
}
"""The files in ``expected/``, and the arguments, besides ``--from``, for which each holds the standard output."""

TAKEN_AT = "2026-11-24T09:00:00Z"
SETTLING = 1.5  # seconds; the kernel gathers changes of carrier for one before it shows them in the flags
READINGS = 8
LIFETIMES = {"preferred_lft": "preferred_lifetime", "valid_lft": "valid_lifetime"}  # ip(8)'s word, the snapshot's


class RecordingRefusedError(Exception):
    """A host that is not written, and why."""


class Answer(NamedTuple):
    """What a program said."""

    status: int
    stdout: str
    stderr: str


def read_steps(folder: pathlib.Path) -> list[str]:
    """The steps of a host for ``build()``, without comments and blank lines."""
    lines = map(str.strip, folder.joinpath(STEPS).read_text("ascii").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def build(namespace: Namespace, steps: Iterable[str]) -> None:
    """Apply steps in order: those of ``Namespace.build``, and ``raw`` ones, arguments of ip(8) with escaped bytes."""
    for is_raw, group in itertools.groupby(steps, lambda step: step.startswith(RAW)):
        if not is_raw:
            namespace.build(group)
            continue
        for step in group:
            namespace.run(["ip", *map(unescaped, step[len(RAW) :].split())])


def unescaped(word: str) -> str:
    r"""A word of a raw step with its escapes, those of a Python bytes literal, replaced.

    >>> os.fsencode(unescaped("a\\x1b\\\\\\xff"))
    b'a\x1b\\\xff'
    """
    return os.fsdecode(word.encode("ascii").decode("unicode_escape").encode("latin-1"))


def expected(snapshot: pathlib.Path) -> dict[str, Answer]:
    """What the command line says about a recorded host, by the names of ``COMMANDS``."""
    return {name: _ifdiscover(*arguments, "--from", str(snapshot)) for name, arguments in COMMANDS.items()}


def record(folder: pathlib.Path) -> None:
    """Make the snapshot of a folder that has steps or a report, and what is expected of it.

    Raises:
        RecordingRefusedError: the host never came to rest, postconf disagrees, or the report contradicts itself;
            nothing was written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        snapshot = pathlib.Path(scratch, SNAPSHOT)
        if folder.joinpath(STEPS).exists():
            steps = read_steps(folder)
            with Namespace() as namespace:
                build(namespace, steps)
                snapshot.write_text(_settled(namespace, folder.name, steps), "ascii")
                answers = expected(snapshot)
                _compare(namespace, answers, pathlib.Path(scratch))
        elif folder.joinpath(REPORT).exists():
            report = folder.joinpath(REPORT).read_text("utf-8")
            snapshot.write_text(snapshot_of(report), "ascii")
            answers = expected(snapshot)
            _compare_with_report(answers_of(report), answers)
        else:
            shutil.copyfile(folder / SNAPSHOT, snapshot)
            answers = expected(snapshot)
        _write(folder, snapshot, answers)


def _settled(namespace: Namespace, name: str, steps: list[str]) -> str:
    """The snapshot of a namespace, once two of them, some time apart, are the same."""
    before = None
    for _ in range(READINGS):
        text = neutral(namespace.ifdiscover("snapshot", "--backend", "rtnetlink").stdout, name, steps)
        if text == before:
            return text
        before = text
        time.sleep(SETTLING)
    raise RecordingRefusedError(f"no two snapshots of {READINGS} are the same; a lifetime that steps does not set?")


def neutral(snapshot: str, name: str, steps: list[str]) -> str:
    """A snapshot's text without what differs from recording to recording: where, when, and seconds that passed."""
    heads = {"host": name, "taken_at": TAKEN_AT}
    configured = _lifetimes(steps)
    lines = []
    for line in snapshot.splitlines():
        head = re.match(r'  "(\w+)": ', line)
        if head is not None and head[1] in heads:
            lines.append(f"{head[0]}{json.dumps(heads.pop(head[1]))},")
        else:
            lines.append(_with_lifetimes(line, configured))
    if heads:
        raise RecordingRefusedError(f"the snapshot has no line of its own for {', '.join(heads)}")
    return "\n".join(lines) + "\n"


def _lifetimes(steps: list[str]) -> dict[str, dict[str, str]]:
    """The lifetimes that steps set: by address, the snapshot's key and its value."""
    found = {}
    for words in map(str.split, steps):
        if words[:2] == ["addr", "add"]:
            address = str(ipaddress.ip_address(words[2].partition("/")[0]))
            found[address] = {key: words[words.index(word) + 1] for word, key in LIFETIMES.items() if word in words}
    return found


def _with_lifetimes(line: str, configured: dict[str, dict[str, str]]) -> str:
    """A line of a snapshot; if it has an address whose lifetimes tick, with those that were configured."""
    address = re.search(r'"address": "([^"]*)"', line)
    if address is not None:
        for key, value in configured.get(address[1], {}).items():
            line = re.sub(rf'("{key}": )\d+', rf"\g<1>{value}", line)
    return line


def _ifdiscover(*arguments: str) -> Answer:
    """Run this checkout's command line, outside of any namespace."""
    done = subprocess.run(
        [*CLI, *arguments], capture_output=True, check=False, cwd=ROOT, env=environment(LC_ALL="C.UTF-8")
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def _postconf(namespace: Namespace, style: str, folder: pathlib.Path) -> Answer:
    """What Postfix's own program makes of mynetworks in a namespace."""
    program = shutil.which("postconf", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        raise RecordingRefusedError("no postconf to compare with: install Debian's postfix")
    main = folder / "main.cf"
    main.write_text(f"mynetworks_style = {style}\nmyhostname = mail.example.com\n")
    folder.joinpath("master.cf").touch()
    os.utime(main, (1, 1))  # Postfix reads a main.cf again and again until it is two seconds old
    done = namespace.run([program, "-c", str(folder), "mynetworks"], check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


def _compare(namespace: Namespace, answers: dict[str, Answer], folder: pathlib.Path) -> None:
    """Hold every mynetworks that is expected to postconf's."""
    for style in STYLES:
        theirs = _postconf(namespace, style, folder)
        for name, arguments in COMMANDS.items():
            if arguments[:3] != ("mynetworks", "--style", style):
                continue
            ours = answers[name]
            line = ours.stdout
            if ours.status == 0 and "--json" in arguments:
                line = f"mynetworks = {json.loads(line)['value']}\n"
            fatal = theirs.stderr.strip().rpartition("fatal: ")[2]
            agreed = (
                (ours.status, line) == (0, theirs.stdout)
                if theirs.status == 0
                else ours.status != 0 and not ours.stdout and fatal in ours.stderr
            )
            if not agreed:
                raise RecordingRefusedError(f"{name}: postconf said {theirs}, ifdiscover {ours}")


def _compare_with_report(told: dict[str, str], answers: dict[str, Answer]) -> None:
    """Hold every mynetworks that is expected to the one that the report has."""
    for style, value in told.items():
        ours = answers[f"mynetworks.{style}"].stdout
        if ours != f"mynetworks = {value}\n":
            raise RecordingRefusedError(
                f"the report has {value} for style {style}, and its snapshot gives {ours.strip()}: one of the two was "
                "changed, or this is another version of ifdiscover; if it is meant, delete that line of the report"
            )


def _write(folder: pathlib.Path, snapshot: pathlib.Path, answers: dict[str, Answer]) -> None:
    """Put a host into its folder, in place of what was there."""
    shutil.copyfile(snapshot, folder / SNAPSHOT)
    directory = folder / EXPECTED
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    for name, answer in answers.items():
        directory.joinpath(name).write_bytes(answer.stdout.encode())
        if answer.status != 0:
            directory.joinpath(f"{name}.status").write_text(f"{answer.status}\n")


def main() -> int:
    """Record the folders that the command line names; 1 if one of them was refused."""
    parser = argparse.ArgumentParser(description="Make snapshot.json and expected/ of recorded hosts.")
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=pathlib.Path, help="fixtures/hosts/NAME")
    status = 0
    for folder in parser.parse_args().folders:
        try:
            reason = why_no_namespaces() if folder.joinpath(STEPS).exists() else None
            if reason is not None:
                raise RecordingRefusedError(reason)  # noqa: TRY301 - one place says what was refused
            record(folder.resolve())
        except (AssertionError, KeyError, OSError, ValueError, RecordingRefusedError) as error:
            sys.stderr.write(f"{folder}: not recorded: {error}\n")
            status = 1
        else:
            sys.stderr.write(f"{folder}: recorded\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
