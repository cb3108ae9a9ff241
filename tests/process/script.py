"""Runs the program that is its first argument: what `python -c` does, in a process that has imported ours."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    program = sys.argv.pop(1)
    exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})  # noqa: S102
