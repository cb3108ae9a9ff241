"""The desk: all that a surface sees of the services, beside the digests that it is given to deliver."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands import Commands, Observer, Reply, offered
from bot.commands.completion import complete
from bot.commands.dispatch import needs_right
from bot.commands.feeds import Feed, feed
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import StoreError
from bot.domain.health import HealthCheck
from bot.domain.log import Log
from bot.domain.observations import History
from bot.domain.pages import Page
from bot.domain.papers import ListRange, Paper
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, Command, Completion, Request, Suggestion, Tally
from bot.services.answer_turns import wait_for_turn
from bot.services.bundle import Services
from bot.services.health import health, reporting
from bot.services.shard_leases import ShardLeases
from bot.storage.metadata import heartbeat

if TYPE_CHECKING:
    from bot.domain.supervisor import Report
    from bot.services.mailboxes.mailing import Mailing

log = Log(__name__)

#: an answer that has to wait longer for the platform's limits is of no use to anybody
_PATIENCE = timedelta(seconds=20)
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


class BotService:
    """Takes what people say on a surface, and what the platform says of its chats."""

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
        listeners: Collection[str] = (),
        *,
        crash: Callable[[str], None] | None = None,
    ) -> None:
        """`listeners` are the names of the surfaces that should be heard; `crash` is for tests."""
        self._services = services
        self._clock = clock
        self._listeners = listeners
        self._observers: list[Observer] = []
        self._commands = Commands(services, clock, observed=self._tell, crash=crash)
        #: what a surface offers
        self.known: Sequence[Command] = offered(mail=services.mailboxes is not None)

    @property
    def mailing(self) -> Mailing | None:
        """Papers by mail; None where no mail server is configured."""
        return self._services.mailboxes

    @property
    def shards(self) -> ShardLeases:
        """Which process listens to which shards of a gateway."""
        return ShardLeases(self._services.store.shards, self._clock)

    async def handle(self, request: Request) -> Page:
        """Return the answer to what a person typed, pressed or chose, in the person's language."""
        return (await self.respond(request)).page

    async def respond(self, request: Request) -> Reply:
        """Return the answer with the command that plain text was understood as."""
        return await self._commands.respond(request)

    async def language(self, request: Request) -> str:
        """Return the tag of the language in which a person is answered."""
        return await self._services.languages.of_answer(request)

    async def suggest_language(self, chat: Chat, tag: str) -> None:
        """Take the language that a platform reports for a chat, unless one is known. Raise `StoreError`."""
        await self._services.languages.suggest(chat, tag, self._clock())

    def needs_right(self, request: Request) -> bool:
        """Whether what is asked for takes the right to manage the chat, so that a platform is asked only then."""
        return needs_right(request, self._clock())

    async def complete(self, chat: Chat, completion: Completion, typed: str) -> Sequence[Suggestion]:
        """At most 25 ways to complete what somebody types into a field."""
        return await complete(self._services, chat, completion, typed, self._clock())

    async def tallies(self, chat: Chat, paper_ids: Collection[str]) -> Mapping[str, Tally]:
        """How the people of a chat voted on some papers; those without a vote are left out."""
        return await self._services.store.votes.tallies(chat, paper_ids)

    async def answering(self, allowance: Allowance, chat: Chat) -> bool:
        """Wait until one message may go to a chat as an answer to a person; False where that would take too long.

        It is drawn from the budget that the digests share, ahead of them.
        A database that cannot be asked holds up nobody: the platform says itself when it is too much.
        """
        try:
            return await wait_for_turn(self._services.store.rates, allowance, chat, _PATIENCE)
        except StoreError as error:
            log.warning("turn not drawn", chat=str(chat), reason=str(error))
            return True

    async def lost(self, surface: str, places: Collection[str], reason: str) -> int:
        """Nothing can be sent to these places (`Chat.id`, whatever the thread) any more: pause what they get.

        Says how many subscriptions that were. `reason` is a clause, shown to people. The platform says so, no person
        does: there is no door to it.
        """
        async with self._services.store.unit_of_work():
            return await self._services.subscriptions.pause_for_platform(surface, places, reason, self._clock())

    async def regained(self, surface: str, places: Collection[str]) -> int:
        """Something can be sent there again: resume what the platform had ended, and not what a person has.

        Says how many subscriptions that were.
        """
        return await self._services.subscriptions.resume_for_platform(surface, places, self._clock())

    async def moved(self, old: Chat, new: Chat) -> int:
        """A chat has got another id; what it gets and has been shown goes with it. Says how many rows that were.

        Twice is harmless.
        """
        return await self._services.store.chats.move(old, new)

    async def abandoned(self, surface: str, within: timedelta) -> Sequence[str]:
        """Return the `Request.origin` of interactions that another process left unfinished, oldest first.

        Only those that were received `within` this time. Raise `StoreError`.
        """
        now = self._clock()
        return await self._services.store.interactions.abandoned(surface, now, now - within)

    async def history(self, paper_id: str) -> History | None:
        """A paper with all that was seen of it, oldest first; None where it is not known."""
        return await self._services.store.history(paper_id, self._clock())

    async def feed(self, window: ListRange | None, words: str) -> Feed:
        """Return the list of a window, or the newest papers on a topic, for feed readers. Raise `StoreError`."""
        return await feed(self._services, window, words, self._clock())

    def now(self) -> datetime:
        """Return the moment, by the clock that answers are given by."""
        return self._clock()

    async def papers(self, ids: Sequence[str]) -> Sequence[Paper]:
        """Those of the papers that are known, in the order given."""
        return await self._services.store.papers.many(ids)

    async def health(self) -> Sequence[HealthCheck]:
        """Is all well right now."""
        return await health(self._services.store, self._listeners, self._clock())

    async def figures(self) -> Figures:
        """What is to be measured of the whole house, for a monitor."""
        store, now = self._services.store, self._clock()
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
            await self._services.store.notes.put(heartbeat(surface), told, self._clock())
        except StoreError as error:
            log.warning("no sign of life written", surface=surface, reason=str(error))
        except Exception:
            log.exception("no sign of life written", surface=surface, reference=os.urandom(4).hex())

    @property
    def report(self) -> Report:
        """What writes down which loops fail, for the health."""
        return reporting(self._services.store, self._clock)
