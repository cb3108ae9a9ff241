from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.search.vector_memory import VectorMemory

DIMENSIONS = 70


def vectors(number: int, seed: int = 1) -> NDArray[np.float32]:
    made = np.random.default_rng(seed).normal(size=(number, DIMENSIONS)).astype(np.float32)
    unit: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit.astype("<f2").astype(np.float32)


def stored(rows: NDArray[np.float32], first: int = 0) -> dict[str, bytes]:
    return {f"p{first + at}": row.astype("<f2").tobytes() for at, row in enumerate(rows)}


@pytest.fixture(params=["in memory", "in a file", "moved to a file"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorMemory]:
    in_memory = {"in memory": 20_000, "in a file": 0, "moved to a file": 1_500}[request.param]
    made = VectorMemory(tmp_path, in_memory)
    yield made
    made.close()


def test_the_nearest_are_those_of_an_exact_comparison(memory: VectorMemory) -> None:
    rows, question = vectors(12_000), vectors(1, seed=2)[0]
    for start in range(0, 12_000, 700):
        memory.put(stored(rows[start : start + 700], start))
    exact = rows @ question

    found = memory.nearest(question.astype("<f2").tobytes(), 10)

    best = [f"p{at}" for at in np.argsort(-exact)[:10]]
    # codes leave out a paper now and then
    assert len(set(best) & set(found)) >= 9
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(cosine == pytest.approx(exact[int(id[1:])], abs=5e-3) for id, cosine in found.items())


def test_cosines_are_those_of_the_vectors_that_are_known(memory: VectorMemory) -> None:
    rows = vectors(2_000)
    memory.put(stored(rows))

    found = memory.cosines(rows[3].astype("<f2").tobytes(), ["p3", "p1999", "unknown", "p3"])

    assert found == pytest.approx({"p3": 1.0, "p1999": float(rows[3] @ rows[1999])}, abs=5e-3)


def test_a_vector_can_be_replaced(memory: VectorMemory) -> None:
    rows = vectors(2_000)
    memory.put(stored(rows))
    memory.put({"p7": rows[9].astype("<f2").tobytes()})

    found = memory.nearest(rows[9].astype("<f2").tobytes(), 2)

    assert set(found) == {"p7", "p9"}
    assert len(memory) == 2_000


def test_what_some_papers_have_in_common_is_their_mean(memory: VectorMemory) -> None:
    rows = vectors(2_000)
    memory.put(stored(rows))
    mean = rows[0] + rows[1]

    common = memory.centroid(["p0", "p1", "unknown"])

    assert common is not None
    assert np.frombuffer(common, "<f2") == pytest.approx(mean / np.linalg.norm(mean), abs=5e-3)
    assert memory.centroid(["unknown"]) is None


def test_nothing_is_found_where_there_is_nothing(memory: VectorMemory) -> None:
    question = vectors(1)[0].astype("<f2").tobytes()

    assert memory.nearest(question, 5) == {}
    assert memory.cosines(question, ["p1"]) == {}
    assert memory.centroid(["p1"]) is None
    memory.put({})
    assert len(memory) == 0


def test_more_may_be_asked_for_than_there_are(memory: VectorMemory) -> None:
    memory.put(stored(vectors(3)))

    assert len(memory.nearest(vectors(1)[0].astype("<f2").tobytes(), 100)) == 3


@pytest.mark.parametrize("broken", [b"", b"\0", b"\0\0", b"\0" * (DIMENSIONS * 2 + 1)])
def test_a_vector_of_another_length_is_left_out(memory: VectorMemory, broken: bytes) -> None:
    rows = vectors(3)
    memory.put(stored(rows))
    memory.put({"broken": broken, **stored(rows[:1], 3)})

    assert "broken" not in memory
    assert len(memory) == 4


def test_no_file_is_left_behind(tmp_path: Path) -> None:
    memory = VectorMemory(tmp_path, 0)
    memory.put(stored(vectors(10)))

    assert list(tmp_path.iterdir()) == []
    memory.close()


def test_the_spread_is_that_of_all_papers(memory: VectorMemory) -> None:
    rows, question = vectors(3_000), vectors(1, seed=2)[0]
    memory.put(stored(rows))
    exact = rows @ question

    mean, deviation = memory.spread(question.astype("<f2").tobytes())

    assert mean == pytest.approx(float(exact.mean()), abs=0.02)
    assert deviation == pytest.approx(float(exact.std()), rel=0.1)
