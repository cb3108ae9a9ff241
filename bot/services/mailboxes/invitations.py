"""Invitations (double opt-in): a mailbox gets digests only after its owner confirms a link that was mailed to it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import BadArgument, DeliveryError, NotAllowed, NotFound, UserError
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.mail import ActionLinks, OutgoingMail
from bot.domain.mailbox_results import AlreadySubscribed, InvitationAccepted, InvitationOpened, InvitationSent
from bot.domain.ports import MailSurface
from bot.domain.schedule.slots import next_slot
from bot.domain.subscriptions import Pause, Subscription
from bot.messages import mailing as view
from bot.messages.catalogue import negotiate
from bot.messages.localization import localized
from bot.query.subscriptions.format import show
from bot.query.subscriptions.parser import EVERYTHING, read
from bot.services.categories import require_served
from bot.services.mailboxes.links import Links
from bot.services.mailboxes.mail_addresses import chat, mailbox
from bot.services.subscriptions import MOST, blank, validated
from bot.storage import Store
from bot.storage.mailboxes import MailRequest

log = Log(__name__)

#: requests for one mailbox in a day, from one origin in an hour, and in all in an hour
_FOR_ONE, _FROM_ONE, _IN_ALL = 3, 10, 300
#: longest wait for the mail server's rate limit; otherwise the invitation is not sent
_PATIENCE = timedelta(seconds=20)
#: timeout of the mail server for an invitation, in seconds
_ANSWER_SECONDS = 25.0
_GONE = tr("This link has expired or is not valid.")


@dataclass(frozen=True, slots=True)
class Invitations:
    """Sends and confirms invitations. Methods raise `UserError` for the person who asks or holds the link."""

    store: Store
    surface: MailSurface
    links: Links
    clock: Callable[[], datetime]
    #: categories that the sources list in full
    listed: Set[str] = frozenset()

    async def send(
        self, address: str, words: str, where_from: str, zone: str = "", language: str = ""
    ) -> InvitationSent:
        """Send a mail that asks the owner of a mailbox to confirm the subscription that the words describe.

        `where_from` is a network or a person, for which the number of mails is limited; empty for the operator.
        `zone` is used if the words name none. `language` is that of the page or person; the invitation is in it, and
        so are the mailbox's mails once it is accepted.
        """
        address, now = mailbox(address), self.clock()
        subscription = _wished(address, words, zone, now)
        await refuse_suspended(self.store, address)
        await require_served(self.store, self.listed, subscription.query, now)
        came_from = self.links.anonymous(where_from) if where_from else ""
        await self._within_limits(address, came_from, now)
        token = new_token(language)
        request = MailRequest(address=address, words=show(subscription), came_from=came_from, made_at=now)
        await self.store.mailboxes.put(_hash(token), request)
        # the mail cannot be taken back, so the interaction that asked for it counts as done from here on
        await self.store.settle()
        await self._invite(token, subscription)
        return InvitationSent(subscription)

    async def look_up(self, token: str) -> InvitationOpened | AlreadySubscribed:
        """Return the subscription that the token of an invitation would start. Changes nothing."""
        request, now = await self._request(token), self.clock()
        if request.used_at is not None:
            return AlreadySubscribed(request.address)
        return InvitationOpened(_wished(request.address, request.words, "", now))

    async def confirm(self, token: str) -> InvitationAccepted | AlreadySubscribed:
        """Start the subscription of an invitation. A token works once."""
        request, now = await self._request(token), self.clock()
        subscription = _wished(request.address, request.words, "", now)
        subscription = replace(subscription, next_at=next_slot(subscription.schedule, now))
        others = await self.store.subscriptions.of(subscription.chat)
        known = any(show(each) == request.words for each in others)
        if not known and await self.store.subscriptions.count_of_mailbox(request.address) >= MOST:
            raise BadArgument(
                tr("A mailbox can have {most} subscriptions.", most=MOST),
                tr("End one first: every mail has a link for that."),
            )
        used = await self.store.mailboxes.confirm(_hash(token), None if known else subscription, now)
        if used and (language := token_language(token)):
            await self.store.languages.choose_for_chat(subscription.chat, language, now)
        return InvitationAccepted(subscription) if used and not known else AlreadySubscribed(request.address)

    async def subscription(self, token: str) -> Subscription:
        """Return the subscription of an invitation, whether or not it was confirmed."""
        request = await self._request(token)
        return _wished(request.address, request.words, "", self.clock())

    async def decline(self, token: str) -> Subscription | None:
        """Decline an invitation. Return the subscription if it was already confirmed; the caller has to end it."""
        request = await self.store.mailboxes.get(_hash(token), self.clock())
        if request is None:
            raise NotFound(_GONE, tr("Use the link in the newest mail."))
        await self.store.mailboxes.decline(_hash(token), self.clock())
        if request.used_at is None:
            return None
        begun = await self.store.subscriptions.of(chat(request.address))
        return next((each for each in begun if show(each) == request.words), None)

    async def _within_limits(self, address: str, came_from: str, now: datetime) -> None:
        asked = await self.store.mailboxes.asked(address, came_from, now)
        if asked.address_today >= _FOR_ONE:
            raise NotAllowed(
                tr("I've already sent several mails to this address today."),
                tr("Please look for them in your inbox and in the spam folder."),
            )
        if came_from and (asked.origin_this_hour >= _FROM_ONE or asked.all_this_hour >= _IN_ALL):
            raise NotAllowed(tr("Too many mails have been requested in the last hour."), tr("Try again in an hour."))

    async def _invite(self, token: str, subscription: Subscription) -> None:
        action_links = ActionLinks(
            confirm=self.links.confirm(token),
            unsubscribe=self.links.unsubscribe(token),
            unsubscribe_by_mail=self.links.unsubscribe_by_mail(token),
            privacy=self.links.privacy,
            why=view.why_invited(),
        )
        page = localized(view.invitation(subscription), token_language(token))
        letter = OutgoingMail(chat=subscription.chat, page=page, action_links=action_links, nonce=_hash(token)[:24])
        rates = self.surface.allowance.rates(self.surface.name, str(subscription.chat))
        turn = await self.store.rates.take(rates, patience=_PATIENCE, answer=True)
        try:
            if not turn.granted:
                raise DeliveryError(subscription.chat, "the mail server's limit is reached")
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self.surface.post(letter)
        except TimeoutError:
            # the person is waiting, and the mail may still arrive
            log.warning("not answered", what="an invitation", seconds=_ANSWER_SECONDS)
        except DeliveryError as error:
            log.warning("not invited", reason=error.reason)
            if not error.ambiguous:
                await self.store.mailboxes.drop(_hash(token))
                raise _not_sent(subscription.chat.id, error) from error

    async def _request(self, token: str) -> MailRequest:
        request = await self.store.mailboxes.get(_hash(token), self.clock())
        if request is None or not request.words:
            raise NotFound(_GONE, tr("Subscribe again, then use the link in the newest mail."))
        return request


def _wished(address: str, words: str, zone: str, now: datetime) -> Subscription:
    """Return the subscription of a mailbox that words describe. Raise `BadArgument`."""
    wish = validated(read(words or EVERYTHING, now), chat(address).surface)
    chosen = wish.when.zone or zone
    if not chosen:
        raise BadArgument(
            tr("Which time zone?"), tr("Add a city or a zone: {examples}", examples="at 9:00 Berlin, America/New_York")
        )
    subscription = wish.over(blank(chat(address), chosen, now))
    # mailboxes have neither roles nor silent messages
    return replace(subscription, role="", silent=False)


def _not_sent(address: str, error: DeliveryError) -> UserError:
    if error.permanent:
        return BadArgument(
            tr("The mail server does not accept mail for {address}.", address=address), tr("Please check the address.")
        )
    return UserError(tr("I couldn't send the mail."), tr("Try again in a few minutes."))


def new_token(language: str) -> str:
    """Return a token that nobody can guess, with the tag of the invitation's language; an empty tag is left out."""
    token = secrets.token_urlsafe(18)
    return f"{token}.{negotiate(language)}" if language else token


def token_language(token: str) -> str:
    """Return the tag of the language that a token was made with; empty if there was none."""
    _, dot, tag = token.rpartition(".")
    return negotiate(tag) if dot else ""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def refuse_suspended(store: Store, address: str) -> None:
    """Raise `NotAllowed` if the address is suspended because of bounces or a complaint."""
    if reason := await store.mailboxes.suspended(address):
        # earlier versions stored sentences
        raise NotAllowed(*view.refused(address, Pause(reason) if reason in set(Pause) else None))
