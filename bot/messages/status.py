"""Pure: is it healthy, and where does it know things from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.i18n import tr_n
from bot.domain.pages import Action, Page, Row, Section
from bot.domain.sources import SourceState
from bot.domain.text import shorten
from bot.messages import deliveries, sources, terms, words
from bot.messages.pauses import why_paused
from bot.messages.subscriptions import Standing
from bot.messages.terms import name

#: letters of a subscription's words
_SHORT = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What the store holds."""

    papers: int
    newest_list: date | None
    newest_observation: datetime | None


def status(states: Sequence[SourceState], knowledge: Knowledge, now: datetime) -> Page:
    """Each source with its age and its trouble, and what is stored."""
    rows = tuple(Row(sources.name(state.name), _health(state, now)) for state in states)
    return Page(
        title="Status",
        intro=_verdict(states),
        sections=(
            *([Section(heading="Sources", rows=rows)] if rows else []),
            Section(heading="Stored", rows=_stored(knowledge, now)),
        ),
    )


def with_chat(page: Page, standings: Sequence[Standing], not_sent: Sequence[Delivery], now: datetime) -> Page:
    """The status with the last, present and next run of each of the chat's subscriptions, and what was not sent."""
    names = {each.subscription.id: name(each.subscription, _SHORT) for each in standings}
    runs = tuple(Row(f"{each.number} {names[each.subscription.id]}", _runs(each, now)) for each in standings)
    moments = tuple(moment for each in standings for moment in deliveries.moments(each.open, each.subscription))
    missed = tuple(Row(words.short_day(each.local_date), _missed(each, names)) for each in not_sent)
    mine = (Section(heading="Subscriptions", rows=runs), Section(heading="Not sent", rows=missed))
    doubtful = any(each.state is DeliveryState.UNCERTAIN for each in not_sent)
    return replace(
        page,
        sections=(*(section for section in mine if section.rows), *page.sections),
        actions=(Action("Send it again", "resend"),) if doubtful else (),
        moments=(*page.moments, *moments),
    )


def _runs(standing: Standing, now: datetime) -> str:
    subscription = standing.subscription
    last = f"last {deliveries.outcome(standing.last)}" if standing.last else "nothing came yet"
    if standing.open:
        last = words.joined(deliveries.present(standing.open, subscription.schedule, now), last)
    if subscription.paused:
        return words.joined(last, f"paused: {shorten(why_paused(subscription), 80)}")
    if subscription.next_at is None:
        return last
    return words.joined(last, f"next {terms.moment(subscription.next_at, subscription.schedule)}")


def _missed(delivery: Delivery, names: Mapping[int, str]) -> str:
    reason = shorten(delivery.note, 160)
    return words.joined(names.get(delivery.subscription_id, "an ended one"), delivery.state, reason)


def _verdict(states: Sequence[SourceState]) -> str:
    troubled = [sources.name(state.name) for state in states if state.trouble]
    if not states:
        return "No source has been read yet."
    return f"In trouble: {', '.join(troubled)}." if troubled else "All is well."


def _health(state: SourceState, now: datetime) -> str:
    read = f"last read {words.ago(state.succeeded_at, now)}" if state.succeeded_at else "never read"
    if not state.trouble:
        return words.joined("well", read)
    again = f"next try {words.ago(state.retry_at, now)}" if state.retry_at and state.retry_at > now else "next try soon"
    return words.joined(state.trouble, tr_n("{count} failure", "{count} failures", state.failures), read, again)


def _stored(knowledge: Knowledge, now: datetime) -> tuple[Row, ...]:
    newest = words.day(knowledge.newest_list) if knowledge.newest_list else "none"
    seen = words.ago(knowledge.newest_observation, now) if knowledge.newest_observation else "never"
    return (
        Row("papers", f"{knowledge.papers:,}"),
        Row("newest list", newest),
        Row("votes last seen", seen),
    )
