"""A database that can't be used: a clear sentence each time, and nothing lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.errors import StoreError
from bot.storage import Store, open_store
from bot.storage.address import parse
from bot.storage.database import Database, open_database
from tests.builders import NOON, paper
from tests.databases import Postgres, sqlite_url
from tests.storage.elsewhere import AS_NOBODY, run
from tests.storage.harvests import harvest

OPENS = """
async with open_store(url):
    print("opened")
"""
OPENS_AS_NOBODY = AS_NOBODY + OPENS
OPENS_WITHOUT_PSYCOPG = "sys.modules['psycopg'] = None" + OPENS
RUNS_OUT_OF_ROOM = """
import resource
async with open_store(url) as store:
    await store.keep(harvest(paper("before")))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
    try:
        await store.keep(harvest(*(paper(str(number), abstract="long " * 1000) for number in range(100))))
    except StoreError as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await store.keep(harvest(paper("afterwards")))
    print(await store.papers.count())
"""
HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%%'"


@pytest.fixture
def readable_directory() -> Iterator[Path]:
    """A directory that everybody may look into: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory


async def opening_fails(url: str) -> str:
    """The sentence with which a store refuses to open."""
    with pytest.raises(StoreError) as refusal:
        async with open_store(url):
            pass
    return str(refusal.value)


async def fill_the_disk(url: str) -> None:
    """Writes more than SQLite is allowed to, with the limit that it calls a full disk."""
    async with open_database(parse(url)) as database, database.write() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 40")
        await connection.exec_driver_sql("CREATE TABLE room AS SELECT randomblob(1000000)")


async def delete_but_for(postgres: Postgres, url: str) -> None:
    """Deletes all papers, but for the server that hangs up within the transaction."""
    async with open_database(parse(url)) as database, database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM papers")
        postgres.execute(HANG_UP)
        await connection.exec_driver_sql("DELETE FROM papers")


async def change_too_slowly(database: Database, *, meanwhile: Awaitable[None]) -> None:
    """Stands still with a note in hand, for longer than a session may that was told to be quick, until others wrote."""
    async with database.write() as connection:
        await connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
        await connection.exec_driver_sql("UPDATE notes SET text = 'by the one that stands still'")
        async with asyncio.timeout(30):
            await meanwhile
        await connection.exec_driver_sql("SELECT 1")


@pytest.mark.parametrize(
    "url",
    ["", "papers.db", "mysql://reader:s3cret@localhost/papers", "postgresql://reader:s3cret@localhost:port/papers"],
    ids=["nothing", "a path", "another kind", "a wrong port"],
)
async def test_an_address_that_is_not_understood_is_answered_with_examples_and_not_quoted(url: str) -> None:
    sentence = await opening_fails(url)

    assert "is invalid" in sentence
    assert "sqlite:///" in sentence
    assert "postgresql://" in sentence
    assert "s3cret" not in sentence


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
async def test_a_database_in_memory_is_refused(url: str) -> None:
    assert "in-memory" in await opening_fails(url)


async def test_directories_are_made(tmp_path: Path) -> None:
    async with open_store(sqlite_url(tmp_path / "some" / "where")) as store:
        await store.check()

    assert (tmp_path / "some" / "where" / "papers.db").is_file()


async def test_a_directory_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    sentence = await opening_fails(sqlite_url(tmp_path / "file" / "data"))

    assert f"The directory {tmp_path / 'file' / 'data'} for the database can't be created: Not a directory" in sentence


def test_a_directory_that_is_not_ours_is_named(readable_directory: Path) -> None:
    sentence = run(OPENS_AS_NOBODY, sqlite_url(readable_directory))

    assert f"{readable_directory}/papers.db can't be opened" in sentence
    assert "may write" in sentence


async def test_a_file_that_is_not_ours_is_named(readable_directory: Path) -> None:
    url = sqlite_url(readable_directory)
    async with open_store(url):
        pass

    sentence = run(OPENS_AS_NOBODY, url)

    assert f"{readable_directory}/papers.db can't be" in sentence
    assert "Paperboy's user" in sentence


async def test_a_directory_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "papers.db").mkdir()

    assert f"{tmp_path / 'papers.db'} can't be opened" in await opening_fails(sqlite_url(tmp_path))


async def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "papers.db").write_text("a shopping list, kept for long\n" * 100)

    sentence = await opening_fails(sqlite_url(tmp_path))

    assert f"{tmp_path / 'papers.db'} is not a database" in sentence
    assert (tmp_path / "papers.db").read_text().startswith("a shopping list")


async def test_damage_is_told(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    async with open_store(url) as store:
        await store.keep(harvest(*(paper(str(number), abstract="long " * 100) for number in range(100))))
    whole = (tmp_path / "papers.db").read_bytes()
    (tmp_path / "papers.db").write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))

    with pytest.raises(StoreError, match=r"papers\.db is damaged: .*malformed"):
        async with open_store(url) as store:
            await store.papers.matching(["paper"], 10)


async def test_a_full_disk_is_told_and_keeps_what_was_there(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    async with open_store(url) as store:
        await store.keep(harvest(paper("before")))

        with pytest.raises(StoreError, match=r"The disk with .*papers\.db is full"):
            await fill_the_disk(url)

        await store.check()
        assert await store.papers.count() == 1


def test_a_disk_that_refuses_within_a_harvest_keeps_what_was_there(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="limits on the size of files are a thing of Unix")

    sentence, count = run(RUNS_OUT_OF_ROOM, sqlite_url(tmp_path)).splitlines()

    assert f"{tmp_path / 'papers.db'} can't be read or written: disk I/O error." in sentence
    assert "only the last change was not made" in sentence
    assert count == "2"


def test_a_driver_that_is_missing_is_told_how_to_get() -> None:
    sentence = run(OPENS_WITHOUT_PSYCOPG, "postgresql://reader:s3cret@localhost/papers")

    assert sentence == (
        "The PostgreSQL database 'papers' on localhost needs a driver: "
        "install Paperboy with its extra 'postgres': pip install '.[postgres]' in the checkout."
    )


async def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    sentence = await opening_fails("postgresql://reader:s3cret@127.0.0.1:1/papers")

    assert sentence.startswith("The PostgreSQL database 'papers' on 127.0.0.1:1 can't be used: ")
    assert "refused" in sentence
    assert "Check that the server is running" in sentence
    assert "s3cret" not in sentence


async def test_a_wrong_password_is_told_without_it(postgres: Postgres) -> None:
    rules = postgres.directory / "pg_hba.conf"
    rules.write_text("local all reader scram-sha-256\n" + rules.read_text())
    postgres.execute("CREATE ROLE reader LOGIN PASSWORD 'right'")
    postgres.execute("SELECT pg_reload_conf()")

    sentence = await opening_fails(postgres.url("postgres").replace("postgres@", "reader:s3cret@"))

    assert 'password authentication failed for user "reader"' in sentence
    assert "user and password are correct" in sentence
    assert "s3cret" not in sentence


async def test_a_database_that_is_not_on_the_server_is_named(postgres: Postgres) -> None:
    assert 'database "nowhere" does not exist' in await opening_fails(postgres.url("nowhere"))


async def test_a_user_who_may_not_make_tables_is_told(postgres: Postgres) -> None:
    postgres.execute("CREATE ROLE guest LOGIN")

    with postgres.database() as url:
        sentence = await opening_fails(url.replace("postgres@", "guest@"))

    assert "permission denied for schema public" in sentence
    assert "Give the user permission to create and alter tables" in sentence


async def test_a_server_that_has_no_connection_left_is_told(postgres: Postgres) -> None:
    postgres.execute("CREATE ROLE crowd LOGIN CONNECTION LIMIT 0")

    with postgres.database() as url:
        sentence = await opening_fails(url.replace("postgres@", "crowd@"))

    assert "too many connections" in sentence


async def test_a_server_where_nobody_may_write_is_found_out_by_a_check(postgres: Postgres) -> None:
    with postgres.database() as url:
        async with open_store(url):
            pass
        postgres.execute(f"ALTER DATABASE {parse(url).database} SET default_transaction_read_only = on")

        async with open_store(url) as store:
            with pytest.raises(StoreError, match=r"read-only transaction.*is read-only"):
                await store.check()


async def test_a_server_that_hangs_up_is_told_and_called_again(postgres: Postgres) -> None:
    with postgres.database() as url:
        async with open_store(url) as store:
            await store.keep(harvest(paper()))

            with pytest.raises(StoreError, match=r"can't be used: .*terminating connection"):
                await delete_but_for(postgres, url)

            postgres.execute(HANG_UP)
            assert await store.papers.count() == 1


async def test_a_process_that_stands_still_in_the_middle_of_a_change_gives_back_its_locks(postgres: Postgres) -> None:
    with postgres.database() as url:
        async with open_store(url) as store, open_database(parse(url)) as database:
            await store.notes.put("tick", "before", NOON)

            async with database.read() as connection:
                assert await connection.scalar(sa.text("SHOW idle_in_transaction_session_timeout")) == "10s"
            with pytest.raises(StoreError, match="idle for too long"):
                await change_too_slowly(database, meanwhile=store.notes.put("tick", "by another", NOON))

            assert await store.notes.get("tick") == ("by another", NOON)


async def test_readers_and_writers_of_one_process_do_not_get_into_each_others_way(store: Store) -> None:
    writes = [store.keep(harvest(paper(str(number)))) for number in range(20)]
    reads = [store.papers.count() for _ in range(20)]

    await asyncio.gather(*writes, *reads)

    assert await store.papers.count() == 20
