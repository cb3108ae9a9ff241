"""Keeping a harvest: all or nothing, never erased, never overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.sources import Rejected
from bot.storage import SaveResult, Store
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.storage.harvests import harvest

EARLIER = NOON - timedelta(hours=6)
LATER = NOON + timedelta(hours=6)

WHOLE = paper(
    title="On Computable Numbers",
    abstract="The computable numbers may be described briefly.",
    summary="Some numbers cannot be computed.",
    summary_by="Summary by Paperboy",
    authors=("Alan Turing", "Ada Lovelace"),
    organization="King's College",
    categories=("cs.LO", "math.LO"),
    keywords=("machines", "decidability"),
    published_at=datetime(1936, 11, 12, tzinfo=UTC),
    code_url="https://github.com/example/machine",
    project_url="https://example.org/machine",
    thumbnail_url="https://pictures.example.org/machine.png",
)
BARE = paper(title="", authors=(), listed_on=None)


async def test_every_field_of_a_paper_comes_back(store: Store) -> None:
    await store.keep(harvest(WHOLE, listing()))

    assert await store.papers.get(WHOLE.id) == WHOLE


async def test_what_was_added_is_counted(store: Store) -> None:
    first = await store.keep(harvest(paper("1"), paper("2"), listing("1"), observation("1"), observation("2")))
    second = await store.keep(harvest(paper("2"), paper("3"), listing("1"), observation("2"), observation("3")))

    assert first == SaveResult(new=frozenset({"1", "2"}), listings=1, observations=2)
    assert second == SaveResult(new=frozenset({"3"}), listings=0, observations=1)


async def test_an_empty_harvest_changes_nothing(store: Store) -> None:
    kept = await store.keep(harvest())

    assert kept == SaveResult(new=frozenset(), listings=0, observations=0)
    assert await store.papers.count() == 0


async def test_what_a_newer_harvest_leaves_empty_is_not_erased(store: Store) -> None:
    await store.keep(harvest(WHOLE, listing()))

    await store.keep(harvest(BARE, seen_at=LATER))

    assert await store.papers.get(WHOLE.id) == WHOLE


async def test_a_newer_harvest_replaces_what_it_tells(store: Store) -> None:
    await store.keep(harvest(WHOLE, listing()))

    await store.keep(
        harvest(replace(BARE, title="On Computable Numbers, 2nd ed.", categories=("cs.CC",)), seen_at=LATER)
    )

    expected = replace(WHOLE, title="On Computable Numbers, 2nd ed.", categories=("cs.CC",))
    assert await store.papers.get(WHOLE.id) == expected


async def test_an_older_harvest_that_is_kept_late_only_fills_gaps(store: Store) -> None:
    await store.keep(harvest(replace(BARE, title="The new title"), listing()))

    await store.keep(harvest(replace(WHOLE, title="The old title"), seen_at=EARLIER))

    assert await store.papers.get(WHOLE.id) == replace(WHOLE, title="The new title")


async def test_an_older_harvest_does_not_make_a_paper_older(store: Store) -> None:
    await store.keep(harvest(replace(WHOLE, title="The newest"), seen_at=LATER))
    await store.keep(harvest(replace(WHOLE, title="The oldest"), seen_at=EARLIER))

    await store.keep(harvest(replace(WHOLE, title="In between")))

    found = await store.papers.get(WHOLE.id)
    assert found is not None
    assert found.title == "The newest"


async def test_a_summary_brings_its_own_writer_along(store: Store) -> None:
    await store.keep(harvest(WHOLE))

    await store.keep(harvest(replace(BARE, summary="Machines stop, or not.", summary_by=""), seen_at=LATER))

    found = await store.papers.get(WHOLE.id)
    assert found is not None
    assert (found.summary, found.summary_by) == ("Machines stop, or not.", "")


async def test_an_observation_is_never_overwritten(store: Store) -> None:
    await store.keep(harvest(paper(), observation(votes=10, comments=1)))

    await store.keep(harvest(paper(), observation(votes=99), seen_at=LATER))

    history = await store.history("2604.00001", LATER)
    assert history is not None
    assert history.observations == (observation(votes=10, comments=1),)


async def test_the_same_moment_in_another_zone_is_the_same_moment(store: Store) -> None:
    india = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    await store.keep(harvest(paper(), observation(votes=10)))

    kept = await store.keep(harvest(observation(votes=10, seen_at=india)))

    assert kept.observations == 0


async def test_an_observation_of_the_past_finds_its_place(store: Store) -> None:
    await store.keep(harvest(paper(), observation(votes=10)))

    await store.keep(harvest(observation(votes=3, seen_at=EARLIER)))

    history = await store.history("2604.00001", NOON)
    assert history is not None
    assert [seen.votes for seen in history.observations] == [3, 10]


async def test_a_paper_that_nobody_told_of_is_rejected_and_the_rest_is_kept(store: Store) -> None:
    kept = await store.keep(harvest(paper("1"), observation("1"), observation("2"), listing("3"), listing("1")))

    assert kept == SaveResult(
        new=frozenset({"1"}),
        listings=1,
        observations=1,
        rejected=(
            Rejected("2", "nothing is known of this paper"),
            Rejected("3", "nothing is known of this paper"),
        ),
    )


async def test_papers_may_come_first_and_observations_later(store: Store) -> None:
    await store.keep(harvest(paper()))

    kept = await store.keep(harvest(observation(), listing()))

    assert kept == SaveResult(new=frozenset(), listings=1, observations=1)


async def test_a_harvest_that_fails_at_its_last_row_leaves_nothing(store: Store) -> None:
    await store.keep(harvest(paper("1", title="As it was")))
    papers = [paper(str(number), title="As it would be") for number in range(1, 40)]
    naive = observation("39", seen_at=NOON.replace(tzinfo=None))

    with pytest.raises(Exception, match="without a time zone"):
        await store.keep(harvest(*papers, listing("1"), observation("1"), naive, day=TODAY))

    found = await store.papers.get("1")
    assert found is not None
    assert found.title == "As it was"
    assert await store.papers.count() == 1
    assert await store.newest_observation_at() is None
    assert await store.fetched("huggingface") == {}
    assert await store.listed_days(TODAY, 10) == []


async def test_a_store_goes_on_after_a_harvest_that_failed(store: Store) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        await store.keep(harvest(paper(), observation(seen_at=NOON.replace(tzinfo=None))))

    kept = await store.keep(harvest(paper(), observation()))

    assert kept == SaveResult(new=frozenset({paper().id}), listings=0, observations=1)


async def test_a_paper_that_comes_twice_in_a_harvest_is_kept_once(store: Store) -> None:
    kept = await store.keep(harvest(paper(title="First"), paper(title="Second"), observation(), observation()))

    assert kept == SaveResult(new=frozenset({paper().id}), listings=0, observations=1)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Größe, 数学, العربية and 🤗", "Größe, 数学, العربية and 🤗"),
        ("a \0 NUL", "a  NUL"),
        ("half a pair \ud83e", "half a pair ?"),
        ("Robert'); DROP TABLE papers;--", "Robert'); DROP TABLE papers;--"),
        ('100 % of "_" \\ \n', '100 % of "_" \\ \n'),
    ],
    ids=["unicode", "NUL", "surrogate", "SQL", "signs"],
)
async def test_any_text_can_be_kept(store: Store, told: str, kept: str) -> None:
    await store.keep(harvest(paper(title=told, abstract=told, authors=(told, "Ada Lovelace"), keywords=(told,))))

    found = await store.papers.get("2604.00001")
    assert found is not None
    assert (found.title, found.abstract, found.authors, found.keywords) == (kept, kept, (kept, "Ada Lovelace"), (kept,))


async def test_thousands_of_papers_fit_into_one_harvest(sqlite_store: Store) -> None:
    ids = [f"26{number:02}.{serial:05}" for number in range(1, 4) for serial in range(1000)]

    kept = await sqlite_store.keep(harvest(*map(paper, ids), *map(listing, ids), *map(observation, ids)))

    assert kept == SaveResult(new=frozenset(ids), listings=3000, observations=3000)
    assert [found.id for found in await sqlite_store.papers.many(ids)] == ids


async def test_a_check_leaves_nothing(store: Store) -> None:
    await store.check()
    await store.check()

    assert await store.sources.all() == []
