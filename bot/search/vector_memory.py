"""Vectors in memory, compared with a question by brute force. Requires numpy. Not thread-safe; methods block.

Up to `exact` papers they are float32 in memory (154 MB for 100,000 papers with 384 dimensions), and every cosine is
exact. Beyond that a bit per dimension stays in memory (5 MB per 100,000 papers): the papers with the most equal bits
are compared by their float16 vectors, which are read from a memory-mapped file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.intp]
Number = TypeVar("Number", np.float32, np.uint64, np.int16)

#: papers up to which all cosines are exact
EXACT = 100_000
#: papers compared by their float16 vectors, at least, and per paper that is asked for
_RESCORED, _RESCORED_PER_RESULT = 3_000, 15
#: rows reserved at first
_ROWS = 1_024
#: rows converted or counted at once
_BLOCK = 16_384
_WORD_BITS = 64
#: papers that show how far cosines are spread
_SAMPLE = 1_000


class _Rows(Protocol):
    """Vectors by place."""

    def put(self, places: Sequence[int], vectors: Floats) -> None:
        """Set rows; a place is at most one beyond the last one that was set."""
        ...

    def nearest(self, vector: Floats, count: int, limit: int) -> tuple[Places, Floats]:
        """Return the places of about the `limit` best of the first `count` rows, with their cosines."""
        ...

    def read(self, places: Sequence[int] | Places) -> Floats:
        """Return the vectors at some places."""
        ...

    def close(self) -> None:
        """Release files."""
        ...


class _Exact:
    """All vectors as float32 in memory."""

    def __init__(self, dimensions: int) -> None:
        self._matrix = np.zeros((_ROWS, dimensions), np.float32)

    def put(self, places: Sequence[int], vectors: Floats) -> None:
        self._matrix = _grown(self._matrix, max(places) + 1)
        self._matrix[list(places)] = vectors

    def nearest(self, vector: Floats, count: int, limit: int) -> tuple[Places, Floats]:
        cosines = self._matrix[:count] @ vector
        best = _best(cosines, limit)
        return best, cosines[best]

    def read(self, places: Sequence[int] | Places) -> Floats:
        return self._matrix[np.asarray(places, np.intp)]

    def close(self) -> None:
        pass


class _Coded:
    """A bit per dimension in memory, the float16 vectors in a temporary memory-mapped file."""

    def __init__(self, dimensions: int, directory: Path | None) -> None:
        self._dimensions = dimensions
        self._codes = np.zeros((_ROWS, -(-dimensions // _WORD_BITS)), np.uint64)
        # has no name, so the system removes it with the process
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="vectors-", dir=directory)  # noqa: SIM115 - closed with the memory
        self._mapped: NDArray[np.float16] = np.zeros((0, dimensions), np.float16)

    def put(self, places: Sequence[int], vectors: Floats) -> None:
        size = self._dimensions * 2
        for place, row in zip(places, vectors.astype("<f2"), strict=True):
            # written, not assigned in the mapping: on a full disk that raises an error instead of ending the process
            self._file.seek(place * size)
            self._file.write(row.tobytes())
        self._file.flush()
        rows = os.fstat(self._file.fileno()).st_size // size
        if rows > len(self._mapped):
            self._mapped = np.memmap(self._file, "<f2", "r", shape=(rows, self._dimensions))
        self._codes = _grown(self._codes, max(places) + 1)
        self._codes[list(places)] = _codes(vectors)

    def nearest(self, vector: Floats, count: int, limit: int) -> tuple[Places, Floats]:
        wanted = _codes(vector[None, :])[0]
        equal = np.empty(count, np.int16)
        for start in range(0, count, _BLOCK):
            end = min(start + _BLOCK, count)
            differing = np.bitwise_count(self._codes[start:end] ^ wanted)
            equal[start:end] = -differing.sum(axis=1, dtype=np.int16)
        likely = np.sort(_best(equal, max(_RESCORED, limit * _RESCORED_PER_RESULT)))
        cosines = self.read(likely) @ vector
        best = _best(cosines, limit)
        return likely[best], cosines[best]

    def read(self, places: Sequence[int] | Places) -> Floats:
        return self._mapped[np.asarray(places, np.intp)].astype(np.float32)

    def close(self) -> None:
        self._file.close()


class VectorMemory:
    """Vectors of papers by id."""

    def __init__(self, directory: Path | None = None, exact: int = EXACT) -> None:
        """`directory` is where the temporary file is created, if there are more than `exact` papers."""
        self._directory = directory
        self._exact = exact
        self._place: dict[str, int] = {}
        self._ids: list[str] = []
        self._rows: _Rows | None = None
        self._dimensions = 0

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, paper_id: str) -> bool:
        return paper_id in self._place

    def put(self, vectors: Mapping[str, bytes]) -> None:
        """Add or replace vectors, given as float16 bytes. Those of another length are left out.

        Raise `OSError` if the temporary file cannot be written.
        """
        read = {paper_id: np.frombuffer(vector, "<f2") for paper_id, vector in vectors.items() if len(vector) % 2 == 0}
        if not read:
            return
        self._dimensions = self._dimensions or len(next(iter(read.values())))
        fitting = {paper_id: row for paper_id, row in read.items() if len(row) == self._dimensions}
        fresh = [paper_id for paper_id in fitting if paper_id not in self._place]
        if not fitting:
            return
        added = {paper_id: len(self._ids) + at for at, paper_id in enumerate(fresh)}
        places = [added[paper_id] if paper_id in added else self._place[paper_id] for paper_id in fitting]
        matrix = np.stack(list(fitting.values())).astype(np.float32)
        self._rows_for(len(self._ids) + len(fresh)).put(places, matrix)
        self._place.update(added)
        self._ids.extend(fresh)

    def nearest(self, vector: bytes, limit: int) -> dict[str, float]:
        """Return about the `limit` nearest papers with their cosines, nearest first."""
        if self._rows is None or limit < 1:
            return {}
        places, cosines = self._rows.nearest(self._question(vector), len(self._ids), limit)
        order = np.argsort(-cosines, kind="stable")
        return {self._ids[places[at]]: float(cosines[at]) for at in order}

    def cosines(self, vector: bytes, paper_ids: Iterable[str]) -> dict[str, float]:
        """Return the cosines of those papers that have a vector."""
        known = [paper_id for paper_id in dict.fromkeys(paper_ids) if paper_id in self._place]
        if self._rows is None or not known:
            return {}
        rows = self._rows.read([self._place[paper_id] for paper_id in known])
        return dict(zip(known, map(float, rows @ self._question(vector)), strict=True))

    def spread(self, vector: bytes) -> tuple[float, float]:
        """Return mean and standard deviation of the cosines of a vector with a sample of all papers."""
        if self._rows is None:
            return 0.0, 0.0
        step = max(1, len(self._ids) // _SAMPLE)
        cosines = self._rows.read(range(0, len(self._ids), step)) @ self._question(vector)
        return float(cosines.mean()), float(cosines.std())

    def centroid(self, paper_ids: Iterable[str]) -> bytes | None:
        """Return the mean of some papers' vectors, of unit length; None if none of them has one."""
        places = [self._place[paper_id] for paper_id in paper_ids if paper_id in self._place]
        if self._rows is None or not places:
            return None
        mean = self._rows.read(places).mean(axis=0)
        length = float(np.linalg.norm(mean))
        return (mean / length).astype("<f2").tobytes() if length else None

    def close(self) -> None:
        """Release the temporary file."""
        if self._rows:
            self._rows.close()

    def _question(self, vector: bytes) -> Floats:
        return np.frombuffer(vector, "<f2").astype(np.float32)

    def _rows_for(self, papers: int) -> _Rows:
        """Return what holds this many vectors, after moving those that are there."""
        if self._rows is None:
            coded = papers > self._exact
            self._rows = _Coded(self._dimensions, self._directory) if coded else _Exact(self._dimensions)
        elif isinstance(self._rows, _Exact) and papers > self._exact:
            moved = _Coded(self._dimensions, self._directory)
            for start in range(0, len(self._ids), _BLOCK):
                places = range(start, min(start + _BLOCK, len(self._ids)))
                moved.put(places, self._rows.read(places))
            self._rows = moved
        return self._rows


def _grown(matrix: NDArray[Number], rows: int) -> NDArray[Number]:
    """Return a matrix with at least this many rows."""
    if rows <= len(matrix):
        return matrix
    larger = np.zeros((max(rows, len(matrix) * 3 // 2), matrix.shape[1]), matrix.dtype)
    larger[: len(matrix)] = matrix
    return larger


def _codes(vectors: Floats) -> NDArray[np.uint64]:
    """Return a bit for each dimension: whether it is positive."""
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.pad(bits, ((0, 0), (0, -bits.shape[1] % (_WORD_BITS // 8))))
    return np.ascontiguousarray(padded).view(np.uint64)


def _best(scores: NDArray[Number], limit: int) -> Places:
    """Return the places of the `limit` highest scores, in any order."""
    if limit >= len(scores):
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - limit)[len(scores) - limit :]
