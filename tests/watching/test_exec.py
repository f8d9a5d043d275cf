"""--exec: a command for each change, one at a time, whose failures are survived."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.program import in_process
from support.watching import LONGEST, Watching, come_true

from ifdiscover._postfix.changes.answer import Answer
from ifdiscover._watching import commands
from ifdiscover._watching.change import Reading, Step
from ifdiscover._watching.commands import Command

if TYPE_CHECKING:
    from support.namespaces import Namespace

    from ifdiscover._watching.change import Change


def test_the_command_reads_the_change_that_was_reported(changing: Namespace, tmp_path: Path) -> None:
    """As JSON; without a shell, with all words that follow, not for the first answer. What it prints is no report."""
    script = tmp_path / "a command"
    script.write_text(f'#!/bin/sh\necho printed\ncat > "{tmp_path}/read.$$"; printf "%s|" "$@" > "{tmp_path}/words"\n')
    script.chmod(0o755)
    with Watching(changing, "--exec", str(script), "--json", "--", "$HOME", "a b") as watching:
        changing.build(["addr add 198.51.100.7/24 dev w0"])
        report = watching.report()
        assert watching.said() == "printed"
        come_true((tmp_path / "words").exists)
        assert watching.end() == 0
        (read,) = tmp_path.glob("read.*")
        assert json.loads(read.read_text()) == report
        assert (tmp_path / "words").read_text() == "--json|--|$HOME|a b|"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["sh", "-c", "exit 3"], "ifdiscover: error: sh ended with status 3"),
        (["sh", "-c", "kill -9 $$"], "ifdiscover: error: sh was ended by signal 9"),
        (["/no/such\x1bprogram"], "ifdiscover: error: /no/such\\x1bprogram cannot be run: No such file or directory"),
        (["/etc/passwd"], "ifdiscover: error: /etc/passwd cannot be run: Permission denied"),
        (["true"], None),  # it reads nothing
    ],
    ids=["status", "signal", "no program", "no permission", "reads nothing"],
)
def test_a_command_that_fails_is_told_and_survived(command: list[str], said: str | None, changing: Namespace) -> None:
    """And is run again for the next change."""
    with Watching(changing, "--exec", *command) as watching:
        for number in (7, 8):
            changing.build([f"addr add 198.51.100.{number}/24 dev w0"])
            watching.report()
            if said is not None:
                assert watching.said() == said
        assert watching.end() == 0


@pytest.mark.parametrize("reads", ["true", "head -c 1 >&2; exec <&-", "cat > {folder}/read"], ids=["no", "some", "all"])
def test_a_long_change_waits_for_no_reader(reads: str, changing: Namespace, tmp_path: Path) -> None:
    """It is longer than a pipe holds; a command may read all of it, some or nothing."""
    many = [f"addr add 198.51.{net}.{number}/32 dev w0" for net in range(16) for number in range(1, 251)]
    shell = f"{reads.format(folder=tmp_path)}; echo $? > {tmp_path}/done"
    with Watching(changing, "--exec", "sh", "-c", shell, debounce="0.5") as watching:
        changing.build(many)
        reports = [watching.report()]
        assert len(json.dumps(reports[0])) > 1 << 16
        come_true((tmp_path / "done").exists)
        if (tmp_path / "read").exists():
            assert json.loads((tmp_path / "read").read_text()) == reports[0]
        assert watching.end() == 0


def test_a_command_that_is_killed_while_it_hangs_is_survived(changing: Namespace, tmp_path: Path) -> None:
    """It is told, and what changed meanwhile is the next run's."""
    runs = tmp_path / "runs"
    shell = f"echo $$ >> {runs}; [ $(wc -l < {runs}) -gt 1 ] || exec sleep 1000"
    with Watching(changing, "--exec", "sh", "-c", shell) as watching:
        changing.build(["addr add 198.51.100.7/24 dev w0"])
        watching.report()
        come_true(lambda: runs.exists() and runs.read_text().endswith("\n"))
        changing.build(["addr add 198.51.100.8/24 dev w0"])
        watching.report()
        assert watching.said() == "ifdiscover: sh still runs; this change waits for its end"
        os.kill(int(runs.read_text()), signal.SIGKILL)
        assert watching.said() == "ifdiscover: error: sh was ended by signal 9"
        come_true(lambda: len(runs.read_text().splitlines()) == 2)
        assert watching.end() == 0


def test_a_command_that_hangs_stops_no_report(changing: Namespace, tmp_path: Path) -> None:
    """No second one runs beside it; what changes meanwhile is one change, when it has come to its end."""
    go, runs = tmp_path / "go", tmp_path / "runs"
    shell = f"echo BEGINS >> {runs}; cat >> {runs}; while [ ! -e {go} ]; do sleep 0.05; done; echo ENDS >> {runs}"
    with Watching(changing, "--exec", "sh", "-c", shell) as watching:
        reports = []
        for number in (7, 8, 9):
            changing.build([f"addr add 198.51.100.{number}/24 dev w0"])
            reports.append(watching.report())
        waits = "ifdiscover: sh still runs; this change waits for its end"
        assert [watching.said(), watching.said()] == [waits, waits]
        assert runs.read_text().split("\n", 1)[0] == "BEGINS"
        assert runs.read_text().count("BEGINS") == 1
        go.touch()
        come_true(lambda: runs.read_text().count("ENDS") == 2)
        lines = runs.read_text().splitlines()
        assert [lines[place] for place in (0, 2, 3, 5)] == ["BEGINS", "ENDS"] * 2
        first, second = map(json.loads, lines[1::3])
        assert first == reports[0]
        assert (second["before"], second["after"]) == (reports[0]["after"], reports[2]["after"])
        assert second["added"]["own_addresses"] == ["198.51.100.8", "198.51.100.9"]
        assert watching.end() == 0


def test_a_command_may_end_by_itself_when_the_watch_ends(changing: Namespace, tmp_path: Path) -> None:
    """It may be between stop and start. Ctrl-C, which a terminal sends to all, does not reach it."""
    go, done = tmp_path / "go", tmp_path / "done"
    shell = f"touch {tmp_path}/runs; while [ ! -e {go} ]; do sleep 0.05; done; touch {done}"
    with Watching(changing, "--exec", "sh", "-c", shell) as watching:
        changing.build(["addr add 198.51.100.7/24 dev w0"])
        watching.report()
        come_true((tmp_path / "runs").exists)
        watching.process.send_signal(signal.SIGINT)
        assert watching.said() == "ifdiscover: waiting for sh to end; a signal ends it now"
        go.touch()
        assert watching.process.wait(LONGEST) == 130
        assert done.exists()


def test_a_second_signal_ends_the_command(changing: Namespace, tmp_path: Path) -> None:
    """With SIGTERM, and what it has started along with it."""
    shell = f"sleep 1000 & echo $! > {tmp_path}/pid; mv {tmp_path}/pid {tmp_path}/runs; wait"
    with Watching(changing, "--exec", "sh", "-c", shell) as watching:
        changing.build(["addr add 198.51.100.7/24 dev w0"])
        watching.report()
        come_true((tmp_path / "runs").exists)
        watching.process.send_signal(signal.SIGTERM)
        watching.said()
        assert watching.end(signal.SIGTERM) == 0
        assert watching.said() == "ifdiscover: error: sh was ended by signal 15"
        sleeper = Path(f"/proc/{(tmp_path / 'runs').read_text().strip()}/stat")
        come_true(lambda: not sleeper.exists() or sleeper.read_text().split()[2] == "Z")


def step(before: str, after: str) -> Step:
    """A step from one own address to another."""
    values = (("inet_interfaces", "all"),)
    return Step(*(Reading(Answer(own_addresses=(text,), values=values)) for text in (before, after)))


def test_a_command_that_does_not_heed_sigterm_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is left of it when the watch has ended."""
    monkeypatch.setattr(commands, "GRACE", 0.1)
    monkeypatch.setattr(commands, "KILL_AFTER", 0.1)
    said: list[str] = []
    ready = tmp_path / "ready"
    with Command(["sh", "-c", f"trap '' TERM; touch {ready}; while :; do sleep 1; done"], str, said.append) as command:
        command.run(step("192.0.2.1", "192.0.2.2"))
        come_true(ready.exists)
    assert said[-1] == "error: sh was ended by signal 9"


def test_a_signal_ends_a_command_that_is_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first one does, if the watch has ended for another reason."""
    monkeypatch.setattr(commands, "GRACE", LONGEST)
    said: list[str] = []
    ready = tmp_path / "ready"
    command = Command(["sh", "-c", f"touch {ready}; exec sleep 1000"], str, said.append)
    command.run(step("192.0.2.1", "192.0.2.2"))
    come_true(ready.exists)
    closing = threading.Thread(target=command.close)
    closing.start()
    come_true(lambda: "waiting for sh to end; a signal ends it now" in said)
    command.start_no_more()
    closing.join(LONGEST / 2)
    assert not closing.is_alive()
    assert said[-1] == "error: sh was ended by signal 15"


def test_of_changes_that_undo_each_other_during_a_run_the_last_is_the_next_runs(tmp_path: Path) -> None:
    """Postfix may have been reloaded between them, and would go by that state for good."""
    said: list[str] = []
    go, runs = tmp_path / "go", tmp_path / "runs"
    shell = f"cat >> {runs}; while [ ! -e {go} ]; do sleep 0.05; done"

    def text_of(change: Change) -> str:
        assert change.before is not None
        return " ".join((*change.before.own_addresses, *change.after.own_addresses))

    with Command(["sh", "-c", shell], text_of, said.append) as command:
        command.run(step("192.0.2.1", "192.0.2.2"))
        come_true(runs.exists)
        command.run(step("192.0.2.2", "192.0.2.3"))
        command.run(step("192.0.2.3", "192.0.2.2"))
        go.touch()
        come_true(lambda: runs.read_text().count("\n") == 2)
    assert runs.read_text() == "192.0.2.1 192.0.2.2\n192.0.2.3 192.0.2.2\n"


def test_what_was_not_run_at_the_end_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody believes that Postfix was told of a change of which it was not."""
    monkeypatch.setattr(commands, "GRACE", 0.1)
    said: list[str] = []
    ready = tmp_path / "ready"
    shell = f"touch {ready}; exec sleep 1000"
    with Command(["sh", "-c", shell], str, said.append) as command:
        command.run(step("192.0.2.1", "192.0.2.2"))
        come_true(ready.exists)
        command.run(step("192.0.2.2", "192.0.2.3"))
    assert "error: sh was not run for the last change" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--exec"], "--exec takes a command"),
        (["--debounce", "soon"], "--debounce takes a number of seconds, and not soon"),
        (["--debounce=-1"], "debounce is a number of seconds from 0 to 3600"),
        (["--debounce", "nan"], "debounce is a number of seconds from 0 to 3600"),
        (["--from", "-"], "unrecognized arguments: --from -; --from is an option of "),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: list[str], words: str) -> None:
    """Before anything is read."""
    status, out, err = in_process("watch", *arguments)
    assert (status, out) == (64, "")
    assert words in err
