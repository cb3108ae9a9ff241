"""How the sources have been doing."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.sources import SourceState
from bot.storage import Store
from tests.builders import NOON

LATER = NOON + timedelta(hours=1)


async def test_a_store_begins_without_any_source(store: Store) -> None:
    assert await store.sources.all() == []


async def test_failures_in_a_row_are_counted(store: Store) -> None:
    await store.sources.succeeded("huggingface", NOON)

    await store.sources.failed("huggingface", NOON + timedelta(minutes=30), "HTTP 500", LATER)
    await store.sources.failed("huggingface", LATER, "no answer in 20 s", LATER + timedelta(hours=2))

    assert await store.sources.all() == [
        SourceState(
            name="huggingface",
            tried_at=LATER,
            succeeded_at=NOON,
            failures=2,
            retry_at=LATER + timedelta(hours=2),
            trouble="no answer in 20 s",
        )
    ]


async def test_a_success_forgets_the_failures(store: Store) -> None:
    await store.sources.failed("arxiv", NOON, "HTTP 503", LATER)

    await store.sources.succeeded("arxiv", LATER)

    assert await store.sources.all() == [SourceState(name="arxiv", tried_at=LATER, succeeded_at=LATER)]


async def test_a_source_that_never_answered_has_no_success(store: Store) -> None:
    await store.sources.failed("arxiv", NOON, "HTTP 503", None)

    (state,) = await store.sources.all()

    assert state.succeeded_at is None
    assert state.failures == 1


async def test_sources_stand_by_name(store: Store) -> None:
    await store.sources.succeeded("huggingface", NOON)
    await store.sources.succeeded("arxiv", NOON)

    assert [state.name for state in await store.sources.all()] == ["arxiv", "huggingface"]
