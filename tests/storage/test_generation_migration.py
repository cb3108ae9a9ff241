"""A populated database of schema 0006 becomes one with a generation, and loses nothing on the way."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.services.delivery.retry_policy import End
from bot.storage import open_store
from bot.storage.address import parse
from tests.databases import Postgres, sqlite_url
from tests.storage.former import add_row, add_subscription, former_schema
from tests.storage.ledger import DUE, HOUR, LEASE

BEFORE = "0006"
STATES = [state.value for state in DeliveryState]


@pytest.fixture
def old(database_url: str) -> str:
    """A database of the schema before, with a row of each state."""
    fill(database_url)
    return database_url


def fill(url: str) -> None:
    with former_schema(url, BEFORE) as connection:
        for number, state in enumerate(STATES, 1):
            add_subscription(connection, chat=str(number), next_at=DUE)
            add_row(
                connection,
                "deliveries",
                subscription_id=number,
                surface="test",
                chat=str(number),
                thread="",
                local_date=DUE.date(),
                due_at=DUE,
                state=state,
                late=False,
                visible_at=DUE,
                attempts=int(state != "planned"),
                failures=0,
                owner="",
                note="a note",
                digest_id="d",
                changed_at=DUE,
            )


async def test_every_row_is_there_and_has_no_code_yet(old: str) -> None:
    async with open_store(old) as store:
        rows = await store.deliveries.find()
        generation = await store.generations.read(DUE)

        assert sorted(row.state.value for row in rows) == sorted(STATES)
        assert {(row.reason, row.expires_at, row.notice_at, row.note) for row in rows} == {
            (DeliveryReason.NONE, None, None, "a note")
        }
        assert (generation.number, generation.raised_at) == (0, datetime(1970, 1, 1, tzinfo=UTC))


async def test_what_was_open_is_claimed_and_ended_as_before(old: str) -> None:
    async with open_store(old) as store:
        taken = await store.deliveries.claim("test", "a", DUE + HOUR, LEASE, 9)
        end = End(DeliveryState.FAILED, DeliveryReason.REFUSED, "no")
        await store.deliveries.end([each.attempt for each in taken], end.state, end.detail, DUE, code=end.code)
        ended = await store.deliveries.find(state=DeliveryState.FAILED)

    assert len(taken) == 3
    assert [row.reason for row in ended if row.id in {each.id for each in taken}] == [DeliveryReason.REFUSED] * 3


async def test_a_copy_of_the_old_schema_gets_the_id_of_its_original(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    fill(url)
    (tmp_path / "copy").mkdir()
    shutil.copy(str(parse(url).database), tmp_path / "copy" / "papers.db")

    ids = []
    for each in (url, sqlite_url(tmp_path / "copy")):
        async with open_store(each) as store:
            ids.append((await store.generations.read(DUE)).database_id)

    assert ids[0] == ids[1]


async def test_two_new_databases_have_ids_of_their_own(tmp_path: Path, postgres: Postgres) -> None:
    ids = set()
    with postgres.schema() as elsewhere:
        for url in (sqlite_url(tmp_path), elsewhere):
            async with open_store(url) as store:
                await store.deliveries.of(Chat("test", "1"), 1)
                ids |= {(await store.generations.read(DUE)).database_id for _ in range(2)}

    assert len(ids) == 2
