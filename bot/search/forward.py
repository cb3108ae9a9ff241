"""Forward index: the packed text of each paper in a file beside the engine's, so that results need not be read from the
store and split into stems again. Blocks.

Records are appended, and the engine stores the position of each paper's record. A record that no paper points to any
more stays until the index is rebuilt.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from pathlib import Path

from bot.domain.private_files import make_file
from bot.search.passages import Passages, dumped, loaded

#: length and checksum of a record
_HEAD = struct.Struct("<II")
#: number of bytes of a paper's id, with which a record begins
_ID_BYTES = struct.Struct("<H")


class BadRecord(ValueError):
    """A position has no valid record."""


class ForwardIndex:
    """Reads the records that have been committed."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raise `OSError` if that is impossible."""
        make_file(path)
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # an empty file cannot be mapped
            self._mapped: mmap.mmap | bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def record(self, position: int) -> bytes:
        """Return the record at a position. Raise `BadRecord` if there is none."""
        start = position + _HEAD.size
        head = self._mapped[position:start]
        if position < 0 or len(head) < _HEAD.size:
            raise BadRecord(f"no record at {position}")
        length, checksum = _HEAD.unpack(head)
        found = self._mapped[start : start + length]
        if zlib.crc32(found) != checksum:
            raise BadRecord(f"record at {position} is damaged")
        return found


class ForwardWriter:
    """Appends records, which can be read after `flush`. One process at a time can write."""

    def __init__(self, path: Path) -> None:
        """Write to the end of a file. Raise `OSError` if it does not exist."""
        self._path = path
        self._written = self._end = path.stat().st_size
        self._unwritten: list[bytes] = []

    def append(self, record: bytes) -> int:
        """Return the position that a record will have."""
        position = self._end
        self._unwritten += (_HEAD.pack(len(record), zlib.crc32(record)), record)
        self._end += _HEAD.size + len(record)
        return position

    def flush(self) -> None:
        """Write everything appended to the disk. Raise `OSError` if that is impossible or the file was deleted.

        After a failure, such as a full disk, it can be called again: what was written in part is overwritten.
        """
        if self._unwritten:
            with self._path.open("r+b") as file:
                file.seek(self._written)
                file.write(b"".join(self._unwritten))
                file.flush()
                os.fsync(file.fileno())
            self._written = self._end
            self._unwritten.clear()


def record_of(paper_id: str, text: Passages) -> bytes:
    """Return the record of a paper."""
    name = paper_id.encode()
    return _ID_BYTES.pack(len(name)) + name + dumped(text).encode()


def id_of(record: bytes) -> str:
    """Return the id of a record's paper."""
    return record[_ID_BYTES.size : _text_start(record)].decode()


def passages_of(record: bytes) -> Passages:
    """Return the passages of a record's paper."""
    return loaded(record[_text_start(record) :].decode())


def _text_start(record: bytes) -> int:
    return _ID_BYTES.size + int(_ID_BYTES.unpack_from(record)[0])
