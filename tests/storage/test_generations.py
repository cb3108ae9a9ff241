"""The number and the moment that tell a copy of a database from its original."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import Store, open_store
from tests.builders import NOON
from tests.databases import connected, made_sqlite

HOUR = timedelta(hours=1)


async def test_a_generation_is_raised_by_one_or_above_that_of_another_copy(store: Store) -> None:
    first = await store.generations.read(NOON)

    numbers = []
    for other in (0, 0, 7, 3):
        raised = await store.generations.surpass(replace(first, number=other), NOON)
        numbers.append(raised.number)

    assert first.number == 0
    assert numbers == [1, 2, 8, 9]
    assert (await store.generations.read(NOON)).number == 9


async def test_its_moment_never_goes_back_with_the_clock(store: Store) -> None:
    first = await store.generations.read(NOON)

    moments = [(await store.generations.surpass(first, NOON + hours * HOUR)).raised_at for hours in (2, 1, 3)]

    assert moments == [NOON + 2 * HOUR, NOON + 2 * HOUR, NOON + 3 * HOUR]


async def test_the_newest_that_was_committed_is_remembered(store: Store) -> None:
    first = await store.generations.read(NOON)
    second = await store.generations.surpass(first, NOON)

    for generation in (first, None):
        store.generations.committed(generation)

    assert store.generations.newest == second


async def test_an_unreadable_generation_counts_as_the_first_and_is_reported_and_a_good_one_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = made_sqlite(tmp_path)
    with connected(url) as connection:
        # an unreadable row is reported once per process, and copies of the file have the same id
        connection.execute(sa.text("UPDATE generations SET database_id = 'read by this test only'"))
    async with open_store(url) as store:
        good = await store.generations.read(NOON)
    assert not [each for each in caplog.records if "generations" in str(each.__dict__)]
    with connected(url) as connection:
        connection.execute(sa.text("UPDATE generations SET generation = 'many', raised_at = 'never'"))

    async with open_store(url) as store:
        found = await store.generations.read(NOON)

    assert (found.database_id, found.number) == (good.database_id, 0)
    assert [each for each in caplog.records if "generations" in str(each.__dict__)]


async def test_a_database_without_a_row_is_given_one_when_it_is_raised(tmp_path: Path) -> None:
    url = made_sqlite(tmp_path)
    async with open_store(url) as store:
        first = await store.generations.read(NOON)
    with connected(url) as connection:
        connection.execute(sa.text("DELETE FROM generations"))

    async with open_store(url) as store:
        raised = await store.generations.surpass(replace(first, number=3), NOON)

    assert (raised.number, raised.raised_at) == (4, NOON)
    assert raised.database_id not in ("", first.database_id)


async def test_a_database_without_a_row_is_given_one_when_it_is_read(store: Store, store_url: str) -> None:
    before = await store.generations.read(NOON)
    with connected(store_url) as connection:
        connection.execute(sa.text("DELETE FROM generations"))

    first, again = [await store.generations.read(NOON) for _ in range(2)]

    assert first.database_id not in ("", before.database_id)
    assert first.number == 0
    assert again == first


async def test_a_database_without_one_gets_an_id_that_stays(store: Store) -> None:
    first, again = [await store.generations.read(NOON) for _ in range(2)]

    assert first.database_id
    assert again == first
