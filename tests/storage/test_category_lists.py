"""What is stored of sources that are listed by category, and the migration that brings its tables and columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from bot.domain.category_listings import BatchOutcome, CategoryState
from bot.domain.schedule import Announcer, Schedule
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.subscriptions import Pause
from bot.storage import Store, open_store
from tests.builders import NOON, TODAY, listing, paper
from tests.databases import connected
from tests.storage.former import add_row, add_subscription, former_schema
from tests.storage.harvests import harvest
from tests.storage.ledger import HERE, subscription

BEFORE = "0018"
DAY = timedelta(days=1)
STATE = CategoryState(
    source="arxiv_feed",
    category="hep-th",
    mark="2604.01234",
    day=TODAY,
    tried_at=NOON,
    succeeded_at=NOON - DAY,
    new_at=NOON - DAY,
    outcome=BatchOutcome.STALE,
    failures=2,
    retry_at=NOON + DAY,
    trouble=SourceTrouble(TroubleCode.RATE_LIMIT, "429"),
)


async def test_a_state_is_kept_by_source_and_category(store: Store) -> None:
    other = CategoryState(source="biorxiv", category="neuroscience")
    for state in (replace(STATE, failures=1), STATE, other):
        await store.category_lists.put(state)

    assert await store.category_lists.all() == [STATE, other]
    assert await store.category_lists.of("arxiv_feed") == {"hep-th": STATE}
    assert await store.category_lists.newest_success() == NOON - DAY
    assert await store.category_lists.newest_success(NOON - 2 * DAY) is None


async def test_papers_and_state_are_saved_together_and_say_what_was_new(store: Store) -> None:
    batch = harvest(paper("2604.00001"), listing("2604.00001"))

    first, again = await store.keep(batch, STATE), await store.keep(batch, replace(STATE, failures=0))

    assert (first.new, bool(first)) == (frozenset({"2604.00001"}), True)
    assert (again.new, bool(again)) == (frozenset(), False)
    assert [state.failures for state in await store.category_lists.all()] == [0]


async def test_a_state_that_cannot_be_read_is_left_out(database_url: str) -> None:
    async with open_store(database_url) as store:
        await store.category_lists.put(STATE)
        with connected(database_url) as connection:
            connection.execute(sa.text("UPDATE category_lists SET outcome = 'torn'"))

        assert await store.category_lists.all() == []


async def test_a_source_remembers_when_it_last_brought_something_new(store: Store) -> None:
    await store.sources.succeeded("huggingface", NOON, new=True)
    await store.sources.succeeded("huggingface", NOON + DAY)
    await store.sources.failed("huggingface", NOON + 2 * DAY, SourceTrouble(TroubleCode.DNS), None)

    (state,) = await store.sources.all()
    assert (state.new_at, state.succeeded_at) == (NOON, NOON + DAY)


async def test_papers_without_a_date_are_those_of_recent_lists(store: Store) -> None:
    dated = paper("2604.00002", published_at=NOON)
    listings = [listing("2604.00001", source="arxiv_feed"), listing("2604.00002", source="arxiv_feed")]
    listings += [listing("2604.00003"), listing("2604.00004", TODAY - 4 * DAY, source="arxiv_feed")]
    await store.keep(harvest(paper("2604.00001"), dated, paper("2604.00003"), paper("2604.00004"), *listings))

    assert await store.papers.undated(TODAY - 3 * DAY, ("arxiv_feed",), 100) == ["2604.00001"]
    assert await store.papers.undated(TODAY - 3 * DAY, ("arxiv_feed",), 0) == []
    assert await store.papers.undated(TODAY - 3 * DAY, (), 100) == []


async def test_the_queries_of_paused_subscriptions_count_for_nothing(store: Store) -> None:
    for query in ("cat:hep-th", "cat:hep-th", "cat:cs.CL", ""):
        await store.subscriptions.add(subscription(query=query))
    paused = await store.subscriptions.add(subscription(query="cat:math"))
    await store.subscriptions.pause(paused.id, Pause.PERSON, NOON)

    assert sorted(await store.subscriptions.active_queries()) == ["cat:cs.CL", "cat:hep-th"]


async def test_a_subscription_keeps_whose_lists_it_waits_for(store: Store) -> None:
    for announcer in Announcer:
        schedule = Schedule(zone="UTC", announced=True, announcer=announcer)
        await store.subscriptions.add(subscription(schedule=schedule))

    assert [each.schedule.announcer for each in await store.subscriptions.of(HERE)] == list(Announcer)


async def test_a_database_of_the_former_schema_keeps_what_it_has(database_url: str) -> None:
    with former_schema(database_url, BEFORE) as connection:
        add_subscription(connection, days=0, announced=True, at=None)
        add_row(connection, "sources", name="huggingface", tried_at=NOON, succeeded_at=NOON, failures=0, trouble="")

    async with open_store(database_url) as store:
        (kept,) = await store.subscriptions.of(HERE)
        (source,) = await store.sources.all()
        await store.category_lists.put(STATE)

    assert (kept.query, kept.schedule.announced, kept.schedule.announcer) == ("agents", True, Announcer.DAILY)
    assert (source.succeeded_at, source.new_at) == (NOON, None)
