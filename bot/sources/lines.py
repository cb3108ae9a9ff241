"""Line reader for plain or gzip files, with progress."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from bot.domain.errors import FetchError

_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """One line without its line ending, and its position."""

    place: str
    text: str
    #: whether it is valid UTF-8; otherwise invalid bytes were replaced
    utf8: bool = True


class Lines:
    """Iterates over the non-empty lines of a file of any size."""

    def __init__(self, path: Path) -> None:
        """Raise `FetchError` if the file does not exist."""
        self._path = path
        try:
            #: size of the file on disk
            self.total_bytes = path.stat().st_size
        except OSError as error:
            raise _unreadable(path, error) from error
        #: number of bytes read so far
        self.read_bytes = 0
        #: position at which a compressed file is damaged; set after the lines before it were read
        self.damaged_at = ""

    def __iter__(self) -> Iterator[ArchiveLine]:
        """Yield every readable line. Raise `FetchError` if the file cannot be read."""
        number = 0
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(_decompressed(file), 1):
                    self.read_bytes = file.tell()
                    if text := line.decode("utf-8", "replace").strip():
                        yield ArchiveLine(f"{self._path.name} line {number}", text, utf8=_is_utf8(line))
        except _DAMAGE:
            self.damaged_at = f"{self._path.name} after line {number}"
        except OSError as error:
            raise _unreadable(self._path, error) from error


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decompressed(file: BinaryIO) -> BinaryIO:
    """Return a decompressing reader if the content is gzip, whatever the file name."""
    magic = file.read(2)
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if magic == b"\x1f\x8b" else file


def _unreadable(path: Path, error: OSError) -> FetchError:
    return FetchError("archive", f"{path.name} can't be read: {(error.strerror or str(error)).lower()}")
