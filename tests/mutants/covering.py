"""Which tests run which lines of a module, and how long each takes.

Only a test that runs the lines of a mutant can notice it.
"""

from __future__ import annotations

import ast
import json
import os
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


TOO_LONG = 2
"""Seconds of a test beyond which no mutant is shown to it, since each that lives would take so long."""
AT_MOST = 10
"""Seconds of all tests to which a mutant is shown."""


class Covering(NamedTuple):
    """What one run of all tests of a module showed."""

    seconds: dict[str, float]  # by test, of processor time, with that of its child processes
    starting: float  # the same that are no test's: imports and collection
    tests: dict[int, list[str]]  # by line, those that run it; what only an import runs is not here

    def of(self, tree: ast.Module, line: int) -> list[str]:
        """The tests that may notice a change of a line, as many as ``AT_MOST`` has time for.

        What stands in no function is run by an import, and any test may notice it. First comes one of each function's
        tests, the quickest first, then a second one of each, and so on.
        """
        around = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _first(node) <= line <= _last(node)]
        if any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for node in around):
            inner = min(around, key=lambda node: _last(node) - _first(node))
            found = {test for here in range(_first(inner), _last(inner) + 1) for test in self.tests.get(here, ())}
        else:
            found = set(self.seconds)
        ranks: dict[str, int] = {}
        ordered = []
        for test in sorted(found, key=lambda test: (crc32(test.encode()), test)):
            if self.seconds[test] < TOO_LONG:
                function = test.partition("[")[0]
                ranks[function] = ranks.get(function, 0) + 1
                ordered.append((ranks[function], self.seconds[test], test))
        ordered.sort()
        ends = accumulate(seconds for _rank, seconds, _test in ordered)
        return [test for (_rank, _seconds, test), end in zip(ordered, ends) if end < AT_MOST]


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


class Watch:
    """A plugin of pytest that writes into a file what a Covering is made of."""

    def __init__(self, module: Path, answer: Path) -> None:
        self._module, self._answer = str(module.resolve()), answer
        self._seconds: dict[str, float] = {}
        self._lines = coverage.Coverage(data_file=None, include=[self._module], config_file=False)
        self._lines.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Take the time of one test, with all that it asks for."""
        self._lines.switch_context(item.nodeid)
        began = _computed()
        yield
        self._seconds[item.nodeid] = _computed() - began
        self._lines.switch_context("")

    def pytest_unconfigure(self) -> None:
        """Write it, when all tests have run."""
        self._lines.stop()
        lines = self._lines.get_data().contexts_by_lineno(self._module)
        tests = {line: [test for test in tests if test] for line, tests in lines.items()}
        starting = _computed() - sum(self._seconds.values())
        self._answer.write_text(json.dumps([self._seconds, starting, tests]), encoding="utf-8")


def _computed() -> float:
    return sum(os.times()[:4])


def covering(answer: Path) -> Covering:
    """What a Watch wrote."""
    seconds, starting, tests = json.loads(answer.read_text(encoding="utf-8"))
    return Covering(seconds, starting, {int(line): names for line, names in tests.items()})


class Chosen:
    """A plugin of pytest that runs some tests only, in the order given."""

    def __init__(self, tests: list[str]) -> None:
        self._place = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the others."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._place), key=lambda item: self._place[item.nodeid]
        )
