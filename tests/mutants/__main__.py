"""Whether the tests notice when the program is changed.

    python -m tests.mutants [ledger delivery query search adapters] [--sample 60 | --all] [--seed 1] [--again]

Of each package a sample of small changes is drawn (a comparison, a condition, a number, a dropped statement ...). Each
is made in a copy of the checkout, and the tests that run the changed line are run until one fails. Changes that nobody
could notice stand in `equivalent.tsv` and are left out of the share. `--again` tries those that lived the last time.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.mutants.copying import copied
from tests.mutants.packages import ROOT

#: what was measured, and what lived, between two runs
_KEPT = ROOT / ".mutants"


def main() -> int:
    _KEPT.mkdir(exist_ok=True)
    with copied() as tree:
        command = [sys.executable, "-m", "tests.mutants.run", *sys.argv[1:], "--kept", str(_KEPT)]
        return subprocess.run(command, cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, check=False).returncode


if __name__ == "__main__":
    os.nice(5)
    sys.exit(main())
