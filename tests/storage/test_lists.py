"""The lists of the days, and when each was fetched."""

from __future__ import annotations

from datetime import timedelta

from bot.storage import Store
from tests.builders import NOON, TODAY, listing, paper
from tests.storage.harvests import harvest

YESTERDAY = TODAY - timedelta(days=1)
LATER = NOON + timedelta(hours=1)


async def test_days_with_a_list_come_newest_first(store: Store) -> None:
    days = [TODAY - timedelta(days=back) for back in range(5)]
    await store.keep(harvest(paper(), paper("2"), *(listing(day=day) for day in days), listing("2", day=days[1])))

    assert await store.listed_days(TODAY, 3) == days[:3]
    assert await store.listed_days(days[3], 3) == days[3:]


async def test_a_store_without_lists_has_no_days(store: Store) -> None:
    await store.keep(harvest(paper(), day=TODAY))

    assert await store.listed_days(TODAY, 3) == []


async def test_a_paper_that_a_later_visit_leaves_out_stays_on_its_list(store: Store) -> None:
    await store.keep(harvest(paper("1"), paper("2"), listing("1"), listing("2"), day=TODAY))

    await store.keep(harvest(paper("2"), listing("2"), day=TODAY, seen_at=LATER))

    found = await store.histories(TODAY, TODAY, NOON, NOON)
    assert {history.paper.id for history in found} == {"1", "2"}


async def test_each_day_says_when_it_was_fetched_last(store: Store) -> None:
    await store.keep(harvest(day=YESTERDAY))
    await store.keep(harvest(day=TODAY))
    await store.keep(harvest(day=TODAY, seen_at=LATER))
    await store.keep(harvest(day=TODAY, source="sample"))
    await store.keep(harvest(paper(), seen_at=LATER + timedelta(hours=1)))

    assert await store.fetched("huggingface") == {YESTERDAY: NOON, TODAY: LATER}
    assert await store.fetched("sample") == {TODAY: NOON}
    assert await store.fetched("arxiv") == {}


async def test_an_older_visit_that_is_kept_late_does_not_turn_the_clock_back(store: Store) -> None:
    await store.keep(harvest(day=TODAY, seen_at=LATER))

    await store.keep(harvest(day=TODAY, seen_at=NOON))

    assert await store.fetched("huggingface") == {TODAY: LATER}
