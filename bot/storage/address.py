"""Database URLs: validation, drivers and connection timeouts."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import StoreError
from bot.domain.private_files import make_directory

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

#: SQLite: seconds to wait for the lock of another process that is writing
BUSY_SECONDS = 20
#: timeouts for connecting and for detecting a dead server
#: (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS)
POSTGRESQL_WAITS = {
    "connect_timeout": "10",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "40000",
}


def parse(url: str) -> sa.URL:
    """Return the URL with our driver and timeouts; query parameters of the operator, such as `?connect_timeout=30`,
    win.

    Raise `StoreError`, which never quotes the URL because it may contain a password.
    """
    try:
        given = sa.make_url(url)
        driver = DRIVERS[given.get_backend_name()]
    except (ArgumentError, KeyError, ValueError) as error:
        raise StoreError(
            "The database URL is invalid. It looks like sqlite:////var/lib/paperboy/papers.db "
            "or postgresql://user:password@host/database."
        ) from error
    waits = {"timeout": str(BUSY_SECONDS)} if is_sqlite(given) else POSTGRESQL_WAITS
    return given.set(drivername=driver, query={**waits, **given.query})


def is_sqlite(url: sa.URL) -> bool:
    """Return whether the database is a SQLite file."""
    return url.get_backend_name() == "sqlite"


def describe(url: sa.URL) -> str:
    """Return a name for the database to start a sentence with; never contains a password."""
    if is_sqlite(url):
        return str(url.database)
    host = url.host or url.query.get("host") or "this machine"
    port = f":{url.port}" if url.port else ""
    return f"The PostgreSQL database {url.database!r} on {host}{port}"


def make_room(url: sa.URL) -> None:
    """Create the directory of a SQLite file. Raise `StoreError` if that fails."""
    if url.database in (None, "", ":memory:"):
        raise StoreError("Paperboy needs a database file; an in-memory database would lose everything at the end.")
    directory = Path(str(url.database)).parent
    try:
        make_directory(directory)
    except OSError as error:
        raise StoreError(
            f"The directory {directory} for the database can't be created: {error.strerror}. "
            "Create it yourself, give Paperboy write permission, or choose another path."
        ) from error
