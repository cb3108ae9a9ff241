from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services.delivery.worker_config import WorkerConfig

SECOND = timedelta(seconds=1)


def test_a_lease_must_outlast_a_wait_and_an_answer() -> None:
    with pytest.raises(ValueError, match=r"A lease of 0:00:30 is too short for a wait of 0:00:05 and an answer"):
        WorkerConfig(lease=30 * SECOND, timeout=25 * SECOND)


def test_a_lease_that_is_a_little_longer_will_do() -> None:
    assert WorkerConfig(lease=31 * SECOND, timeout=25 * SECOND).lease == 31 * SECOND
