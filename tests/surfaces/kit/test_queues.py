from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from adapters.kit.queues import Admission, InboundQueue
from tests.surfaces.kit.clocks import ManualClock, until


def noting(done: list[str], name: str) -> Callable[[], Awaitable[None]]:
    async def job() -> None:
        await asyncio.sleep(0)
        done.append(name)

    return job


async def test_jobs_of_one_key_run_in_order_and_jobs_of_others_beside_them() -> None:
    done: list[str] = []
    held = asyncio.Event()

    async def holding() -> None:
        await held.wait()
        done.append("held")

    async with InboundQueue() as queue:
        queue.put("ada", holding)
        queue.put("ada", noting(done, "second"))
        queue.put("bob", noting(done, "bob"))
        await until(lambda: bool(done))
        before = list(done)
        held.set()
        await until(lambda: len(done) == 3)

    assert before == ["bob"]
    assert done == ["bob", "held", "second"]


async def test_an_overload_is_told_once_to_each_and_again_after_a_quiet_while() -> None:
    clock, held = ManualClock(), asyncio.Event()

    async def holding() -> None:
        await held.wait()

    async with InboundQueue(limit=2, quiet_seconds=30, clock=clock) as queue:
        first = [queue.put("ada", holding) for _ in range(5)]
        other = [queue.put("bob", holding) for _ in range(4)]
        clock.now += 29
        still = queue.put("ada", holding)
        clock.now += 29
        later = queue.put("ada", holding)
        clock.now += 30
        again = queue.put("ada", holding)
        held.set()

    queued, told, dropped = Admission.QUEUED, Admission.OVERLOADED, Admission.DROPPED
    # none has begun yet: two wait
    assert first == [queued, queued, told, dropped, dropped]
    assert other == [queued, queued, told, dropped]
    assert (still, later, again) == (dropped, dropped, told)


async def test_a_job_that_fails_is_logged_with_a_reference_and_the_next_one_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []

    async def failing() -> None:
        raise ValueError("unexpected")

    with caplog.at_level(logging.ERROR):
        async with InboundQueue() as queue:
            queue.start(failing)
            queue.put("ada", failing)
            queue.put("ada", noting(done, "after"))
            await until(lambda: bool(done))

    lines = [record for record in caplog.records if record.message == "inbound job failed"]
    assert len(lines) == 2
    assert all(len(record.facts["reference"]) == 8 and record.exc_info for record in lines)  # type: ignore[attr-defined]


async def test_what_runs_at_the_end_is_finished_and_what_waits_is_dropped() -> None:
    done: list[str] = []
    begun = asyncio.Event()

    async def slow() -> None:
        begun.set()
        await asyncio.sleep(0.02)
        done.append("slow")

    async def endless() -> None:
        await asyncio.Event().wait()

    async with InboundQueue(drain_seconds=0.2) as queue:
        queue.put("ada", slow)
        queue.put("ada", noting(done, "waiting"))
        queue.put("bob", endless)
        await begun.wait()

    assert done == ["slow"]


async def test_what_is_to_be_kept_runs_before_the_end() -> None:
    done: list[str] = []

    async with InboundQueue() as queue:
        queue.put("chat", noting(done, "first"))
        queue.put("chat", noting(done, "dropped"))
        queue.put("chat", noting(done, "kept"), limit=9, keep=True)
        await asyncio.sleep(0)

    assert done == ["first", "kept"]


async def test_a_job_may_have_a_limit_of_its_own() -> None:
    done: list[str] = []
    async with InboundQueue(limit=1) as queue:
        told = [queue.put("chat", noting(done, str(number)), limit=3, keep=True) for number in range(4)]

    assert told == [Admission.QUEUED] * 3 + [Admission.OVERLOADED]
    assert done == ["0", "1", "2"]


async def test_a_queue_that_is_empty_is_forgotten() -> None:
    done: list[str] = []
    async with InboundQueue(limit=1) as queue:
        for round in range(50):
            assert queue.put("ada", noting(done, str(round))) is Admission.QUEUED
            await until(lambda: not queue._waiting)
    assert len(done) == 50
