"""Vectors in memory, compared with a question in two steps. Requires numpy. Not thread-safe; methods block.

A bit per dimension (5 MB for 100,000 papers with 384 dimensions) tells which papers are likely to be near. These are
compared by their vectors, which are kept as int8 in memory (38 MB for 100,000) or, beyond `in_memory` papers, as
float16 in a memory-mapped file. Both steps take 3 ms of CPU with 100,000 papers and find 99 % of the nearest 200.
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
Number = TypeVar("Number", np.float32, np.int8)

#: papers up to which vectors are kept in memory
IN_MEMORY = 100_000
#: papers compared by their vectors, at least, and per paper that is asked for
_RESCORED, _RESCORED_PER_RESULT = 5_000, 25
#: rows reserved at first
_ROWS = 1_024
#: rows moved at once, and rows multiplied at once
_BLOCK, _MULTIPLIED = 16_384, 512
_WORD_BITS = 64
#: largest absolute value of int8
_INT8_MAX = 127
#: papers that show how far cosines are spread
_SAMPLE = 1_000


class _Codes:
    """A bit for each dimension of each vector: whether it is positive."""

    def __init__(self, dimensions: int) -> None:
        # a row for each word of 64 bits, so that the same word of all papers is read in one go
        self._words = np.zeros((-(-dimensions // _WORD_BITS), _ROWS), np.uint64)

    def put(self, places: Sequence[int], vectors: Floats) -> None:
        """Set the codes at some places."""
        rows, reserved = max(places) + 1, self._words.shape[1]
        if rows > reserved:
            larger = np.zeros((len(self._words), max(rows, reserved * 3 // 2)), np.uint64)
            larger[:, :reserved] = self._words
            self._words = larger
        self._words[:, list(places)] = _packed(vectors).T

    def likely(self, vector: Floats, count: int, wanted: int) -> Places:
        """Return the places of about the `wanted` of the first `count` codes with most bits in common, in order."""
        if wanted >= count:
            return np.arange(count)
        differing = np.zeros(count, np.uint16)
        changed, bits = np.empty(count, np.uint64), np.empty(count, np.uint8)
        for words, word in zip(self._words, _packed(vector[None, :])[0], strict=True):
            np.bitwise_xor(words[:count], word, out=changed)
            np.bitwise_count(changed, out=bits)
            differing += bits
        most = np.searchsorted(np.cumsum(np.bincount(differing)), wanted)
        return np.flatnonzero(differing <= most)


class _Rows(Protocol):
    """Vectors by place."""

    def put(self, places: Sequence[int], vectors: Floats) -> None:
        """Set rows; a place is at most one beyond the last one that was set."""
        ...

    def read(self, places: Sequence[int] | Places) -> Floats:
        """Return the vectors at some places."""
        ...

    def products(self, places: Places, vector: Floats) -> Floats:
        """Return the scalar products of the rows at some places with a vector."""
        ...

    def close(self) -> None:
        """Release files."""
        ...


class _InMemory:
    """Vectors as int8, each with a scale of its own."""

    def __init__(self, dimensions: int) -> None:
        self._matrix = np.zeros((_ROWS, dimensions), np.int8)
        self._scales = np.zeros((_ROWS, 1), np.float32)

    def put(self, places: Sequence[int], vectors: Floats) -> None:
        rows = max(places) + 1
        self._matrix, self._scales = _grown(self._matrix, rows), _grown(self._scales, rows)
        scales = np.abs(vectors).max(axis=1, keepdims=True) / _INT8_MAX
        self._scales[list(places)] = scales
        self._matrix[list(places)] = np.rint(vectors / np.where(scales > 0, scales, 1))

    def read(self, places: Sequence[int] | Places) -> Floats:
        chosen = np.asarray(places, np.intp)
        found: Floats = self._matrix[chosen].astype(np.float32)
        found *= self._scales[chosen]
        return found

    def products(self, places: Places, vector: Floats) -> Floats:
        # scaling the products is cheaper than scaling the rows
        found: Floats = self._matrix[places].astype(np.float32) @ vector
        found *= self._scales[places, 0]
        return found

    def close(self) -> None:
        pass


class _InFile:
    """Vectors as float16 in a temporary memory-mapped file."""

    def __init__(self, dimensions: int, directory: Path | None) -> None:
        self._dimensions = dimensions
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

    def read(self, places: Sequence[int] | Places) -> Floats:
        return self._mapped[np.asarray(places, np.intp)].astype(np.float32)

    def products(self, places: Places, vector: Floats) -> Floats:
        found: Floats = self.read(places) @ vector
        return found

    def close(self) -> None:
        self._file.close()


class VectorMemory:
    """Vectors of papers by id."""

    def __init__(self, directory: Path | None = None, in_memory: int = IN_MEMORY) -> None:
        """`directory` is where the temporary file is created, if there are more than `in_memory` papers."""
        self._directory = directory
        self._in_memory = in_memory
        self._place: dict[str, int] = {}
        self._ids: list[str] = []
        self._rows: _Rows | None = None
        self._codes = _Codes(0)
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
        self._codes.put(places, matrix)
        self._place.update(added)
        self._ids.extend(fresh)

    def nearest(self, vector: bytes, limit: int) -> dict[str, float]:
        """Return about the `limit` nearest papers with their cosines, nearest first."""
        if self._rows is None or limit < 1:
            return {}
        question, compared = _floats(vector), max(_RESCORED, limit * _RESCORED_PER_RESULT)
        places = self._codes.likely(question, len(self._ids), compared)
        cosines = _products(self._rows, places, question)
        best = _best(cosines, limit)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return {self._ids[places[at]]: float(cosines[at]) for at in best}

    def cosines(self, vector: bytes, paper_ids: Iterable[str]) -> dict[str, float]:
        """Return the cosines of those papers that have a vector."""
        known = [paper_id for paper_id in dict.fromkeys(paper_ids) if paper_id in self._place]
        if self._rows is None or not known:
            return {}
        places = np.array([self._place[paper_id] for paper_id in known])
        return dict(zip(known, map(float, _products(self._rows, places, _floats(vector))), strict=True))

    def spread(self, vector: bytes) -> tuple[float, float]:
        """Return mean and standard deviation of the cosines of a vector with a sample of all papers."""
        if self._rows is None:
            return 0.0, 0.0
        step = max(1, len(self._ids) // _SAMPLE)
        cosines = _products(self._rows, np.arange(0, len(self._ids), step), _floats(vector))
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

    def _rows_for(self, papers: int) -> _Rows:
        """Return what holds this many vectors, after moving those that are there."""
        if self._rows is None:
            self._codes = _Codes(self._dimensions)
            in_file = papers > self._in_memory
            self._rows = _InFile(self._dimensions, self._directory) if in_file else _InMemory(self._dimensions)
        elif isinstance(self._rows, _InMemory) and papers > self._in_memory:
            moved = _InFile(self._dimensions, self._directory)
            for start in range(0, len(self._ids), _BLOCK):
                places = range(start, min(start + _BLOCK, len(self._ids)))
                moved.put(places, self._rows.read(places))
            self._rows = moved
        return self._rows


def _products(rows: _Rows, places: Places, vector: Floats) -> Floats:
    """Return the scalar products of the rows at some places with a vector."""
    found = np.empty(len(places), np.float32)
    # small blocks: for a larger one OpenBLAS wakes its threads, whose waiting costs a hundred times the product
    for start in range(0, len(places), _MULTIPLIED):
        end = start + _MULTIPLIED
        found[start:end] = rows.products(places[start:end], vector)
    return found


def _floats(vector: bytes) -> Floats:
    return np.frombuffer(vector, "<f2").astype(np.float32)


def _grown(matrix: NDArray[Number], rows: int) -> NDArray[Number]:
    """Return a matrix with at least this many rows."""
    if rows <= len(matrix):
        return matrix
    larger = np.zeros((max(rows, len(matrix) * 3 // 2), matrix.shape[1]), matrix.dtype)
    larger[: len(matrix)] = matrix
    return larger


def _packed(vectors: Floats) -> NDArray[np.uint64]:
    """Return a bit for each dimension: whether it is positive."""
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.pad(bits, ((0, 0), (0, -bits.shape[1] % (_WORD_BITS // 8))))
    return np.ascontiguousarray(padded).view(np.uint64)


def _best(scores: Floats, limit: int) -> Places:
    """Return the places of the `limit` highest scores, in any order."""
    if limit >= len(scores):
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - limit)[len(scores) - limit :]
