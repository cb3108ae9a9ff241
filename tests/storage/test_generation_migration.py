"""A populated database of schema 0006 becomes one with a generation, and loses nothing on the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from bot.domain.deliveries import DeliveryState
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.services.delivery.retry_policy import End
from bot.storage import migrate, open_store
from bot.storage.address import parse
from tests.databases import Postgres, connected, sqlite_url
from tests.storage.ledger import DUE, HOUR, LEASE

BEFORE = "0006"
_SUBSCRIPTION = """
INSERT INTO subscriptions (surface, chat, thread, query, "at", zone, days, announced, size, threshold, empty, silent,
                           role, next_at, paused, created_at)
VALUES ('test', '{chat}', '', '', '09:00:00.000000', 'Europe/Berlin', 127, {no}, 10, 0, 'note', {no}, '', '{due}', '',
        '{due}')
"""
_DELIVERY = """
INSERT INTO deliveries (subscription_id, surface, chat, thread, local_date, due_at, state, late, visible_at, attempts,
                        failures, owner, note, digest_id, changed_at)
VALUES ({number}, 'test', '{number}', '', '2026-04-24', '{due}', '{state}', {no}, '{due}', {attempts}, 0, '', 'a note',
        'd', '{due}')
"""
STATES = [state.value for state in DeliveryState]


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the schema before, with a row of each state."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path)
        fill(url)
        yield url
        return
    with request.getfixturevalue("postgres").schema() as url:
        fill(url)
        yield url


def fill(url: str) -> None:
    with connected(url) as connection:
        command.upgrade(migrate.alembic_config(connection), BEFORE)
        sqlite = connection.dialect.name == "sqlite"
        facts = {
            "no": "0" if sqlite else "false",
            "due": f"{DUE:%Y-%m-%d %H:%M:%S}.000000" + ("" if sqlite else "+00"),
        }
        for number, state in enumerate(STATES, 1):
            connection.execute(sa.text(_SUBSCRIPTION.format(chat=number, **facts)))
            connection.execute(
                sa.text(_DELIVERY.format(number=number, state=state, attempts=int(state != "planned"), **facts))
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
