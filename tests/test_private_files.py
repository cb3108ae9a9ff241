"""Nobody else on the machine can read what Paperboy keeps."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.console.prompt import session
from bot.app.cli.app import open_app
from bot.app.settings import Settings
from bot.domain.private_files import keep_private, make_directory, make_file, tighten, tighten_data
from bot.sources import sample
from bot.storage.process_lock import serving
from tests.process.shipped import Paperboy

#: as most systems have it: everybody may read
EVERYBODY_READS = 0o022


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(EVERYBODY_READS)
    yield
    os.umask(before)


def readable_by_others(directory: Path) -> list[str]:
    """Return everything in a directory, itself included, that somebody else may read, write or enter."""
    found = [directory, *directory.rglob("*")]
    return [f"{path} {stat.S_IMODE(path.stat().st_mode):o}" for path in found if path.stat().st_mode & 0o077]


def chosen(directory: Path) -> Settings:
    return Settings(data_dir=directory, offline=True, _env_file=None)


async def used(settings: Settings) -> None:
    """Write to the store, the index, the prompt's history and the lock of who serves."""
    async with open_app(settings, lambda: sample.AS_OF) as app:
        assert app.finder is not None
        await app.store.keep(sample.load())
        await app.finder.follow()
        with serving(settings.database):
            session((), settings.data_dir / "history").history.append_string("/help")
            assert {path.name for path in settings.data_dir.iterdir()} >= {
                *("paperboy.db", "paperboy.db-wal", "paperboy.db-shm", "paperboy.db.serving", "history")
            }
            assert readable_by_others(settings.data_dir) == []


async def test_everything_in_a_fresh_data_directory_is_its_users_alone(tmp_path: Path) -> None:
    await used(chosen(tmp_path / "new" / "data"))

    assert readable_by_others(tmp_path / "new") == []
    assert any((tmp_path / "new" / "data").glob("search-*/*"))


async def test_what_is_there_with_wider_modes_is_tightened(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    await used(chosen(directory))
    for path in (directory, *directory.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)

    await used(chosen(directory))

    assert readable_by_others(directory) == []


async def test_the_shipped_command_makes_private_files(tmp_path: Path) -> None:
    ended = await Paperboy(tmp_path / "data")("papers", "agents")

    assert ended.code == 0
    assert readable_by_others(tmp_path / "data") == []


def test_a_file_that_is_there_keeps_the_locks_of_this_process(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.db"
    make_file(path)
    program = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    with path.open("w") as handle:
        fcntl.lockf(handle, fcntl.LOCK_EX)
        make_file(path)
        other = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)

    assert "BlockingIOError" in other.stderr


def test_whatever_a_library_makes_is_its_users_alone(tmp_path: Path) -> None:
    keep_private()
    (tmp_path / "file").write_text("x")
    (tmp_path / "directory").mkdir()

    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "directory").stat().st_mode) == 0o700


def test_a_directory_above_that_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_directory(tmp_path / "a" / "b")
    make_directory(tmp_path / "a" / "b")

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert readable_by_others(tmp_path / "a") == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="exists"):
        make_directory(tmp_path / "file")


def test_a_directory_that_others_use_too_stays_open_and_so_do_their_files(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    for name in ("paperboy.db", "somebodys"):
        (tmp_path / name).touch(0o644)

    tighten_data(tmp_path)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"paperboy.db": 0o600, "somebodys": 0o644}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


def test_a_link_is_not_followed_and_what_is_gone_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch(0o644)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    tighten(tmp_path / "link")
    tighten(tmp_path / "gone")
    tighten_data(tmp_path / "gone")

    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o644
