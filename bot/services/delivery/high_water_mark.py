"""High-water mark: the newest generation of each database in which messages were sent, in a file outside of it.

A restored copy of the database does not know what was sent after it was made. The mark does, as it is stored in the
data directory, in one file per database.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.domain.log import Log
from bot.domain.private_files import make_directory, make_file
from bot.storage.generations import Generation

log = Log(__name__)

#: fixed length of the file in characters, so that one write replaces it, also on a full disk
_LENGTH = 256
#: seconds between two calls of fsync. A killed process loses nothing; after a power failure the mark may be older,
#: which is harmless.
_SYNC_SECONDS = 1.0


class HighWaterMark:
    """Reads and raises the marks of one directory; several processes may share it."""

    def __init__(self, directory: Path | None) -> None:
        """Without a directory the mark is not stored."""
        self._directory = directory
        self._synced_at = -_SYNC_SECONDS
        self._unsynced = False
        #: why the mark cannot be written, in a sentence; empty if it can
        self.trouble = ""

    async def read(self, database_id: str) -> Generation | None:
        """Return the mark of a database; None if there is no readable one."""
        return await asyncio.to_thread(self._read, database_id) if self._directory else None

    async def raise_to(self, generation: Generation) -> None:
        """Store a generation unless a higher one is stored. Never raises, because sending does not depend on it."""
        if self._directory:
            await asyncio.to_thread(self._raise_to, self._directory, generation)

    def _path(self, directory: Path, database_id: str) -> Path:
        return directory / f"ledger-{database_id}.mark"

    def _read(self, database_id: str) -> Generation | None:
        if self._directory is None:
            return None
        path = self._path(self._directory, database_id)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._complain(path, error)
            return None
        found = _parsed(content)
        if found is None or found.database_id != database_id:
            log.warning("high-water mark not readable", path=str(path))
            return None
        return found

    def _raise_to(self, directory: Path, generation: Generation) -> None:
        path = self._path(directory, generation.database_id)
        try:
            make_directory(directory)
            with _locked(path) as handle:
                there = _parsed(os.pread(handle, _LENGTH, 0))
                if there is None or there.database_id != generation.database_id or generation.is_ahead_of(there):
                    os.pwrite(handle, _written(generation), 0)
                    os.ftruncate(handle, _LENGTH)
                    self._unsynced = True
                if self._unsynced and time.monotonic() - self._synced_at >= _SYNC_SECONDS:
                    os.fsync(handle)
                    self._unsynced, self._synced_at = False, time.monotonic()
            self.trouble = ""
        except OSError as error:
            self._complain(path, error)

    def _complain(self, path: Path, error: OSError) -> None:
        if self.trouble:
            return
        self.trouble = (
            f"The file {path} cannot be used: {error.strerror}. Digests are sent all the same, but a copy of the "
            "database that is put back would send again what was sent after it was made."
        )
        log.warning("no high-water mark", reason=self.trouble)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open a file with an exclusive lock and return its descriptor."""
    import fcntl  # there is none on Windows

    make_file(path)
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _written(generation: Generation) -> bytes:
    facts = {
        "database": generation.database_id,
        "generation": generation.number,
        "raised_at": generation.raised_at.isoformat(),
    }
    text = json.dumps(facts)
    line = f"{text} {zlib.crc32(text.encode()):08x}"
    return line.ljust(_LENGTH - 1).encode() + b"\n"


def _parsed(content: bytes) -> Generation | None:
    """Return the generation in a file; None if it is empty, truncated or damaged."""
    text, _, checksum = content.decode(errors="replace").strip().rpartition(" ")
    if not text or checksum != f"{zlib.crc32(text.encode()):08x}":
        return None
    facts = json.loads(text)
    return Generation(
        database_id=facts["database"],
        number=facts["generation"],
        raised_at=datetime.fromisoformat(facts["raised_at"]),
    )
