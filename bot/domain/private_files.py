"""File permissions: private files and directories, because they contain people's addresses and keys."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_FILE, _DIRECTORY = 0o600, 0o700
#: patterns of what Paperboy creates in its data directory
_OWN_PATTERNS = ("paperboy.*", "search-*", "history", "ledger-*.mark")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """Set the umask so that everything this process creates is private, whichever library creates it."""
    os.umask(_OTHERS)


def make_directory(path: Path) -> None:
    """Create a directory and its missing parents with private permissions. Raise `OSError`.

    Existing directories are left unchanged, as they may be shared, such as /tmp or /var/lib.
    """
    missing = []
    place = path
    while not place.exists():
        missing.append(place)
        place = place.parent
    for each in reversed(missing):
        # another process may create it at the same time
        with suppress(FileExistsError):
            each.mkdir(_DIRECTORY)
    # raises the usual error if the path is a file
    path.mkdir(exist_ok=True)


def make_file(path: Path) -> None:
    """Create a private file if there is none. Raise `OSError`.

    An existing one is not opened: closing it would release all of SQLite's locks on it in this process, because
    POSIX locks belong to the process and not to the file handle.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE))


def tighten(path: Path) -> None:
    """Remove the permissions of group and others, unless another user owns the path or it is a link."""
    with suppress(OSError):
        found = path.lstat()
        plain = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
        if plain and found.st_uid == os.geteuid() and found.st_mode & _OTHERS:
            path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)


def tighten_all(directory: Path) -> None:
    """Tighten a directory and everything in it."""
    for path in _within(directory):
        tighten(path)


def tighten_data(directory: Path) -> None:
    """Tighten a data directory and its files; in a shared directory only the files of Paperboy."""
    if not _is_shared(directory):
        tighten(directory)
        for path in directory.glob("*"):
            if path.is_file():
                tighten(path)
    for pattern in _OWN_PATTERNS:
        for path in directory.glob(pattern):
            tighten_all(path)


def _is_shared(directory: Path) -> bool:
    """Return whether others may use the directory: a home, the root, a sticky directory such as /tmp."""
    try:
        mode = directory.stat().st_mode
        real = directory.resolve()
    except OSError:
        return True
    return bool(mode & stat.S_ISVTX) or real in (Path(real.anchor), _home())


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:
        return None


def _within(directory: Path) -> Iterator[Path]:
    yield directory
    for parent, directories, files in os.walk(directory):
        yield from (Path(parent, name) for name in (*directories, *files))
