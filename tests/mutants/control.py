"""A change that every test of a line notices: if it lives, the tests were not run against the change."""

from __future__ import annotations

import ast


def raising(text: str, line: int) -> str | None:
    """Return the text with the innermost function around a line raising at once, or None outside of functions."""
    functions = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body[0].lineno <= line <= (node.end_lineno or node.lineno)
    ]
    if not functions:
        return None
    first = max(functions, key=lambda node: node.lineno).body[0]
    lines = text.splitlines()
    lines.insert(first.lineno - 1, f"{' ' * first.col_offset}raise RuntimeError('control')")
    return "\n".join(lines) + "\n"
