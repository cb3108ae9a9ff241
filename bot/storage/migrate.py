"""Schema migrations: creates or upgrades a database.

Importing Alembic takes 0.4 s, so it is imported only when needed: most starts only read the version, and a new
database is created from the declared schema.
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
#: newest migration: file names start with the revision, and a test compares it with Alembic's
HEAD = max(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))

#: key of an advisory lock, so that only one process migrates at a time
LOCK = 7_270_273

version_table = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


async def bring_up_to_date(database: Database) -> None:
    """Create or upgrade the schema in one transaction. Raise `StoreError` if that is impossible."""
    async with database.read() as connection:
        if await connection.run_sync(find_version, describe(database.url)) == HEAD:
            return
    async with (
        open_database(database.url, foreign_keys=False, patient=True) as migrating,
        migrating.write() as connection,
    ):
        await connection.run_sync(_migrate, describe(database.url))


def find_version(connection: sa.Connection, place: str) -> str | None:
    """Return the version of the schema; "" before the first one, None for an empty database.

    Raise `StoreError` for a database that is newer than this Paperboy or belongs to another program.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if version_table.name not in tables:
        if taken := sorted(tables & metadata.tables.keys()):
            raise StoreError(f"{place} has a table {taken[0]!r} of another program. Paperboy needs its own database.")
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
    """Return Alembic's configuration without a file, bound to an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _migrate(connection: sa.Connection, place: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    # read again while holding the lock
    version = find_version(connection, place)
    if version is None:
        create(connection)
    elif version != HEAD:
        upgrade(connection)


def create(connection: sa.Connection) -> None:
    """Create all declared tables and set the version."""
    metadata.create_all(connection, checkfirst=False)
    # set at creation, so that every copy has the same id
    connection.execute(generations.insert(), first_row())
    version_table.create(connection)
    connection.execute(version_table.insert(), {"version_num": HEAD})


def upgrade(connection: sa.Connection) -> None:
    """Run all missing migrations in the connection's transaction."""
    from alembic import command

    command.upgrade(alembic_config(connection), "head")
