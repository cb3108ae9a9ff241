"""A copy of the checkout: it is measured and changed while somebody works in the checkout itself."""

from __future__ import annotations

import compileall
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode

from tests.mutants.packages import ROOT

_LEFT_OUT = (".git", ".venv", ".mutants", ".*_cache", ".hypothesis", "build", "dist", "__pycache__", "*.egg-info")


@contextmanager
def copied() -> Iterator[Path]:
    """Yield a copy, with the data beside it that lie beside the checkout; take it away at the end."""
    home = Path(tempfile.mkdtemp(prefix="paperboy-mutants-"))
    tree = home / "checkout"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
    shared = ROOT.parent / "shared"
    if shared.is_dir():
        (home / "shared").symlink_to(shared)
    for name in ("bot", "adapters"):
        # by content: a change within the same second and of the same size is noticed too
        compileall.compile_dir(tree / name, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    try:
        yield tree
    finally:
        shutil.rmtree(home)
