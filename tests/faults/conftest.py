"""What tests of faults share: the shim, and a host in a namespace."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faults.matrix import HOST
from support.namespaces import Namespace, why_no_namespaces
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled faults.c."""
    need(None if shutil.which("cc") else "no C compiler")
    made = tmp_path_factory.mktemp("shim") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["cc", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", str(made), str(source), "-ldl"], check=True)
    return made


@pytest.fixture(scope="session")
def host() -> Iterator[Namespace]:
    """A namespace with some interfaces and addresses."""
    need(why_no_namespaces())
    with Namespace() as made:
        made.build(HOST)
        yield made
