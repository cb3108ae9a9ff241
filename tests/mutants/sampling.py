"""Which changes are possible, and a sample of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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

#: lines that mypy holds to: what stands below `if TYPE_CHECKING`, and which fields a class is made with
_FOR_TYPES = re.compile(r"TYPE_CHECKING|\bfield\(.*init=")


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


def _is_code(node: NodeOrLeaf) -> bool:
    """Whether it is run: whether a class is frozen is a matter of types, and some stars do not multiply."""
    if node.type == "operator" and node.value == "*" and node.parent.type != "term":
        return False
    place = node
    while place is not None and place.type != "decorator":
        place = place.parent
    return place is None


def _possible(file: Path) -> Iterator[Mutant]:
    nodes = list(ast_nodes(get_ast(source(file))))
    for kind in KINDS:
        for operator in kind.operators:
            places = ((node, place) for node in nodes for place, _ in operator.mutation_positions(node))
            for occurrence, (node, (line, column)) in enumerate(places):
                if _is_code(node):
                    yield Mutant(file, kind.name, line, column, operator, occurrence)


def _place(mutant: Mutant) -> tuple[str, str, int, int]:
    return str(mutant.file), mutant.kind, mutant.line, mutant.column


def _places(files: Iterable[Path], random: Random) -> list[Mutant]:
    """Choose one change of each kind at each place."""
    possible = sorted((mutant for file in files for mutant in _possible(file)), key=_place)
    places = [random.choice(list(same)) for _, same in groupby(possible, key=_place)]
    return [mutant for mutant in places if not _FOR_TYPES.search(source(mutant.file).splitlines()[mutant.line - 1])]


def drawn(package: Package, size: int | None, seed: int) -> list[Mutant]:
    """Draw a sample, or take all: at each place one change of each kind. The same seed draws the same."""
    random = Random(f"{seed} {package.name}")
    parts = [_places(files, random) for files in package.parts()]
    if size is None:
        return [mutant for part in parts for mutant in part]
    shares = [size // len(parts) + (number < size % len(parts)) for number in range(len(parts))]
    chosen = zip(parts, shares, strict=True)
    return [mutant for part, share in chosen for mutant in random.sample(part, min(share, len(part)))]
