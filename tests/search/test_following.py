"""The index is made in small steps beside everything else, and says as long as it is not complete."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Commands
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, Request
from bot.query import Query
from bot.search.finder import Finder
from bot.search.following import Follower
from bot.search.index import Index
from bot.search.writing import PAUSE, SLICE, TimeSlices
from bot.services.bundle import build_services
from bot.storage import Store
from tests.builders import NOON, paper
from tests.storage.harvests import harvest

PAPERS = [paper(f"2604.1{n:04}", title=f"Zebrafish of kind {n}", abstract=f"word{n}") for n in range(60)]
ALONE = paper("2604.00001", title="Quasars")


async def filled(store: Store) -> None:
    """Papers that were told of at two moments."""
    await store.keep(harvest(*PAPERS[:35]))
    await store.keep(harvest(*PAPERS[35:], seen_at=NOON + timedelta(hours=1)))


async def test_papers_are_written_a_few_at_a_time_and_found_before_all_are_there(store: Store, tmp_path: Path) -> None:
    await filled(store)
    index = Index(tmp_path)
    follower = Follower(store, index, read=10, commit_after=20)

    following, sizes, turns = asyncio.create_task(follower.follow()), [0], 0
    while not following.done():
        turns += 1
        if index.papers() != sizes[-1]:
            sizes.append(index.papers())
        await asyncio.sleep(0)

    assert await following == 60
    assert sizes == [0, 20, 40, 60]
    assert turns > 6
    await follower.close()


async def test_what_is_left_when_the_process_ends_is_taken_in_after_the_next_start(
    store: Store, tmp_path: Path
) -> None:
    await filled(store)
    first = Follower(store, Index(tmp_path), read=1)
    following = asyncio.create_task(first.follow())
    await first.count()
    await first.close()
    taken = await following

    index = Index(tmp_path)
    again = Follower(store, index)

    assert taken == index.papers() < 60
    assert await again.follow() == 60 - taken
    assert index.papers() == 60
    assert await again.follow() == 0
    await again.close()


async def test_rows_that_cannot_be_read_end_nothing_and_leave_the_index_complete(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await filled(sqlite_store)
    with closing(sqlite3.connect(tmp_path / "papers.db", isolation_level=None)) as connection:
        connection.execute("update papers set authors = '[' where id between '2604.10005' and '2604.10012'")
    index = Index(tmp_path)
    follower = Follower(sqlite_store, index, read=3)

    assert await follower.follow() == 52
    assert follower.complete
    assert await follower.follow() == 0
    await follower.close()


async def test_a_paper_that_changes_while_the_index_is_made_is_in_it_once(store: Store, tmp_path: Path) -> None:
    await filled(store)
    index = Index(tmp_path)
    with index.writing() as session:
        session.add([(PAPERS[0], 1), (PAPERS[1], 1)])
        session.add([(replace(PAPERS[0], title="Changed"), 2)])
        session.commit("x y")

    assert index.papers() == 2


class Hand:
    """A clock that moves only by hand, and notes who sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("steps", "each", "pauses"), [(100, SLICE / 10, 10), (5, SLICE * 3, 5), (9, SLICE / 10, 0)])
def test_the_interpreter_is_let_go_after_each_slice(steps: int, each: float, pauses: int) -> None:
    hand = Hand()
    slices = TimeSlices(hand, hand.slept.append)

    for _ in range(steps):
        hand.now += each * 1.0001
        slices.step()

    assert hand.slept == [PAUSE] * pauses


@asynccontextmanager
async def while_somebody_else_writes(store: Store, directory: Path) -> AsyncIterator[Commands]:
    """Commands whose index is empty and stays so: another writer has its lock."""
    with Index(directory).writing():
        finder = await Finder.open(store, directory)
        try:
            yield Commands(build_services(store, (), finder), lambda: NOON)
        finally:
            await finder.close()


async def ask(commands: Commands, command: str, argument: str) -> Page:
    return await commands.handle(Request(chat=Chat("console", "1"), command=command, argument=argument))


def cards(page: Page) -> list[str]:
    return [card.key for section in page.sections for card in section.cards]


@pytest.mark.parametrize(("command", "argument"), [("similar", PAPERS[7].id), ("papers", "zebrafish")])
async def test_while_the_index_is_made_the_store_is_asked_and_the_answer_says_so(
    store: Store, tmp_path: Path, command: str, argument: str
) -> None:
    await filled(store)

    async with while_somebody_else_writes(store, tmp_path) as commands:
        page = await ask(commands, command, argument)

    assert len(cards(page)) == 8
    assert page.trouble is Trouble.NONE
    assert "search index" in page.intro


@pytest.mark.parametrize(("command", "argument"), [("similar", ALONE.id), ("papers", "axolotl")])
async def test_while_the_index_is_made_nobody_is_told_that_there_is_nothing(
    store: Store, tmp_path: Path, command: str, argument: str
) -> None:
    await filled(store)
    await store.keep(harvest(ALONE))

    async with while_somebody_else_writes(store, tmp_path) as commands:
        page = await ask(commands, command, argument)

    assert not cards(page)
    assert page.trouble is Trouble.NOT_READY
    assert "search index" in page.intro


@pytest.mark.parametrize(("command", "argument"), [("similar", PAPERS[7].id), ("papers", "zebrafish")])
async def test_a_complete_index_is_not_excused(store: Store, tmp_path: Path, command: str, argument: str) -> None:
    await filled(store)
    finder = await Finder.open(store, tmp_path)

    page = await ask(Commands(build_services(store, (), finder), lambda: NOON), command, argument)

    assert len(cards(page)) == 8
    assert "search index" not in page.intro
    await finder.close()


async def test_a_store_without_papers_is_complete(store: Store, tmp_path: Path) -> None:
    finder = await Finder.open(store, tmp_path)

    page = await ask(Commands(build_services(store, (), finder), lambda: NOON), "papers", "zebrafish")

    assert page.trouble is Trouble.NONE
    assert page.cards == ()
    await finder.close()


@pytest.mark.parametrize("hours", [1, -1], ids=["newer", "older, from an archive"])
async def test_a_joined_paper_is_found_once_under_its_key(store: Store, tmp_path: Path, hours: int) -> None:
    preprint = paper("10.1101/2024.01.02.573456", server="biorxiv", title="Quasars")
    await store.keep(harvest(preprint, *PAPERS))
    index = Index(tmp_path)
    follower = Follower(store, index)
    await follower.follow()

    told = replace(ALONE, aliases=(preprint.id,))
    await store.keep(harvest(told, seen_at=NOON + timedelta(hours=hours)))
    await follower.follow()

    assert [hit.id for hit in index.passing(Query(), [ALONE.id, preprint.id])] == [ALONE.id]
    assert index.papers() == len(PAPERS) + 1
    await follower.close()
