"""What README and docs/check.md show is what happens."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.namespaces import CLI, ROOT, environment
from support.need import need
from support.program import besides_main_cf, run

from ifdiscover import errors
from ifdiscover._backends.netlink import via_pyroute2
from ifdiscover._backends.packages import via_netifaces, via_psutil
from ifdiscover._cli.statuses import STATUSES

if TYPE_CHECKING:
    from pathlib import Path

README = ROOT.joinpath("README.md").read_text()
CHECK = ROOT.joinpath("docs/check.md").read_text()


def blocks(language: str, page: str = README) -> list[str]:
    """The code blocks of a language on a page."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", page)


def shown() -> list[tuple[str, str]]:
    """Every command that a console block shows, and the output below it."""
    found = []
    for block in [*blocks("console"), *blocks("console", CHECK)]:
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.mark.parametrize(("command", "output"), shown(), ids=[command for command, _ in shown()])
def test_commands_print_what_is_shown(command: str, output: str) -> None:
    """In the checkout, each command prints what stands below it, but for one line; README says that it is left out."""
    program, *arguments = shlex.split(command)
    assert program == "ifdiscover"
    if arguments == ["backends"]:
        need(via_netifaces.unavailable() or via_pyroute2.unavailable() or via_psutil.unavailable())
    done = run(*arguments)
    assert output in (done.stdout + done.stderr, done.stdout + besides_main_cf(done.stderr))


def test_the_line_about_main_cf_is_shown() -> None:
    """Once, where it is told."""
    assert sum("ifdiscover: main.cf used: " in output for _command, output in shown()) == 1


def test_the_pipelines_shown_work(tmp_path: Path) -> None:
    """Each line of shell that runs ifdiscover, in order, in an empty folder."""
    lines = [line for block in blocks("sh") for line in block.splitlines() if "ifdiscover" in line]
    assert len(lines) == 3
    need(None if shutil.which("ip") else "no ip: install iproute2")
    script = f'set -e; ifdiscover() {{ {shlex.join(CLI)} "$@"; }}; ' + "; ".join(lines)
    argv = ["bash", "-o", "pipefail", "-c", script]
    done = subprocess.run(argv, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mynetworks = ")


def test_the_python_shown_runs() -> None:
    """The library examples are programs."""
    path = ROOT / "tests" / "typing" / "api.py"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for program in [*blocks("python"), *blocks("python", ROOT.joinpath("docs/library.md").read_text())]:
            exec(compile(program, "a document", "exec"), {})
        runpy.run_path(str(path))
    assert "from" in out.getvalue()


def test_make_verbs_shown_exist() -> None:
    """Each `make VERB` in README and CONTRIBUTING is a target with a line of help."""
    verbs = set(re.findall(r"(?m)(?:^|`)make ([a-z]+)", README + ROOT.joinpath("CONTRIBUTING.md").read_text()))
    targets = set(re.findall(r"(?m)^([a-z]+):.*## ", ROOT.joinpath("Makefile").read_text()))
    assert {"run", "test", "check", "help"} <= verbs <= targets


def test_statuses_are_those_of_the_errors() -> None:
    """The README's table and --help name every status that an error has."""
    classes = [thing for name, thing in vars(errors).items() if name.endswith("Error")]
    statuses = {thing.status for thing in classes if "status" in vars(thing) and thing is not errors.IfdiscoverError}
    table = {int(number) for number in re.findall(r"(?m)^\| (\d+) \|", README)}
    helped = {int(number) for number in re.findall(r"\b(\d+) ", STATUSES)}
    assert statuses <= table
    assert statuses <= helped
