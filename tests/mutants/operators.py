"""The changes that are made to the code: those of cosmic-ray that are worth a run, and four kinds that it lacks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider
from parso.python.tree import Name
from parso.tree import BaseNode, NodeOrLeaf

Position = tuple[tuple[int, int], tuple[int, int]]

_SWAPPED = {"min": "max", "max": "min", "in": "not in", "not in": "in"}


def _leaf(instead: str, node: NodeOrLeaf) -> Name:
    """Return other text for a node, with what stands before it."""
    return Name(instead, node.start_pos, prefix=node.get_first_leaf().prefix)


def _is_call(node: NodeOrLeaf) -> bool:
    """Whether a statement only calls something, awaited or not."""
    if not isinstance(node, BaseNode) or node.type not in ("atom_expr", "power"):
        return False
    last = node.children[-1]
    return isinstance(last, BaseNode) and last.type == "trailer" and last.children[0].get_code() == "("


def _is_step(node: NodeOrLeaf) -> bool:
    """Whether it is an assignment like `+=`."""
    return isinstance(node, BaseNode) and node.type == "expr_stmt" and node.children[1].get_code().strip() in _STEPS


_STEPS = ("+=", "-=", "|=", "&=")


class _Changes(Operator):  # type: ignore[misc]
    """A change that some nodes allow once."""

    @abstractmethod
    def allows(self, node: NodeOrLeaf) -> bool:
        """Return whether a node can be changed."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        if self.allows(node):
            yield node.start_pos, node.end_pos

    @classmethod
    def examples(cls) -> Sequence[object]:
        return ()


class DropStatement(_Changes):
    """`pass` in place of a call or a step that stands alone."""

    def allows(self, node: NodeOrLeaf) -> bool:
        if not isinstance(node, BaseNode) or node.type != "simple_stmt":
            return False
        first = node.children[0]
        return _is_call(first) or _is_step(first) or first.type == "del_stmt"

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        node.children[0] = _leaf("pass", node.children[0])
        return node


class ReturnNothing(_Changes):
    """None in place of what is returned."""

    def allows(self, node: NodeOrLeaf) -> bool:
        return (
            isinstance(node, BaseNode) and node.type == "return_stmt" and node.children[1].get_code().strip() != "None"
        )

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        node.children[1] = _leaf("None", node.children[1])
        return node


class SwapExtremes(_Changes):
    """`min` in place of `max`, and the reverse."""

    def allows(self, node: NodeOrLeaf) -> bool:
        follows = node.get_next_sibling() if node.type == "name" and node.parent is not None else None
        called = follows is not None and follows.type == "trailer" and follows.get_code().startswith("(")
        return called and node.get_code().strip() in ("min", "max")

    def mutate(self, node: NodeOrLeaf, index: int) -> Name:
        return _leaf(_SWAPPED[node.get_code().strip()], node)


class SwapMembership(_Changes):
    """`in` in place of `not in`, and the reverse."""

    def allows(self, node: NodeOrLeaf) -> bool:
        compared = node.parent is not None and node.parent.type == "comparison"
        return compared and " ".join(node.get_code(include_prefix=False).split()) in ("in", "not in")

    def mutate(self, node: NodeOrLeaf, index: int) -> Name:
        return _leaf(_SWAPPED[" ".join(node.get_code(include_prefix=False).split())], node)


@dataclass(frozen=True, slots=True)
class Kind:
    """Changes of one kind; of those that fit one place, one is made."""

    name: str
    operators: tuple[Operator, ...]


_GIVEN = OperatorProvider()


def _comparisons() -> tuple[str, ...]:
    """Return the neighbours and the opposites; any other change of a comparison is killed by the same tests."""
    pairs = "Eq_NotEq NotEq_Eq Lt_LtE LtE_Lt Gt_GtE GtE_Gt Lt_GtE LtE_Gt Gt_LtE GtE_Lt Is_IsNot IsNot_Is".split()
    return tuple(f"ReplaceComparisonOperator_{pair}" for pair in pairs)


def _kind(name: str, *given: str, more: tuple[Operator, ...] = ()) -> Kind:
    return Kind(name, (*(_GIVEN[each]() for each in given), *more))


KINDS = (
    _kind("comparison", *_comparisons(), more=(SwapMembership(),)),
    _kind("and, or", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    _kind("condition", "AddNot", "ReplaceUnaryOperator_Delete_Not", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    _kind("arithmetic", *(f"ReplaceBinaryOperator_{pair}" for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul"))),
    _kind("number", "NumberReplacer"),
    _kind("flow", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop", "ExceptionReplacer"),
    _kind("dropped statement", more=(DropStatement(),)),
    _kind("nothing returned", more=(ReturnNothing(),)),
    _kind("min, max", more=(SwapExtremes(),)),
)
