"""One schema: declared, created and migrated alike on both databases."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from bot.domain.errors import StoreError
from bot.storage import Store, migrate, open_store
from bot.storage.address import parse
from bot.storage.database import open_database
from bot.storage.schema import metadata
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.databases import connected
from tests.storage.harvests import harvest


def flat(facts: Mapping[str, object]) -> Iterator[str]:
    """What an index says of itself, its conditions among it."""
    for name, fact in sorted(facts.items()):
        yield from flat(fact) if isinstance(fact, Mapping) else [f"{name}: {fact}"]


def shape(connection: sa.Connection) -> dict[str, object]:
    """Everything that a database says of its tables, fit to be compared."""
    inspector = sa.inspect(connection)
    return {
        table: (
            [column | {"type": str(column["type"])} for column in inspector.get_columns(table)],
            inspector.get_pk_constraint(table),
            inspector.get_foreign_keys(table),
            [list(flat(index)) for index in inspector.get_indexes(table)],
            inspector.get_unique_constraints(table),
            inspector.get_check_constraints(table),
        )
        for table in sorted(inspector.get_table_names())
    }


def test_migrations_lead_to_the_declared_schema(database_url: str) -> None:
    with connected(database_url) as connection:
        migrate.upgrade(connection)

        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_a_fresh_database_is_what_the_migrations_would_have_made(database_url: str) -> None:
    with connected(database_url) as connection:
        migrate.create(connection)
        created = shape(connection)
        metadata.drop_all(connection)
        migrate.version_table.drop(connection)

        migrate.upgrade(connection)

        assert shape(connection) == created


def test_the_known_version_is_that_of_the_newest_migration(database_url: str) -> None:
    with connected(database_url) as connection:
        scripts = ScriptDirectory.from_config(migrate.alembic_config(connection))

    assert scripts.get_current_head() == migrate.HEAD


def test_partial_indexes_carry_their_condition_whatever_database_was_opened_before() -> None:
    script = """
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from bot.storage.schema import deliveries
for dialect in (postgresql.dialect(), sqlite.dialect()):
    for index in sorted(deliveries.indexes, key=lambda each: str(each.name)):
        print(sa.schema.CreateIndex(index).compile(dialect=dialect))
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    statements = [line for line in done.stdout.splitlines() if "_again" in line or "_fresh" in line]
    assert len(statements) == 4
    assert all(" WHERE state " in line for line in statements)


async def test_a_store_tells_its_version(store: Store) -> None:
    assert store.version == migrate.HEAD


async def test_a_database_that_is_behind_is_migrated_when_it_is_opened(database_url: str) -> None:
    with connected(database_url) as connection:
        migrate.version_table.create(connection)

    async with open_store(database_url) as store:
        await store.keep(harvest(paper()))

    with connected(database_url) as connection:
        assert connection.scalar(sa.select(migrate.version_table.c.version_num)) == migrate.HEAD


async def test_what_was_kept_is_there_when_the_store_is_opened_again(database_url: str) -> None:
    async with open_store(database_url) as store:
        await store.keep(harvest(paper()))

    async with open_store(database_url) as store:
        assert await store.papers.count() == 1


async def test_stores_that_open_at_once_on_a_fresh_database_find_one_schema(database_url: str) -> None:
    async def keep_one(number: int) -> None:
        async with open_store(database_url) as store:
            await store.keep(harvest(paper(str(number))))

    await asyncio.gather(*map(keep_one, range(8)))

    async with open_store(database_url) as store:
        assert await store.papers.count() == 8


def test_a_first_start_does_without_alembic(database_url: str) -> None:
    script = f"""
import asyncio, sys
from bot.storage import open_store
async def start():
    async with open_store({database_url!r}) as store:
        await store.check()
asyncio.run(start())
print("alembic" in sys.modules, "sqlalchemy.dialects.postgresql" in sys.modules)
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == f"False {database_url.startswith('postgresql')}\n"


@pytest.mark.parametrize("version", ["0999", "1000"])
async def test_a_database_of_a_newer_paperboy_is_left_alone(database_url: str, version: str) -> None:
    async with open_store(database_url) as store:
        await store.keep(harvest(paper()))
    with connected(database_url) as connection:
        connection.execute(sa.update(migrate.version_table), {"version_num": version})

    with pytest.raises(StoreError, match=f"newer Paperboy.*schema {version}.*knows {migrate.HEAD}.*upgrade Paperboy"):
        async with open_store(database_url):
            pass

    with connected(database_url) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM papers")) == 1


async def test_a_database_with_the_migrations_of_another_program_is_left_alone(database_url: str) -> None:
    async with open_store(database_url):
        pass
    with connected(database_url) as connection:
        connection.execute(sa.update(migrate.version_table), {"version_num": "ae1027a6acf"})

    with pytest.raises(StoreError, match="belongs to another program"):
        async with open_store(database_url):
            pass


async def test_a_table_of_somebody_else_is_left_alone(database_url: str) -> None:
    with connected(database_url) as connection:
        connection.execute(sa.text("CREATE TABLE papers (wallpaper TEXT)"))

    with pytest.raises(StoreError, match="has a table 'papers' of another program"):
        async with open_store(database_url):
            pass

    with connected(database_url) as connection:
        assert sa.inspect(connection).get_table_names() == ["papers"]


async def test_a_migration_may_rebuild_a_table_that_others_point_to(database_url: str) -> None:
    def widen(connection: sa.Connection) -> None:
        with Operations(MigrationContext.configure(connection)).batch_alter_table("papers", recreate="auto") as batch:
            batch.alter_column("title", nullable=True)

    async with open_store(database_url) as store:
        await store.keep(harvest(paper(), listing(), observation()))

        async with open_database(parse(database_url), foreign_keys=False) as migrating, migrating.write() as connection:
            await connection.run_sync(widen)

        assert len(await store.histories(TODAY, TODAY, NOON, NOON)) == 1
