"""The manual and the completion scripts in share/ are what the options make of them, and their programs take them."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys

import pytest
from support.namespaces import ROOT
from support.need import need

MANUAL = ROOT / "share" / "man" / "man1" / "ifdiscover.1"


def written() -> dict[str, str]:
    """What share/make.py writes."""
    before = list(sys.path)
    try:
        files: dict[str, str] = runpy.run_path(str(ROOT / "share" / "make.py"))["written"]()
    finally:
        sys.path[:] = before
    return files


def test_share_is_what_its_program_writes() -> None:
    """Run share/make.py after an option has changed."""
    assert {name: ROOT.joinpath("share", name).read_text() for name in written()} == written()


@pytest.mark.parametrize(
    "program",
    [["mandoc", "-T", "lint", "-W", "style"], ["groff", "-ww", "-man", "-Tutf8", "-Kutf8", "-z"]],
    ids=["mandoc", "groff"],
)
def test_the_manual_is_read_without_a_warning(program: list[str]) -> None:
    """By both programs that show manuals."""
    need(None if shutil.which(program[0]) else f"no {program[0]}: install {program[0]}")
    done = subprocess.run([*program, MANUAL], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")


def test_the_manual_has_the_sections_that_manuals_have() -> None:
    """In their order."""
    titles = [line[4:] for line in MANUAL.read_text().splitlines() if line.startswith(".SH ")]
    wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES"]
    assert titles == [*wanted, "EXAMPLES", "SEE ALSO"]
