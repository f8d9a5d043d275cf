"""Each recipe of docs/which-address.md gives what stands below it."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess

import pytest
from support.namespaces import CLI, ROOT, environment

PAGE = ROOT.joinpath("docs/which-address.md").read_text()
RECORDED = "fixtures/hosts/docker-mail-host/snapshot.json"


def commands() -> list[tuple[str, str]]:
    """Every command line of the page, and what is shown below it."""
    found = []
    for block in re.findall(r"(?ms)^```console\n(.*?)^```$", PAGE):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.mark.parametrize(("command", "output"), commands(), ids=[command for command, _ in commands()])
def test_a_command_prints_what_is_shown(command: str, output: str) -> None:
    """Of the host that the page names; standard error stays empty."""
    script = f'ifdiscover() {{ {shlex.join(CLI)} "$@" --from {RECORDED}; }}; {command}'
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, output, "")


def test_the_python_shown_gives_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, as one session."""
    monkeypatch.chdir(ROOT)
    session = "\n".join(re.findall(r"(?ms)^```pycon\n(.*?)^```$", PAGE))
    examples = doctest.DocTestParser().get_doctest(session, {}, "which-address", "docs/which-address.md", 0)
    assert len(examples.examples) > 12
    failed, _ = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(examples)
    assert failed == 0


def test_the_page_names_the_host_that_it_shows() -> None:
    """Once for commands and once for Python."""
    assert PAGE.count(RECORDED) == 2
