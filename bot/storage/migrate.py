"""Brings a database to the schema that this Paperboy declares.

Alembic takes 0.4 s to import, so it stays out of the way: one look at the version is all that most starts need, and a
fresh database is created from the declaration.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.domain.errors import StoreError
from bot.storage.address import describe
from bot.storage.database import Database, open_database
from bot.storage.generations import first_row
from bot.storage.schema import generations, metadata

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
#: the newest migration: each file's name begins with its revision, and a test checks that Alembic agrees
HEAD = max(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))

#: any number; it is the same in every Paperboy, so that only one of them migrates at a time
LOCK = 7_270_273

version_table = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


async def bring_up_to_date(database: Database) -> None:
    """Creates or migrates, in one transaction, whatever is behind. Raises `StoreError` where nothing is to be done."""
    async with database.read() as connection:
        if await connection.run_sync(find_version, describe(database.url)) == HEAD:
            return
    async with (
        open_database(database.url, foreign_keys=False, patient=True) as migrating,
        migrating.write() as connection,
    ):
        await connection.run_sync(_migrate, describe(database.url))


def find_version(connection: sa.Connection, place: str) -> str | None:
    """The version of the schema; "" before the first, None in an empty database.

    Raises `StoreError` for a database that is newer than this Paperboy or not Paperboy's.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if version_table.name not in tables:
        if taken := sorted(tables & metadata.tables.keys()):
            raise StoreError(f"{place} has a table {taken[0]!r} of somebody else's. Paperboy needs its own database.")
        return None
    version = connection.scalar(sa.select(version_table.c.version_num)) or ""
    if not re.fullmatch(r"\d{4}|", version):
        raise StoreError(f"{place} belongs to another program. Paperboy needs its own database.")
    if version > HEAD:
        raise StoreError(
            f"{place} was written by a newer Paperboy (schema {version}, this one knows {HEAD}): "
            "upgrade Paperboy or use another database."
        )
    return version


def alembic_config(connection: sa.Connection) -> Config:
    """Alembic's configuration without a file, bound to an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _migrate(connection: sa.Connection, place: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    # looked up again, now that nobody else can change it
    version = find_version(connection, place)
    if version is None:
        create(connection)
    elif version != HEAD:
        upgrade(connection)


def create(connection: sa.Connection) -> None:
    """Every table as declared, and the version that says so."""
    metadata.create_all(connection, checkfirst=False)
    # from the start, so that every copy has the same id
    connection.execute(generations.insert(), first_row())
    version_table.create(connection)
    connection.execute(version_table.insert(), {"version_num": HEAD})


def upgrade(connection: sa.Connection) -> None:
    """Runs every migration that is missing, in the connection's transaction."""
    from alembic import command

    command.upgrade(alembic_config(connection), "head")
