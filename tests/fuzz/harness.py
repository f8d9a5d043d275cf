"""Feeds one target: with its seeds alone, or with what libFuzzer makes of them. ``run.py`` starts it.

The arguments are the target's name and those of libFuzzer; without any of these, it is fed with its seeds.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    """Feed the target that the first argument names."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    atheris: Any = importlib.import_module("atheris")  # it has no types

    with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["ifdiscover"]):
        from fuzz.targets import TARGETS

        target = TARGETS[sys.argv[1]]
        _import_all(target.rooms)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target.run)
    atheris.Fuzz()


def _import_all(rooms: tuple[str, ...]) -> None:
    """Every module of some rooms now, so that those that a function imports are instrumented too."""
    for room in rooms:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            importlib.import_module(module.name)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
