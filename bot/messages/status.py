"""The page of /status: this chat's digests, and the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.category_listings import BatchOutcome, CategoryState
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.i18n import Translatable, listing, number, tr, tr_n
from bot.domain.pages import Action, Page, Row, Section
from bot.domain.sources import SourceState
from bot.domain.standings import Standing
from bot.messages import deliveries, schedules, sources, words
from bot.messages.pauses import why_paused
from bot.messages.subscriptions import last
from bot.messages.terms import name

#: characters of a subscription's query
_SHORT = 24
#: late lists that are named
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What the store holds."""

    papers: int
    newest_list: date | None
    newest_observation: datetime | None


def status(
    states: Sequence[SourceState], knowledge: Knowledge, now: datetime, lists: Sequence[CategoryState] = ()
) -> Page:
    """Return each source with its age, its failures and its late lists, and what is stored."""
    rows = tuple(
        Row(sources.name(state.name), words.joined(_health(state, now), *_news(state, lists, now))) for state in states
    )
    return Page(
        title=tr("Status"),
        intro=_verdict(states, lists),
        sections=(
            *([Section(heading=tr("Sources"), rows=rows)] if rows else []),
            Section(heading=tr("Data"), rows=_stored(knowledge, now)),
        ),
    )


def with_chat(page: Page, standings: Sequence[Standing], not_sent: Sequence[Delivery], now: datetime) -> Page:
    """Return the status with each subscription's last, current and next delivery, and with what was not sent."""
    names = {each.subscription.id: name(each.subscription, _SHORT) for each in standings}
    runs = tuple(
        Row(tr("{number} {name}", number=each.number, name=names[each.subscription.id]), _runs(each, now))
        for each in standings
    )
    moments = tuple(moment for each in standings for moment in deliveries.moments(each.open, each.subscription))
    missed = tuple(Row(words.short_day(each.local_date), _missed(each, names)) for each in not_sent)
    mine = (Section(heading=tr("Subscriptions"), rows=runs), Section(heading=tr("Not sent"), rows=missed))
    doubtful = any(each.state is DeliveryState.UNCERTAIN for each in not_sent)
    return replace(
        page,
        sections=(*(section for section in mine if section.rows), *page.sections),
        actions=(Action(tr("Send it again"), "resend"),) if doubtful else (),
        moments=(*page.moments, *moments),
    )


def _runs(standing: Standing, now: datetime) -> Translatable:
    subscription = standing.subscription
    current = deliveries.present(standing.open, subscription.schedule, now) if standing.open else ""
    following = tr("next: {moment}", moment=schedules.due(subscription)) if subscription.next_at else ""
    return words.joined(current, last(standing), why_paused(subscription) or following)


def _missed(delivery: Delivery, names: Mapping[int, Translatable]) -> Translatable:
    which = names.get(delivery.subscription_id) or tr("a subscription that has ended")
    return words.joined(which, deliveries.state(delivery), deliveries.reason(delivery))


def _news(state: SourceState, lists: Sequence[CategoryState], now: datetime) -> Iterator[Translatable]:
    """Yield when a source last had something new, and of lists by category their newest day and the late ones."""
    if state.new_at:
        ago = words.ago(state.new_at, now)
        yield tr("new papers {ago}", ago=ago) if sources.has_papers(state.name) else tr("something new {ago}", ago=ago)
    own = [each for each in lists if each.source == state.name]
    if days := [each.day for each in own if each.day]:
        yield tr("newest list: {day}", day=words.short_day(max(days)))
    for outcome, told in _LATE.items():
        late = [each.category for each in own if each.outcome is outcome]
        if late:
            yield told(len(late), _named(late))
    if failing := [each.category for each in own if each.trouble]:
        yield tr_n(
            "{count} list can't be read: {lists}",
            "{count} lists can't be read: {lists}",
            len(failing),
            lists=_named(failing),
        )


def _unchanged(count: int, lists: Translatable) -> Translatable:
    return tr_n(
        "{count} list hasn't changed although a new one is due: {lists}",
        "{count} lists haven't changed although new ones are due: {lists}",
        count,
        lists=lists,
    )


def _empty(count: int, lists: Translatable) -> Translatable:
    return tr_n(
        "{count} list is empty although papers are due: {lists}",
        "{count} lists are empty although papers are due: {lists}",
        count,
        lists=lists,
    )


def _with_gap(count: int, lists: Translatable) -> Translatable:
    return tr_n(
        "{count} list has a gap, as I didn't read it every day: {lists}",
        "{count} lists have gaps, as I didn't read them every day: {lists}",
        count,
        lists=lists,
    )


_LATE: Mapping[BatchOutcome, Callable[[int, Translatable], Translatable]] = {
    BatchOutcome.STALE: _unchanged,
    BatchOutcome.DEFERRED: _empty,
    BatchOutcome.GAP: _with_gap,
}


def _named(categories: Sequence[str]) -> Translatable:
    more = len(categories) - _NAMED
    rest = [tr_n("{count} more", "{count} more", more)] if more > 0 else []
    return listing([*categories[:_NAMED], *rest])


def _verdict(states: Sequence[SourceState], lists: Sequence[CategoryState]) -> Translatable:
    late = {each.source for each in lists if each.outcome.overdue}
    troubled = [state.name for state in states if state.trouble or state.name in late]
    if not states:
        return tr("No data from any source yet.")
    if troubled:
        return tr("I'm having problems with {sources}.", sources=sources.names(troubled))
    return tr("Everything is working.")


def _health(state: SourceState, now: datetime) -> Translatable:
    read = tr("updated {ago}", ago=words.ago(state.succeeded_at, now)) if state.succeeded_at else tr("no data yet")
    if not state.trouble:
        return words.joined(tr("OK"), read)
    failures = tr_n("{count} failed attempt", "{count} failed attempts", state.failures)
    return words.joined(state.trouble.clause(), failures, read, _next_try(state, now))


def _next_try(state: SourceState, now: datetime) -> Translatable:
    if state.retry_at and state.retry_at > now:
        return tr("next try {ago}", ago=words.ago(state.retry_at, now))
    return tr("next try soon")


def _stored(knowledge: Knowledge, now: datetime) -> tuple[Row, ...]:
    newest = words.day(knowledge.newest_list) if knowledge.newest_list else tr("none")
    seen = words.ago(knowledge.newest_observation, now) if knowledge.newest_observation else tr("never")
    return (
        Row(tr("Papers"), number(knowledge.papers)),
        Row(tr("Newest list"), newest),
        Row(tr("Votes updated"), seen),
    )
