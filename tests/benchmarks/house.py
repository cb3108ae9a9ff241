"""Figures of the code base: modules, median lines, long functions. `python -m tests.benchmarks.house`."""

from __future__ import annotations

import ast
import json
import statistics
from dataclasses import dataclass
from pathlib import Path

from tests.source_code import modules

ROOT = Path(__file__).parents[2]
#: lines of a function's body from which it counts as long
LONG = 40


@dataclass(frozen=True, slots=True)
class Function:
    """A function, with the lines of its body without signature and docstring."""

    path: str
    name: str
    lines: int


def files() -> list[Path]:
    """Return the modules of the program, without packages' empty `__init__.py`."""
    found = [path for root in ("bot", "adapters") for path in sorted((ROOT / root).rglob("*.py"))]
    return [path for path in found if path.read_text(encoding="utf-8").strip()]


def functions() -> list[Function]:
    """Return all functions and methods of the program."""
    found = []
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                found.append(Function(path, node.name, lines))
    return found


def main() -> None:
    """Print the figures as JSON."""
    lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in files()]
    every = functions()
    long = [each for each in every if each.lines > LONG]
    figures = {
        "modules": len(lines),
        "lines": sum(lines),
        "median_lines": statistics.median(lines),
        "over_250_lines": sum(count > 250 for count in lines),
        "functions": len(every),
        "median_function_lines": statistics.median(each.lines for each in every),
        f"functions_over_{LONG}_lines": [f"{each.path}:{each.name} ({each.lines})" for each in long],
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
