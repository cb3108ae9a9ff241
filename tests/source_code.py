"""The modules of the program, parsed once for all tests that read them."""

from __future__ import annotations

import ast
import gc
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def modules() -> Mapping[str, ast.Module]:
    """Return the modules of `bot` and `adapters` by their path below the checkout, in order."""
    files = [path for folder in ("bot", "adapters") for path in sorted((ROOT / folder).rglob("*.py"))]
    # these objects stay until the end; the collector would look through a million of them again and again
    gc.disable()
    try:
        return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}
    finally:
        gc.freeze()
        gc.enable()
