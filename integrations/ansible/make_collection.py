"""Make the collection: the files beside this one, with the package ifdiscover as one file of module_utils.

The argument is a folder for ``ansible_collections/ifdiscover/ifdiscover``.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import textwrap
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NOT_PART = ("make_collection.py", "__pycache__")

HEAD = '''"""The package ifdiscover {version}: made by ``make collection``, never edited, read by package.py."""

SOURCES = (
'''


def package() -> dict[str, str]:
    """The text of each module of the package, by its path below the folder in which it would be installed."""
    files = sorted(Path(ROOT, "ifdiscover").rglob("*.py"))  # without what is behind the link
    found = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files if "_backends" not in path.parts
    }
    for path in sorted(Path(ROOT, "backends").rglob("*.py")):
        found[f"ifdiscover/_backends/{path.relative_to(ROOT / 'backends').as_posix()}"] = path.read_text("utf-8")
    return dict(sorted(found.items()))


def version(sources: dict[str, str]) -> str:
    """The version of the package."""
    scope: dict[str, str] = {}
    exec(sources["ifdiscover/_version.py"], scope)
    return scope["__version__"]


def make(target: Path) -> Path:
    """Make the collection's folder anew below a folder, and return it."""
    made = target / "ansible_collections" / "ifdiscover" / "ifdiscover"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(HERE, made, ignore=shutil.ignore_patterns(*NOT_PART))
    shutil.copy(ROOT / "LICENSE", made)
    sources = package()
    galaxy = made / "galaxy.yml"
    galaxy.write_text(galaxy.read_text("utf-8").replace("{{ version }}", version(sources)), "utf-8")
    packed = base64.b85encode(zlib.compress(json.dumps(sources).encode(), 9)).decode()
    lines = [f'    "{line}",\n' for line in textwrap.wrap(packed, 110)]
    text = HEAD.format(version=version(sources)) + "".join(lines) + ")\n"
    (made / "plugins" / "module_utils" / "sources.py").write_text(text, "utf-8")
    return made


if __name__ == "__main__":
    print(make(Path(sys.argv[1])))
