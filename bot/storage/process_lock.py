"""Process lock: only one process delivers from a SQLite file; others may read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.errors import StoreError
from bot.storage.address import is_sqlite, parse


@contextmanager
def serving(url: str) -> Iterator[None]:
    """Hold the lock of a SQLite file; PostgreSQL needs none, because any number of processes may deliver from it.

    The operating system releases the lock when the process ends. Raise `StoreError` if it is held by another
    process.
    """
    address = parse(url)
    if not is_sqlite(address):
        yield
        return
    import fcntl  # not available on Windows

    path = Path(f"{address.database}.serving")
    with _opened(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(_taken(str(address.database), path)) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"The lock file {path} can't be written: {error.strerror}. It keeps a second process from delivering."
        ) from error
    try:
        yield handle
    finally:
        os.close(handle)


def _taken(database: str, path: Path) -> str:
    return (
        f"Another Paperboy already uses {database} (process {path.read_text() or 'unknown'}). Only one can "
        "deliver from a SQLite file: stop the other one, or move to PostgreSQL with `paperboy migrate`."
    )
