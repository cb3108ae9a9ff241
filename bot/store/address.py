"""Where the database is: from a URL as an operator writes it to one that the drivers understand."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from bot.errors import StoreError
from bot.private_files import make_directory

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

#: how long a process waits for another one that writes, before it gives up (SQLite)
BUSY_SECONDS = 20
#: how long to wait for a server that does not answer, and when to ask whether one that is silent is still there
#: (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS)
POSTGRESQL_WAITS = {
    "connect_timeout": "10",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "40000",
}


def parse(url: str) -> sa.URL:
    """The URL with our driver and our time-outs; what the operator says of them, as in `?connect_timeout=30`, wins.

    Raises `StoreError`, which never quotes the URL: it may hold a password.
    """
    try:
        given = sa.make_url(url)
        driver = DRIVERS[given.get_backend_name()]
    except (ArgumentError, KeyError, ValueError) as error:
        raise StoreError(
            "The address of the database is not understood. It looks like sqlite:////var/lib/paperboy/papers.db "
            "or postgresql://user:password@host/database."
        ) from error
    waits = {"timeout": str(BUSY_SECONDS)} if is_sqlite(given) else POSTGRESQL_WAITS
    return given.set(drivername=driver, query={**waits, **given.query})


def is_sqlite(url: sa.URL) -> bool:
    """Whether the database is one file on this machine."""
    return url.get_backend_name() == "sqlite"


def describe(url: sa.URL) -> str:
    """What a person calls the database, to begin a sentence with; never with a password."""
    if is_sqlite(url):
        return str(url.database)
    host = url.host or url.query.get("host") or "this machine"
    port = f":{url.port}" if url.port else ""
    return f"The PostgreSQL database {url.database!r} on {host}{port}"


def make_room(url: sa.URL) -> None:
    """Makes the directory of a SQLite file. Raises `StoreError` where that cannot be."""
    if url.database in (None, "", ":memory:"):
        raise StoreError("Paperboy keeps its papers in a file; a database in memory would forget them.")
    directory = Path(str(url.database)).parent
    try:
        make_directory(directory)
    except OSError as error:
        raise StoreError(
            f"The directory {directory} for the database cannot be made: {error.strerror}. "
            "Make it yourself, let Paperboy write there, or choose another place."
        ) from error
