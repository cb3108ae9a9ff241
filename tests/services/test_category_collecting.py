"""Sources that are listed by category are asked only for what subscriptions ask for, and each failure costs itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.category_listings import BatchOutcome, CategoryBatch, CategoryDemand, CategoryState
from bot.domain.errors import FetchError, RateLimited
from bot.domain.papers import Paper
from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.domain.subscriptions import Pause
from bot.messages.status import Knowledge, status
from bot.query.arxiv import listed_for
from bot.services.collecting import Collector
from bot.services.health import source_ages
from bot.storage import Store
from tests.builders import NOON, TODAY, listing, paper
from tests.services.test_collect import ListsOf
from tests.storage.ledger import subscription

NAME = "arxiv_feed"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
HALF_AN_HOUR = 30 * MINUTE
LOST = SourceTrouble(TroubleCode.CONNECTION_LOST)


class Listings:
    """Lists with one new paper per category and hour, or with a failure."""

    name = NAME

    def __init__(self, fails: Callable[[str], Exception | None] = lambda category: None) -> None:
        self.asked: list[str] = []
        self.fails = fails

    def wanted(self, demand: CategoryDemand) -> Sequence[str]:
        return listed_for(demand)

    def next_look(self, state: CategoryState, now: datetime) -> datetime:
        return state.tried_at + HOUR if state.tried_at else now

    async def batch(self, state: CategoryState, now: datetime) -> CategoryBatch:
        self.asked.append(state.category)
        if error := self.fails(state.category):
            raise error
        id = f"2604.{10_000 + len(self.asked)}"
        found = FetchResult(
            source=NAME,
            seen_at=now,
            papers=(paper(id, categories=(state.category,)),),
            listings=(listing(id, source=NAME),),
            requests=1,
        )
        return CategoryBatch(result=found, outcome=BatchOutcome.NEW, mark=id, day=TODAY)


class Details:
    """A catalogue that knows the date and the code of every paper."""

    name = "arxiv"

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        self.asked.append(ids)
        known = tuple(
            Paper(id=id, title="Another", categories=("hep-th",), published_at=NOON, code_url="https://github.com/a/b")
            for id in ids
        )
        return FetchResult(source=self.name, seen_at=now, papers=known, requests=1)

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        return FetchResult(source=self.name, seen_at=now)


async def wanting(store: Store, *queries: str) -> None:
    for query in queries:
        await store.subscriptions.add(subscription(query=query))


async def test_without_a_subscription_to_a_category_nothing_is_asked(sqlite_store: Store) -> None:
    listings = Listings()
    await wanting(sqlite_store, "", "agents -survey", "diffusion votes:>=5")
    paused = await sqlite_store.subscriptions.add(subscription(query="cat:hep-th"))
    await sqlite_store.subscriptions.pause(paused.id, Pause.PERSON, NOON)

    collector = Collector(sqlite_store, by_category=[listings])
    await collector.round(NOON)
    await collector.tick(NOON + MINUTE, HALF_AN_HOUR)

    assert listings.asked == []
    assert await sqlite_store.sources.all() == []


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("cat:hep-th -survey", ["hep-th"]),
        ("cat:hep-th,q-bio.NC strings", ["hep-th", "q-bio.NC"]),
        ("(cat:gr-qc OR cat:hep-th) -survey", ["gr-qc", "hep-th"]),
        ("cat:nlin", ["nlin.AO", "nlin.CD", "nlin.CG", "nlin.PS", "nlin.SI"]),
        ("strings -cat:hep-th", []),
        ("cat:cmp-lg", []),
    ],
)
async def test_what_subscriptions_ask_for_is_fetched_and_saved(
    sqlite_store: Store, query: str, asked: list[str]
) -> None:
    listings = Listings()
    await wanting(sqlite_store, query, query)

    visits = await Collector(sqlite_store, by_category=[listings]).round(NOON)

    assert sorted(listings.asked) == asked
    assert [visit.papers for visit in visits] == ([len(asked)] if asked else [])
    states = await sqlite_store.category_lists.of(NAME)
    assert sorted(states) == asked
    assert all((state.day, state.new_at, state.outcome) == (TODAY, NOON, BatchOutcome.NEW) for state in states.values())
    assert await sqlite_store.papers.count() == len(asked)


async def test_categories_are_looked_at_between_the_rounds_when_they_are_due(sqlite_store: Store) -> None:
    listings, lists = Listings(), ListsOf()
    await wanting(sqlite_store, "cat:hep-th")
    collector = Collector(sqlite_store, [lists], by_category=[listings])

    await collector.tick(NOON, HALF_AN_HOUR)
    await wanting(sqlite_store, "cat:gr-qc")
    await collector.tick(NOON + 2 * MINUTE, HALF_AN_HOUR)
    await collector.tick(NOON + 29 * MINUTE, HALF_AN_HOUR)
    daily = len(lists.asked)
    await collector.tick(NOON + HALF_AN_HOUR, HALF_AN_HOUR)

    assert listings.asked == ["hep-th", "gr-qc"]
    # a look at a category is no round, so the next round is not put off by it
    assert len(lists.asked) > daily


async def test_a_pass_ends_after_twenty_categories_and_the_next_goes_on(sqlite_store: Store) -> None:
    listings = Listings()
    await wanting(sqlite_store, "cat:math")
    collector = Collector(sqlite_store, by_category=[listings])

    await collector.round(NOON)
    first = len(listings.asked)
    await collector.tick(NOON + MINUTE, HALF_AN_HOUR)

    assert first == 20
    assert len(set(listings.asked)) == len(listings.asked) == 32


async def test_a_category_that_fails_costs_only_itself_and_keeps_what_it_had(sqlite_store: Store) -> None:
    await wanting(sqlite_store, "cat:gr-qc,hep-th,quant-ph")
    listings = Listings()
    collector = Collector(sqlite_store, by_category=[listings])
    await collector.round(NOON)
    listings.fails = lambda category: FetchError(NAME, LOST) if category == "hep-th" else None

    await collector.round(NOON + HOUR)

    states = await sqlite_store.category_lists.of(NAME)
    failed = states["hep-th"]
    assert (failed.failures, failed.trouble, failed.day, failed.new_at) == (1, LOST, TODAY, NOON)
    assert failed.retry_at == NOON + HOUR + 2 * MINUTE
    assert [states[name].new_at for name in ("gr-qc", "quant-ph")] == [NOON + HOUR] * 2
    (source,) = await sqlite_store.sources.all()
    assert (source.trouble, source.succeeded_at, source.new_at) == (NO_TROUBLE, NOON + HOUR, NOON + HOUR)


async def test_an_internal_error_in_one_category_is_told_and_passed_over(sqlite_store: Store) -> None:
    await wanting(sqlite_store, "cat:gr-qc,hep-th")
    listings = Listings(lambda category: ZeroDivisionError() if category == "gr-qc" else None)

    await Collector(sqlite_store, by_category=[listings]).round(NOON)

    states = await sqlite_store.category_lists.of(NAME)
    assert states["gr-qc"].trouble.code is TroubleCode.INTERNAL
    assert states["hep-th"].outcome is BatchOutcome.NEW


async def test_a_source_that_is_down_is_left_alone_after_three_failures(sqlite_store: Store) -> None:
    await wanting(sqlite_store, "cat:nlin")
    listings = Listings(lambda category: FetchError(NAME, LOST))

    (visit,) = await Collector(sqlite_store, by_category=[listings]).round(NOON)

    assert len(listings.asked) == 3
    assert visit.trouble == LOST
    (source,) = await sqlite_store.sources.all()
    assert (source.failures, source.trouble) == (1, LOST)


async def test_too_many_requests_are_answered_with_hours_of_rest_and_the_old_list_stays(sqlite_store: Store) -> None:
    await wanting(sqlite_store, "cat:gr-qc,hep-th")
    listings = Listings()
    collector = Collector(sqlite_store, by_category=[listings])
    await collector.round(NOON)
    refused = RateLimited(NAME, SourceTrouble(TroubleCode.RATE_LIMIT, "429"), NOON + HOUR + 5 * MINUTE)
    listings.fails = lambda category: refused

    for hours in (1, 1.5, 2, 3, 4, 8):
        await collector.round(NOON + hours * HOUR)

    # after one hour, then after another one, after two and after four
    assert len(listings.asked) == 2 + 4
    assert (await sqlite_store.category_lists.of(NAME))["gr-qc"].day == TODAY
    assert await sqlite_store.papers.count() == 2
    (source,) = await sqlite_store.sources.all()
    assert source.retry_at == NOON + 16 * HOUR


async def test_a_source_that_says_how_long_to_wait_is_obeyed(sqlite_store: Store) -> None:
    await wanting(sqlite_store, "cat:hep-th")
    until = NOON + 20 * HOUR
    listings = Listings(lambda category: RateLimited(NAME, SourceTrouble(TroubleCode.RATE_LIMIT, "429"), until))

    await Collector(sqlite_store, by_category=[listings]).round(NOON)

    (source,) = await sqlite_store.sources.all()
    assert source.retry_at == until


async def test_new_papers_are_completed_a_hundred_at_a_time(sqlite_store: Store) -> None:
    class Many(Listings):
        async def batch(self, state: CategoryState, now: datetime) -> CategoryBatch:
            one = await super().batch(state, now)
            ids = [f"2604.{20_000 + number}" for number in range(150)] + ["10.1101/2026.04.01.123456"]
            found = replace(
                one.result,
                papers=tuple(paper(id, categories=("hep-th",)) for id in ids),
                listings=tuple(listing(id, source=NAME) for id in ids),
            )
            return replace(one, result=found)

    await wanting(sqlite_store, "cat:hep-th")
    details = Details()
    collector = Collector(sqlite_store, completing=details, by_category=[Many()])

    await collector.round(NOON)
    await collector.round(NOON + HALF_AN_HOUR)

    assert [len(ids) for ids in details.asked] == [100, 50]
    (found,) = await sqlite_store.papers.many(["2604.20000"])
    assert (found.title, found.published_at, found.code_url) == ("Paper 2604.20000", NOON, "https://github.com/a/b")


async def test_papers_that_the_catalogue_did_not_know_yet_are_asked_for_again(sqlite_store: Store) -> None:
    class Late(Details):
        async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
            found = await super().papers(ids, now)
            return found if len(self.asked) > 1 else replace(found, papers=())

    await wanting(sqlite_store, "cat:hep-th")
    late = Late()
    collector = Collector(sqlite_store, completing=late, by_category=[Listings()])

    await collector.round(NOON)
    for _ in range(2):
        await collector.round(NOON + HALF_AN_HOUR)

    assert late.asked == [["2604.10001"], ["2604.10001"]]


async def test_two_processes_do_not_look_at_the_same_category(sqlite_store: Store) -> None:
    await wanting(sqlite_store, "cat:nlin")
    other = Listings()

    class Slow(Listings):
        """While the first of its lists is read, another process reads the others."""

        async def batch(self, state: CategoryState, now: datetime) -> CategoryBatch:
            if not self.asked:
                await Collector(sqlite_store, by_category=[other]).round(now)
            return await super().batch(state, now)

    slow = Slow()
    await Collector(sqlite_store, by_category=[slow]).round(NOON)

    assert slow.asked == ["nlin.AO"]
    assert sorted(other.asked) == ["nlin.AO", "nlin.CD", "nlin.CG", "nlin.PS", "nlin.SI"]


async def test_doctor_tells_ages_and_late_lists(sqlite_store: Store) -> None:
    await sqlite_store.sources.succeeded(NAME, NOON - HOUR, new=True)
    state = CategoryState(source=NAME, category="hep-th", day=TODAY, outcome=BatchOutcome.NEW)
    await sqlite_store.category_lists.put(state)
    (well,) = await source_ages(sqlite_store, NOON)
    await sqlite_store.category_lists.put(replace(state, outcome=BatchOutcome.STALE))
    (late,) = await source_ages(sqlite_store, NOON)

    assert (well.ok, late.ok) == (True, False)
    assert well.detail.count("60 minutes ago") + well.detail.count("1 hour ago") == 2
    assert all(fact in late.detail for fact in ("hep-th", "stale", str(TODAY)))


async def test_status_tells_late_lists_and_what_is_new(sqlite_store: Store) -> None:
    await sqlite_store.sources.succeeded(NAME, NOON - HOUR, new=True)
    states = [
        CategoryState(source=NAME, category="hep-th", day=TODAY, outcome=BatchOutcome.STALE),
        CategoryState(source=NAME, category="gr-qc", outcome=BatchOutcome.DEFERRED),
        CategoryState(source=NAME, category="cs.AI", outcome=BatchOutcome.PENDING, trouble=LOST),
        *(CategoryState(source=NAME, category=f"math.{n}", outcome=BatchOutcome.STALE) for n in "ABCDEFG"),
        CategoryState(source=NAME, category="quant-ph", outcome=BatchOutcome.PENDING),
        CategoryState(source=NAME, category="math-ph", outcome=BatchOutcome.QUIET),
    ]
    knowledge = Knowledge(papers=1, newest_list=None, newest_observation=None)

    page = status(await sqlite_store.sources.all(), knowledge, NOON, states)

    (row,) = page.sections[0].rows
    told = str(row.text)
    assert all(name in told for name in ("hep-th", "gr-qc", "cs.AI", "math.A"))
    # late lists are counted, and the first few are named; what is not late is not named
    assert not any(name in told for name in ("quant-ph", "math-ph", "math.G"))
    assert "8" in told
    assert "arXiv listings" in str(page.intro)


async def test_status_tells_lists_with_gaps_which_are_no_trouble(sqlite_store: Store) -> None:
    await sqlite_store.sources.succeeded(NAME, NOON - HOUR, new=True)
    states = [
        CategoryState(source=NAME, category="hep-th", day=TODAY, outcome=BatchOutcome.GAP),
        CategoryState(source=NAME, category="gr-qc", day=TODAY, outcome=BatchOutcome.NEW),
    ]
    knowledge = Knowledge(papers=1, newest_list=None, newest_observation=None)

    page = status(await sqlite_store.sources.all(), knowledge, NOON, states)

    (row,) = page.sections[0].rows
    assert "hep-th" in str(row.text)
    assert "gr-qc" not in str(row.text)
    assert "arXiv listings" not in str(page.intro)


async def test_a_batch_after_a_gap_is_stored_as_a_new_one(sqlite_store: Store) -> None:
    class AfterGap(Listings):
        """Its batches come after lists that were missed."""

        async def batch(self, state: CategoryState, now: datetime) -> CategoryBatch:
            return replace(await super().batch(state, now), outcome=BatchOutcome.GAP)

    await wanting(sqlite_store, "cat:hep-th")
    await Collector(sqlite_store, by_category=[AfterGap()]).round(NOON)

    (state,) = await sqlite_store.category_lists.all()
    assert (state.outcome, state.new_at, bool(state.mark)) == (BatchOutcome.GAP, NOON, True)
