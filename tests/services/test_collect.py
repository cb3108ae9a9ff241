from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest

from bot.domain.errors import FetchError, RateLimited
from bot.domain.papers import Paper
from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult, Rejected
from bot.services.collecting import Collector, lists_due
from bot.services.visits import retry_at
from bot.storage import Store
from tests.builders import NOON, TODAY, listing, observation, paper

HOUR = timedelta(hours=1)
SERVER_ERROR = SourceTrouble(TroubleCode.STATUS, "500")


class ListsOf:
    """A source with one paper on each day's list, whose votes are what `votes` says."""

    name = "huggingface"

    def __init__(self, votes: Callable[[datetime], int] = lambda now: 5) -> None:
        self.asked: list[date] = []
        self._votes = votes

    async def day(self, day: date, now: datetime) -> FetchResult:
        self.asked.append(day)
        id = f"{day:%y%m}.{day.toordinal() % 100_000:05}"
        return FetchResult(
            source=self.name,
            seen_at=now,
            day=day,
            papers=(paper(id, listed_on=day),),
            listings=(listing(id, day),),
            observations=(observation(id, votes=self._votes(now), seen_at=now),),
            requests=1,
        )


class Told:
    """Lists that tell of these papers."""

    name = "huggingface"

    def __init__(self, *papers: Paper) -> None:
        self._papers = papers

    async def day(self, day: date, now: datetime) -> FetchResult:
        return FetchResult(source=self.name, seen_at=now, day=day, papers=self._papers)


class Failing:
    """A source that fails in its own way, whatever it is asked."""

    def __init__(self, error: FetchError) -> None:
        self.name = error.source
        self.asked = 0
        self._error = error

    async def day(self, day: date, now: datetime) -> FetchResult:
        self.asked += 1
        raise self._error

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        self.asked += 1
        raise self._error

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        self.asked += 1
        raise self._error


class Categories:
    """A catalogue that knows the categories of every paper, and other titles than the lists."""

    name = "arxiv"

    def __init__(self, abstract: str = "") -> None:
        self._abstract = abstract

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        known = tuple(Paper(id=id, title="Another title", abstract=self._abstract, categories=("cs.LG",)) for id in ids)
        return FetchResult(source=self.name, seen_at=now, papers=known, requests=1)

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        return FetchResult(source=self.name, seen_at=now)


def sample() -> FetchResult:
    return FetchResult(source="sample", seen_at=NOON, papers=(paper("2604.09999"),), listings=(listing("2604.09999"),))


def test_a_new_store_reads_today_first_and_then_a_month_back() -> None:
    assert lists_due(NOON, {}) == [TODAY - timedelta(days=age) for age in range(31)]


@pytest.mark.parametrize(
    ("age_days", "hours_since", "due"),
    [
        (0, 0, True),
        (1, 0, True),
        (2, 1, False),
        (2, 2, True),
        (5, 5, False),
        (5, 6, True),
        (20, 23, False),
        (20, 24, True),
    ],
)
def test_the_older_a_list_the_less_often_it_is_read(age_days: int, hours_since: int, due: bool) -> None:
    day = TODAY - timedelta(days=age_days)

    assert (day in lists_due(NOON, {day: NOON - hours_since * HOUR})) is due


def test_each_failure_doubles_the_wait_up_to_four_hours() -> None:
    waits = [(retry_at(NOON, failures) - NOON) / timedelta(minutes=1) for failures in (1, 2, 3, 7, 8, 50)]

    assert waits == [2, 4, 8, 128, 240, 240]


async def test_a_round_keeps_papers_lists_and_what_was_seen(store: Store) -> None:
    (visit,) = await Collector(store, [ListsOf()]).round(NOON)

    assert (visit.papers, visit.observations, visit.requests, visit.trouble) == (9, 9, 9, NO_TROUBLE)
    assert await store.listed_days(TODAY, 30) == [TODAY - timedelta(days=age) for age in range(9)]


async def test_later_rounds_add_observations_and_fill_in_the_month(store: Store) -> None:
    collector = Collector(store, [ListsOf(votes=lambda now: 5 if now == NOON else 8)])

    await collector.round(NOON)
    await collector.round(NOON + HOUR)

    history = (await store.histories(TODAY, TODAY, NOON - HOUR, NOON + HOUR))[0]
    assert [seen.votes for seen in history.observations] == [5, 8]
    assert len(await store.listed_days(TODAY, 60)) == 16


async def test_a_source_that_is_down_does_not_stop_the_others(store: Store) -> None:
    lost = SourceTrouble(TroubleCode.CONNECTION_LOST)
    down = Failing(FetchError("other", lost))

    visits = await Collector(store, [down, ListsOf()]).round(NOON)

    assert {visit.source: visit.trouble for visit in visits} == {"other": lost, "huggingface": NO_TROUBLE}
    assert await store.papers.count() == 9


async def test_a_source_that_failed_is_left_alone_until_its_wait_is_over(store: Store) -> None:
    down = Failing(FetchError("huggingface", SERVER_ERROR))
    collector = Collector(store, [down])

    await collector.round(NOON)
    await collector.round(NOON + timedelta(minutes=1))
    await collector.round(NOON + timedelta(minutes=2))

    assert down.asked == 2
    (state,) = await store.sources.all()
    assert (state.failures, state.trouble, state.retry_at) == (2, SERVER_ERROR, NOON + timedelta(minutes=6))


async def test_a_rate_limit_is_obeyed_to_the_letter(store: Store) -> None:
    later = NOON + timedelta(seconds=1337)
    limited = Failing(RateLimited("huggingface", "answered 429", later))
    collector = Collector(store, [limited])

    await collector.round(NOON)
    await collector.round(later - timedelta(seconds=1))
    await collector.round(later)

    assert limited.asked == 2


async def test_success_forgets_the_trouble(store: Store) -> None:
    await Collector(store, [Failing(FetchError("huggingface", SERVER_ERROR))]).round(NOON)

    await Collector(store, [ListsOf()]).round(NOON + HOUR)

    (state,) = await store.sources.all()
    assert (state.failures, state.trouble, state.succeeded_at) == (0, NO_TROUBLE, NOON + HOUR)


async def test_arxiv_adds_categories_and_leaves_the_rest_as_it_was(store: Store) -> None:
    await Collector(store, [ListsOf()], Categories()).round(NOON)

    (history,) = await store.histories(TODAY, TODAY, NOON - HOUR, NOON)
    assert history.paper.categories == ("cs.LG",)
    assert history.paper.title == f"Paper {history.paper.id}"


async def test_old_papers_without_categories_are_looked_for_once_a_day_after_none_was_left(store: Store) -> None:
    old = FetchResult(source="archive", seen_at=NOON - timedelta(days=900), papers=(paper("2401.00001"),))
    collector = Collector(store, [], Categories())
    await collector.round(NOON)
    await store.keep(old)

    await collector.round(NOON + HOUR)
    soon = await store.papers.get("2401.00001")
    await collector.round(NOON + timedelta(days=1))
    later = await store.papers.get("2401.00001")

    assert soon
    assert soon.categories == ()
    assert later
    assert later.categories == ("cs.LG",)


HOLED, WHOLE = "We propose , a detector.", "We propose Dual, a detector."


async def test_an_abstract_that_lost_a_word_is_taken_from_the_catalogue_and_stays(store: Store) -> None:
    lists = [Told(paper("2604.00001", abstract=HOLED), paper("2604.00002", abstract="Whole."))]
    for hour in range(2):
        await Collector(store, lists, Categories(abstract=WHOLE)).round(NOON + hour * HOUR, [TODAY])

    assert [found.abstract for found in await store.papers.many(["2604.00001", "2604.00002"])] == [WHOLE, "Whole."]


async def test_a_hole_stays_where_nobody_knows_better(store: Store) -> None:
    await Collector(store, [Told(paper("2604.00001", abstract=HOLED))], Categories()).round(NOON, [TODAY])

    (found,) = await store.papers.many(["2604.00001"])
    assert found.abstract == HOLED


async def test_without_any_answer_an_empty_store_gets_the_sample(store: Store) -> None:
    down = Failing(FetchError("huggingface", "cannot be reached"))

    await Collector(store, [down], sample=sample).round(NOON)

    assert await store.papers.get("2604.09999") is not None


async def test_a_store_that_knows_papers_never_gets_the_sample(store: Store) -> None:
    await Collector(store, [ListsOf()], sample=sample).round(NOON)

    assert await store.papers.get("2604.09999") is None


async def test_a_rejected_paper_is_counted_and_the_rest_goes_in(store: Store) -> None:
    class OneBad(ListsOf):
        async def day(self, day: date, now: datetime) -> FetchResult:
            good = await super().day(day, now)
            return FetchResult(
                source=good.source, seen_at=now, day=day, papers=good.papers, rejected=(Rejected("item 7", "no title"),)
            )

    (visit,) = await Collector(store, [OneBad()]).round(NOON)

    assert (visit.papers, visit.rejected) == (9, 9)


async def test_a_round_is_due_after_the_pace_whichever_way_the_clock_jumped(store: Store) -> None:
    collector = Collector(store, [ListsOf()])
    assert await collector.due(NOON, HOUR)

    await collector.round(NOON)

    assert not await collector.due(NOON + timedelta(minutes=59), HOUR)
    assert await collector.due(NOON + HOUR, HOUR)
    assert await collector.due(NOON - 2 * HOUR, HOUR)
