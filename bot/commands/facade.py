"""The application facade: everything that surfaces call, apart from the digests that they deliver."""

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
from bot.commands.subscription_form import SubscriptionForm
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import StoreError
from bot.domain.health import HealthCheck
from bot.domain.log import Log
from bot.domain.observations import History
from bot.domain.pages import Page
from bot.domain.papers import ListRange, Paper
from bot.domain.rate_limits import Allowance
from bot.domain.requests import AbandonedInteraction, Chat, ChatDetails, Command, Completion, Request, Suggestion, Tally
from bot.messages import greeting, policies
from bot.messages.localization import localized
from bot.services.answer_turns import wait_for_turn
from bot.services.bundle import Services
from bot.services.health import health, reporting
from bot.services.shard_leases import ShardLeases
from bot.storage.metadata import heartbeat

if TYPE_CHECKING:
    from bot.domain.supervisor import Report
    from bot.services.mailboxes.mailing import Mailing

log = Log(__name__)

#: longest wait of an answer for the platform's rate limits; later it would be useless
_PATIENCE = timedelta(seconds=20)
#: period for which deliveries are counted for monitoring
_TOLD_DAYS = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Metrics of the whole application."""

    papers: int
    #: how long the oldest due delivery has been waiting
    lag: timedelta
    #: deliveries of the last two days
    deliveries: Mapping[DeliveryState, int]
    #: time since the last successful fetch, by source
    ages: Mapping[str, timedelta]


class BotService:
    """Answers requests of surfaces, and takes what platforms report about their chats."""

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
        listeners: Collection[str] = (),
        *,
        crash: Callable[[str], None] | None = None,
    ) -> None:
        """`listeners` are the names of the surfaces that should be listening; `crash` is for tests."""
        self._services = services
        self._clock = clock
        self._listeners = listeners
        self._observers: list[Observer] = []
        self._commands = Commands(services, clock, observed=self._tell, crash=crash)
        #: available commands
        self.known: Sequence[Command] = offered(mail=services.mailboxes is not None)

    @property
    def mailing(self) -> Mailing | None:
        """The mail service; None if no mail server is configured."""
        return self._services.mailboxes

    @property
    def shards(self) -> ShardLeases:
        """The leases of gateway shards."""
        return ShardLeases(self._services.store.shards, self._clock)

    async def handle(self, request: Request) -> Page:
        """Return the answer to a request, in the person's language."""
        return (await self.respond(request)).page

    async def respond(self, request: Request) -> Reply:
        """Return the answer with the command that plain text was understood as."""
        return await self._commands.respond(request)

    def privacy_policy(self, language: str) -> Page:
        """Return the privacy page of the site in a language."""
        from_opened = self._services.tastes.from_opened
        return localized(policies.privacy_policy(self._services.operator, from_opened=from_opened), language)

    def terms(self, language: str) -> Page:
        """Return the terms page of the site in a language."""
        return localized(policies.terms(self._services.operator), language)

    async def language(self, request: Request) -> str:
        """Return the tag of the language in which a person is answered."""
        return await self._services.languages.of_answer(request)

    async def suggest_language(self, chat: Chat, tag: str) -> None:
        """Take the language that a platform reports for a chat, unless one is known. Raise `StoreError`."""
        await self._services.languages.suggest(chat, tag, self._clock())

    def needs_right(self, request: Request) -> bool:
        """Return whether a request takes permission to manage the chat, so that the platform is asked only then."""
        return needs_right(request, self._clock())

    async def subscription_form(self, request: Request) -> SubscriptionForm | Page:
        """Return the settings of the subscription that a request points at by its argument, such as "form id:7".

        Return the refusal, in the person's language, if they may not manage the chat or there is none. Raise
        `StoreError`.
        """
        return await self._commands.subscription_form(request)

    async def greeting(self, chat: Chat, language: str) -> Page | None:
        """Return the greeting of a chat or server that has added the bot; None if it was greeted within a day.

        It counts as greeted from then on, in all processes. Raise `StoreError`.
        """
        if not await self._services.store.greetings.claim(chat, self._clock()):
            return None
        return localized(greeting.greeting(), language or "en")

    async def details_of(self, chat: Chat) -> ChatDetails:
        """Return the name and the server of a chat with subscriptions, also after it was deleted; empty if unknown."""
        return await self._services.store.known_chats.get(chat)

    async def note_chats(self, surface: str, space: str, names: Mapping[str, str]) -> None:
        """Save the names of those chats of a server that have subscriptions; `names` are by `Chat.id`."""
        known = self._services.store.known_chats
        if changed := await known.changed(surface, space, names):
            await known.put(changed, self._clock())

    async def note_manager(self, details: ChatDetails, person: str) -> None:
        """Remember that a person manages a chat, and what the chat is called."""
        await self._services.managed_chats.remember(details, self._clock())
        await self._services.store.known_chats.add_manager(details.chat, person, self._clock())

    async def forget_manager(self, chat: Chat, person: str) -> None:
        """Forget that a person managed a chat."""
        await self._services.store.known_chats.remove_manager(chat, person)

    async def managed_by(self, surface: str, person: str) -> Sequence[str]:
        """Return the chats (`Chat.id`) that a person was seen to manage; whether they still do is to be checked."""
        return await self._services.store.known_chats.managed_by(surface, person)

    async def subscribed(self, chat: Chat, person: str) -> bool:
        """Return whether a person has subscribed to something in a chat that is paused as it cannot be reached."""
        return await self._services.managed_chats.is_own_lost(chat, person)

    async def complete(
        self, chat: Chat, completion: Completion, typed: str, language: str = "en"
    ) -> Sequence[Suggestion]:
        """Return at most 25 suggestions for a partly typed field, with their labels in a language."""
        return await complete(self._services, chat, completion, typed, self._clock(), language)

    async def tallies(self, chat: Chat, paper_ids: Collection[str]) -> Mapping[str, Tally]:
        """Return the votes of a chat's members by paper; papers without votes are left out."""
        return await self._services.votes.tallies(chat, paper_ids)

    async def answering(self, allowance: Allowance, chat: Chat) -> bool:
        """Wait until the rate limits allow an answer to a chat; return False if that would take too long.

        Answers share the budget of the digests and come before them. If the database is unavailable, the answer is
        sent at once: the platform enforces its limits itself.
        """
        try:
            return await wait_for_turn(self._services.store.rates, allowance, chat, _PATIENCE)
        except StoreError as error:
            log.warning("turn not drawn", chat=str(chat), reason=str(error))
            return True

    async def lost(
        self, surface: str, places: Collection[str], reason: str, *, removed: bool = False, space: str = ""
    ) -> int:
        """Pause all subscriptions of places (`Chat.id`, any thread) to which nothing can be sent any more.

        Return their number. `reason` is a clause, shown to people; `removed` says that the bot is not there any more,
        `space` is a server of which all known chats are meant too. Only platforms report this; people have no command
        for it.
        """
        store, now = self._services.store, self._clock()
        if space:
            places = {*places, *await store.known_chats.in_space(surface, space)}
        async with store.unit_of_work():
            if removed:
                await store.removed_chats.put(surface, places, now)
            else:
                await store.removed_chats.drop(surface, places)
            return await self._services.subscriptions.pause_for_platform(surface, places, reason, now)

    async def known_spaces(self, surface: str) -> Sequence[str]:
        """Return the ids of the servers of which chats are known."""
        return await self._services.store.known_chats.spaces(surface)

    async def missing_chats(self, surface: str, space: str, present: Collection[str]) -> Sequence[str]:
        """Return the ids of the known chats of a server that are not `present` and not recorded as removed."""
        store = self._services.store
        missing = sorted(set(await store.known_chats.in_space(surface, space)) - set(present))
        return [each for each in missing if await store.removed_chats.removed_at(Chat(surface, each)) is None]

    async def removed_from(self, surface: str, space: str) -> None:
        """Record that the bot is not in a server any more. Subscriptions are paused when a digest is refused."""
        store = self._services.store
        await store.removed_chats.put(surface, await store.known_chats.in_space(surface, space), self._clock())

    async def returned(self, surface: str, places: Collection[str]) -> None:
        """Keep the data of places (`Chat.id`): the bot is in them again, whether it may post there or not."""
        await self._services.store.removed_chats.drop(surface, places)

    async def regained(self, surface: str, places: Collection[str]) -> int:
        """Resume the subscriptions that were paused because of the platform, not those paused by people.

        Return their number.
        """
        await self.returned(surface, places)
        return await self._services.subscriptions.resume_for_platform(surface, places, self._clock())

    async def moved(self, old: Chat, new: Chat) -> int:
        """Move all data of a chat to its new id. Return the number of rows. Idempotent."""
        return await self._services.store.chats.move(old, new)

    async def abandoned(self, surface: str, within: timedelta) -> Sequence[AbandonedInteraction]:
        """Return the interactions that a process claimed and left unanswered, oldest first.

        Only those that were received `within` this time. Raise `StoreError`.
        """
        return await self._commands.claims.abandoned(surface, within)

    async def forgo(self, surface: str, interaction: str) -> None:
        """Let no process take up an interaction, as the person has been answered, or cannot be answered any more.

        Never raises `StoreError`: it is repeated when the database can be written.
        """
        await self._commands.claims.forgo(surface, interaction)

    def answered(self, surface: str, interaction: str) -> None:
        """As `forgo`, in the background: an interaction of this process was answered, or its answer was given up."""
        self._commands.claims.unanswered.answered(surface, interaction)

    def release(self, surface: str, interaction: str) -> None:
        """Leave an interaction of this process, if it is unanswered, to whichever process takes it up."""
        self._commands.claims.unanswered.release(surface, interaction)

    async def record_answers(self) -> None:
        """Record what `answered` was told, at the end of a listener. Never raises `StoreError`."""
        await self._commands.claims.unanswered.aclose()

    async def history(self, paper_id: str) -> History | None:
        """Return a paper with its observations, oldest first; None if it is unknown."""
        return await self._services.store.history(paper_id, self._clock())

    async def feed(self, window: ListRange | None, words: str) -> Feed:
        """Return the list of a window, or the newest papers on a topic, for feed readers. Raise `StoreError`."""
        return await feed(self._services, window, words, self._clock())

    def now(self) -> datetime:
        """Return the current moment by the clock of the answers."""
        return self._clock()

    async def papers(self, ids: Sequence[str]) -> Sequence[Paper]:
        """Return the known ones among some papers, in the given order."""
        return await self._services.store.papers.many(ids)

    async def health(self) -> Sequence[HealthCheck]:
        """Return the results of all health checks."""
        return await health(self._services.store, self._listeners, self._clock())

    async def figures(self) -> Figures:
        """Return the metrics for monitoring."""
        store, now = self._services.store, self._clock()
        return Figures(
            papers=await store.papers.count(),
            lag=await store.deliveries.lag(now),
            deliveries=await store.deliveries.counts(now.date() - _TOLD_DAYS),
            ages={state.name: now - state.succeeded_at for state in await store.sources.all() if state.succeeded_at},
        )

    def observe(self, observer: Observer) -> None:
        """Call an observer for every answer from now on."""
        self._observers.append(observer)

    def _tell(self, surface: str, command: str, seconds: float) -> None:
        for observer in self._observers:
            observer(surface, command, seconds)

    async def alive(self, surface: str, detail: str) -> None:
        """Write a heartbeat for `paperboy doctor --live`; call it at least once a minute.

        Never raises: a listener keeps running if it cannot be written, and the health check reports that it is missing.
        """
        try:
            await self._services.store.notes.put(heartbeat(surface), detail, self._clock())
        except StoreError as error:
            log.warning("heartbeat not written", surface=surface, reason=str(error))
        except Exception:
            log.exception("heartbeat not written", surface=surface, reference=os.urandom(4).hex())

    @property
    def report(self) -> Report:
        """Return the function that records failing loops for the health check."""
        return reporting(self._services.store, self._clock)
