"""The mutants of a module: what cosmic-ray's operators make of its source, one change each."""

from __future__ import annotations

import ast
import importlib
import random
from typing import Any, NamedTuple

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
    trees, plugins = _cosmic_ray("ast"), _cosmic_ray("plugins")
    nodes = list(trees.ast_nodes(trees.get_ast(source)))
    by_place: dict[Any, list[tuple[str, int]]] = {}
    for name in sorted(plugins.operator_names()):
        if name not in _LEFT_OUT:
            for occurrence, place in enumerate(_places(nodes, plugins.get_operator(name)())):
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
        mutated = _cosmic_ray("mutating").mutate_code(source, plugins.get_operator(name)(), occurrence)
        try:
            changed = _meaning(mutated)
        except SyntaxError:
            continue
        if changed != plain and changed not in found:
            found[changed] = _mutant(source, mutated)
    return sorted(found.values(), key=lambda mutant: mutant[:3])


def _cosmic_ray(part: str) -> Any:
    """A module of it, which has no types; ``make mutants`` installs it."""
    return importlib.import_module(f"cosmic_ray.{part}")


def _places(nodes: list[Any], operator: Any) -> list[Any]:
    """Where an operator finds something to change, in the order in which cosmic-ray counts."""
    return [where for node in nodes for where in operator.mutation_positions(node)]


class _Plain(ast.NodeTransformer):
    """Take away what no test can notice: annotations, what only a type checker reads, and the ``*`` of a signature.

    cosmic-ray takes that ``*`` for a multiplication; as ``/`` it lets the same calls pass, and more.
    """

    def visit_If(self, node: ast.If) -> ast.AST:
        """``if TYPE_CHECKING:`` goes, whatever a mutant made of it."""
        if "TYPE_CHECKING" in ast.dump(node.test):
            return ast.Pass()
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """A parameter has no type then."""
        node.annotation = None
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        """Parameters are given by name or by place then."""
        node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        node.defaults = [*node.defaults, *(default for default in node.kw_defaults if default is not None)]
        node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Nor has an answer."""
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Nor a name; the fields of a record stay."""
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
    before = " ".join(line.strip() for line in old[first : len(old) - tail])
    after = " ".join(line.strip() for line in new[first : len(new) - tail])
    return Mutant(first + 1, before, after, mutated)
