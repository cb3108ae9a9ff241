"""Vectors that were made before, so that a benchmark need not encode a hundred thousand papers each time.

A folder has ids.txt, an id a line, and vectors.npy, a row of float16 for each id.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.storage import Store

_AT_ONCE = 1_000


async def put_vectors(store: Store, folder: Path, key: str) -> None:
    """Store the vectors of a folder under the key of their encoder; papers that the store lacks are left out."""
    ids, vectors = (folder / "ids.txt").read_text().split("\n"), np.load(folder / "vectors.npy")
    rows = dict(zip(ids, vectors, strict=True))
    for start in range(0, len(ids), _AT_ONCE):
        papers = await store.papers.many(ids[start : start + _AT_ONCE])
        await store.vectors.put(
            key, {each: rows[each.id].astype("<f2").tobytes() for each in papers}, datetime.now(UTC)
        )
