"""Stars, stories, artifacts and lookups in the store, and the migration that brings their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from bot.domain.artifacts import Artifact, ArtifactKind, LinkedArtifacts
from bot.domain.repositories import RepositoryStars, RepositoryState, StarDay
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.domain.stories import Story
from bot.storage import Store, migrate, open_store
from bot.storage.repositories import KEPT_DAYS
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.databases import connected
from tests.storage.harvests import harvest

DAY = timedelta(days=1)
BEFORE = "0022"


def stars(counts: Sequence[int], repository: str = "lab/code", **facts: object) -> RepositoryStars:
    days = tuple(StarDay(TODAY - age * DAY, count) for age, count in reversed([*enumerate(reversed(counts))]))
    told: dict[str, object] = {"repository": repository, "asked_at": NOON, "days": days, "first_day": days[0].day}
    return RepositoryStars(**(told | facts))  # type: ignore[arg-type]


def story(paper_id: str = "2604.00001", id: str = "1", points: int = 10) -> Story:
    return Story(paper_id=paper_id, story_id=id, points=points, comments=2, posted_at=NOON - DAY)


def models(total: int, *names: str, kind: ArtifactKind = ArtifactKind.MODEL) -> LinkedArtifacts:
    known = tuple(Artifact(kind=kind, name=name, likes=len(names) - place) for place, name in enumerate(names))
    return LinkedArtifacts(paper_id="2604.00001", kind=kind, total=total, artifacts=known)


def signals(*facts: RepositoryStars | Story | LinkedArtifacts, looked_up: tuple[str, ...] = ()) -> FetchResult:
    return FetchResult(
        source="test",
        seen_at=NOON,
        repositories=tuple(fact for fact in facts if isinstance(fact, RepositoryStars)),
        stories=tuple(fact for fact in facts if isinstance(fact, Story)),
        artifacts=tuple(fact for fact in facts if isinstance(fact, LinkedArtifacts)),
        looked_up=looked_up,
    )


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.keep(harvest(paper()))
    return store


async def test_stars_are_read_as_they_were_saved(store: Store) -> None:
    told = stars([0, 3, 5], moved_to="repositories/42")

    saved = await store.keep(signals(told, stars([1], "lab/other")))

    assert await store.repositories.many(["lab/code", "lab/none"]) == {"lab/code": told}
    assert await store.repositories.many(["lab/code"], with_days=False) == {"lab/code": replace(told, days=())}
    assert saved.signals == 3


async def test_only_two_months_of_days_are_kept(store: Store) -> None:
    await store.keep(signals(stars([1] * 200)))
    await store.keep(signals(stars([2] * 200)))

    found = (await store.repositories.many(["lab/code"]))["lab/code"]

    assert len(found.days) == KEPT_DAYS
    assert {each.stars for each in found.days} == {2}
    assert found.first_day == TODAY - 199 * DAY


async def test_the_same_stars_again_are_nothing_new_and_a_new_day_is(store: Store) -> None:
    await store.keep(signals(stars([4, 3, 0])))

    assert (await store.keep(signals(stars([4, 3, 0])))).signals == 0
    assert (await store.keep(signals(stars([4, 3, 9])))).signals == 1


async def test_a_failed_or_missing_repository_keeps_what_was_known(store: Store) -> None:
    told = stars([4, 3], moved_to="repositories/42")
    await store.keep(signals(told))

    for state in (RepositoryState.FAILED, RepositoryState.MISSING):
        later = RepositoryStars(repository="lab/code", asked_at=NOON + DAY, state=state)
        await store.keep(signals(later))

        (found,) = (await store.repositories.many(["lab/code"])).values()
        assert found == replace(told, asked_at=NOON + DAY, state=state)


async def test_repositories_are_counted_by_when_they_were_asked_for(store: Store) -> None:
    await store.keep(signals(stars([1]), stars([1], "lab/old", asked_at=NOON - DAY)))

    assert await store.repositories.asked_since(NOON - DAY / 2) == 1
    assert await store.repositories.asked_since(NOON - DAY) == 2


async def test_code_of_the_newest_lists_comes_first_and_each_url_once(store: Store) -> None:
    def listed(id: str, days_ago: int, url: str) -> list[object]:
        day = TODAY - days_ago * DAY
        return [paper(id, code_url=url, listed_on=day), listing(id, day)]

    told = [
        *listed("2604.00001", 3, "https://github.com/lab/three"),
        *listed("2604.00002", 1, "https://github.com/lab/one"),
        *listed("2604.00003", 2, "https://github.com/lab/one"),
        *listed("2604.00004", 0, ""),
        *listed("2604.00005", 9, "https://github.com/lab/nine"),
    ]
    await store.keep(harvest(*told))  # type: ignore[arg-type]

    assert await store.repositories.code_urls(TODAY - 5 * DAY, 9) == [
        "https://github.com/lab/one",
        "https://github.com/lab/three",
    ]


async def test_stories_about_stored_papers_are_kept_with_their_newest_counts(filled: Store) -> None:
    first = await filled.keep(signals(story(), story("2604.99999"), story(id="2")))
    again = await filled.keep(signals(story(points=90)))

    found = await filled.stories.many(["2604.00001", "2604.99999"])

    assert (first.signals, first.rejected, again.signals) == (2, (), 0)
    assert {each.story_id: each.points for each in found["2604.00001"]} == {"1": 90, "2": 10}
    assert "2604.99999" not in found


async def test_artifacts_are_replaced_kind_by_kind(filled: Store) -> None:
    dataset = models(1, "lab/data", kind=ArtifactKind.DATASET)
    first = await filled.keep(signals(models(5, "lab/a", "lab/b"), dataset))
    again = await filled.keep(signals(models(6, "lab/b", "lab/c"), models(0, kind=ArtifactKind.SPACE)))

    assert await filled.artifacts.of("2604.00001") == (models(6, "lab/b", "lab/c"), dataset)
    assert (first.signals, again.signals) == (6, 1)
    assert await filled.artifacts.of("2604.00002") == ()


async def test_artifacts_that_are_gone_are_not_shown(filled: Store) -> None:
    await filled.keep(signals(models(2, "lab/a", "lab/b")))
    await filled.keep(signals(models(0)))

    assert await filled.artifacts.of("2604.00001") == ()


async def test_a_lookup_is_remembered_for_stored_papers(filled: Store) -> None:
    await filled.keep(signals(looked_up=("2604.00001", "2604.99999")))

    assert await filled.lookups.of("2604.00001") == {"test": NOON}
    assert await filled.lookups.of("2604.99999") == {}


async def test_what_is_said_of_an_alias_is_said_of_the_paper(store: Store) -> None:
    doi = "10.1038/s41586-024-07487-w"
    await store.keep(harvest(paper(aliases=(doi,))))

    await store.keep(signals(story(doi), looked_up=(doi, "2604.00001")))

    assert list(await store.stories.many([doi, "2604.00001"])) == ["2604.00001"]
    assert await store.lookups.of("2604.00001") == {"test": NOON}


async def test_signals_follow_a_paper_that_is_joined_to_another(store: Store) -> None:
    preprint = "10.1101/2026.04.02.573456"
    await store.keep(harvest(paper(preprint, server="biorxiv", listed_on=None)))
    told = replace(models(3, "lab/a"), paper_id=preprint)
    await store.keep(signals(story(preprint, "1"), story(preprint, "2"), told, looked_up=(preprint,)))

    await store.keep(harvest(paper("2604.00001", aliases=(preprint,))))
    found = await store.stories.many([preprint, "2604.00001"])

    assert {each.story_id for each in found["2604.00001"]} == {"1", "2"}
    assert preprint not in found
    assert await store.artifacts.of("2604.00001") == (replace(told, paper_id="2604.00001"),)
    # it is looked up again under its new id
    assert await store.lookups.of("2604.00001") == await store.lookups.of(preprint) == {}


async def test_signals_do_not_count_as_news_about_papers_and_votes(filled: Store) -> None:
    before = filled.learned

    await filled.keep(signals(stars([1]), story(), models(1, "lab/a"), looked_up=("2604.00001",)))

    assert filled.learned == before


async def test_what_a_source_brought_last_is_remembered_through_failures(store: Store) -> None:
    await store.sources.succeeded("github", NOON, new=True)
    await store.sources.failed("github", NOON + DAY, SourceTrouble(TroubleCode.DNS), None)
    await store.sources.succeeded("github", NOON + 2 * DAY)

    (state,) = await store.sources.all()

    assert (state.new_at, state.succeeded_at, state.failures) == (NOON, NOON + 2 * DAY, 0)


async def test_an_unreadable_row_costs_only_itself(store_url: str, filled: Store) -> None:
    await filled.keep(
        signals(stars([1, 2]), stars([3], "lab/other"), story(), story(id="2"), models(2, "lab/a", "lab/b"))
    )
    with connected(store_url) as connection:
        for statement in (
            "UPDATE repositories SET state = 'odd' WHERE repository = 'lab/other'",
            "UPDATE artifact_totals SET kind = 'poster' WHERE kind = 'dataset'",
            "UPDATE artifacts SET kind = 'poster' WHERE name = 'lab/a'",
        ):
            connection.execute(sa.text(statement))

    assert list(await filled.repositories.many(["lab/code", "lab/other"])) == ["lab/code"]
    assert [each.name for linked in await filled.artifacts.of("2604.00001") for each in linked.artifacts] == ["lab/b"]


async def test_a_populated_database_of_the_schema_before_is_migrated(database_url: str) -> None:
    with connected(database_url) as connection:
        migrate.version_table.create(connection)
        command.upgrade(migrate.alembic_config(connection), BEFORE)
        connection.execute(
            sa.text(
                "INSERT INTO sources (name, tried_at, succeeded_at, failures, trouble) VALUES"
                " ('huggingface', '2026-04-24 12:00:00+00:00', '2026-04-24 12:00:00+00:00', 0, '')"
            )
        )

    async with open_store(database_url) as store:
        (state,) = await store.sources.all()
        await store.keep(harvest(paper(), listing(), observation()))
        await store.keep(signals(stars([1, 2]), story(), models(1, "lab/a"), looked_up=("2604.00001",)))

        assert (state.name, state.succeeded_at, state.new_at) == ("huggingface", NOON, None)
        assert list(await store.repositories.many(["lab/code"])) == ["lab/code"]
        assert list(await store.stories.many(["2604.00001"])) == ["2604.00001"]
        assert await store.artifacts.of("2604.00001") == (models(1, "lab/a"),)
