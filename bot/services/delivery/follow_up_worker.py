"""Does what is due to messages that were sent: edits with new votes, and threads.

Follow-ups never take the turn of a digest: each begins only while no digest is due soon.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError, StoreError
from bot.domain.follow_ups import FollowUp, FollowUpKind, decoded, encoded
from bot.domain.log import Log
from bot.domain.pages import Page, without_thumbnails
from bot.domain.papers import DeliveryReason
from bot.domain.ports import EditableSurface, ThreadedSurface
from bot.domain.subscriptions import Subscription
from bot.messages import living as view
from bot.messages.localization import localized
from bot.services.delivery.composer import Composed, Composer
from bot.services.delivery.faults import log_fault
from bot.services.delivery.manager_notice import tell_manager
from bot.services.delivery.reasons import readable
from bot.services.delivery.retry_policy import CHAT_GAPS, FAULT_TRIES, Retry
from bot.services.delivery.sender import Sender
from bot.storage.follow_ups import FollowUpBrief

log = Log(__name__)
T = TypeVar("T")

#: no follow-up begins if a digest is due within this time
LOOKAHEAD = timedelta(seconds=10)
#: follow-ups that are claimed at once
_AT_ONCE = 5


class _Skip(Exception):
    """Raised if a follow-up is not done, for a reason of our own."""

    def __init__(self, reason: DeliveryReason, note: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.note = note


class _Postpone(Exception):
    """Raised if there is no turn for a follow-up now."""

    def __init__(self, retry: Retry) -> None:
        super().__init__(retry.code)
        self.retry = retry


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpWorker:
    """Does the follow-ups of one surface during one lease."""

    sender: Sender
    composer: Composer
    owner: str

    async def run(self) -> int:
        """Do some follow-ups that are due, while no digest is. Return how many were claimed."""
        sender, surface = self.sender, self.sender.surface
        if not isinstance(surface, EditableSurface | ThreadedSurface) or not await self._idle():
            return 0
        store, lease = sender.store.follow_ups, sender.config.lease
        claimed = await store.claim(surface.name, self.owner, sender.monotonic(), lease, _AT_ONCE)
        sender.crash("follow_up.claimed")
        for each in claimed:
            await self._do_or_release(each)
        return len(claimed)

    async def _idle(self) -> bool:
        sender = self.sender
        return await sender.store.follow_ups.idle(sender.surface.name, sender.monotonic() + LOOKAHEAD)

    async def _do_or_release(self, follow_up: FollowUp) -> None:
        """Do one follow-up; errors do not affect the others."""
        try:
            if self.sender.should_stop() or self._lease_ends or not await self._idle():
                await self._postpone(follow_up, self.sender.monotonic(), DeliveryReason.RELEASED, "", failed=False)
                return
            await self._do(follow_up)
        except StoreError as error:
            # it is claimed again when the lease expires, and shows the same
            log.warning("follow-up not recorded", follow_up=follow_up.id, reason=str(error))
        except Exception as error:
            await self._after_fault(follow_up, log_fault("follow-up failed", error, follow_up=follow_up.id))

    async def _after_fault(self, follow_up: FollowUp, reference: str) -> None:
        code = DeliveryReason.FAULT
        try:
            if follow_up.failures + 1 >= FAULT_TRIES:
                await self.sender.store.follow_ups.skip(follow_up, code, self.sender.monotonic(), reference)
                return
            at = self.sender.monotonic() + CHAT_GAPS[follow_up.failures]
            await self._postpone(follow_up, at, code, reference, failed=True)
        except StoreError as error:
            log.warning("follow-up not recorded", follow_up=follow_up.id, reason=str(error))

    async def _do(self, follow_up: FollowUp) -> None:
        sender = self.sender
        brief = await sender.store.follow_ups.brief(follow_up)
        if brief is None or brief.subscription is None:
            await sender.store.follow_ups.skip(follow_up, DeliveryReason.REMOVED, sender.monotonic())
            return
        does = self._edit if follow_up.kind is FollowUpKind.EDIT else self._open_thread
        try:
            await does(brief, brief.subscription)
        except _Skip as skip:
            await sender.store.follow_ups.skip(follow_up, skip.reason, sender.monotonic(), skip.note)
        except _Postpone as postponed:
            retry = postponed.retry
            await self._postpone(follow_up, retry.at, retry.code, retry.detail, failed=False)
        except DeliveryError as error:
            await self._after_refusal(brief, brief.subscription, error)
        else:
            sender.crash("follow_up.done")
            await sender.with_retries(lambda: sender.store.follow_ups.done(follow_up, sender.monotonic()))
            log.info("follow-up done", follow_up=follow_up.id, kind=follow_up.kind, delivery=brief.delivery.id)

    async def _after_refusal(self, brief: FollowUpBrief, subscription: Subscription, error: DeliveryError) -> None:
        """Give up for good what the platform refuses for good, and try everything else again."""
        follow_up, now, detail = brief.follow_up, self.sender.monotonic(), readable(error.reason)
        log.warning("follow-up refused", follow_up=follow_up.id, kind=follow_up.kind, reason=detail)
        if error.permanent or error.moved_to is not None:
            first = await self.sender.store.follow_ups.freeze(follow_up, detail, now)
            if first and follow_up.kind is FollowUpKind.THREAD:
                details = await self.sender.store.known_chats.get(brief.delivery.chat)
                page = view.no_thread(subscription, details, error.reason)
                await tell_manager(self.sender, subscription, page, f"thread|{follow_up.id}")
            return
        gap = CHAT_GAPS[min(follow_up.failures, len(CHAT_GAPS) - 1)]
        code = DeliveryReason.REFUSED if error.retry_after is None else DeliveryReason.PLATFORM_WAIT
        at = now + (gap if error.retry_after is None else error.retry_after)
        await self._postpone(follow_up, at, code, detail, failed=True)

    async def _edit(self, brief: FollowUpBrief, subscription: Subscription) -> None:
        """Show new votes in the messages of a digest: the same ones at every attempt."""
        sender, surface = self.sender, self.sender.surface
        if not isinstance(surface, EditableSurface) or not subscription.living:
            raise _Skip(DeliveryReason.CHANGED)
        composed = await self._composed_again(brief, subscription)
        begun = await self._begun(brief.follow_up, composed, subscription.query)
        if begun is None:
            log.warning("follow-up not begun, the claim was lost", follow_up=brief.follow_up.id)
            raise _Postpone(Retry(at=sender.monotonic(), code=DeliveryReason.RELEASED))
        pages = sender.surface.parts(localized(self._updated(brief, subscription, composed, begun), brief.language))
        if len(pages) != len(brief.parts):
            # it no longer fits into the same number of messages
            raise _Skip(DeliveryReason.CHANGED)
        for part, page in zip(brief.parts, pages, strict=True):
            tallies = await sender.store.votes.tallies(brief.delivery.chat, composed.paper_ids)
            call = partial(surface.edit, brief.delivery.chat, part.message_id, page)
            await self._at_its_turn(brief, partial(call, nonce=part.nonce, role=subscription.role, tallies=tallies))

    def _updated(
        self, brief: FollowUpBrief, subscription: Subscription, composed: Composed, follow_up: FollowUp
    ) -> Page:
        if composed.digest is None or follow_up.as_of is None:
            raise _Skip(DeliveryReason.CHANGED)
        page = view.updated(
            composed.digest,
            subscription,
            decoded(follow_up.content),
            composed_at=composed.at,
            as_of=follow_up.as_of,
            late_since=brief.delivery.due_at if brief.delivery.late else None,
        )
        shown = page if self.sender.config.thumbnails else without_thumbnails(page)
        return replace(shown, day=brief.delivery.local_date)

    async def _begun(self, follow_up: FollowUp, composed: Composed, query: str) -> FollowUp | None:
        """Record the news to show, unless an earlier attempt has; return None if the claim was lost."""
        sender, now = self.sender, self.sender.monotonic()
        content = follow_up.content
        if follow_up.as_of is None and composed.digest is not None:
            content = encoded(await self.composer.news(composed.digest, query, now))
        begun = await sender.store.follow_ups.begin(follow_up, content, now, now)
        sender.crash("follow_up.begun")
        return begun

    async def _composed_again(self, brief: FollowUpBrief, subscription: Subscription) -> Composed:
        """Return the digest as it was sent. Raise `_Skip` if that is not possible any more."""
        delivery = brief.delivery
        if delivery.state is not DeliveryState.SENT or delivery.composed_at is None or not brief.parts:
            raise _Skip(DeliveryReason.CHANGED)
        if subscription.paused:
            raise _Skip(DeliveryReason.PAUSED)
        since = min(part.changed_at for part in brief.parts)
        shown = {id: at for id, at in brief.shown.items() if at < since}
        snapshot = await self.composer.snapshot(delivery.composed_at, exactly=True)
        composed = await self.composer.compose(subscription, shown, snapshot, delivery.due_at, late=delivery.late)
        same = (composed.digest_id, composed.paper_ids) == (delivery.digest_id, brief.paper_ids)
        if composed.digest is None or not same:
            raise _Skip(DeliveryReason.CHANGED)
        return composed

    async def _open_thread(self, brief: FollowUpBrief, subscription: Subscription) -> None:
        surface, sender = self.sender.surface, self.sender
        if not isinstance(surface, ThreadedSurface) or not subscription.discussion or not brief.parts:
            raise _Skip(DeliveryReason.CHANGED)
        now = sender.monotonic()
        if await sender.store.follow_ups.begin(brief.follow_up, brief.follow_up.content, now, now) is None:
            raise _Postpone(Retry(at=now, code=DeliveryReason.RELEASED))
        sender.crash("follow_up.begun")
        call = partial(surface.open_thread, brief.delivery.chat, brief.parts[0].message_id, brief.follow_up.content)
        if not await self._at_its_turn(brief, call):
            raise _Skip(DeliveryReason.NONE, "the chat has no threads of its own")

    async def _at_its_turn(self, brief: FollowUpBrief, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call when the rate limiter allows it. Raise `_Postpone` if it does not, or the lease would end."""
        sender, chat = self.sender, brief.delivery.chat
        (turn,) = await sender.rate_limiter.acquire([chat])
        waits = turn if isinstance(turn, Retry) else await sender.rate_limiter.wait(turn)
        if waits:
            raise _Postpone(waits)
        if self._lease_ends:
            raise _Postpone(Retry(at=sender.monotonic(), code=DeliveryReason.RELEASED))
        try:
            async with asyncio.timeout(sender.config.timeout.total_seconds()):
                return await call()
        except TimeoutError:
            raise DeliveryError(chat, "no answer in time", ambiguous=True) from None

    @property
    def _lease_ends(self) -> bool:
        """Return whether the lease may end before the platform answers."""
        return self.sender.monotonic.elapsed + self.sender.config.timeout >= self.sender.config.lease

    async def _postpone(
        self, follow_up: FollowUp, at: datetime, code: DeliveryReason, note: str, *, failed: bool
    ) -> None:
        store, now = self.sender.store.follow_ups, self.sender.monotonic()
        await self.sender.with_retries(lambda: store.postpone(follow_up, at, code, note, now, failed=failed))
