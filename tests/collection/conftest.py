"""The collection, made once for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.collection import installed, made

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that users install."""
    return made(tmp_path_factory.mktemp("collection") / "made")


@pytest.fixture(scope="session")
def collections(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is installed."""
    return installed(archive, tmp_path_factory.mktemp("collections") / "installed")
