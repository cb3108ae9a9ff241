"""One budget for each bot token and each chat, shared by all who have the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.rate_limits import Allowance, Rate
from bot.storage import Store, open_store
from tests.builders import NOON
from tests.databases import connected

SECOND = timedelta(seconds=1)
TEN = {"test": Rate(count=10, seconds=1)}


async def test_turns_are_given_one_after_the_other(store: Store) -> None:
    turns = [await store.rates.take(TEN, now=NOON) for _ in range(4)]

    assert [round(turn.wait / SECOND, 3) for turn in turns] == [0, 0.1, 0.2, 0.3]
    assert all(turn.granted for turn in turns)


async def test_who_would_wait_too_long_draws_nothing(store: Store) -> None:
    for _ in range(3):
        await store.rates.take(TEN, now=NOON)

    refused = [await store.rates.take(TEN, now=NOON, patience=SECOND / 10) for _ in range(2)]

    assert [(round(turn.wait / SECOND, 3), turn.granted) for turn in refused] == [(0.3, False)] * 2


async def test_five_seconds_are_waited_for_and_no_more_unless_told_otherwise(store: Store) -> None:
    turns = [await store.rates.take(TEN, now=NOON) for _ in range(53)]

    assert [turn.granted for turn in turns] == [True] * 51 + [False] * 2
    assert [round(turn.wait / SECOND, 3) for turn in turns[-3:]] == [5, 5.1, 5.1]


async def test_a_message_draws_from_all_its_budgets_at_the_moment_when_all_have_it(store: Store) -> None:
    both = Allowance(per_second=10, per_chat_second=1)
    await store.rates.take(both.rates("test", "test:1"), now=NOON)

    same_chat = await store.rates.take(both.rates("test", "test:1"), now=NOON)
    other_chat = await store.rates.take(both.rates("test", "test:2"), now=NOON)

    assert round(same_chat.wait / SECOND, 3) == 1
    assert round(other_chat.wait / SECOND, 3) == 1.1


async def test_an_answer_does_not_wait_for_digests(store: Store) -> None:
    for _ in range(30):
        await store.rates.take(TEN, now=NOON)

    answer = await store.rates.take(TEN, now=NOON, answer=True)
    digest = await store.rates.take(TEN, now=NOON)

    assert answer.wait == timedelta(0)
    assert round(digest.wait / SECOND, 3) == 3.1


async def test_several_messages_are_no_answers_unless_told_so(store: Store) -> None:
    for _ in range(30):
        await store.rates.take(TEN, now=NOON)

    (digest,) = await store.rates.take_each([TEN], now=NOON)
    (answer,) = await store.rates.take_each([TEN], answer=True, now=NOON)

    assert (round(digest.wait / SECOND, 3), answer.wait) == (3, timedelta(0))


async def test_without_a_limit_nothing_is_written(store: Store) -> None:
    turn = await store.rates.take({})

    assert (turn.wait, turn.granted) == (timedelta(0), True)


async def test_the_clock_is_that_of_the_database(store: Store) -> None:
    # an hour, so that it has not passed between the two however busy the machine is
    hourly = {"test": Rate(count=1, seconds=3_600)}
    first, second = await store.rates.take(hourly), await store.rates.take(hourly)

    assert first.wait == timedelta(0)
    assert timedelta(0) < second.wait <= 3_600 * SECOND


async def test_all_who_have_the_database_share_the_budget(store_url: str) -> None:
    async with open_store(store_url) as first, open_store(store_url) as second:
        turns = await asyncio.gather(
            *(store.rates.take(TEN, patience=9 * SECOND, now=NOON) for store in (first, second) for _ in range(20))
        )

    assert sorted(round(turn.wait / SECOND, 3) for turn in turns) == [number / 10 for number in range(40)]


async def test_several_messages_draw_in_one_transaction_each_from_its_own_budgets(store: Store) -> None:
    both = Allowance(per_second=10, per_chat_second=1)
    wishes = [both.rates("test", f"test:{chat}") for chat in (1, 1, 2)]

    turns = await store.rates.take_each([*wishes, {}], now=NOON)

    assert [round(turn.wait / SECOND, 3) for turn in turns] == [0, 1, 1.1, 0]


async def test_one_that_would_wait_too_long_takes_nothing_from_the_others(store: Store) -> None:
    both = Allowance(per_second=10, per_chat_second=0.01)
    wishes = [both.rates("test", f"test:{chat}") for chat in (1, 1, 2)]

    turns = await store.rates.take_each(wishes, now=NOON)

    assert [(round(turn.wait / SECOND, 3), turn.granted) for turn in turns] == [(0, True), (100, False), (0.1, True)]


async def test_who_may_be_late_draws_more_than_one_slot(store: Store) -> None:
    late, next_one = await store.rates.take_each([TEN], slots=4, now=NOON), await store.rates.take(TEN, now=NOON)

    assert [round(turn.wait / SECOND, 3) for turn in (*late, next_one)] == [0, 0.4]


async def test_a_turn_is_told_as_of_when_the_news_of_it_is_there(store: Store) -> None:
    (turn,) = await store.rates.take_each([TEN], lead=SECOND)

    assert SECOND / 2 < turn.wait < SECOND


async def test_budgets_that_are_full_are_forgotten(store_url: str) -> None:
    async with open_store(store_url) as store:
        await store.rates.take(TEN, now=NOON)

        kept, forgotten = await store.rates.prune(NOON), await store.rates.prune(NOON + timedelta(hours=2))

    with connected(store_url) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM budgets").scalar() == 0
    assert (kept, forgotten) == (0, 1)
