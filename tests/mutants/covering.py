"""Which tests run which line, and in which order they are asked about a change."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.mutants.packages import ROOT
from tests.mutants.sampling import Mutant, source

#: seconds that a test costs besides those it took, so that the very short ones keep the order of their breadth
_SET_UP = 0.1


@dataclass(frozen=True, slots=True)
class Covering:
    """The tests by file and line, and the seconds that each took."""

    lines: Mapping[str, Mapping[int, frozenset[str]]]
    seconds: Mapping[str, float]
    #: how many lines of all files a test ran: the fewer, the nearer is it to those that it did run
    breadth: Mapping[str, int] = field(default_factory=dict)

    def tests(self, mutant: Mutant) -> list[str]:
        """Return the tests that run the changed line; of a constant, those that run its users.

        Those of the module's own test file come first, then those that run the fewest other lines in the least time;
        those of files that start processes come last.
        """
        found = self._at(mutant.file.as_posix(), _statement(source(mutant.file), mutant.line))
        if not found:
            found = self._users(mutant)
        return sorted(found, key=lambda test: self._rank(mutant, test))

    def _rank(self, mutant: Mutant, test: str) -> tuple[bool, bool, float, str]:
        seconds = _SET_UP + self.seconds.get(test, 0.0)
        own = _is_own(test, mutant.file)
        return starts_processes(test), not own, seconds if own else seconds * self.breadth.get(test, 0), test

    def _at(self, file: str, lines: Iterable[int]) -> set[str]:
        known = self.lines.get(file, {})
        return {test for line in lines for test in known.get(line, ())}

    def _users(self, mutant: Mutant) -> set[str]:
        """What is run when a module is imported belongs to no test."""
        names = _assigned(source(mutant.file), mutant.line)
        found: set[str] = set()
        for file in self.lines if names else ():
            text = source(Path(file))
            for name in names:
                if name in text:
                    found |= self._at(file, _mentions(text, name))
        if not names:
            return found
        return found or self._at(mutant.file.as_posix(), self.lines.get(mutant.file.as_posix(), {}))


def _is_own(test: str, file: Path) -> bool:
    """Whether the name of a test file is that of a module or of its folder, or holds it."""
    words = Path(test.partition("::")[0]).stem.removeprefix("test_")
    names = {file.stem, file.stem.removesuffix("s")} if file.stem != "__init__" else {file.parent.name}
    return any(re.search(rf"(^|_){re.escape(name)}", words) for name in names)


@cache
def _file_starts_processes(file: str) -> bool:
    path = ROOT / file
    return "process" in file or (path.exists() and "subprocess" in path.read_text(encoding="utf-8"))


def starts_processes(test: str) -> bool:
    """Whether the file of a test starts processes: such tests take long and say little about where a mistake is."""
    return _file_starts_processes(test.partition("::")[0])


def _mentions(text: str, name: str) -> list[int]:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return [number for number, line in enumerate(text.splitlines(), 1) if word.search(line)]


def _statement(text: str, line: int) -> range:
    """Return the lines of the innermost statement, of a compound one those of its head."""
    best = range(line, line + 1)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            if node.lineno <= line <= max(last, node.lineno):
                best = range(node.lineno, max(last, node.lineno) + 1)
    return best


def _assigned(text: str, line: int) -> frozenset[str]:
    """Return the names that a statement outside of functions gives values to: constants, a field, a function."""
    found: frozenset[str] = frozenset()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.stmt) or not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found = frozenset({node.name})
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = (each for target in targets for each in ast.walk(target))
            found = frozenset(each.id for each in named if isinstance(each, ast.Name)) or found
    return found
