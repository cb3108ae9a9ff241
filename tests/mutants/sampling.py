"""Which changes are possible, and a sample of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from parso.tree import NodeOrLeaf

from tests.mutants.operators import KINDS
from tests.mutants.packages import ROOT, Package


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the `occurrence`-th place in a file that an operator can change."""

    file: Path
    kind: str
    line: int
    column: int
    operator: Operator
    occurrence: int

    def code(self) -> str:
        """Return the changed file."""
        changed = mutate_code(source(self.file), self.operator, self.occurrence)
        assert isinstance(changed, str)
        return changed


@cache
def source(file: Path) -> str:
    """The text of a file of the checkout."""
    return (ROOT / file).read_text(encoding="utf-8")


def _in_decorator(node: NodeOrLeaf | None) -> bool:
    while node is not None and node.type != "decorator":
        node = node.parent
    return node is not None


def _possible(file: Path) -> Iterator[Mutant]:
    nodes = list(ast_nodes(get_ast(source(file))))
    for kind in KINDS:
        for operator in kind.operators:
            places = ((node, place) for node in nodes for place, _ in operator.mutation_positions(node))
            for occurrence, (node, (line, column)) in enumerate(places):
                # whether a class is frozen is a matter of types
                if not _in_decorator(node):
                    yield Mutant(file, kind.name, line, column, operator, occurrence)


def _place(mutant: Mutant) -> tuple[str, str, int, int]:
    return str(mutant.file), mutant.kind, mutant.line, mutant.column


def drawn(package: Package, size: int | None, seed: int) -> list[Mutant]:
    """Draw a sample, or take all: at each place one change of each kind. The same seed draws the same."""
    random = Random(f"{seed} {package.name}")
    possible = sorted((mutant for file in package.files() for mutant in _possible(file)), key=_place)
    places = [random.choice(list(same)) for _, same in groupby(possible, key=_place)]
    # types are not run: what stands below `if TYPE_CHECKING` is known to nobody but mypy
    places = [mutant for mutant in places if "TYPE_CHECKING" not in source(mutant.file).splitlines()[mutant.line - 1]]
    return places if size is None else random.sample(places, min(size, len(places)))
