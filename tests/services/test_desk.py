"""What a surface sees of the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter

from bot.app.listeners import listening
from bot.commands.facade import BotService
from bot.commands.typed import filled
from bot.domain.errors import SettingsError
from bot.domain.health import HealthCheck
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, Completion, Request
from bot.domain.subscriptions import Pause
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store

ROOM = Chat("test", "42")
TOPIC = Chat("test", "42", "7")
NOW = sample.AS_OF


def desk(store: Store) -> BotService:
    return BotService(build_services(store), lambda: NOW)


async def asked(front: BotService, command: str, argument: str = "", chat: Chat = ROOM) -> str:
    request = Request(chat=chat, person="ada", may_manage=True, command=command, argument=argument)
    return (await front.handle(request)).title


async def labels(front: BotService, completion: Completion, typed: str) -> list[str]:
    return [suggestion.label for suggestion in await front.complete(ROOM, completion, typed)]


async def test_fields_are_completed_from_what_the_chat_follows_and_what_the_week_is_about(sample_store: Store) -> None:
    front = desk(sample_store)
    await asked(front, "subscribe", "robots at 9:00 Berlin save")
    await asked(front, "trending")

    assert (await labels(front, Completion.QUERY, ""))[0] == "robots"
    assert any(label.startswith('author:"') for label in await labels(front, Completion.QUERY, "author"))
    assert (await labels(front, Completion.ZONE, "berl"))[0] == "Europe/Berlin"
    assert "America/New_York" in await labels(front, Completion.ZONE, "new york")
    assert (await labels(front, Completion.PAPER, ""))[0].startswith("1. ")
    assert (await labels(front, Completion.SUBSCRIPTION, "rob"))[0].startswith("1. “robots”")
    assert max([len(await labels(front, each, "")) for each in Completion]) == 25


async def test_suggestions_are_labelled_in_the_language_of_the_person(sample_store: Store) -> None:
    front = desk(sample_store)
    await asked(front, "subscribe", "robots at 9:00 Berlin save")

    (label,) = [each.label for each in await front.complete(ROOM, Completion.SUBSCRIPTION, "rob", "de")]
    named = [each.label for each in await front.complete(ROOM, Completion.LANGUAGE, "", "de-AT")]

    assert label.startswith("1. „robots“")
    assert "English (Englisch)" in named


async def test_a_form_is_an_argument(sqlite_store: Store) -> None:
    front = desk(sqlite_store)
    (subscribe,) = (command for command in front.known if command.name == "subscribe")

    typed = filled(subscribe, {"count": "5", "query": "agents", "timezone": "Berlin", "at": "9:00", "votes": "20"})

    assert typed == "agents at 9:00 zone:Berlin top 5 votes:>=20"


async def test_what_a_platform_ends_is_paused_everywhere_there_and_resumed_when_it_is_back(sqlite_store: Store) -> None:
    front = desk(sqlite_store)
    await asked(front, "subscribe", "robots at 9:00 Berlin save")
    await asked(front, "subscribe", "agents at 9:00 Berlin save", TOPIC)
    await asked(front, "subscribe", "genes at 9:00 Berlin save", TOPIC)
    await asked(front, "pause", "2", TOPIC)

    assert await front.lost("test", ["42"], "the bot was removed") == 2
    assert await front.lost("test", ["42"], "the bot was removed") == 0
    paused = await sqlite_store.subscriptions.at("test", ["42"])
    assert [each.paused for each in paused] == [Pause.PLATFORM, Pause.PLATFORM, Pause.PERSON]
    assert [each.paused_detail for each in paused] == ["the bot was removed", "the bot was removed", ""]

    assert await front.regained("test", ["42"]) == 2
    back = await sqlite_store.subscriptions.at("test", ["42"])
    assert [each.paused for each in back] == [None, None, Pause.PERSON]
    assert [each.next_at is not None and each.next_at > NOW for each in back] == [True, True, False]


async def test_a_chat_that_has_become_another_one_keeps_what_it_gets(sqlite_store: Store) -> None:
    front = desk(sqlite_store)
    await asked(front, "subscribe", "robots at 9:00 Berlin save")

    assert await front.moved(ROOM, Chat("test", "-10042")) > 0
    assert await front.moved(ROOM, Chat("test", "-10042")) == 0

    assert await sqlite_store.subscriptions.of(ROOM) == []
    assert [each.query for each in await sqlite_store.subscriptions.of(Chat("test", "-10042"))] == ["robots"]


async def test_votes_of_a_chat_are_counted_by_paper(sample_store: Store) -> None:
    front = desk(sample_store)
    await asked(front, "trending")
    (first, second, *_) = await sample_store.shown.last(ROOM)
    await asked(front, "vote", f"{first} up")

    tallies = await front.tallies(ROOM, [first, second])

    assert {id: (tally.up, tally.down) for id, tally in tallies.items()} == {first: (1, 0)}


async def test_an_answer_waits_for_the_limit_of_its_chat(sqlite_store: Store) -> None:
    front, allowance = desk(sqlite_store), Allowance(per_chat_second=20)
    started = perf_counter()

    granted = [await front.answering(allowance, ROOM) for _ in range(4)]

    assert all(granted)
    assert perf_counter() - started >= 3 * 0.05 - 0.01


class Deaf:
    """A surface that fails the first time somebody listens."""

    name = "deaf"

    def __init__(self) -> None:
        self.times = 0
        self.again = asyncio.Event()

    async def listen(self, desk: BotService) -> None:
        self.times += 1
        if self.times == 1:
            raise RuntimeError("the socket is gone")
        await desk.alive(self.name, "listens")
        self.again.set()
        await asyncio.Event().wait()

    async def examine(self) -> Sequence[HealthCheck]:
        return ()


async def test_a_surface_that_fails_is_heard_again(sqlite_store: Store) -> None:
    deaf = Deaf()

    async with listening([deaf], desk(sqlite_store)), asyncio.timeout(30):
        await deaf.again.wait()

    noted = await sqlite_store.notes.get("heartbeat deaf")
    assert deaf.times == 2
    assert noted is not None
    assert NOW - noted[1] < timedelta(seconds=1)


class Refused(Deaf):
    """A surface whose token is not taken."""

    async def listen(self, desk: BotService) -> None:
        raise SettingsError("the token is not taken")


async def test_it_is_over_where_every_surface_was_refused(sqlite_store: Store) -> None:
    refused = Refused()

    async with listening([refused], desk(sqlite_store)) as hearing, asyncio.timeout(30):
        await hearing.over.wait()

    assert str(hearing.refused["deaf"]) == "the token is not taken"


async def test_it_goes_on_where_one_surface_is_still_heard(sqlite_store: Store) -> None:
    deaf, refused = Deaf(), Refused()

    async with listening([deaf, refused], desk(sqlite_store)) as hearing, asyncio.timeout(30):
        await deaf.again.wait()

    assert not hearing.over.is_set()
