"""Preparation: the messages of a claimed delivery, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.deliveries import Delivery, DeliveryPart, DeliveryState
from bot.domain.errors import DeliveryError, StoreError
from bot.domain.pages import Card, Page, Section
from bot.domain.papers import DeliveryReason
from bot.domain.ports import DeliveryLookup, Surface
from bot.domain.schedule import Announcer
from bot.domain.schedule.announcements import ARXIV
from bot.domain.subscriptions import Subscription
from bot.messages.catalogue import negotiate
from bot.messages.localization import localized
from bot.services.delivery.composer import Composed, Composer, DeliverySnapshot
from bot.services.delivery.faults import log_fault
from bot.services.delivery.nonces import nonces
from bot.services.delivery.retry_policy import End, OnUncertain, Retry, Verdict, policy_of
from bot.services.delivery.worker_config import WorkerConfig
from bot.storage.deliveries import Brief

#: how long every platform that supports nonces remembers them
NONCE_WINDOW = timedelta(minutes=2)
#: the wait for another digest of the same chat, so that both do not contain the same papers
_CROWDED = timedelta(seconds=2)
#: the interval of waiting for an announced list that was not fetched yet, and how long to wait: Hugging Face's list is
#: complete at midnight, arXiv's feed has moved hours late
_NOT_COMPLETE = timedelta(minutes=5)
_NO_LONGER = {Announcer.DAILY: timedelta(hours=2), Announcer.ARXIV: timedelta(hours=5)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A delivery with the messages to send."""

    delivery: Delivery
    subscription: Subscription
    composed: Composed
    parts: Sequence[Page]
    nonces: tuple[str, ...]
    #: the numbers of the parts that the platform does not have, in order
    missing: tuple[int, ...]
    #: a part that was in doubt and is there, with the id of its message
    found: tuple[int, str] | None = None
    #: an uncertain part whose nonce the platform still remembers, so that sending it again is safe
    doubtful: DeliveryPart | None = None
    #: the message is looked up on the platform first: it was due before this worker started, and the database may be
    #: a restored copy that lacks the outcome
    unseen: bool = False

    @property
    def note(self) -> str:
        """Return the note of the ledger when it is sent."""
        return "late" if self.delivery.late else ""


async def prepare(
    brief: Brief, surface: Surface, composer: Composer, config: WorkerConfig, now: datetime, since: datetime
) -> Ready | Verdict:
    """Compose a delivery. `since` is when this worker began."""
    delivery, deadline = brief.delivery, config.deadline(brief.delivery)
    policy = policy_of(surface, config.on_uncertain)
    hindrance = _hindrance(brief, surface, config, now)
    if hindrance or brief.subscription is None:
        return hindrance or End(DeliveryState.SKIPPED, DeliveryReason.REMOVED)
    try:
        return await _prepared(brief, brief.subscription, surface, composer, config, now, since)
    except StoreError:
        raise
    except DeliveryError as error:
        return policy.after(error, failures=delivery.failures, now=now, deadline=deadline)
    except Exception as error:
        # an internal error in one digest must not hold up the others: it is logged and recorded in the ledger
        fault = log_fault("not composed", error, delivery=delivery.id, chat=str(delivery.chat))
        return policy.after_fault(fault, failures=delivery.failures, now=now, deadline=deadline)


def _hindrance(brief: Brief, surface: Surface, config: WorkerConfig, now: datetime) -> Verdict | None:
    """Return why it cannot be sent now, before it is composed; None if it can."""
    subscription, parts = brief.subscription, brief.parts
    doubtful = _first_doubtful(parts)
    if doubtful and _stays_in_doubt(doubtful, surface, config, now):
        return _uncertain(doubtful)
    if subscription is not None and subscription.paused and not parts:
        return End(DeliveryState.SKIPPED, DeliveryReason.PAUSED)
    if not parts and now > config.deadline(brief.delivery):
        return End(DeliveryState.SKIPPED, DeliveryReason.EXPIRED)
    if brief.crowded:
        return Retry(at=now + _CROWDED, code=DeliveryReason.CHAT_BUSY)
    return None


async def _prepared(
    brief: Brief,
    subscription: Subscription,
    surface: Surface,
    composer: Composer,
    config: WorkerConfig,
    now: datetime,
    since: datetime,
) -> Ready | Verdict:
    delivery, begun = brief.delivery, brief.parts
    again = delivery.composed_at if begun else None
    snapshot = await composer.snapshot(again or now, exactly=again is not None)
    if not begun and _incomplete(delivery, subscription, snapshot, now):
        return Retry(at=now + _NOT_COMPLETE, code=DeliveryReason.LIST_PENDING)
    shown = {id: at for id, at in brief.shown.items() if not begun or at <= _begun_at(begun)}
    composed = await composer.compose(subscription, shown, snapshot, delivery.due_at, late=delivery.late)
    if composed.page is None:
        cause = composed.shortfall.cause.value if composed.shortfall else ""
        return End(DeliveryState.SKIPPED, DeliveryReason.EMPTY, cause)
    parts = _parts(surface, composed, composed.page, brief.language)
    there = {part.part for part in begun if part.state is DeliveryState.SENT}
    found = await _reread(brief, surface, parts, now)
    if isinstance(found, End):
        return found
    if found:
        there.add(found[0])
    if not there and now > config.deadline(delivery):
        return End(DeliveryState.SKIPPED, DeliveryReason.EXPIRED)
    return Ready(
        delivery=delivery,
        subscription=subscription,
        composed=composed,
        parts=parts,
        nonces=nonces(delivery, len(parts)),
        missing=tuple(number for number in range(len(parts)) if number not in there),
        found=found,
        doubtful=_remembered(begun, surface, now),
        unseen=not begun and isinstance(surface, DeliveryLookup) and _may_be_seen(delivery, config, since, now),
    )


def _may_be_seen(delivery: Delivery, config: WorkerConfig, since: datetime, now: datetime) -> bool:
    """Return whether it may have been sent before this worker began. In a spread slot its turn may be before it is due;
    the deadline is counted from the turn.
    """
    turn = min(delivery.due_at, config.deadline(delivery) - config.grace)
    return turn < min(since, now - NONCE_WINDOW)


def _parts(surface: Surface, composed: Composed, page: Page, tag: str) -> Sequence[Page]:
    """Return the page as messages in a language; all chats of a surface that get the same share them."""
    key = (surface.name, negotiate(tag))
    if key not in composed.parts:
        composed.parts[key] = _cut(surface, localized(page, tag))
    return composed.parts[key]


def _cut(surface: Surface, page: Page) -> Sequence[Page]:
    """Return the page as messages. Papers that the surface cannot render are logged and left out."""
    try:
        return surface.parts(page)
    except Exception:
        sections = tuple(replace(section, cards=_shown(surface, page, section)) for section in page.sections)
        if not page.cards or not any(section.cards for section in sections):
            raise
        return surface.parts(replace(page, sections=sections))


def _shown(surface: Surface, page: Page, section: Section) -> tuple[Card, ...]:
    shown = []
    for card in section.cards:
        try:
            surface.parts(replace(page, sections=(replace(section, cards=(card,)),)))
            shown.append(card)
        except Exception as error:
            log_fault("paper not shown", error, paper=card.key, surface=surface.name)
    return tuple(shown)


async def _reread(brief: Brief, surface: Surface, parts: Sequence[Page], now: datetime) -> tuple[int, str] | End | None:
    """Return the uncertain part and its message id if the platform has it but no longer knows its nonce."""
    doubtful = _first_doubtful(brief.parts)
    if doubtful is None or is_remembered(doubtful, surface, now) or not isinstance(surface, DeliveryLookup):
        return None
    page, begun = parts[min(doubtful.part, len(parts) - 1)], _begun_at(brief.parts)
    id = await surface.reread(brief.delivery.chat, page, nonce=doubtful.nonce, since=begun)
    if id is None:
        return _uncertain(doubtful)
    return (doubtful.part, id) if id else None


def is_remembered(part: DeliveryPart, surface: Surface, now: datetime) -> bool:
    """Return whether the platform would still recognize a second attempt by its nonce."""
    return surface.nonced and now - part.changed_at <= NONCE_WINDOW


def _stays_in_doubt(part: DeliveryPart, surface: Surface, config: WorkerConfig, now: datetime) -> bool:
    """Return whether only a person can decide: no nonce, no lookup, and the operator wants no duplicates."""
    if is_remembered(part, surface, now) or isinstance(surface, DeliveryLookup):
        return False
    return surface.nonced or config.on_uncertain is OnUncertain.ASK


def _remembered(parts: Sequence[DeliveryPart], surface: Surface, now: datetime) -> DeliveryPart | None:
    """Return the uncertain part that a second attempt with its nonce resolves."""
    doubtful = _first_doubtful(parts)
    return doubtful if doubtful and is_remembered(doubtful, surface, now) else None


def _first_doubtful(parts: Sequence[DeliveryPart]) -> DeliveryPart | None:
    return next((part for part in parts if part.state is DeliveryState.SENDING), None)


def _uncertain(part: DeliveryPart) -> End:
    return End(DeliveryState.UNCERTAIN, DeliveryReason.INTERRUPTED, f"part {part.part + 1}")


def _incomplete(delivery: Delivery, subscription: Subscription, snapshot: DeliverySnapshot, now: datetime) -> bool:
    """Return whether to wait for an announced list: others were fetched, this one was not."""
    schedule = subscription.schedule
    if not schedule.announced or now - delivery.due_at > _NO_LONGER[schedule.announcer]:
        return False
    if schedule.announcer is Announcer.ARXIV:
        since = ARXIV.opens(delivery.local_date)
        return snapshot.categories.missing(subscription.query, delivery.local_date, since)
    return bool(snapshot.complete) and delivery.local_date not in snapshot.complete


def _begun_at(parts: Sequence[DeliveryPart]) -> datetime:
    return min(part.changed_at for part in parts)
