"""The desk: all that a surface sees of the engine, beside the digests that it is given to deliver."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.answer_turns import wait_for_turn
from bot.commands import Commands, Observer, Reply, offered
from bot.commands.completing import complete
from bot.commands.dispatch import needs_right
from bot.commands.engine import Engine
from bot.commands.feeds import Feed, feed
from bot.commands.managing import served
from bot.errors import StoreError
from bot.health import health, reporting
from bot.logs import Log
from bot.models import (
    Chat,
    Command,
    Completion,
    DeliveryState,
    Finding,
    History,
    Paper,
    Pause,
    Request,
    Suggestion,
    Tally,
)
from bot.page import Page
from bot.rates import Allowance
from bot.shard_leases import ShardLeases
from bot.store.notes import heard
from bot.subscribing import next_slot
from bot.trending import Window

if TYPE_CHECKING:
    from bot.mailing.mailing import Mailing
    from bot.supervisor import Report

log = Log(__name__)

#: an answer that has to wait longer for the platform's limits is of no use to anybody
_PATIENCE = timedelta(seconds=20)
#: what a platform's word ends, and what its word brings back
_BY_PLATFORMS = frozenset({Pause.PLATFORM, Pause.OTHER})
#: deliveries that are counted for a monitor
_TOLD_DAYS = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The house in numbers."""

    papers: int
    #: how long the oldest due delivery has waited
    lag: timedelta
    #: deliveries of the last two days
    deliveries: Mapping[DeliveryState, int]
    #: by source, the time since it last gave what it should
    ages: Mapping[str, timedelta]


class Desk:
    """Takes what people say on a surface, and what the platform says of its chats."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        listeners: Collection[str] = (),
        *,
        crash: Callable[[str], None] | None = None,
    ) -> None:
        """`listeners` are the names of the surfaces that should be heard; `crash` is for tests."""
        self._engine = engine
        self._clock = clock
        self._listeners = listeners
        self._observers: list[Observer] = []
        self._commands = Commands(engine, clock, observed=self._tell, crash=crash)
        #: what a surface offers
        self.known: Sequence[Command] = offered(mail=engine.mailing is not None)

    @property
    def mailing(self) -> Mailing | None:
        """Papers by mail; None where no mail server is configured."""
        return self._engine.mailing

    @property
    def shards(self) -> ShardLeases:
        """Which process listens to which shards of a gateway."""
        return ShardLeases(self._engine.store.shards, self._clock)

    async def handle(self, request: Request) -> Page:
        """The answer to what a person typed, pressed or chose."""
        return await self._commands.handle(request)

    async def respond(self, request: Request) -> Reply:
        """The same, with the command that plain text was understood as."""
        return await self._commands.respond(request)

    def needs_right(self, request: Request) -> bool:
        """Whether what is asked for takes the right to manage the chat, so that a platform is asked only then."""
        return needs_right(request, self._clock())

    async def complete(self, chat: Chat, completion: Completion, typed: str) -> Sequence[Suggestion]:
        """At most 25 ways to complete what somebody types into a field."""
        return await complete(self._engine, chat, completion, typed, self._clock())

    async def tallies(self, chat: Chat, paper_ids: Collection[str]) -> Mapping[str, Tally]:
        """How the people of a chat voted on some papers; those without a vote are left out."""
        return await self._engine.store.votes.tallies(chat, paper_ids)

    async def answering(self, allowance: Allowance, chat: Chat) -> bool:
        """Wait until one message may go to a chat as an answer to a person; False where that would take too long.

        It is drawn from the budget that the digests share, ahead of them.
        A database that cannot be asked holds up nobody: the platform says itself when it is too much.
        """
        try:
            return await wait_for_turn(self._engine.store.rates, allowance, chat, _PATIENCE)
        except StoreError as error:
            log.warning("turn not drawn", chat=str(chat), reason=str(error))
            return True

    async def lost(self, surface: str, places: Collection[str], reason: str) -> int:
        """Nothing can be sent to these places (`Chat.id`, whatever the thread) any more: pause what they get.

        Says how many subscriptions that were. `reason` is a clause, shown to people. The platform says so, no person
        does: there is no door to it.
        """
        async with self._engine.store.unit_of_work():
            found = await self._engine.store.subscriptions.at(surface, places)
            running = [each for each in found if not each.paused]
            for each in running:
                await self._engine.store.subscriptions.pause(each.id, Pause.PLATFORM, self._clock(), reason)
        return len(running)

    async def regained(self, surface: str, places: Collection[str]) -> int:
        """Something can be sent there again: resume what the platform had ended, and not what a person has.

        Says how many subscriptions that were.
        """
        found = await self._engine.store.subscriptions.at(surface, places)
        resting = [each for each in found if each.paused in _BY_PLATFORMS]
        for each in resting:
            slot = next_slot(each.schedule, self._clock(), await served(self._engine, each))
            await self._engine.store.subscriptions.resume(each.id, slot)
        return len(resting)

    async def moved(self, old: Chat, new: Chat) -> int:
        """A chat has got another id; what it gets and has been shown goes with it. Says how many rows that were.

        Twice is harmless.
        """
        return await self._engine.store.chats.move(old, new)

    async def history(self, paper_id: str) -> History | None:
        """A paper with all that was seen of it, oldest first; None where it is not known."""
        return await self._engine.store.history(paper_id, self._clock())

    async def feed(self, window: Window | None, words: str) -> Feed:
        """Return the list of a window, or the newest papers on a topic, for feed readers. Raise `StoreError`."""
        return await feed(self._engine, window, words, self._clock())

    def now(self) -> datetime:
        """Return the moment, by the clock that answers are given by."""
        return self._clock()

    async def papers(self, ids: Sequence[str]) -> Sequence[Paper]:
        """Those of the papers that are known, in the order given."""
        return await self._engine.store.papers.many(ids)

    async def health(self) -> Sequence[Finding]:
        """Is all well right now."""
        return await health(self._engine.store, self._listeners, self._clock())

    async def figures(self) -> Figures:
        """What is to be measured of the whole house, for a monitor."""
        store, now = self._engine.store, self._clock()
        return Figures(
            papers=await store.papers.count(),
            lag=await store.deliveries.lag(now),
            deliveries=await store.deliveries.counts(now.date() - _TOLD_DAYS),
            ages={state.name: now - state.succeeded_at for state in await store.sources.all() if state.succeeded_at},
        )

    def observe(self, observer: Observer) -> None:
        """Be told of every answer from now on."""
        self._observers.append(observer)

    def _tell(self, surface: str, command: str, seconds: float) -> None:
        for observer in self._observers:
            observer(surface, command, seconds)

    async def alive(self, surface: str, told: str) -> None:
        """Leave a sign of life that `paperboy doctor --live` looks for; at least once a minute.

        Never raises: who listens goes on listening where the sign cannot be written, and the health tells that it is
        missing.
        """
        try:
            await self._engine.store.notes.put(heard(surface), told, self._clock())
        except StoreError as error:
            log.warning("no sign of life written", surface=surface, reason=str(error))
        except Exception:
            log.exception("no sign of life written", surface=surface, reference=os.urandom(4).hex())

    @property
    def report(self) -> Report:
        """What writes down which loops fail, for the health."""
        return reporting(self._engine.store, self._clock)
