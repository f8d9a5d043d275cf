"""The drawing of ARCHITECTURE.md is the truth: every import goes down, every path exists, no room is crowded."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from support.namespaces import ROOT

ARCHITECTURE = ROOT.joinpath("ARCHITECTURE.md").read_text()
MOST_MODULES = 12  # in one room, its doors not counted
DOORS = ("init", "main", "version")  # the last has one line, for the build


def source() -> dict[str, Path]:
    """Every module of the package by its name, and where it lies; not by the link to backends/."""
    found = {}
    for path in sorted([*ROOT.glob("backends/**/*.py"), *ROOT.glob("ifdiscover/**/*.py")]):
        place = path.relative_to(ROOT)
        if place.parts[:2] == ("ifdiscover", "_backends"):
            continue
        parts = place.with_suffix("").parts if place.name != "__init__.py" else place.parent.parts
        found[".".join(parts if parts[0] == "ifdiscover" else ("ifdiscover", *parts))] = place
    return found


SOURCE = source()


def floors() -> list[list[str]]:
    """The drawing: on each floor the rooms and files that stand there, from the top of the house to the ground."""
    (block,) = re.findall(r"(?ms)^```floors\n(.*?)^```$", ARCHITECTURE)
    return [re.findall(r"\S+(?:/|\.py)(?=\s|$)", line) for line in block.splitlines()]


FLOORS = {entry: number for number, entries in enumerate(floors()) for entry in entries}


def entry_of(place: Path) -> str:
    """Where the drawing has a file: by itself, or as part of its room."""
    return place.as_posix() if place.as_posix() in FLOORS else f"{place.parent.as_posix()}/"


def imports(place: Path) -> set[str]:
    """The modules of the package that a file imports, at its top, in functions, and for type checkers."""
    names = set()
    for node in ast.walk(ast.parse(ROOT.joinpath(place).read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place}, line {node.lineno}: modules are imported by their full names"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    deepest = {name for name in names if name in SOURCE}
    # `from ifdiscover._cli import output` imports the module output; that its package comes along is Python's affair.
    return {name for name in deepest if not any(other.startswith(f"{name}.") for other in deepest)}


@pytest.mark.parametrize("name", SOURCE)
def test_a_module_imports_only_what_stands_below_it(name: str) -> None:
    """Or what shares its room: so nothing has to be understood before what it stands on."""
    place = SOURCE[name]
    here = entry_of(place)
    assert here in FLOORS, f"ARCHITECTURE.md draws no floor for {place}"
    for imported in imports(place):
        there = entry_of(SOURCE[imported])
        assert here == there or FLOORS[here] < FLOORS[there], (
            f"{place} imports {SOURCE[imported]}, which stands above it"
        )


def test_the_drawing_names_what_is_there() -> None:
    """No floor is left of a room that has gone."""
    assert {entry_of(place) for place in SOURCE.values()} == set(FLOORS)


def test_paths_in_the_document_exist() -> None:
    """A file that was moved or deleted leaves no lie behind."""
    paths = re.findall(r"`([\w./-]+(?:/|\.(?:py|md|json|toml|txt|c|svg)))`", ARCHITECTURE)
    assert paths
    assert [path for path in paths if not ROOT.joinpath(path).exists()] == []


@pytest.mark.parametrize("room", sorted({place.parent for place in SOURCE.values()}, key=str), ids=str)
def test_no_room_is_crowded(room: Path) -> None:
    """What is in it can be seen at a glance."""
    modules = [place for place in SOURCE.values() if place.parent == room and place.stem.strip("_") not in DOORS]
    assert len(modules) <= MOST_MODULES
