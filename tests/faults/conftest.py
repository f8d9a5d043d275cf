"""The shim, compiled once, and the figures of what was injected."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from faults.injected import Shim, Tally
from support.namespaces import ROOT
from support.need import need

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    """The compiled faults.c."""
    compiler = shutil.which("cc")
    if compiler is None:
        need("no C compiler")
    folder: Path = tmp_path_factory.mktemp("faults")
    library, counts = folder / "faults.so", folder / "counts"
    source = ROOT / "tests/faults/faults.c"
    argv = [str(compiler), "-shared", "-fPIC", "-O", "-Wall", "-Werror", "-o", str(library), str(source), "-ldl"]
    subprocess.run(argv, check=True, timeout=60)
    return Shim(library, counts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures for tests/reliability/faults.json."""
    if Tally.commands:
        terminalreporter.write_line(f"faults: {Tally.faults} injected, {Tally.commands} commands")
