"""What holds when somebody else has been at the files of the index."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.cli.app import open_app
from bot.app.settings import Settings
from bot.query import parse
from bot.search.finder import Finder
from bot.search.index import Index
from bot.search.schema import VERSION
from bot.storage import Store
from tests.builders import NOON, TODAY, paper
from tests.storage.harvests import harvest

PAPERS = [paper(f"2604.1{n:04}", title=f"Word{n % 50} of zebrafish {n}", abstract=f"rare{n} " * 20) for n in range(300)]
ENGINE = (".idx", ".term", ".pos", ".store", ".fast", ".fieldnorm", "")
ROBOT = paper("2604.00003", title="Robots")

Harm = Callable[[Path], None]


def scrambled(file: Path) -> None:
    whole = file.read_bytes()
    # in place: a mapped file must not become shorter, not even for a moment
    with file.open("r+b") as handle:
        handle.write(bytes(byte ^ 0x55 for byte in whole[: len(whole) // 2]))


def gone(file: Path) -> None:
    file.unlink()


async def first(finder: Finder, text: str) -> str | None:
    """The id of the best answer; None where the index has just been found to be damaged."""
    found = await finder.find(parse(text, TODAY), 3)
    return found.ids[0] if found and found.ids else None


@pytest.mark.parametrize("harm", [scrambled, gone])
async def test_an_index_that_is_harmed_while_it_is_used_is_made_anew(
    sqlite_store: Store, tmp_path: Path, harm: Harm
) -> None:
    await sqlite_store.keep(harvest(*PAPERS))
    finder = await Finder.open(sqlite_store, tmp_path)
    await finder.follow()
    for file in finder.index.directory.iterdir():
        if file.suffix in ENGINE:
            harm(file)
    await sqlite_store.keep(harvest(ROBOT, seen_at=NOON + timedelta(hours=1)))

    for question in ("zebrafish", "rare7", '"of zebrafish"', "robots"):
        await first(finder, question)
    await finder.follow()

    assert await first(finder, "robots") == ROBOT.id
    assert await first(finder, "rare7") == "2604.10007"
    await finder.close()


@pytest.mark.parametrize("harm", [scrambled, gone])
async def test_an_index_that_is_harmed_between_two_starts_is_made_anew(
    sqlite_store: Store, tmp_path: Path, harm: Harm
) -> None:
    await sqlite_store.keep(harvest(*PAPERS))
    finder = await Finder.open(sqlite_store, tmp_path)
    await finder.follow()
    await finder.close()
    for file in finder.index.directory.iterdir():
        harm(file)

    again = await Finder.open(sqlite_store, tmp_path)
    await again.follow()
    before = await first(again, "rare7")
    await again.follow()

    assert before in (None, "2604.10007")
    assert await first(again, "rare7") == "2604.10007"
    await again.close()


async def test_two_finders_of_one_directory_both_find_everything(sqlite_store: Store, tmp_path: Path) -> None:
    one, other = await Finder.open(sqlite_store, tmp_path), await Finder.open(sqlite_store, tmp_path)

    for day, new in enumerate(PAPERS[:6]):
        await sqlite_store.keep(harvest(new, seen_at=NOON + timedelta(days=day)))
        await one.follow()
        await other.follow()

    await one.follow()
    assert await first(one, "rare5") == await first(other, "rare5") == "2604.10005"
    assert (await one.status())[0] == (await other.status())[0] == 6
    await one.close()
    await other.close()


async def test_where_no_index_can_be_it_is_kept_elsewhere(tmp_path: Path) -> None:
    (tmp_path / f"search-{VERSION}").write_text("a file of somebody else")

    async with open_app(Settings(data_dir=tmp_path), lambda: NOON) as app:
        await app.store.keep(harvest(ROBOT))
        assert app.finder
        await app.finder.follow()

        assert await first(app.finder, "robots") == ROBOT.id
        assert not app.finder.index.directory.is_relative_to(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="to root every directory can be written")
async def test_a_directory_that_cannot_be_written_is_left_as_it_is(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.keep(harvest(ROBOT))
    finder = await Finder.open(sqlite_store, tmp_path)
    await finder.follow()
    await finder.close()
    finder.index.directory.chmod(0o500)

    with pytest.raises(PermissionError):
        await Finder.open(sqlite_store, tmp_path)
    finder.index.directory.chmod(0o700)


CHILD = """
import os, sys
from datetime import date
from pathlib import Path
from bot.domain.papers import Paper
from bot.query import parse
from bot.search.index import Damaged, Index, checked
directory = Path(sys.argv[1])
index = Index(directory)
index.write([(Paper(id=f"2604.1{n:04}", title=f"word{n}", abstract=f"rare{n} " * 200), 0) for n in range(500)], "x")
index = Index(directory)
for file in index.directory.iterdir():
    if file.suffix in (".idx", ".term", ".pos", ".store", ".fast", ".fieldnorm"):
        os.truncate(file, 0)
try:
    for n in range(500):
        query = parse(f"rare{n}", date(2026, 4, 24))
        checked(lambda: index.best(query, index.expanded(query).stems, 3))
except Damaged:
    pass
"""


def test_files_cut_under_a_running_process_cost_that_process_and_no_later_one(tmp_path: Path) -> None:
    child = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path)], capture_output=True, timeout=60, check=False)

    again = Index(tmp_path)
    again.write([(ROBOT, 0)], "x")
    assert child.returncode in (0, -7)
    assert again.papers() == 1
