"""Files and directories that nobody else on the machine can read: addresses of people and keys are in them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_FILE, _DIRECTORY = 0o600, 0o700
#: what Paperboy makes in its data directory
_OURS = ("paperboy.*", "search-*", "history", "ledger-*.mark")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """From now on everything that this process makes is its user's alone, whichever library makes it."""
    os.umask(_OTHERS)


def make_directory(path: Path) -> None:
    """Make a directory and what is missing above it, all of them private. Raise `OSError`.

    What is there already stays as it is: it may be /tmp or /var/lib, which others need.
    """
    missing = []
    place = path
    while not place.exists():
        missing.append(place)
        place = place.parent
    for each in reversed(missing):
        # somebody else may be making it, too
        with suppress(FileExistsError):
            each.mkdir(_DIRECTORY)
    # where this is a file, the same error as always
    path.mkdir(exist_ok=True)


def make_file(path: Path) -> None:
    """Make a private file where there is none. Raise `OSError`.

    One that is there is not opened: closing it would drop every lock that SQLite holds on it in this process, as POSIX
    locks are the process's and not the file handle's.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE))


def tighten(path: Path) -> None:
    """Take a file or directory of ours from everybody else; another user's, or a link, stays as it is."""
    with suppress(OSError):
        found = path.lstat()
        plain = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
        if plain and found.st_uid == os.geteuid() and found.st_mode & _OTHERS:
            path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)


def tighten_all(directory: Path) -> None:
    """The same for a directory and for everything in it."""
    for path in _within(directory):
        tighten(path)


def tighten_data(directory: Path) -> None:
    """The same for a data directory with what Paperboy has in it; in one that others use too, only for that."""
    if not _shared(directory):
        tighten(directory)
        for path in directory.glob("*"):
            if path.is_file():
                tighten(path)
    for pattern in _OURS:
        for path in directory.glob(pattern):
            tighten_all(path)


def _shared(directory: Path) -> bool:
    """Whether others may have business there: a home, the root, a directory as /tmp is."""
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
