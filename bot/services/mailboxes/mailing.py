"""Subscriptions of mailboxes, changed and ended by signed links."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import BadArgument, NotFound
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.mail import ActionLinks
from bot.domain.pages import Page
from bot.domain.ports import MailSurface
from bot.domain.requests import Door, Effect, only_shows
from bot.domain.standings import Standing
from bot.domain.subscriptions import Subscription
from bot.domain.text import plain
from bot.messages import mailing as view
from bot.messages import subscriptions as subscriptions_view
from bot.services.mailboxes.bounces import Bounces
from bot.services.mailboxes.invitations import Invitations, refuse_suspended, token_language
from bot.services.mailboxes.links import Links, Purpose
from bot.services.mailboxes.reports import Bounce, Report
from bot.services.subscriptions import SubscriptionService
from bot.storage import Store

log = Log(__name__)


class MailAction(StrEnum):
    """What the holder of a link in a mail can do."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Subscriptions of mailboxes. Methods raise `UserError` for the person who holds the link."""

    store: Store
    subscriptions: SubscriptionService
    links: Links
    clock: Callable[[], datetime]
    invitations: Invitations
    bounces: Bounces

    def ways(self, subscription: Subscription, digest_id: str) -> ActionLinks:
        """Return the links by which the reader of a digest can act on it."""
        leave = self.links.token(Purpose.UNSUBSCRIBE, subscription.id)
        return ActionLinks(
            unsubscribe=self.links.unsubscribe(leave),
            unsubscribe_by_mail=self.links.unsubscribe_by_mail(leave),
            change=self.links.change(self.links.token(Purpose.CHANGE, subscription.id)),
            read=self.links.digest(digest_id),
            why=view.why(subscription),
            tag=self.links.token(Purpose.BOUNCE, subscription.id),
        )

    async def perform(self, action: MailAction, token: str, door: Door, words: str = "") -> Page:
        """Perform the action of a link, or show it and ask if the door may change nothing.

        The token is the permission, because it was sent to the mailbox. `words` say what to change.
        """
        operation = _OPERATIONS[action]
        if only_shows(operation.effect, door):
            async with self.store.read_only():
                return await operation.ask(self, token)
        async with self.store.unit_of_work():
            return await operation.run(self, token, words)

    async def invite(self, address: str, words: str, where_from: str, language: str = "") -> Page:
        """Send the mail that asks to confirm a subscription. `language` is that of the page that asked for it."""
        async with self.store.unit_of_work():
            return await self.invitations.ask(address, words, where_from, language=language)

    async def language(self, token: str) -> str:
        """Return the tag of the language of the mailbox that a link was sent to; empty if none is known."""
        for purpose in (Purpose.UNSUBSCRIBE, Purpose.CHANGE):
            id = self.links.read(token, purpose)
            subscription = await self.store.subscriptions.get(id) if id is not None else None
            if subscription is not None:
                return (await self.store.languages.of(subscription.chat, "")).chat
        return token_language(token)

    async def bounced(self, about: str, kind: Bounce) -> Page:
        """Record a bounce; it may suspend all mail to its address."""
        async with self.store.unit_of_work():
            return await self.bounces.told(about, kind)

    async def reported(self, reports: Iterable[Report]) -> list[Page]:
        """Record reports; those about ended subscriptions are ignored. Raise `BadArgument` if none is valid."""
        pages, refused = list[Page](), list[BadArgument]()
        for report in reports:
            try:
                pages.append(await self.bounced(report.about, report.kind))
            except NotFound as error:
                pages.append(view.unknown(error.message))
            except BadArgument as error:
                refused.append(error)
        if refused and not pages:
            raise refused[0]
        return pages

    async def leaving(self, token: str) -> Page:
        """Return what a link to unsubscribe would end. Changes nothing."""
        id = self.links.read(token, Purpose.UNSUBSCRIBE)
        if id is None:
            return view.leave(await self.invitations.wanted(token))
        subscription = await self.store.subscriptions.get(id)
        return view.leave(subscription) if subscription else view.left_before()

    async def unsubscribe(self, token: str) -> Page:
        """End a subscription, or decline an invitation. Idempotent."""
        id = self.links.read(token, Purpose.UNSUBSCRIBE)
        if id is None:
            begun = await self.invitations.decline(token)
            return await self._end(begun) if begun else view.request_dropped()
        subscription = await self.store.subscriptions.get(id)
        return await self._end(subscription) if subscription else view.left_before()

    async def requested(self, token: str) -> Subscription:
        """Return the subscription of an invitation. Changes nothing. Raise `NotFound`."""
        return await self.invitations.wanted(token)

    async def wanted(self, token: str) -> Subscription:
        """Return the subscription of a link to change it. Raise `NotFound`."""
        id = self.links.read(token, Purpose.CHANGE)
        found = await self.store.subscriptions.get(id) if id is not None else None
        if found is None:
            raise NotFound(tr("This link is no longer valid."), tr("Use the link in the newest mail."))
        return found

    async def changing(self, token: str) -> Page:
        """Return the page of a link to change a subscription. Changes nothing."""
        return view.as_it_is(await self.wanted(token), self.clock())

    async def change(self, token: str, words: str) -> Page:
        """Change what the words say and nothing else, as /subscriptions edit does."""
        standing = await self._standing(token)
        if not words.strip():
            raise BadArgument(tr("What should change?"), tr("For example: {words}", words="at 18:30 top 5"))
        changed, now = await self.subscriptions.edit(standing, plain(words), self.clock()), self.clock()
        return _for_mail(subscriptions_view.changed(changed.after, changed.before, changed.served, now))

    async def pause(self, token: str) -> Page:
        """Pause a subscription."""
        standing = await self._standing(token)
        paused = await self.subscriptions.pause([standing], self.clock())
        return _for_mail(
            subscriptions_view.paused(paused) if paused else subscriptions_view.unchanged([standing], "paused")
        )

    async def resume(self, token: str) -> Page:
        """Resume a subscription. Raise `NotAllowed` if its address is suspended."""
        standing, now = await self._standing(token), self.clock()
        await refuse_suspended(self.store, standing.subscription.chat.id)
        resumed = await self.subscriptions.resume([standing], now)
        return _for_mail(
            subscriptions_view.resumed(resumed, now) if resumed else subscriptions_view.unchanged([standing], "running")
        )

    async def _standing(self, token: str) -> Standing:
        """Return the subscription of a link to change, with its number. The link gives the right to change this one."""
        return await self.subscriptions.numbered(await self.wanted(token))

    async def _end(self, subscription: Subscription) -> Page:
        await self.store.subscriptions.remove(subscription.id)
        log.info("unsubscribed by link", subscription=subscription.id)
        return view.left(subscription)


def build_mailing(
    store: Store, surface: MailSurface, links: Links, clock: Callable[[], datetime], bounce_secret: str = ""
) -> Mailing:
    """Return papers by mail over a surface.

    `bounce_secret` is what a report of bounces must carry; without it, none is accepted.
    """
    subscriptions = SubscriptionService(store)
    return Mailing(
        store=store,
        subscriptions=subscriptions,
        links=links,
        clock=clock,
        invitations=Invitations(store, surface, links, clock),
        bounces=Bounces(store, subscriptions, links, clock, bounce_secret),
    )


def _for_mail(page: Page) -> Page:
    """Return a page about a subscription without the parts that only work in a chat."""
    return replace(page, actions=(), footer="")


@dataclass(frozen=True, slots=True)
class _MailOperation:
    """An action with its effect, the function that performs it, and the function that shows it and asks."""

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
