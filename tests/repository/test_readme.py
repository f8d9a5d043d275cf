"""What README and the documents show is what happens, and what they lead to is there."""

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
PAGES = (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")))
ELSEWHERE = {"fleet.md", "neighbours.md", "watching.md", "which-address.md"}
"""Pages whose consoles show other programs too; tests of their own run them."""
STATUSES_PAGE = ROOT.joinpath("docs/exit-statuses.md").read_text()


def blocks(language: str, page: str = README) -> list[str]:
    """The code blocks of a language on a page."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", page)


def shown() -> list[tuple[str, str]]:
    """Every command that a console block shows, and the output below it."""
    found = []
    pages = [page.read_text() for page in PAGES if page.name not in ELSEWHERE]
    for block in [block for page in pages for block in blocks("console", page)]:
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.mark.parametrize(("command", "output"), shown(), ids=[command for command, _ in shown()])
def test_commands_print_what_is_shown(command: str, output: str) -> None:
    """In the checkout, each command prints what stands below it, but for one line that the pages say is left out."""
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
    page = ROOT.joinpath("docs/recordings.md").read_text()
    lines = [line for block in blocks("sh", page) for line in block.splitlines() if "ifdiscover" in line]
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
    """The table of docs/exit-statuses.md and --help name every status that an error has."""
    classes = [thing for name, thing in vars(errors).items() if name.endswith("Error")]
    statuses = {thing.status for thing in classes if "status" in vars(thing) and thing is not errors.IfdiscoverError}
    table = {int(number) for number in re.findall(r"(?m)^\| (\d+) \|", STATUSES_PAGE)}
    assert statuses <= table
    assert statuses <= STATUSES.keys() <= table


def test_readme_is_a_tour() -> None:
    """It is read in a minute: what is looked up stands in docs/."""
    assert len(README.splitlines()) < 150


def test_the_index_has_every_page_once() -> None:
    """In docs/README.md."""
    index = ROOT.joinpath("docs/README.md").read_text()
    rows = re.findall(r"(?m)^\| \[([a-z-]+\.md)\]\(([a-z-]+\.md)\) \|", index)
    assert all(name == target for name, target in rows)
    assert sorted(name for name, _target in rows) == sorted(
        page.name for page in PAGES if page.parent != ROOT and page.name != "README.md"
    )


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them of headings."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text())
    titles = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


DOCUMENTS = (*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("integrations/*/README.md")))


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file of the repository, and to a heading that it has."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text())
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in headings(file), target
