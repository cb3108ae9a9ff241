"""Several workers on one token stay within the platform's limit, together, and use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import Postgres
from tests.proofs.crew import Crew
from tests.proofs.platform import Rules
from tests.proofs.results import note
from tests.proofs.scene import Judgement, scene


def used(judgement: Judgement, limit: int) -> float:
    """The share of the limit that was used, from the first message to the last."""
    moments = [message.at for message in judgement.record.messages]
    return (len(moments) - 1) / (max(moments) - min(moments)) / limit


def test_three_workers_share_one_limit(postgres: Postgres, tmp_path: Path) -> None:
    crew = Crew(lease=90, timeout=25, per_second=8, nonced_chunk=5)
    with postgres.database() as url, scene(url, tmp_path, 24, Rules(nonced=True), crew) as run:
        for _ in range(3):
            run.work()
        run.until_over(24)
        judgement = run.judge(24)

    # each on its own they would send three times as many; a machine that is busy shortens the time between them
    assert used(judgement, limit=8) < 1.5, judgement.told
    assert judgement.states == {"sent": 24}


@pytest.mark.proof
def test_three_workers_use_95_percent_of_50_a_second_and_are_never_refused(postgres: Postgres, tmp_path: Path) -> None:
    crew = Crew(lease=90, timeout=25, per_second=48.4)
    with postgres.database() as url, scene(url, tmp_path, 2000, Rules(nonced=True, limit=50), crew) as run:
        for _ in range(3):
            run.work()
        # each look costs time that the workers need
        run.until_over(2000, every_seconds=1)
        judgement = run.judge(2000)

    note("limit of 50 in any second, three workers", f"{used(judgement, 50):.1%} used; {judgement.told}")
    assert judgement.record.refused == 0
    assert used(judgement, 50) >= 0.95
    assert judgement.states == {"sent": 2000}
