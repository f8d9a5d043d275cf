"""The mutants of a module: what cosmic-ray's operators make of its source, one change each."""

from __future__ import annotations

import ast
import random
from typing import Any, NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast  # pyright: ignore[reportMissingImports]  # make mutants installs it
from cosmic_ray.mutating import mutate_code  # pyright: ignore[reportMissingImports]
from cosmic_ray.plugins import get_operator, operator_names  # pyright: ignore[reportMissingImports]

# One wants names as arguments; the other changes nothing.
_LEFT_OUT = ("core/VariableReplacer", "core/VariableInserter", "core/NoOp")


class Mutant(NamedTuple):
    """One change of a module."""

    line: int
    before: str  # the lines that changed, without indentation
    after: str
    source: str


def sample(source: str, count: int, seed: int) -> list[Mutant]:
    """``count`` mutants of ``source``, or all if there are fewer; always the same ones of the same seed.

    Each place gets one mutant before any gets a second: cosmic-ray has eleven replacements for one ``+``.
    """
    chosen = random.Random(seed)
    nodes = list(ast_nodes(get_ast(source)))
    by_place: dict[Any, list[tuple[str, int]]] = {}
    for name in sorted(operator_names()):
        if name not in _LEFT_OUT:
            for occurrence, place in enumerate(_places(nodes, name)):
                by_place.setdefault(place, []).append((name, occurrence))
    firsts: list[tuple[str, int]] = []
    others: list[tuple[str, int]] = []
    for _, here in sorted(by_place.items()):
        chosen.shuffle(here)
        firsts.append(here[0])
        others += here[1:]
    plain = _meaning(source)
    found: dict[str, Mutant] = {}
    for name, occurrence in chosen.sample(firsts, len(firsts)) + chosen.sample(others, len(others)):
        if len(found) == count:
            break
        mutated = mutate_code(source, get_operator(name)(), occurrence)
        try:
            changed = _meaning(mutated)
        except SyntaxError:
            continue
        if changed != plain and changed not in found:
            found[changed] = _mutant(source, mutated)
    return sorted(found.values(), key=lambda mutant: mutant[:3])


def _places(nodes: list[Any], name: str) -> list[Any]:
    """Where an operator finds something to change, in the order in which cosmic-ray counts."""
    operator = get_operator(name)()
    return [where for node in nodes for where in operator.mutation_positions(node)]


class _Plain(ast.NodeTransformer):
    """Take away what no test can notice: annotations, and what only a type checker reads."""

    def visit_If(self, node: ast.If) -> ast.AST:
        """``if TYPE_CHECKING:`` goes, whatever a mutant made of it."""
        if "TYPE_CHECKING" in ast.dump(node.test):
            return ast.Pass()
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(value=None)
        return self.generic_visit(node)


def _meaning(source: str) -> str:
    return ast.dump(_Plain().visit(ast.parse(source)))


def _mutant(source: str, mutated: str) -> Mutant:
    old, new = source.splitlines(), mutated.splitlines()
    first = next((n for n, (a, b) in enumerate(zip(old, new)) if a != b), min(len(old), len(new)))
    tail = 0
    while tail < min(len(old), len(new)) - first and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    before, after = old[first : len(old) - tail], new[first : len(new) - tail]
    return Mutant(first + 1, *(" ".join(line.strip() for line in lines) for lines in (before, after)), mutated)
