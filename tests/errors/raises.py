"""Where the source makes an error, and which of these places a case reaches."""

from __future__ import annotations

import ast
import contextlib
import sys
import threading
from typing import TYPE_CHECKING, NamedTuple

from support.namespaces import ROOT

from ifdiscover import errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

PUBLIC = {name for name in vars(errors) if name.endswith("Error")}
"""The names of the public errors."""


class Place(NamedTuple):
    """A statement that makes an error."""

    file: str  # from the root of the checkout, with / between its parts
    first: int  # its first and last line
    last: int
    makes: str  # the name of the class or function that it calls
    function: str  # the name of the function that it stands in


def places() -> list[Place]:
    """Every statement that raises what a call made, makes a public error, or prints an error of a command."""
    found: list[Place] = []
    for folder in ("ifdiscover", "backends"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            if not file.startswith("ifdiscover/_backends/"):  # the link; each module once
                found += _places_of(file, ast.parse(path.read_text(encoding="utf-8")))
    return found


def _places_of(file: str, tree: ast.Module) -> Iterator[Place]:
    for function, statement in _statements(tree, "<module>"):
        called = [_name_of(node.func) for node in _own_nodes(statement) if isinstance(node, ast.Call)]
        if isinstance(statement, ast.Raise) and isinstance(statement.exc, ast.Call):
            makes = _name_of(statement.exc.func)
        else:
            made = [name for name in called if name in PUBLIC]
            made += [name for name in called if name == "complain" and "'error'" in ast.dump(statement)]
            if not made or isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                continue
            makes = made[0]
        yield Place(file, statement.lineno, statement.end_lineno or statement.lineno, makes, function)


def _statements(node: ast.AST, function: str) -> Iterator[tuple[str, ast.stmt]]:
    """Every statement below a node, with the name of the function that it stands in."""
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) else function
        if isinstance(child, ast.stmt):
            yield inside, child
        yield from _statements(child, inside)


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements in it."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, (ast.stmt, ast.ExceptHandler)):
            yield child
            yield from (node for node in ast.walk(child) if node is not child)


def _name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@contextlib.contextmanager
def reached(asked: list[Place]) -> Iterator[set[Place]]:
    """While it is entered: gathers those of the places whose statement runs, in any thread."""
    by_file: dict[str, list[Place]] = {}
    names = {place.function for place in asked}
    for place in asked:
        by_file.setdefault(str(ROOT / place.file), []).append(place)
        if place.file.startswith("backends/"):
            by_file.setdefault(str(ROOT / "ifdiscover" / f"_{place.file}"), []).append(place)
    ran: set[Place] = set()

    def of_line(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            line = frame.f_lineno
            ran.update(place for place in by_file[frame.f_code.co_filename] if place.first <= line <= place.last)
        return of_line

    def of_call(frame: FrameType, _event: str, _argument: Any) -> Any:
        code = frame.f_code
        return of_line if code.co_name in names and code.co_filename in by_file else None

    before = sys.gettrace()
    threading.settrace(of_call)
    sys.settrace(of_call)
    try:
        yield ran
    finally:
        sys.settrace(before)
        threading.settrace(before)
