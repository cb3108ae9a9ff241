"""What the proofs found, line by line, for the table in docs/proofs.md."""

from __future__ import annotations

import os
from pathlib import Path

#: the lines are kept in the file that this names, if it names one
VARIABLE = "PROOF_RESULTS"


def note(proof: str, found: str) -> None:
    """Print a line, and keep it where somebody asked for it."""
    line = f"{proof}: {found}"
    print(line)
    if os.environ.get(VARIABLE):
        with Path(os.environ[VARIABLE]).open("a") as kept:
            kept.write(f"{line}\n")
