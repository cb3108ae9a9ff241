"""How the sources have been doing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble, TroubleCode
from bot.domain.sources import SourceState
from bot.storage import Store, migrate
from tests.builders import NOON
from tests.databases import connected

LATER = NOON + timedelta(hours=1)


async def test_a_store_begins_without_any_source(store: Store) -> None:
    assert await store.sources.all() == []


async def test_failures_in_a_row_are_counted(store: Store) -> None:
    await store.sources.succeeded("huggingface", NOON)

    await store.sources.failed(
        "huggingface", NOON + timedelta(minutes=30), SourceTrouble(TroubleCode.STATUS, "500"), LATER
    )
    await store.sources.failed(
        "huggingface", LATER, SourceTrouble(TroubleCode.TIMEOUT, "20 s"), LATER + timedelta(hours=2)
    )

    assert await store.sources.all() == [
        SourceState(
            name="huggingface",
            tried_at=LATER,
            succeeded_at=NOON,
            failures=2,
            retry_at=LATER + timedelta(hours=2),
            trouble=SourceTrouble(TroubleCode.TIMEOUT, "20 s"),
        )
    ]


async def test_a_success_forgets_the_failures(store: Store) -> None:
    await store.sources.failed("arxiv", NOON, SourceTrouble(TroubleCode.STATUS, "503"), LATER)

    await store.sources.succeeded("arxiv", LATER)

    assert await store.sources.all() == [SourceState(name="arxiv", tried_at=LATER, succeeded_at=LATER)]


async def test_a_source_that_never_answered_has_no_success(store: Store) -> None:
    await store.sources.failed("arxiv", NOON, SourceTrouble(TroubleCode.STATUS, "503"), None)

    (state,) = await store.sources.all()

    assert state.succeeded_at is None
    assert state.failures == 1


async def test_sources_stand_by_name(store: Store) -> None:
    await store.sources.succeeded("huggingface", NOON)
    await store.sources.succeeded("arxiv", NOON)

    assert [state.name for state in await store.sources.all()] == ["arxiv", "huggingface"]


@pytest.mark.parametrize("code", [code for code in TroubleCode if code])
async def test_every_trouble_is_read_as_it_was_stored(sqlite_store: Store, code: TroubleCode) -> None:
    trouble = SourceTrouble(code, "20 s")

    await sqlite_store.sources.failed("arxiv", NOON, trouble, None)

    (state,) = await sqlite_store.sources.all()
    assert state.trouble == trouble
    assert str(state.trouble)


def test_what_earlier_versions_wrote_in_words_becomes_the_detail(database_url: str) -> None:
    insert = sa.text("INSERT INTO sources (name, failures, trouble) VALUES (:name, :failures, :trouble)")
    with connected(database_url) as connection:
        command.upgrade(migrate.alembic_config(connection), "0015")
        connection.execute(insert, {"name": "arxiv", "failures": 2, "trouble": "no answer within 20 s"})
        connection.execute(insert, {"name": "huggingface", "failures": 0, "trouble": ""})

        migrate.upgrade(connection)

        rows = connection.execute(sa.text("SELECT trouble, trouble_detail FROM sources ORDER BY name")).all()
    assert [SourceTrouble(TroubleCode(row.trouble), row.trouble_detail) for row in rows] == [
        SourceTrouble(TroubleCode.OTHER, "no answer within 20 s"),
        NO_TROUBLE,
    ]
