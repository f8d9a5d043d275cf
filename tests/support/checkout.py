"""The files of the checkout: what a build, an sdist and a copy of it are made of."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

LEFT_OUT = {
    ".git",
    ".venv",
    ".venv-32",
    ".venv-ansible",
    ".venv-release",
    "build",
    "dist",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
}


def tree() -> list[str]:
    """Every file of the checkout: those that git knows, or, in an sdist, all but what the verbs make."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=False, cwd=ROOT)
        if listed.returncode == 0:  # and not the checkout of another user, at which git does not look
            return sorted(name for name in listed.stdout.split("\0") if name and os.path.lexists(ROOT / name))
    found = []
    for folder, folders, files in os.walk(ROOT):  # it does not follow the link ifdiscover/_backends
        folders[:] = [name for name in folders if name not in LEFT_OUT and not name.endswith(".egg-info")]
        found += [str(Path(folder, name).relative_to(ROOT)) for name in files if not name.endswith(".pyc")]
    return sorted(found)


def copy_tree(to: Path) -> None:
    """Copy the checkout into a folder, without what lies in it besides, as an editor's swap file or a snapshot."""
    for name in tree():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, to / name, follow_symlinks=False)
