"""What a forecast says is what a worker delivered, through the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot.digests.shortfall import Cause
from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, WEEKDAYS, Schedule
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.services.digests import DigestService
from bot.storage import Store, open_store
from tests.builders import listing, observation, paper
from tests.databases import made_sqlite
from tests.services.ledger import worker
from tests.services.postbox import Message, Postbox
from tests.storage.harvests import harvest
from tests.storage.ledger import DAY, DUE, HERE, HOUR, subscription

#: three weeks, the last of which is forecast
MONDAY = date(2026, 4, 6)
SATURDAY = DUE + DAY - HOUR
START = datetime.combine(MONDAY, time(7), DUE.tzinfo)
SEVEN = Schedule(at=time(7), zone="UTC", days=WEEKDAYS)
ELSEWHERE = Chat("test", "elsewhere")

#: what was sent, and when
Told = list[tuple[datetime, Message]]


async def live(store: Store, *mine: Subscription) -> Told:
    """Three weeks: lists fill after the digests have gone out, and votes come in."""
    box = Postbox()
    told: Told = []
    for each in mine:
        await store.subscriptions.add(each)
    for days in range((SATURDAY.date() - MONDAY).days):
        seven = START + days * DAY
        await _collect(store, seven - 6 * HOUR)
        await worker(store, box).round(seven)
        told += [(seven, message) for message in box.arrived[len(told) :]]
        await _collect(store, seven + 12 * HOUR)
    return told


async def _collect(store: Store, now: datetime) -> None:
    for back in range(4):
        day = now.date() - back * DAY
        if day.weekday() < 5 and day >= MONDAY:
            # two papers each six hours of a day, one in three of them about robots
            numbers = range(1, min(8, 2 * (int((now - _start(day, now)) / HOUR) // 6 + 1)) + 1)
            ids = [f"2604.{day.day:02}{number:03}" for number in numbers]
            await store.keep(
                harvest(
                    *(
                        paper(id, title=f"{'Robots' if number % 3 == 0 else 'Video'} {id}")
                        for id, number in zip(ids, numbers, strict=True)
                    ),
                    *(listing(id, day) for id in ids),
                    *(
                        observation(id, votes=number * (back + 1), seen_at=now)
                        for id, number in zip(ids, numbers, strict=True)
                    ),
                    seen_at=now,
                    day=day,
                )
            )


def _start(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), now.tzinfo)


WISHES: tuple[dict[str, Any], ...] = (
    {"query": "robots"},
    {"size": 5},
    {"query": "video", "threshold": 6, "size": 3},
    {"query": "zebrafish", "empty": EmptyDay.BEST},
    {"query": "robots", "schedule": replace(SEVEN, days=EVERY_DAY)},
    {"query": "video", "schedule": replace(SEVEN, days=frozenset({4}))},
    {"size": 4, "repeat_days": 3},
)


def wish(number: int) -> Subscription:
    """One of the wishes, in a chat of its own."""
    facts = {"schedule": SEVEN, "next_at": START, "created_at": START - 30 * DAY} | WISHES[number]
    return subscription(chat=Chat("test", f"{number}"), **facts)


WISHING = tuple(wish(number) for number in range(len(WISHES)))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Told]:
    """A database with everybody's three weeks, and what they were sent. The tests only read."""
    url = made_sqlite(tmp_path_factory.mktemp("lived"))

    async def make() -> Told:
        async with open_store(url) as store:
            return await live(store, *WISHING)

    with ThreadPoolExecutor(1) as elsewhere:
        return url, elsewhere.submit(asyncio.run, make()).result()


@pytest.fixture
async def weeks(lived: tuple[str, Told]) -> AsyncIterator[Store]:
    async with open_store(lived[0]) as store:
        yield store


async def test_a_forecast_says_what_was_delivered(weeks: Store, lived: tuple[str, Told]) -> None:
    for mine in WISHING:
        asked = replace(mine, chat=ELSEWHERE, next_at=None, created_at=SATURDAY)
        found = await DigestService(weeks).forecast(asked, SATURDAY)

        of_mine = [message for at, message in lived[1] if message.chat == mine.chat and at >= SATURDAY - 7 * DAY]
        assert found.counts == tuple(len(message.paper_ids) for message in of_mine)
        if mine.query:
            # of everything some papers wait for weeks, and a forecast does not look back as far as that
            brought = [tuple(paper.id for paper in day.papers) for day in found.days if day.digest]
            assert brought == [message.paper_ids for message in of_mine]
        assert any(found.counts) == (mine.query != "zebrafish")


async def test_what_the_chat_was_shown_before_the_week_is_not_forecast(weeks: Store) -> None:
    mine = WISHING[0]

    here, there = [
        await DigestService(weeks).forecast(replace(mine, chat=chat), SATURDAY) for chat in (mine.chat, HERE)
    ]

    assert here.counts == there.counts


async def test_an_empty_day_of_a_forecast_says_why(weeks: Store) -> None:
    mine = subscription(schedule=replace(SEVEN, days=EVERY_DAY), query="zebrafish", created_at=SATURDAY)

    found = await DigestService(weeks).forecast(mine, SATURDAY)

    causes = [day.shortfall.cause for day in found.days if day.shortfall]
    assert len(causes) == len(found.days)
    assert {Cause.OFF_TOPIC, Cause.NO_LIST} == {*causes}
    assert [day.day.weekday() for day in found.days if day.shortfall and day.shortfall.cause is Cause.NO_LIST] == [6]


async def test_a_digest_that_goes_out_late_covers_what_it_was_due_for(sqlite_store: Store) -> None:
    due, box = START + DAY, Postbox()
    await sqlite_store.subscriptions.add(subscription(schedule=SEVEN, next_at=due, created_at=due - 30 * DAY))
    await _collect(sqlite_store, due - 2 * HOUR)

    await worker(sqlite_store, box).round(due + timedelta(minutes=3))

    assert any(id.startswith("2604.06") for id in box.arrived[0].paper_ids)
