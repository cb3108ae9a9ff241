"""Each interaction once: two processes on one database, a crash at any point, a database that cannot be written."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.commands import Commands
from bot.commands.interaction_claims import LEASE
from bot.domain.pages import Page, Trouble
from bot.domain.papers import Paper
from bot.domain.requests import Chat, Request, Tally
from bot.services.bundle import Services, build_services
from bot.services.delivery.crash import CODE
from bot.services.papers import PaperService
from bot.storage import Store, open_store
from bot.storage.schema import interactions
from tests.builders import NOON, listing, observation, paper
from tests.databases import Postgres, connected, sqlite_url
from tests.process.forked import run_program
from tests.proofs.children import ROOT
from tests.storage.harvests import harvest

ROOM = Chat("console", "room")
PAPER = "2604.00001"


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


class SlowPapers(PaperService):
    """Papers in a process that stands still between the claim and the effect."""

    async def resolve(self, chat: Chat, argument: str, now: datetime) -> Paper:
        await asyncio.sleep(0.8)
        return await super().resolve(chat, argument, now)


def slow_services(store: Store) -> Services:
    return replace(build_services(store), papers=SlowPapers(store))


def press(person: str, argument: str = f"{PAPER} up", command: str = "vote", interaction: str = "") -> Request:
    """A press, with the platform's id of it."""
    return Request(
        chat=ROOM,
        person=person,
        may_manage=True,
        command=command,
        argument=argument,
        interaction=interaction or f"press of {person}",
    )


@asynccontextmanager
async def processes(url: str, *kinds: Callable[[Store], Services], clock: Clock) -> AsyncIterator[list[Commands]]:
    """As many processes as kinds, each with connections of its own."""
    async with open_store(url) as first, open_store(url) as second:
        await first.keep(harvest(paper(PAPER), listing(PAPER), observation(PAPER)))
        yield [Commands(kind(store), clock) for kind, store in zip(kinds, (first, second), strict=False)]


async def votes(url: str) -> Tally:
    async with open_store(url) as store:
        return (await store.votes.tallies(ROOM, [PAPER])).get(PAPER, Tally(0, 0))


def answered(pages: list[Page]) -> list[Page]:
    """Those that people see."""
    return [page for page in pages if page.trouble is not Trouble.REPEATED]


async def test_two_processes_keep_three_votes_of_three_people_while_one_stands_still(store_url: str) -> None:
    async with processes(store_url, slow_services, build_services, clock=Clock()) as (slow, quick):
        pages = await asyncio.gather(
            *(process.handle(press(person)) for person in ("ada", "bob", "eve") for process in (slow, quick))
        )

    assert await votes(store_url) == Tally(3, 0)
    assert [page.trouble for page in answered(pages)] == [Trouble.NONE] * 3


async def test_a_process_that_comes_late_changes_and_answers_nothing(store_url: str) -> None:
    async with processes(store_url, build_services, build_services, clock=Clock()) as (first, second):
        await first.handle(press("ada"))
        await first.handle(press("ada", f"{PAPER} none", interaction="another press"))

        late = await second.handle(press("ada"))

    assert late.trouble is Trouble.REPEATED
    assert await votes(store_url) == Tally(0, 0)


async def test_who_is_slower_than_the_lease_changes_nothing_any_more(store_url: str) -> None:
    clock = Clock()
    async with processes(store_url, slow_services, build_services, clock=clock) as (slow, quick):
        late = asyncio.create_task(slow.handle(press("ada")))
        while not await asyncio.to_thread(claimed, store_url):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.01)
        clock.now += LEASE

        assert (await quick.handle(press("ada", f"{PAPER} down"))).trouble is Trouble.NONE
        assert (await late).trouble is Trouble.REPEATED

    assert await votes(store_url) == Tally(0, 1)


async def test_a_refusal_is_given_once(store_url: str) -> None:
    async with processes(store_url, build_services, build_services, clock=Clock()) as (first, second):
        refused = await first.handle(press("ada", "no such paper"))
        again = await second.handle(press("ada", "no such paper"))

    assert (refused.trouble, again.trouble) == (Trouble.REFUSED, Trouble.REPEATED)


async def test_reads_claim_nothing(store_url: str) -> None:
    async with processes(store_url, build_services, build_services, clock=Clock()) as (first, second):
        pages = [await each.handle(press("ada", "", "trending")) for each in (first, second)]

    assert {page.trouble for page in pages} == {Trouble.NONE}
    assert not claimed(store_url)


def claimed(url: str) -> int:
    with connected(url) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(interactions)) or 0


PROGRAM = """
import asyncio, sys
from bot.commands import Commands
from bot.services.bundle import build_services
from bot.services.delivery.crash import CrashPoint
from bot.storage import open_store
from tests.builders import NOON
from tests.services.test_once import press

async def main(url, place):
    async with open_store(url) as store:
        commands = Commands(build_services(store), lambda: NOON, crash=CrashPoint(place))
        for argument in ("2604.00001 up", "2604.00001 down"):
            await commands.handle(press("ada", argument, interaction=argument))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("place", "kept", "again"),
    [
        ("interaction.claimed", Tally(0, 0), Trouble.NONE),
        ("interaction.effect", Tally(0, 0), Trouble.NONE),
        ("interaction.done", Tally(1, 0), Trouble.REPEATED),
        ("interaction.effect:2", Tally(1, 0), Trouble.REPEATED),
    ],
)
async def test_a_crash_leaves_the_effect_and_its_mark_or_neither(
    store_url: str, place: str, kept: Tally, again: Trouble
) -> None:
    clock = Clock()
    async with processes(store_url, build_services, clock=clock) as (next_one,):
        died = await asyncio.to_thread(run_program, PROGRAM, store_url, place)
        assert died.code == CODE, died.err
        assert await votes(store_url) == kept

        clock.now += LEASE
        taken_up = await next_one.handle(press("ada", interaction=f"{PAPER} up"))

    assert taken_up.trouble is again
    assert await votes(store_url) == Tally(1, 0)


async def test_a_connection_that_breaks_before_the_mark_undoes_the_effect(postgres: Postgres, made_schema: str) -> None:
    cut = ["SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"]

    def cut_once(place: str) -> None:
        if place == "interaction.effect" and cut:
            postgres.execute(cut.pop())

    clock, url = Clock(), postgres.schema_url(made_schema)
    try:
        async with open_store(url) as store:
            await store.keep(harvest(paper(PAPER)))
            commands = Commands(build_services(store), clock, crash=cut_once)

            broken = await commands.handle(press("ada"))
            assert await votes(url) == Tally(0, 0)
            clock.now += LEASE
            again = await commands.handle(press("ada"))

        assert (broken.trouble, again.trouble) == (Trouble.BUSY, Trouble.NONE)
        assert await votes(url) == Tally(1, 0)
    finally:
        postgres.empty(made_schema)


async def test_a_database_that_cannot_be_written_is_read_and_says_so_to_who_changes_something(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await sqlite_store.keep(harvest(paper(PAPER), listing(PAPER), observation(PAPER)))
    file = tmp_path / "papers.db"
    async with open_store(f"sqlite:///{file}?timeout=0.1") as store:
        commands = Commands(build_services(store), Clock())
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            read = [
                await commands.handle(press("ada", argument, command))
                for command, argument in (("trending", ""), ("paper", "1"), ("papers", "paper"), ("status", ""))
            ]
            changing = [
                await commands.handle(press("ada", argument, command, interaction=command))
                for command, argument in (("vote", "1"), ("subscribe", "agents at 9:00 UTC save"), ("forget", "me"))
            ]
            without_an_id = await commands.handle(Request(chat=ROOM, person="ada", command="save", argument="1"))

        later = await commands.handle(press("ada", "1", "vote", interaction="vote"))

    assert {page.trouble for page in read} == {Trouble.NONE}
    assert {page.trouble for page in (*changing, without_an_id)} == {Trouble.BUSY}
    assert later.trouble is Trouble.NONE


FULL_DISK = """
import asyncio, resource, sys
from bot.commands import Commands
from bot.services.bundle import build_services
from bot.storage import open_store
from tests.builders import NOON
from tests.services.test_once import press

async def main(url):
    async with open_store(url) as store:
        commands = Commands(build_services(store), lambda: NOON)
        await commands.handle(press("ada"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        lines = ("trending", ""), ("paper", "1"), ("vote", "1 down"), ("subscribe", "agents at 9:00 UTC save")
        for command, argument in lines:
            page = await commands.handle(press("ada", argument, command, interaction=command))
            print(command, page.trouble)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_full_disk_stops_changes_and_no_answer(sqlite_store: Store, tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="limits on the size of files are a thing of Unix")
    await sqlite_store.keep(harvest(paper(PAPER), listing(PAPER), observation(PAPER)))

    # what it prints goes into a pipe: the limit holds for every file
    command = [sys.executable, "-c", FULL_DISK, sqlite_url(tmp_path)]
    told = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, timeout=60, capture_output=True, text=True)

    assert told.stdout.split("\n")[:-1] == ["trending none", "paper none", "vote busy", "subscribe busy"], told
    assert (await sqlite_store.votes.tallies(ROOM, [PAPER]))[PAPER] == Tally(1, 0)
