"""The manual and the completion scripts in share/ are what the options make of them, and their programs take them."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from typing import Any

import pytest
from support.namespaces import ROOT
from support.need import need

MANUAL = ROOT / "share" / "man" / "man1" / "ifdiscover.1"


def program() -> dict[str, Any]:
    """The names of share/make.py."""
    before = list(sys.path)
    try:
        return runpy.run_path(str(ROOT / "share" / "make.py"))
    finally:
        sys.path[:] = before


def written() -> dict[str, str]:
    """What share/make.py writes."""
    files: dict[str, str] = program()["written"]()
    return files


def test_share_is_what_its_program_writes() -> None:
    """Options and examples, backends, and the version and its day are in them."""
    stale = [name for name, text in written().items() if ROOT.joinpath("share", name).read_text() != text]
    assert stale == [], "run: python3 share/make.py"


def test_the_day_of_the_manual_is_that_of_the_newest_release() -> None:
    """As CHANGELOG.md has it; a version that is not yet released has none."""
    day = program()["day"]
    assert day("## 0.3.0, not yet released\n\n## 0.2.0, 2026-12-01\n\n## 0.1.0, 2026-10-02\n") == "2026-12-01"
    assert day("## 0.3.0, 2027-01-02\n\n## 0.2.0, 2026-12-01\n") == "2027-01-02"
    assert day("## 0.2.0, not yet released\n") == program()["BEGUN"]


@pytest.mark.parametrize(
    "reader",
    [["mandoc", "-T", "lint", "-W", "style"], ["groff", "-ww", "-man", "-Tutf8", "-Kutf8", "-z"]],
    ids=["mandoc", "groff"],
)
def test_the_manual_is_read_without_a_warning(reader: list[str]) -> None:
    """By both programs that show manuals."""
    need(None if shutil.which(reader[0]) else f"no {reader[0]}: install {reader[0]}")
    done = subprocess.run([*reader, MANUAL], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")


def test_the_manual_has_the_sections_that_manuals_have() -> None:
    """In their order."""
    titles = [line[4:] for line in MANUAL.read_text().splitlines() if line.startswith(".SH ")]
    wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES"]
    assert titles == [*wanted, "EXAMPLES", "SEE ALSO"]
