"""Interactions whose change is stored and whose answer was lost are answered by another process, once."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.kit.answering import answering, recorded_answers
from bot.commands.carried_out import RESULTS, UNSAVED, carried_out
from bot.commands.dispatch import parsed
from bot.commands.facade import BotService
from bot.commands.interaction_claims import ANSWERABLE, LEASE
from bot.commands.table import CONTROLLERS
from bot.commands.unanswered import ANSWER_LEASE
from bot.domain.pages import Page, Trouble
from bot.domain.requests import AbandonedInteraction, Door, Effect, Request, Tally
from bot.services.bundle import build_services
from bot.storage import Store, open_store
from bot.storage.schema import interactions
from tests.builders import NOON, listing, observation, paper
from tests.databases import connected
from tests.services.test_once import PAPER, Clock, press, votes
from tests.storage.harvests import harvest

NAME = "console"


def vote(argument: str = f"{PAPER} up") -> Request:
    return replace(press("ada", argument), origin="origin")


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.keep(harvest(paper(PAPER), listing(PAPER), observation(PAPER)))
    return store


def process(store: Store, clock: Clock) -> BotService:
    return BotService(build_services(store), clock)


async def listed(service: BotService) -> list[AbandonedInteraction]:
    return list(await service.abandoned(NAME, ANSWERABLE))


async def take_up(service: BotService, request: Request) -> Page:
    """As an adapter does with the only interaction that is listed."""
    (found,) = await listed(service)
    return await resume(service, request, found)


async def resume(service: BotService, request: Request, found: AbandonedInteraction) -> Page:
    return await service.handle(replace(request, origin=found.origin, taken_up=True, done=found.done))


def origins(url: str) -> list[str]:
    with connected(url) as connection:
        return list(connection.scalars(sa.select(interactions.c.origin).where(interactions.c.origin.is_not(None))))


async def test_an_answer_that_was_lost_is_given_by_another_process_without_the_change(
    filled: Store, store_url: str
) -> None:
    clock = Clock()
    await process(filled, clock).handle(vote())
    clock.now += ANSWER_LEASE
    # it was changed since, so that a second run would show
    await filled.votes.put(press("ada").chat, "ada", PAPER, -1, clock.now)
    next_one = process(filled, clock)

    page = await take_up(next_one, vote())
    await next_one.forgo(NAME, vote().interaction)

    assert page.trouble is Trouble.NONE
    assert [each.command for each in page.actions] == [f"paper {PAPER}"]
    assert await votes(store_url) == Tally(0, 1)
    clock.now += ANSWER_LEASE
    assert await listed(process(filled, clock)) == []
    assert origins(store_url) == []


async def test_one_of_two_processes_gives_the_answer(filled: Store, store_url: str) -> None:
    clock = Clock()
    await process(filled, clock).handle(vote())
    clock.now += ANSWER_LEASE
    async with open_store(store_url) as other:
        both = [process(each, clock) for each in (filled, other)]
        (found,) = await listed(both[1])
        pages = await asyncio.gather(*(resume(each, vote(), found) for each in both))

    assert sorted(page.trouble for page in pages) == [Trouble.NONE, Trouble.REPEATED]


async def test_a_process_that_dies_while_it_takes_up_an_answer_is_replaced_too(filled: Store) -> None:
    clock = Clock()
    await process(filled, clock).handle(vote())
    for _ in range(3):
        clock.now += ANSWER_LEASE
        assert (await take_up(process(filled, clock), vote())).trouble is Trouble.NONE


async def test_a_process_that_is_slow_to_answer_keeps_the_answer_to_itself(filled: Store) -> None:
    clock = Clock()
    slow, other = process(filled, clock), process(filled, clock)
    await slow.handle(vote())
    for _ in range(9):
        clock.now += ANSWER_LEASE * 0.6
        assert await listed(slow) == []
        assert await listed(other) == []

    slow.release(NAME, vote().interaction)
    clock.now += ANSWER_LEASE
    assert len(await listed(other)) == 1


async def test_nothing_is_kept_longer_than_it_can_be_answered(filled: Store, store_url: str) -> None:
    clock = Clock()
    service = process(filled, clock)
    await service.handle(vote())
    clock.now += ANSWERABLE + timedelta(seconds=1)

    assert await listed(service) == []

    assert origins(store_url) == []


@pytest.mark.parametrize("argument", [f"{PAPER} up", "no such paper"])
async def test_an_answer_that_was_given_leaves_nothing(filled: Store, store_url: str, argument: str) -> None:
    clock = Clock()
    service = process(filled, clock)
    async with recorded_answers(service):
        with answering(service, NAME, vote().interaction):
            first = await service.handle(vote(argument))
            assert origins(store_url) == ["origin"]

    clock.now += ANSWER_LEASE
    assert origins(store_url) == []
    assert await listed(process(filled, clock)) == []
    assert (await process(filled, clock).handle(vote(argument))).trouble is Trouble.REPEATED
    assert first.trouble is (Trouble.REFUSED if "no" in argument else Trouble.NONE)


@pytest.mark.parametrize(("error", "left"), [(OSError("given up"), 0), (asyncio.CancelledError(), 1)])
async def test_an_answer_that_is_given_up_is_recorded_and_a_cancelled_one_is_left(
    filled: Store, error: BaseException, left: int
) -> None:
    clock = Clock()
    service = process(filled, clock)
    async with recorded_answers(service):
        await service.handle(vote())
        with pytest.raises(type(error)), answering(service, NAME, vote().interaction):
            raise error
    clock.now += ANSWER_LEASE

    assert len(await listed(process(filled, clock))) == left


async def test_a_refusal_that_was_lost_is_made_again(filled: Store) -> None:
    clock = Clock()
    await process(filled, clock).handle(vote("no such paper"))
    clock.now += LEASE

    assert (await take_up(process(filled, clock), vote("no such paper"))).trouble is Trouble.REFUSED


async def test_an_answer_on_a_locked_database_is_recorded_later(
    sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await sqlite_store.keep(harvest(paper(PAPER), listing(PAPER), observation(PAPER)))
    file, clock = tmp_path / "papers.db", Clock()
    async with open_store(f"sqlite:///{file}?timeout=0.1") as store:
        service = process(store, clock)
        await service.handle(vote())
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            service.answered(NAME, vote().interaction)
            read = await service.handle(press("ada", "", "trending"))
            async with asyncio.timeout(10):
                while "answers not recorded" not in caplog.text:  # noqa: ASYNC110 - it is in the background
                    await asyncio.sleep(0.01)
        await service.record_answers()

    clock.now += ANSWER_LEASE
    assert read.trouble is Trouble.NONE
    assert await listed(process(sqlite_store, clock)) == []


async def test_answers_are_recorded_together(filled: Store, store_url: str) -> None:
    clock, people = Clock(), [f"person {number}" for number in range(20)]
    service = process(filled, clock)
    for person in people:
        await service.handle(replace(press(person), origin=person))

    for person in people:
        service.answered(NAME, f"press of {person}")
    await service.record_answers()

    assert origins(store_url) == []


async def test_a_listener_that_starts_again_records_its_answers_too(filled: Store, store_url: str) -> None:
    service = process(filled, Clock())
    for person in ("ada", "bob"):
        async with recorded_answers(service):
            with answering(service, NAME, press(person).interaction):
                await service.handle(replace(press(person), origin=person))

    assert origins(store_url) == []


def test_every_change_names_a_command_that_shows_its_result_or_what_is_saved() -> None:
    changing = {
        (controller.command.name, operation.name)
        for controller in CONTROLLERS
        for operation in controller.operations
        if operation.effect is not Effect.READS
    }
    assert changing >= UNSAVED
    for name, operation in changing:
        request = press("ada", f"{PAPER} x", name)
        page = carried_out(request, operation)
        if (name, operation) not in UNSAVED:
            assert name in RESULTS, f"no command shows the result of {name}"
            assert f"/{name}" in page.title
        (action,) = page.actions
        command, _, argument = action.command.partition(" ")
        shown = parsed(replace(request, command=command, argument=argument), NOON)
        assert shown.operation.effect is Effect.READS
    assert {name for name, _ in changing} >= set(RESULTS)


@pytest.mark.parametrize("request_", [press("ada", "each morning", "say"), press("ada", "x", "no such command")])
def test_what_plain_text_meant_is_not_claimed(request_: Request) -> None:
    assert [each.command for each in carried_out(request_, "").actions] == ["subscriptions"]


def test_the_data_of_a_button_are_not_shown_and_long_ones_make_no_button() -> None:
    pressed = replace(press("ada", "secret-mark", "subscribe"), door=Door.BUTTON)
    assert "secret-mark" not in str(carried_out(pressed, "save draft"))
    assert carried_out(press("ada", f"{'x' * 99} up"), "set").actions == ()
