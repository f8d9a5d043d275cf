"""docs/reliability.md is what runs wrote, and each row names a test that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reliability import page
from support.namespaces import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(page.FOLDER.glob("*.json"))


def test_the_page_is_what_the_rows_say() -> None:
    """Run tests/reliability/page.py after a row has changed."""
    assert page.main(["--check"]) == 0


def test_every_file_has_a_title() -> None:
    """So that none is left out of the page."""
    assert {file.stem for file in FILES} <= page.TITLES.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_keeps_a_row_is_there(file: Path) -> None:
    """A test, or a program that a verb of the Makefile starts."""
    for row in page.rows_of(file.read_text(encoding="utf-8")):
        assert ROOT.joinpath(row.kept_by).exists(), row


@pytest.mark.parametrize(
    "text",
    ['[{"what": "a"}]', '[{"what":"a","how_often":0,"unit":"b","found":"c","kept_by":"d","date":"2026-11-29"}]'],
)
def test_a_row_that_tells_no_run_is_refused(text: str) -> None:
    """With fields missing, or a count of nothing."""
    with pytest.raises(ValueError, match=r"fields|at least 1"):
        page.rows_of(text)
