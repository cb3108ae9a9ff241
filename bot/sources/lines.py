"""The lines of a file that may be packed, and how far one has come."""

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
class Line:
    """One line without its end, and where it stands."""

    place: str
    text: str
    #: whether it is UTF-8; if not, what is wrong in it has been replaced
    utf8: bool = True


class Lines:
    """Iterates over a file's lines, whatever its size; blank ones are skipped."""

    def __init__(self, path: Path) -> None:
        """Raises `FetchError` where there is no such file."""
        self._path = path
        try:
            #: bytes of the file as it lies on the disk
            self.total_bytes = path.stat().st_size
        except OSError as error:
            raise _unreadable(path, error) from error
        #: as many of them as have been read
        self.read_bytes = 0
        #: where a packed file broke off, known once the lines before have been read
        self.damaged_at = ""

    def __iter__(self) -> Iterator[Line]:
        """Every line that can be read. Raises `FetchError` where not even the first one can be."""
        number = 0
        try:
            with self._path.open("rb") as packed:
                for number, line in enumerate(_unpacked(packed), 1):
                    self.read_bytes = packed.tell()
                    if text := line.decode("utf-8", "replace").strip():
                        yield Line(f"{self._path.name} line {number}", text, utf8=_is_utf8(line))
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


def _unpacked(packed: BinaryIO) -> BinaryIO:
    """By what the file holds, not by what it is called."""
    magic = packed.read(2)
    packed.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=packed)) if magic == b"\x1f\x8b" else packed


def _unreadable(path: Path, error: OSError) -> FetchError:
    return FetchError("archive", f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}")
