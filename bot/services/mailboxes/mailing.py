"""Subscriptions of mailboxes, changed and ended by signed links."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import BadArgument, NotFound
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.mail import ActionLinks
from bot.domain.mailbox_results import (
    AlreadyUnsubscribed,
    BounceCounted,
    ChangeOpened,
    InvitationDeclined,
    InvitationSent,
    MailboxResult,
    MailboxSuspended,
    MailPaused,
    MailResumed,
    ReportIgnored,
    Unsubscribed,
    UnsubscribeOpened,
)
from bot.domain.ports import MailSurface
from bot.domain.requests import Door, Effect, only_shows
from bot.domain.standings import ChangedSubscription, Standing
from bot.domain.subscriptions import Subscription
from bot.domain.text import plain
from bot.messages import mailing as view
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

    def action_links(self, subscription: Subscription, digest_id: str) -> ActionLinks:
        """Return the links by which the reader of a digest can act on it."""
        leave = self.links.token(Purpose.UNSUBSCRIBE, subscription.id)
        return ActionLinks(
            unsubscribe=self.links.unsubscribe(leave),
            unsubscribe_by_mail=self.links.unsubscribe_by_mail(leave),
            change=self.links.change(self.links.token(Purpose.CHANGE, subscription.id)),
            read=self.links.digest(digest_id),
            privacy=self.links.privacy,
            why=view.why(subscription),
            tag=self.links.token(Purpose.BOUNCE, subscription.id),
        )

    async def perform(self, action: MailAction, token: str, door: Door, words: str = "") -> MailboxResult:
        """Perform the action of a link, or only look up what it would change if the door may change nothing.

        The token is the permission, because it was sent to the mailbox. `words` say what to change.
        """
        operation = _OPERATIONS[action]
        if only_shows(operation.effect, door):
            async with self.store.read_only():
                return await operation.look_up(self, token)
        async with self.store.unit_of_work():
            return await operation.run(self, token, words)

    async def invite(self, address: str, words: str, where_from: str, language: str = "") -> InvitationSent:
        """Send the mail that asks to confirm a subscription. `language` is that of the page that asked for it."""
        async with self.store.unit_of_work():
            return await self.invitations.send(address, words, where_from, language=language)

    async def language(self, token: str) -> str:
        """Return the tag of the language of the mailbox that a link was sent to; empty if none is known."""
        for purpose in (Purpose.UNSUBSCRIBE, Purpose.CHANGE):
            id = self.links.read(token, purpose)
            subscription = await self.store.subscriptions.get(id) if id is not None else None
            if subscription is not None:
                return (await self.store.languages.of(subscription.chat, "")).chat
        return token_language(token)

    async def record_bounce(self, about: str, kind: Bounce) -> BounceCounted | MailboxSuspended:
        """Record a bounce; it may suspend all mail to its address."""
        async with self.store.unit_of_work():
            return await self.bounces.record(about, kind)

    async def record_reports(self, reports: Iterable[Report]) -> list[MailboxResult]:
        """Record reports; those about ended subscriptions are ignored. Raise `BadArgument` if none is valid."""
        done, refused = list[MailboxResult](), list[BadArgument]()
        for report in reports:
            try:
                done.append(await self.record_bounce(report.about, report.kind))
            except NotFound:
                done.append(ReportIgnored())
            except BadArgument as error:
                refused.append(error)
        if refused and not done:
            raise refused[0]
        return done

    async def look_up_unsubscribe(self, token: str) -> UnsubscribeOpened | AlreadyUnsubscribed:
        """Return the subscription that a link to unsubscribe would end. Changes nothing."""
        id = self.links.read(token, Purpose.UNSUBSCRIBE)
        if id is None:
            return UnsubscribeOpened(await self.invitations.subscription(token))
        subscription = await self.store.subscriptions.get(id)
        return UnsubscribeOpened(subscription) if subscription else AlreadyUnsubscribed()

    async def unsubscribe(self, token: str) -> Unsubscribed | AlreadyUnsubscribed | InvitationDeclined:
        """End a subscription, or decline an invitation. Idempotent."""
        id = self.links.read(token, Purpose.UNSUBSCRIBE)
        if id is None:
            begun = await self.invitations.decline(token)
            return await self._end(begun) if begun else InvitationDeclined()
        subscription = await self.store.subscriptions.get(id)
        return await self._end(subscription) if subscription else AlreadyUnsubscribed()

    async def requested(self, token: str) -> Subscription:
        """Return the subscription of an invitation. Changes nothing. Raise `NotFound`."""
        return await self.invitations.subscription(token)

    async def wanted(self, token: str) -> Subscription:
        """Return the subscription of a link to change it. Raise `NotFound`."""
        id = self.links.read(token, Purpose.CHANGE)
        found = await self.store.subscriptions.get(id) if id is not None else None
        if found is None:
            raise NotFound(tr("This link is no longer valid."), tr("Use the link in the newest mail."))
        return found

    async def look_up_change(self, token: str) -> ChangeOpened:
        """Return the subscription that a link can change. Changes nothing."""
        return ChangeOpened(await self.wanted(token))

    async def change(self, token: str, words: str) -> ChangedSubscription:
        """Change what the words say and nothing else, as /subscriptions edit does."""
        standing = await self._standing(token)
        if not words.strip():
            raise BadArgument(tr("What should change?"), tr("For example: {words}", words="at 18:30 top 5"))
        return await self.subscriptions.edit(standing, plain(words), self.clock())

    async def pause(self, token: str) -> MailPaused:
        """Pause a subscription."""
        standing = await self._standing(token)
        paused = await self.subscriptions.pause([standing], self.clock())
        return MailPaused(standing, changed=bool(paused))

    async def resume(self, token: str) -> MailResumed:
        """Resume a subscription. Raise `NotAllowed` if its address is suspended."""
        standing, now = await self._standing(token), self.clock()
        await refuse_suspended(self.store, standing.subscription.chat.id)
        resumed = await self.subscriptions.resume([standing], now)
        return MailResumed(resumed[0] if resumed else standing, changed=bool(resumed))

    async def _standing(self, token: str) -> Standing:
        """Return the subscription of a link to change, with its number. The link gives the right to change this one."""
        return await self.subscriptions.numbered(await self.wanted(token))

    async def _end(self, subscription: Subscription) -> Unsubscribed:
        await self.store.subscriptions.remove(subscription.id)
        log.info("unsubscribed by link", subscription=subscription.id)
        return Unsubscribed(subscription)


def build_mailing(
    store: Store,
    surface: MailSurface,
    links: Links,
    clock: Callable[[], datetime],
    bounce_secret: str = "",
    listed: Set[str] = frozenset(),
) -> Mailing:
    """Return papers by mail over a surface.

    `bounce_secret` is what a report of bounces must carry; without it, none is accepted. `listed` are the categories
    that the sources list in full.
    """
    subscriptions = SubscriptionService(store, listed)
    return Mailing(
        store=store,
        subscriptions=subscriptions,
        links=links,
        clock=clock,
        invitations=Invitations(store, surface, links, clock, listed),
        bounces=Bounces(store, subscriptions, links, clock, bounce_secret),
    )


@dataclass(frozen=True, slots=True)
class _MailOperation:
    """An action with its effect, the function that performs it, and the function that looks up what it would change."""

    effect: Effect
    run: Callable[[Mailing, str, str], Awaitable[MailboxResult]]
    look_up: Callable[[Mailing, str], Awaitable[MailboxResult]]


_OPERATIONS: Mapping[MailAction, _MailOperation] = {
    MailAction.CONFIRM: _MailOperation(
        Effect.CHAT,
        lambda mailing, token, words: mailing.invitations.confirm(token),
        lambda mailing, token: mailing.invitations.look_up(token),
    ),
    MailAction.UNSUBSCRIBE: _MailOperation(
        Effect.CHAT, lambda mailing, token, words: mailing.unsubscribe(token), Mailing.look_up_unsubscribe
    ),
    MailAction.CHANGE: _MailOperation(Effect.CHAT, Mailing.change, Mailing.look_up_change),
    MailAction.PAUSE: _MailOperation(
        Effect.CHAT, lambda mailing, token, words: mailing.pause(token), Mailing.look_up_change
    ),
    MailAction.RESUME: _MailOperation(
        Effect.CHAT, lambda mailing, token, words: mailing.resume(token), Mailing.look_up_change
    ),
}
