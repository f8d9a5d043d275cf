"""What the tables of mutants name is there; the sample itself needs cosmic-ray, and runs by ``make mutants``."""

from __future__ import annotations

import pytest
from mutants.explained import EXPLAINED
from mutants.modules import TESTS
from support.namespaces import ROOT


@pytest.mark.parametrize("module", TESTS)
def test_modules_and_their_tests_are_there(module: str) -> None:
    """A test that moved would be no test of a mutant."""
    assert [name for name in (module, *TESTS[module]) if not ROOT.joinpath(name).is_file()] == []


def test_what_is_explained_is_still_in_its_module() -> None:
    """An explanation goes with its line."""
    for module, before, _after in EXPLAINED:
        lines = [line.strip() for line in ROOT.joinpath(module).read_text(encoding="utf-8").splitlines()]
        assert before in lines, (module, before)
