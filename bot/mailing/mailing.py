"""Subscriptions of mailboxes: changed and ended by people who have nothing but a link."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.commands.dispatch import Dispatcher
from bot.commands.engine import Engine
from bot.commands.operations import only_shows
from bot.errors import BadArgument, NotFound
from bot.letters import Ways
from bot.logs import Log
from bot.mailing.bounces import Bounces
from bot.mailing.invitations import Invitations, refuse_suspended
from bot.mailing.links import Links, Purpose
from bot.mailing.reports import Bounce, Report
from bot.models import Door, Effect, Request, Subscription
from bot.page import Page
from bot.ports import Post
from bot.store import Store
from bot.views import mailing as view

log = Log(__name__)


class MailAction(StrEnum):
    """What the holder of a link in a mail can do."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Mailing:
    """Every method may raise `UserError`, whose message is for the person who holds the link."""

    store: Store
    surface: Post
    links: Links
    clock: Callable[[], datetime]
    #: what a mail server must show that reports bounces; empty: none may
    bounce_secret: str = field(default="", repr=False)

    @property
    def invitations(self) -> Invitations:
        """How a subscription begins."""
        return Invitations(self.store, self.surface, self.links, self.clock)

    @property
    def bounces(self) -> Bounces:
        """What becomes of mail that came back."""
        return Bounces(self.store, self.links, self.clock, self.bounce_secret)

    def ways(self, subscription: Subscription, digest_id: str) -> Ways:
        """What the reader of a digest may do with it."""
        leave = self.links.token(Purpose.UNSUBSCRIBE, subscription.id)
        return Ways(
            unsubscribe=self.links.unsubscribe(leave),
            unsubscribe_by_mail=self.links.unsubscribe_by_mail(leave),
            change=self.links.change(self.links.token(Purpose.CHANGE, subscription.id)),
            read=self.links.digest(digest_id),
            why=view.why(subscription),
            tag=self.links.token(Purpose.BOUNCE, subscription.id),
        )

    async def perform(self, action: MailAction, token: str, door: Door, words: str = "") -> Page:
        """Do what the holder of a token wants; where the door only shows, show it and ask.

        The token is the right: it was sent to the mailbox. `words` are what is to be changed.
        """
        operation = _OPERATIONS[action]
        if only_shows(operation.effect, door):
            async with self.store.read_only():
                return await operation.ask(self, token)
        async with self.store.unit_of_work():
            return await operation.run(self, token, words)

    async def invite(self, address: str, words: str, where_from: str) -> Page:
        """Send a mail that asks whether its owner wants what the words say."""
        async with self.store.unit_of_work():
            return await self.invitations.ask(address, words, where_from)

    async def bounced(self, about: str, kind: Bounce) -> Page:
        """A mail came back: stop all mail to its address, or none of it."""
        async with self.store.unit_of_work():
            return await self.bounces.told(about, kind)

    async def reported(self, reports: Iterable[Report]) -> list[Page]:
        """Note every report, also those of subscriptions that are gone. Raise `BadArgument` where none can be noted."""
        pages, refused = list[Page](), list[BadArgument]()
        for report in reports:
            try:
                pages.append(await self.bounced(report.about, report.kind))
            except NotFound as error:
                pages.append(Page(title=error.message))
            except BadArgument as error:
                refused.append(error)
        if refused and not pages:
            raise refused[0]
        return pages

    async def leaving(self, token: str) -> Page:
        """What a link to unsubscribe would end. Changes nothing."""
        id = self.links.read(token, Purpose.UNSUBSCRIBE)
        if id is None:
            return view.leave(await self.invitations.wanted(token))
        subscription = await self.store.subscriptions.get(id)
        return view.leave(subscription) if subscription else view.left_before()

    async def unsubscribe(self, token: str) -> Page:
        """End one subscription, or turn an invitation down. Twice is harmless."""
        id = self.links.read(token, Purpose.UNSUBSCRIBE)
        if id is None:
            begun = await self.invitations.decline(token)
            return await self._end(begun) if begun else view.request_dropped()
        subscription = await self.store.subscriptions.get(id)
        return await self._end(subscription) if subscription else view.left_before()

    async def wanted(self, token: str) -> Subscription:
        """The subscription that a link to change is for. Changes nothing."""
        id = self.links.read(token, Purpose.CHANGE)
        found = await self.store.subscriptions.get(id) if id is not None else None
        if found is None:
            raise NotFound("That link leads nowhere (any more).", "The newest mail has one that does.")
        return found

    async def changing(self, token: str) -> Page:
        """What a link to change is about. Changes nothing."""
        return view.as_it_is(await self.wanted(token), self.clock())

    async def change(self, token: str, words: str) -> Page:
        """Change what the words say and nothing else; they are read as behind /subscriptions edit."""
        return await self._by_command(token, "edit", words)

    async def pause(self, token: str) -> Page:
        """Let a subscription rest."""
        return await self._by_command(token, "pause")

    async def resume(self, token: str) -> Page:
        """Let it come again, unless mail to the address came back."""
        await refuse_suspended(self.store, (await self.wanted(token)).chat.id)
        return await self._by_command(token, "resume")

    async def _end(self, subscription: Subscription) -> Page:
        await self.store.subscriptions.remove(subscription.id)
        log.info("unsubscribed by link", subscription=subscription.id)
        return view.left(subscription)

    async def _by_command(self, token: str, action: str, words: str = "") -> Page:
        """What /subscriptions does: its holder has the right to change this one subscription."""
        subscription = await self.wanted(token)
        argument = f"{action} id:{subscription.id} {words}"
        request = Request(
            chat=subscription.chat, may_manage=True, command="subscriptions", argument=argument, door=Door.FORM
        )
        page = await Dispatcher(Engine(self.store), self.clock).perform(request, self.clock())
        return replace(page, actions=(), footer="")


@dataclass(frozen=True, slots=True)
class _MailOperation:
    """An action with its effect, what does it, and what shows it and asks."""

    effect: Effect
    run: Callable[[Mailing, str, str], Awaitable[Page]]
    ask: Callable[[Mailing, str], Awaitable[Page]]


_OPERATIONS: Mapping[MailAction, _MailOperation] = {
    MailAction.CONFIRM: _MailOperation(
        Effect.CHAT,
        lambda mailing, token, words: mailing.invitations.confirm(token),
        lambda mailing, token: mailing.invitations.asked(token),
    ),
    MailAction.UNSUBSCRIBE: _MailOperation(
        Effect.CHAT, lambda mailing, token, words: mailing.unsubscribe(token), Mailing.leaving
    ),
    MailAction.CHANGE: _MailOperation(Effect.CHAT, Mailing.change, Mailing.changing),
    MailAction.PAUSE: _MailOperation(Effect.CHAT, lambda mailing, token, words: mailing.pause(token), Mailing.changing),
    MailAction.RESUME: _MailOperation(
        Effect.CHAT, lambda mailing, token, words: mailing.resume(token), Mailing.changing
    ),
}
