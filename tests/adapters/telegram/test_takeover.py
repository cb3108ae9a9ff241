"""What a process claimed and did not answer before it died is answered by the next one, once."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.kit.coalescing import Coalescer
from adapters.kit.takeover import NotAnswered
from adapters.telegram.api import Api
from adapters.telegram.callback_data import CommandLine
from adapters.telegram.origins import from_text, to_text
from adapters.telegram.responder import Responder
from adapters.telegram.resumer import ANSWERED_WITHIN, UpdateResumer
from adapters.telegram.surface import Telegram
from bot.commands import Reply
from bot.commands.facade import BotService
from bot.commands.interaction_claims import LEASE
from bot.commands.unanswered import ANSWER_LEASE
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, Door, Request, Tally
from bot.services.bundle import build_services
from bot.storage import Store, open_store
from bot.storage.interactions import InteractionClaim
from tests.adapters.telegram.conftest import NOW, listening
from tests.adapters.telegram.server import TOKEN, LocalTelegram, entities_of
from tests.adapters.telegram.world import Json, Message, Person, Place

NAME = "telegram"
GROUP = -1001000000001
SUBSCRIBE = "/subscribe agents at 9:00 UTC save"


@dataclass(frozen=True, slots=True)
class Dead:
    """A process has died; its server, its database, and those who wrote to it."""

    server: LocalTelegram
    surface: Telegram
    store: Store
    ada: Person
    group: Place

    def message(self, text: str, place: Place | None = None) -> Json:
        """A message of Ada's, as an update."""
        here = place or self.server.world.places[self.ada.id]
        said = self.server.world.add_message(here, sender=self.ada.json, text=text, entities=entities_of(text))
        return {"update_id": self.server.next_id(), "message": said.json}

    async def press(self, place: Place) -> tuple[Json, Message]:
        """A press of Ada's on 👍 below a paper, as an update, and the message with the paper."""
        async with self.lives():
            for text in ("/trending", "/paper 1"):
                await self.server.say(self.ada, text, place)
                shown = await self.server.next_message(place)
        id, data = str(self.server.next_id()), shown.button("vote")["callback_data"]
        query = {"id": id, "from": self.ada.json, "message": shown.json, "chat_instance": "1", "data": data}
        return {"update_id": self.server.next_id(), "callback_query": query}, shown

    async def left(self, update: Json, interaction: str = "", age: timedelta = LEASE, **facts: object) -> None:
        """The process had claimed it so long ago."""
        query: Json = update.get("callback_query", {})
        id = interaction or query.get("id") or str(update["update_id"])
        if not query and "line" not in facts:
            command, _, argument = update["message"]["text"].removeprefix("/").partition(" ")
            facts["line"] = CommandLine(command, argument)
        await self.claim(id, to_text(update, id, **facts), age)  # type: ignore[arg-type]

    async def lost(self, update: Json) -> None:
        """As `left`, and the process had marked it as done, in the transaction of its change."""
        await self.left(update, age=LEASE + ANSWER_LEASE)
        id = update.get("callback_query", {}).get("id") or str(update["update_id"])
        assert await self.store.interactions.finish(InteractionClaim(NAME, id, "dead"), NOW - LEASE, LEASE)

    async def claim(self, id: str, origin: str, age: timedelta = LEASE) -> None:
        await self.store.interactions.claim(InteractionClaim(NAME, id, "dead"), NOW - age, LEASE, origin)

    @asynccontextmanager
    async def lives(self) -> AsyncIterator[None]:
        """The next process listens."""
        async with listening(self.surface, self.store):
            yield

    async def quiet(self) -> None:
        """Wait until everything that arrived before has been dealt with."""
        await self.server.inline(self.ada, "zzzz")

    async def settled(self) -> None:
        """Wait until nothing is left to be taken up."""
        async with asyncio.timeout(10):
            while await self.store.interactions.abandoned(NAME, NOW, NOW - ANSWERED_WITHIN):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def subscriptions(self, chat: int | None = None) -> int:
        return len(await self.store.subscriptions.of(Chat(NAME, str(chat or self.ada.id))))

    async def votes(self, place: Place, shown: Message) -> Tally:
        paper = shown.button("vote")["callback_data"].split()[1]
        return (await self.store.votes.tallies(Chat(NAME, str(place.id)), [paper])).get(paper, Tally(0, 0))


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def running(listening: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(listening)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def dead(server: LocalTelegram, surface: Telegram, sample_store: Store) -> Dead:
    ada = server.world.add_person("Ada", 7)
    group = server.world.add_place(GROUP, title="Readers", people={7: "administrator"})
    return Dead(server, surface, sample_store, ada, group)


def told(caplog: pytest.LogCaptureFixture) -> str:
    """All that our own log says."""
    ours = [each for each in caplog.records if each.name.startswith(("bot", "adapters"))]
    return "\n".join(f"{each.message} {getattr(each, 'facts', '')} {each.exc_text}" for each in ours)


async def test_a_subscription_is_made_once_and_the_person_is_answered(
    dead: Dead, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await dead.left(dead.message(f"{SUBSCRIBE}"))

    for _ in range(2):
        async with dead.lives():
            await dead.settled()
            await dead.quiet()

    assert await dead.subscriptions() == 1
    (answer,) = dead.server.world.of(dead.ada.id)
    assert answer.offers("preview id:")
    assert "agents" not in told(caplog)


async def test_an_answer_that_was_lost_is_given_once_and_nothing_is_run(dead: Dead) -> None:
    await dead.lost(dead.message(SUBSCRIBE))

    for _ in range(2):
        async with dead.lives():
            await dead.settled()
            await dead.quiet()

    (answer,) = dead.server.world.of(dead.ada.id)
    assert SUBSCRIBE in answer.text
    assert answer.offers("subscriptions")
    # the change was stored by the process that died, of which this test has only the mark
    assert await dead.subscriptions() == 0


async def test_in_a_group_a_lost_answer_takes_no_right_as_nothing_is_run(dead: Dead) -> None:
    dead.group.people[dead.ada.id] = "member"
    await dead.lost(dead.message(SUBSCRIBE, dead.group))

    async with dead.lives():
        answer = await dead.server.next_message(dead.group)
        await dead.quiet()

    assert "/subscriptions" in answer.text
    assert await dead.subscriptions(GROUP) == 0


async def test_a_vote_whose_answer_was_lost_is_told_to_the_person(dead: Dead) -> None:
    update, shown = await dead.press(dead.group)
    await dead.lost(update)

    async with dead.lives():
        answer = await dead.server.next_message(dead.ada)
        await dead.quiet()

    assert answer.offers("paper ")
    assert await dead.votes(dead.group, shown) == Tally(0, 0)


async def test_what_fails_after_the_change_is_answered_later_without_it(dead: Dead) -> None:
    await dead.left(dead.message(SUBSCRIBE))
    (left,) = await dead.store.interactions.abandoned(NAME, NOW, NOW - ANSWERED_WITHIN)
    dead.server.refuse("sendMessage", 401, "Unauthorized")

    async with resumer_of(dead, dead.store) as resumer:
        with pytest.raises(NotAnswered):
            await resumer.resume(left)
        later = NOW + ANSWER_LEASE
        (again,) = await dead.store.interactions.abandoned(NAME, later, NOW - ANSWERED_WITHIN)

    assert (left.done, again.done) == (False, True)
    assert await dead.subscriptions() == 1


async def test_what_was_answered_is_not_answered_again(dead: Dead) -> None:
    async with dead.lives():
        await dead.server.say(dead.ada, SUBSCRIBE)
        await dead.server.next_message(dead.ada)

    assert await dead.store.interactions.abandoned(NAME, NOW + ANSWER_LEASE, NOW - ANSWERED_WITHIN) == []


async def test_what_a_webhook_repeats_is_done_and_answered_once(dead: Dead) -> None:
    update = dead.message(SUBSCRIBE)
    await dead.left(update)

    dead.server.push_raw(update)
    async with dead.lives():
        await dead.settled()
        await dead.quiet()
        dead.server.push_raw(update)
        await dead.quiet()

    assert await dead.subscriptions() == 1
    assert len(dead.server.world.of(dead.ada.id)) == 1


@pytest.mark.parametrize("repeated_first", [True, False])
async def test_a_repeated_update_and_the_takeover_answer_once_in_either_order(dead: Dead, repeated_first: bool) -> None:
    update = dead.message(SUBSCRIBE)
    clock = Clock(NOW)
    await dead.left(update, age=timedelta() if repeated_first else LEASE)
    service = BotService(build_services(dead.store), clock)
    async with running(dead.surface.listen(service)):
        if repeated_first:
            # it waits for the dead process's lease, and the takeover sees it abandoned meanwhile
            dead.server.push_raw(update)
            await dead.server.until(lambda: dead.server.count("getUpdates") > 1)
            clock.now += LEASE
        await dead.server.next_message(dead.ada)
        dead.server.push_raw(update)
        await dead.quiet()

    assert await dead.subscriptions() == 1
    assert len(dead.server.world.of(dead.ada.id)) == 1


async def test_a_vote_is_counted_once_and_told_although_the_press_is_too_old(dead: Dead) -> None:
    private = dead.server.world.places[dead.ada.id]
    update, shown = await dead.press(private)
    await dead.left(update)
    before = len(dead.server.world.of(private.id))

    async with dead.lives():
        await dead.settled()
        await dead.server.until(lambda: len(dead.server.world.of(private.id)) > before)
        await dead.server.until(lambda: shown.labels[0] == "👍 1" or "👍 1" in shown.labels)
        await dead.quiet()

    assert await dead.votes(private, shown) == Tally(1, 0)
    assert len(dead.server.world.of(private.id)) == before + 1


async def test_in_a_group_a_vote_is_told_to_the_person_alone(dead: Dead) -> None:
    update, shown = await dead.press(dead.group)
    await dead.left(update)
    before = len(dead.server.world.of(GROUP))

    async with dead.lives():
        answer = await dead.server.next_message(dead.ada)
        await dead.quiet()

    assert answer.text
    assert await dead.votes(dead.group, shown) == Tally(1, 0)
    assert len(dead.server.world.of(GROUP)) == before


async def test_who_has_no_private_chat_finds_the_vote_on_the_button(dead: Dead) -> None:
    update, shown = await dead.press(dead.group)
    dead.server.world.places[dead.ada.id].bot = "never"
    await dead.left(update)

    async with dead.lives():
        await dead.server.until(lambda: "👍 1" in shown.labels)
        await dead.settled()

    assert await dead.votes(dead.group, shown) == Tally(1, 0)
    assert dead.server.world.of(dead.ada.id) == []


async def test_only_the_request_that_was_left_is_answered(dead: Dead) -> None:
    """A message with several lines, of which some were answered."""
    update = dead.message(f"/trending\n{SUBSCRIBE}\n/help")
    command, _, argument = SUBSCRIBE.removeprefix("/").partition(" ")
    await dead.left(update, f"{update['update_id']}/1", line=CommandLine(command, argument))

    async with dead.lives():
        await dead.settled()
        await dead.quiet()

    assert await dead.subscriptions() == 1
    assert len(dead.server.world.of(dead.ada.id)) == 1


async def test_a_reply_that_completes_a_question_is_still_understood(dead: Dead) -> None:
    """The question is known to the dead process only."""
    update = dead.message("agents at 9:00 UTC")
    await dead.left(update, line=CommandLine("subscribe", "agents at 9:00 UTC save"))

    async with dead.lives():
        await dead.settled()

    assert await dead.subscriptions() == 1


async def test_in_a_group_the_answer_replies_to_the_message_and_rights_are_checked_again(dead: Dead) -> None:
    for status in ("administrator", "member"):
        dead.group.people[dead.ada.id] = status
        await dead.left(dead.message(SUBSCRIBE, dead.group))
    dead.group.people[dead.ada.id] = "member"

    async with dead.lives():
        for _ in range(2):
            await dead.server.next_message(dead.ada)
        await dead.settled()

    assert await dead.subscriptions(GROUP) == 0
    assert dead.server.world.of(GROUP) == []


@asynccontextmanager
async def resumer_of(dead: Dead, store: Store) -> AsyncIterator[UpdateResumer]:
    service = BotService(build_services(store), lambda: NOW)
    async with Api(TOKEN, dead.server.url) as api, Coalescer() as redraws:
        yield UpdateResumer(Responder(api, service, Allowance(), await api.me(), redraws))


async def test_it_is_tried_again_while_telegram_cannot_be_asked_for_rights(dead: Dead) -> None:
    await dead.left(dead.message(SUBSCRIBE, dead.group))
    (left,) = await dead.store.interactions.abandoned(NAME, NOW, NOW - ANSWERED_WITHIN)
    dead.server.refuse("getChatMember", 401, "Unauthorized")

    async with resumer_of(dead, dead.store) as resumer:
        with pytest.raises(NotAnswered, match="InvalidToken"):
            await resumer.resume(left)
        await resumer.resume(left)

    assert await dead.subscriptions(GROUP) == 1
    assert len(dead.server.world.of(GROUP)) == 1


async def test_it_is_tried_again_while_the_database_is_locked(dead: Dead, tmp_path: Path) -> None:
    await dead.left(dead.message(SUBSCRIBE))
    (left,) = await dead.store.interactions.abandoned(NAME, NOW, NOW - ANSWERED_WITHIN)

    async with (
        open_store(f"sqlite:///{tmp_path / 'papers.db'}?timeout=0.1") as store,
        resumer_of(dead, store) as resumer,
    ):
        with closing(sqlite3.connect(tmp_path / "papers.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(NotAnswered):
                await resumer.resume(left)
        assert dead.server.world.of(dead.ada.id) == []
        await resumer.resume(left)

    assert await dead.subscriptions() == 1
    assert len(dead.server.world.of(dead.ada.id)) == 1


async def test_what_is_no_update_is_left_and_told_without_a_quotation(
    dead: Dead, caplog: pytest.LogCaptureFixture
) -> None:
    message = dead.message(SUBSCRIBE)
    broken = message | {"message": message["message"] | {"message_id": "canary"}}
    origins = [
        "canary",
        "{}",
        '{"update": "canary", "interaction": "1"}',
        to_text({"update_id": 1}, "1"),
        to_text(broken, "1", CommandLine("help", "canary")),
        to_text({"update_id": 2, "message": {"canary": [1]}}, "1", CommandLine("help")),
        to_text({"update_id": 3, "callback_query": {"canary": 1}}, "1"),
    ]
    for number, origin in enumerate(origins):
        await dead.claim(f"x{number}", origin)
    await dead.left(message)

    async with dead.lives():
        await dead.server.next_message(dead.ada)
        await dead.server.until(lambda: told(caplog).count("interaction not read") == len(origins))

    assert "canary" not in told(caplog)
    assert await dead.subscriptions() == 1
    assert len(await dead.store.interactions.abandoned(NAME, NOW, NOW - ANSWERED_WITHIN)) == len(origins)


async def test_nothing_is_answered_after_a_quarter_of_an_hour(dead: Dead) -> None:
    await dead.left(dead.message(SUBSCRIBE), age=ANSWERED_WITHIN + timedelta(seconds=1))

    async with dead.lives():
        await dead.quiet()

    assert await dead.subscriptions() == 0
    assert dead.server.world.of(dead.ada.id) == []


class Recording(BotService):
    """Keeps what it was asked."""

    requests: list[Request]

    async def respond(self, request: Request) -> Reply:
        """As it is, and kept."""
        self.requests.append(request)
        return await super().respond(request)


async def test_every_request_can_be_read_back(dead: Dead) -> None:
    service = Recording(build_services(dead.store), lambda: NOW)
    service.requests = []
    async with running(dead.surface.listen(service)):
        await dead.server.say(dead.ada, "/trending\n/why 2 \u2028x")
        shown = await dead.server.next_message(dead.ada)
        await dead.server.press(dead.ada, shown, "1")
        await dead.server.say(dead.ada, "/start trending")

        await dead.server.until(lambda: len(service.requests) == 4)

    for request in service.requests:
        found = from_text(request.origin)
        assert found.interaction == request.interaction
        assert found.door is (Door.TYPED if request.door is Door.BUTTON else request.door)
        assert found.line is None or found.line.command == request.command
        assert json.dumps(found.update)[1:-1] in request.origin
        assert "update_id" not in repr(request) + repr(found)


def test_an_update_that_cannot_be_written_costs_only_its_takeover() -> None:
    nested: object = []
    for _ in range(100_000):
        nested = [nested]

    assert to_text({"update_id": 1, "message": nested}, "1") == ""
    assert to_text({"update_id": {1}}, "1") == ""
