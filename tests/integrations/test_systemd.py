"""The unit and the script of integrations/systemd/: what systemd says of the one, what the other does to Postfix."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.namespaces import ROOT, environment
from support.need import need

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "integrations/systemd"
UNIT = FOLDER / "ifdiscover-watch.service"
SCRIPT = FOLDER / "postfix-needs"
MOST_EXPOSED = 20  # tenths, of systemd-analyze's scale to 10


def installed(folder: Path) -> Path:
    """The unit as it would be where its programs are installed in a folder."""
    text = UNIT.read_text()
    for program in ("/usr/bin/ifdiscover", "/usr/local/lib/ifdiscover/postfix-needs"):
        here = folder / program.rpartition("/")[2]
        here.write_text("#!/bin/sh\n")
        here.chmod(0o755)
        assert program in text
        text = text.replace(program, str(here))
    unit = folder / UNIT.name
    unit.write_text(text)
    return unit


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What systemd-analyze says."""
    need(None if shutil.which("systemd-analyze") else "no systemd-analyze: install Debian's systemd")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    """Without a warning about any of its lines."""
    done = analyze("verify", str(installed(tmp_path)))
    ours = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert (done.returncode, ours) == (0, [])


def test_the_unit_is_hardly_exposed(tmp_path: Path) -> None:
    """By systemd's own measure, which counts what a service could do besides its work."""
    unit = str(installed(tmp_path))
    done = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit)
    if "unrecognized option" in done.stderr:
        need("this systemd-analyze knows no --offline: systemd 250 does")
    assert done.returncode == 0, done.stdout


def change(what: str, **more: Any) -> str:
    """The part of a change that the script reads."""
    needs = {"what": what, "reasons": ["an address came"], "until": ["its clients are refused"], "edits": [], **more}
    return json.dumps({"schema": "ifdiscover.watch/1", "needs": needs})


EDIT = {
    "parameter": "inet_interfaces",
    "place": {"file": "/etc/postfix/main.cf", "line": 7, "column": None, "sources": []},
    "word": "192.0.2.25",
    "suggestion": "inet_interfaces = 192.0.2.26",
}


def run(folder: Path, mode: str, text: str, *, fails: str = "", running: str = "") -> tuple[int, list[str], str]:
    """The script's status, what it told Postfix and systemd to do, and what it logged.

    Args:
        folder: an empty folder.
        mode: the script's argument.
        text: its standard input.
        fails: a command line with which the fake programs fail.
        running: the unit in which systemd runs Postfix, if it does.
    """
    calls, log = folder / "calls", folder / "log"
    fakes = {
        "postfix": f'echo "postfix $*" >> {calls}; test "postfix $*" != "{fails}"',
        "systemctl": f'case "$*" in show*" {running}") echo SubState=running ;; show*) echo SubState=exited ;; '
        f'*) echo "systemctl $*" >> {calls}; test "systemctl $*" != "{fails}" ;; esac',
        "logger": f'shift 2; echo "$*" >> {log}',
    }
    for name, body in fakes.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), mode],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env=environment(PATH=f"{folder}:{os.environ['PATH']}"),
    )
    assert "Traceback" not in done.stderr
    told = calls.read_text().splitlines() if calls.exists() else []
    return done.returncode, told, log.read_text() if log.exists() else ""


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("nothing", []),
        ("reload", ["postfix status", "postfix reload"]),
        ("restart", ["postfix status", "postfix check", "postfix stop", "postfix start"]),
        ("edit", []),
    ],
)
def test_the_script_does_what_postfix_needs(what: str, told: list[str], tmp_path: Path) -> None:
    """No more, and never an edit; as ``report`` nothing at all, with the same lines in the log."""
    assert run(tmp_path, "act", change(what))[:2] == (0, told)
    (tmp_path / "report").mkdir()
    status, nothing, log = run(tmp_path / "report", "report", change(what))
    assert (status, nothing) == (0, [])
    assert log == (
        ""
        if what == "nothing"
        else f"-p mail.warning -- Postfix needs {what}: an address came\n"
        "-p mail.warning -- until then its clients are refused\n"
    )


@pytest.mark.parametrize("unit", ["postfix.service", "postfix@-.service"])
@pytest.mark.parametrize("what", ["reload", "restart"])
def test_systemd_is_asked_if_it_runs_postfix(what: str, unit: str, tmp_path: Path) -> None:
    """Postfix would otherwise run inside the watch's own service."""
    assert run(tmp_path, "act", change(what), running=unit)[1] == [f"systemctl {what} {unit}"]


@pytest.mark.parametrize("what", ["reload", "restart"])
def test_the_unit_that_runs_postfix_says_whether_it_was_done(what: str, tmp_path: Path) -> None:
    """Debian's postfix.service is active, runs nothing, and reloads with success whatever becomes of Postfix."""
    command = f"systemctl {what} postfix@-.service"
    status, told, log = run(tmp_path, "act", change(what), running="postfix@-.service", fails=command)
    assert (status, told) == (1, [command])
    assert log.endswith(f"-p mail.err -- Postfix did not {what}: do it by hand\n")


def test_an_edit_is_told_with_its_place(tmp_path: Path) -> None:
    """And with the new line, if it is known."""
    log = run(tmp_path, "act", change("edit", edits=[EDIT, {**EDIT, "suggestion": None}]))[2]
    assert log.splitlines()[2:] == [
        "-p mail.warning -- /etc/postfix/main.cf, line 7: mend inet_interfaces; inet_interfaces = 192.0.2.26",
        "-p mail.warning -- /etc/postfix/main.cf, line 7: mend inet_interfaces; nobody knows the new value",
    ]


@pytest.mark.parametrize(
    ("fails", "last"),
    [
        ("postfix check", "postfix check"),  # it would not start again
        ("postfix stop", "postfix stop"),
        ("postfix start", "postfix start"),
    ],
)
def test_what_fails_is_told_and_goes_no_further(fails: str, last: str, tmp_path: Path) -> None:
    """With a status, which the watch tells, too."""
    status, told, log = run(tmp_path, "act", change("restart"), fails=fails)
    assert (status, told[-1]) == (1, last)
    assert log.endswith("-p mail.err -- Postfix did not restart: do it by hand\n")


def test_a_postfix_that_does_not_run_is_not_started(tmp_path: Path) -> None:
    """Somebody has stopped it."""
    status, told, log = run(tmp_path, "act", change("restart"), fails="postfix status")
    assert (status, told[-1]) == (0, "postfix status")
    assert "Postfix does not run" in log


def test_the_first_answer_is_no_change(tmp_path: Path) -> None:
    """It needs nothing."""
    assert run(tmp_path, "act", json.dumps({"schema": "ifdiscover.watch/1", "needs": None})) == (0, [], "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        "[]",
        "null",
        "[" * 100_000,
        '{"schema": "ifdiscover.own/1", "needs": {"what": "reload"}}',
        '{"schema": "ifdiscover.watch/1"}',
        '{"schema": "ifdiscover.watch/1", "needs": []}',
        '{"schema": "ifdiscover.watch/1", "needs": {"what": "reload", "reasons": [], "until": []}}',
        change("poweroff"),
        change(["reload"]),  # type: ignore[arg-type]  # which JSON may hold
        change("edit", edits=[{**EDIT, "place": None}]),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_change_is_refused(text: str, tmp_path: Path) -> None:
    """With a status of its own, before anything is logged or done."""
    assert run(tmp_path, "act", text) == (65, [], "")


def test_the_script_says_how_it_is_called(tmp_path: Path) -> None:
    """When its argument is another one."""
    assert run(tmp_path, "reload", change("reload")) == (64, [], "")


def test_the_unit_never_reloads_blindly() -> None:
    """The example that people copy begins with a report."""
    (line,) = [line for line in UNIT.read_text().splitlines() if line.startswith("ExecStart=")]
    assert line.endswith("postfix-needs report")
