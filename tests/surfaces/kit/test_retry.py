from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kit.retry import Failed, Failure, Impact, Outcome, RetryPolicy, Succeeded, retry_answer
from tests.surfaces.kit.clocks import ManualClock

NOTHING = Failure(impact=Impact.NONE, reason="busy")
DOUBT = Failure(impact=Impact.POSSIBLE, reason="broken")
DONE = Failure(impact=Impact.ALREADY_DONE, reason="done before")
POLICY = RetryPolicy(first=1, factor=2, longest=8)


class PlatformError(Exception):
    """What the platform said."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


def classify(error: Exception) -> Failure | None:
    return error.failure if isinstance(error, PlatformError) else None


class Platform:
    """Fails as told, then succeeds."""

    def __init__(self, *failures: Failure | Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    async def call(self) -> str:
        self.calls += 1
        if not self.failures:
            return "well"
        failure = self.failures.pop(0)
        raise PlatformError(failure) if isinstance(failure, Failure) else failure


async def tried(
    platform: Platform, clock: ManualClock, *, within: float = 60, repeatable: bool = False
) -> Outcome[str]:
    return await retry_answer(
        platform.call,
        classify,
        deadline=clock.now + within,
        policy=POLICY,
        repeatable=repeatable,
        clock=clock,
        sleep=clock.sleep,
    )


async def test_what_certainly_did_nothing_is_tried_again_with_growing_gaps() -> None:
    clock = ManualClock()

    outcome = await tried(Platform(*[NOTHING] * 6), clock)

    assert outcome == Succeeded("well", 7)
    assert clock.slept == [1, 2, 4, 8, 8, 8]


async def test_a_wait_that_the_platform_asks_for_is_honoured() -> None:
    clock = ManualClock()

    outcome = await tried(Platform(Failure(impact=Impact.NONE, reason="429", retry_after=17)), clock)

    assert outcome == Succeeded("well", 2)
    assert clock.slept == [17]


@pytest.mark.parametrize("wait", [60.0, 61.0, math.inf])
async def test_no_wait_goes_beyond_the_deadline(wait: float) -> None:
    clock, platform = ManualClock(), Platform(Failure(impact=Impact.NONE, reason="429", retry_after=wait))

    outcome = await tried(platform, clock)

    assert isinstance(outcome, Failed)
    assert (outcome.impact, outcome.tries, clock.slept) == (Impact.NONE, 1, [])


async def test_what_may_have_had_its_effect_is_not_repeated_unless_that_is_harmless() -> None:
    clock = ManualClock()
    once, again = Platform(DOUBT), Platform(DOUBT)

    failed, repeated = await tried(once, clock), await tried(again, clock, repeatable=True)

    assert isinstance(failed, Failed)
    assert (failed.impact, once.calls) == (Impact.POSSIBLE, 1)
    assert (repeated, again.calls) == (Succeeded("well", 2), 2)


async def test_an_effect_of_an_earlier_try_counts_and_one_of_somebody_else_does_not() -> None:
    clock = ManualClock()

    ours = await tried(Platform(DOUBT, DONE), clock, repeatable=True)
    theirs = await tried(Platform(DONE), clock, repeatable=True)

    assert ours == Succeeded(None, 2)
    assert isinstance(theirs, Failed)
    assert theirs.impact is Impact.ALREADY_DONE


async def test_a_permanent_failure_is_not_repeated_and_keeps_the_doubt_of_earlier_tries() -> None:
    clock, refusal = ManualClock(), Failure(impact=Impact.NONE, reason="blocked", permanent=True)

    outcome = await tried(Platform(DOUBT, refusal), clock, repeatable=True)

    assert isinstance(outcome, Failed)
    assert (outcome.impact, outcome.failure, outcome.tries) == (Impact.POSSIBLE, refusal, 2)


async def test_what_is_no_failure_of_the_platform_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await tried(Platform(ZeroDivisionError()), ManualClock())


async def test_a_try_that_hangs_is_given_up_and_leaves_a_doubt() -> None:
    calls: list[int] = []

    async def hanging() -> str:
        calls.append(1)
        if len(calls) == 1:
            await asyncio.Event().wait()
        return "well"

    clock, policy = ManualClock(), RetryPolicy(first=1, try_seconds=0.01)
    given = {"deadline": clock.now + 60, "policy": policy, "clock": clock, "sleep": clock.sleep}

    again = await retry_answer(hanging, classify, repeatable=True, **given)  # type: ignore[arg-type]
    calls.clear()
    once = await retry_answer(hanging, classify, **given)  # type: ignore[arg-type]

    assert again == Succeeded("well", 2)
    assert isinstance(once, Failed)
    assert (once.impact, once.failure.reason) == (Impact.POSSIBLE, "no answer within 0.01 s")


async def test_a_timeout_of_the_call_itself_is_for_whoever_classifies() -> None:
    with pytest.raises(TimeoutError):
        await tried(Platform(TimeoutError()), ManualClock())


@given(st.lists(st.sampled_from([NOTHING, DOUBT]), max_size=20), st.booleans(), st.floats(0, 300))
def test_nothing_is_done_twice_and_nothing_begins_after_the_deadline(
    failures: Sequence[Failure], repeatable: bool, within: float
) -> None:
    clock, platform = ManualClock(), Platform(*failures)
    deadline = clock.now + within

    outcome = asyncio.run(tried(platform, clock, within=within, repeatable=repeatable))

    assert clock.now < deadline or not clock.slept
    assert outcome.tries == platform.calls
    tried_failures = failures[: platform.calls]
    if not repeatable:
        assert DOUBT not in tried_failures[:-1]
    if isinstance(outcome, Failed):
        assert outcome.impact is (Impact.POSSIBLE if DOUBT in tried_failures else Impact.NONE)


@given(st.integers(1, 10_000))
def test_waits_grow_to_a_limit(tries: int) -> None:
    assert POLICY.wait(tries) == min(8, 2 ** min(tries - 1, 3))
