"""How long `paperboy trending` takes on the bundled sample: `python -m tests.benchmarks.starting`.

Beside it, in turn, what cannot be avoided: Python importing SQLAlchemy and httpx. The aim is at most twice that.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 15
TRENDING = (sys.executable, "-m", "bot", "trending")
IMPORTS = (sys.executable, "-c", "import sqlalchemy, httpx")


def seconds(command: tuple[str, ...], home: str) -> float:
    """The wall time of one child."""
    environment = os.environ | {"PAPERBOY_DATA_DIR": home, "PAPERBOY_OFFLINE": "1"}
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started


def main() -> None:
    """One JSON line: the medians, and the median of their ratios pair by pair."""
    with tempfile.TemporaryDirectory() as home:
        seconds(TRENDING, home), seconds(IMPORTS, home)
        pairs = [(seconds(TRENDING, home), seconds(IMPORTS, home)) for _ in range(RUNS)]
    trending, imports = zip(*pairs, strict=True)
    facts = {
        "trending_seconds": round(statistics.median(trending), 3),
        "imports_seconds": round(statistics.median(imports), 3),
        "ratio": round(statistics.median(ours / theirs for ours, theirs in pairs), 2),
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
