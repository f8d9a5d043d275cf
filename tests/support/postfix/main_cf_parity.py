"""Ask ``ifdiscover postconf`` and Postfix's own postconf(1) about the same main.cf, in one namespace.

Run as a program inside the namespace, it reads a list of cases from standard input and writes what both said, as
``parity.py`` does. ``PYTHONPATH=.:tests python -m support.postfix.main_cf_parity record`` makes
``fixtures/postfix/postconf.json`` anew, as root.
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

FIXTURE = pathlib.Path(__file__).resolve().parents[3] / "fixtures" / "postfix" / "postconf.json"
HOSTNAME = "relay"
HOSTS = "127.0.0.1 localhost\n::1 localhost\n192.0.2.10 mail.example.com\n2001:db8:1::10 mail.example.com\n"
STEPS = [
    "link set lo up",
    "link add eth0 type ifb",
    "link set eth0 up",
    "addr add 192.0.2.10/24 dev eth0",
    "addr add 2001:db8:1::10/64 dev eth0",
]


class Case(NamedTuple):
    """A main.cf, or None for none, and the arguments after ``-c DIR``."""

    main_cf: str | None
    arguments: list[str]


class Said(NamedTuple):
    """What a program said, its folder called DIR."""

    status: int
    stdout: str
    stderr: str


def ask(namespace: Namespace, cases: list[Case], *command: str) -> list[tuple[Case, Said, Said]]:
    """Each case, and what ifdiscover and postconf say of it; ``command``: ask ifdiscover this, in place of the same."""
    done = namespace.run([sys.executable, __file__, *command], stdin=json.dumps(cases))
    return [(case, Said(*ours), Said(*theirs)) for case, (ours, theirs) in zip(cases, json.loads(done.stdout))]


def disagreements(namespace: Namespace, cases: list[Case], *, reasons: bool = True) -> list[str]:
    """Where the two differ, in words; empty if they agree byte for byte, or in what is fatal.

    With ``reasons`` in why, too: of several faults in one file each tells the one that it meets first.
    """
    answers = ask(namespace, cases)
    same = agree if reasons else agree_in_what_is_printed
    return [f"{case}:\n  {ours}\n  {real}" for case, ours, real in answers if not same(ours, real)]


def agree_in_what_is_printed(ours: Said, real: Said) -> bool:
    """Whether the same is printed, or both fail and nothing is printed."""
    if real.status == 0:
        return (ours.status, ours.stdout) == (0, real.stdout)
    return ours.status in (64, 66, 69, 78) and not ours.stdout


def agree(ours: Said, real: Said) -> bool:
    """Whether the same is printed, or the same is fatal for the same reason, and Postfix's warnings are all said."""
    warnings = [line.partition(": warning: ")[2] for line in real.stderr.split("\n") if ": warning: " in line]
    # Of a parameter that is not used only Postfix, which knows all, can tell.
    warnings = [warning for warning in warnings if ": unused parameter: " not in warning]
    faults = [warning for warning in warnings if is_fault(warning)]
    if real.status == 0:
        expected = [warning for warning in warnings if warning not in faults]
        return (ours.status, ours.stdout) == (0, real.stdout) and all(said(w, ours.stderr) for w in expected)
    if real.status < 0:  # postconf 3.7 dies of some circles through the default of mynetworks_style
        return ours.status == 78 and "unreasonable macro call nesting" in ours.stderr
    fatal = next(line.partition(": fatal: ")[2] for line in real.stderr.split("\n") if ": fatal: " in line)
    fatal = re.sub("^(specify one of -.) ", r"\1, ", fatal)  # 3.12 has a comma there
    # Postfix warns of every fault that it meets on its way; ifdiscover says the one that is fatal.
    reasons = "macro processing error" not in fatal or any(said(fault, ours.stderr) for fault in faults)
    usage = fatal.startswith(("specify one of", "invalid parameter override"))
    statuses = (64,) if usage else (66, 69, 78)
    return ours.status in statuses and not ours.stdout and said(fatal, ours.stderr) and reasons


def is_fault(warning: str) -> bool:
    """Whether a warning is of a macro, which may stand where it is never expanded."""
    return not re.match(r"DIR/main\.cf", warning)


def said(sentence: str, stderr: str) -> bool:
    """Whether Postfix's sentence is in a message; it shows as "?" what ifdiscover escapes.

    Blanks at the ends of a value are not compared: Postfix quotes expanded values with them, ifdiscover without.
    """
    pattern = re.sub(r"(\\\?)+", r"\\S+", re.escape(_without_blanks(sentence)))
    return re.search(pattern, _without_blanks(stderr.replace("\\\\", "\\"))) is not None


def _without_blanks(text: str) -> str:
    return re.sub(r' *("|;) *', r"\1", text)


def _folder(parent: str, number: int, case: Case) -> str:
    folder = pathlib.Path(parent, str(number))
    folder.mkdir()
    folder.joinpath("master.cf").touch()
    if case.main_cf is not None:
        main = folder / "main.cf"
        main.write_bytes(case.main_cf.encode("utf-8", "surrogateescape"))
        os.utime(main, (1, 1))  # Postfix reads a main.cf again and again until it is two seconds old
    return str(folder)


def _ifdiscover(folder: str, case: Case, command: list[str]) -> Said:
    from ifdiscover._cli import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        name, *arguments = command or ["postconf", *case.arguments]
        status = main([name, "-c", folder, *arguments])
    return Said(status, out.getvalue().replace(folder, "DIR"), err.getvalue().replace(folder, "DIR"))


def _postconf(folder: str, case: Case) -> Said:
    argv = [os.fsencode(word) for word in ("/usr/sbin/postconf", "-c", folder, *case.arguments)]
    done = subprocess.run(argv, capture_output=True, check=False)
    out, err = (text.decode("utf-8", "surrogateescape").replace(folder, "DIR") for text in (done.stdout, done.stderr))
    return Said(done.returncode, out, err)


def _run(command: list[str]) -> None:
    cases = [Case(*fields) for fields in json.load(sys.stdin)]
    with tempfile.TemporaryDirectory() as parent, concurrent.futures.ThreadPoolExecutor(16) as pool:
        folders = [_folder(parent, number, case) for number, case in enumerate(cases)]
        theirs = [pool.submit(_postconf, *pair) for pair in zip(folders, cases)]
        ours = [_ifdiscover(*pair, command) for pair in zip(folders, cases)]
        json.dump([[said, real.result()] for said, real in zip(ours, theirs)], sys.stdout)


def in_order(stderr: str) -> str:
    r"""Postconf's warnings, sorted, since it tells them in another order in every run; then what is fatal.

    >>> in_order("postconf: warning: unused: y\npostconf: warning: unused: x\npostconf: fatal: a\n").splitlines()
    ['postconf: warning: unused: x', 'postconf: warning: unused: y', 'postconf: fatal: a']
    """
    return "".join(sorted(stderr.splitlines(keepends=True), key=lambda line: (": fatal: " in line, line)))


def _record() -> None:
    from support.namespaces import Namespace
    from support.postfix.main_cf_cases import CASES

    with Namespace(HOSTS) as made:
        made.build(STEPS)
        argv = ["unshare", "-u", "sh", "-c", f'hostname {HOSTNAME}; exec "$@"', "sh", sys.executable, __file__]
        answers = json.loads(made.run(argv, stdin=json.dumps(CASES)).stdout)
    found = [
        {
            "main_cf": case.main_cf,
            "arguments": case.arguments,
            "status": real[0],
            "stdout": real[1],
            "stderr": in_order(real[2].replace("/usr/sbin/postconf: ", "postconf: ")),
        }
        for case, (_ours, real) in zip(CASES, answers)
    ]
    lines = ",\n".join(json.dumps(case) for case in found)
    FIXTURE.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["record"]:
        _record()
    else:
        _run(sys.argv[1:])
