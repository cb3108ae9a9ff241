"""Compose the digest of a subscription at a moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from datetime import UTC, date, datetime, timedelta

from bot.digests.candidates import Matcher, days_known, known_by
from bot.digests.composition import Digest, compose
from bot.digests.taste import Taste
from bot.domain.observations import History
from bot.domain.papers import ListRange
from bot.domain.schedule import zone
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.domain.trending import first_day
from bot.query import Query, parse
from bot.search import relevance_of

_MOMENT = timedelta(microseconds=1)
#: how long after its list day a paper can still be a late riser
_LATE = timedelta(days=10)
#: tolerance for the time of day, which varies, when counting days
_HALF_A_DAY = timedelta(hours=12)


def digest_for(
    subscription: Subscription,
    histories: Sequence[History],
    days: Sequence[date],
    as_of: datetime,
    shown: Set[str],
    *,
    ever_shown: Set[str] = frozenset(),
    slot: datetime | None = None,
    matcher: Matcher = relevance_of,
    taste: Taste | None = None,
) -> Digest:
    """Return a chat's digest at `as_of` (aware, UTC), without the papers whose ids are in `shown`.

    The digest of a `slot` covers the lists since the previous slot: on Monday a daily digest covers the weekend.
    Without a slot it is a preview between two slots. Papers of recent lists that were never shown are added as late
    risers, but not those listed before the subscription was created.
    """
    if slot is None and subscription.schedule.previous_at_or_before(as_of) == as_of:
        slot = as_of
    listed = days_known(days, known_by(histories, as_of), as_of.date())
    return compose(
        histories,
        days,
        as_of,
        window=subscription.window,
        query=asked(subscription, as_of),
        shown=shown,
        ever_shown=ever_shown,
        size=subscription.size,
        threshold=subscription.threshold,
        first=_first(subscription, listed, as_of, slot),
        earliest=_earliest(subscription, listed, as_of),
        matcher=matcher,
        taste=taste,
    )


def digest_due(
    subscription: Subscription,
    histories: Sequence[History],
    days: Sequence[date],
    as_of: datetime,
    shown: Set[str],
    *,
    ever_shown: Set[str] = frozenset(),
    slot: datetime | None = None,
    matcher: Matcher = relevance_of,
    taste: Taste | None = None,
) -> Digest:
    """Return the digest to deliver at `as_of`, or the week's best papers if it is empty and the chat wants that."""
    digest = digest_for(
        subscription, histories, days, as_of, shown, ever_shown=ever_shown, slot=slot, matcher=matcher, taste=taste
    )
    if digest.picks or subscription.empty is not EmptyDay.BEST:
        return digest
    best = best_of_week(subscription, histories, days, as_of, shown, matcher=matcher, taste=taste)
    return best if best.picks else digest


def kept_back_since(subscription: Subscription, now: datetime) -> datetime | None:
    """Return the moment since which shown papers are not repeated, or None if none is ever repeated."""
    return now - timedelta(days=subscription.repeat_days) - _HALF_A_DAY if subscription.repeat_days else None


def best_of_week(
    subscription: Subscription,
    histories: Sequence[History],
    days: Sequence[date],
    as_of: datetime,
    shown: Set[str],
    *,
    matcher: Matcher = relevance_of,
    taste: Taste | None = None,
) -> Digest:
    """Return the week's best papers for a subscription."""
    return compose(
        histories,
        days,
        as_of,
        window=ListRange.WEEK,
        query=asked(subscription, as_of),
        shown=shown,
        size=subscription.size,
        threshold=subscription.threshold,
        matcher=matcher,
        taste=taste,
    )


def asked(subscription: Subscription, moment: datetime) -> Query:
    """Return the subscription's query, parsed at a moment (aware) in its own time zone."""
    return parse(subscription.query, moment.astimezone(zone(subscription.schedule.zone)).date())


def _first(subscription: Subscription, listed: Collection[date], as_of: datetime, slot: datetime | None = None) -> date:
    """Return the first list day of a digest's own lists: that of the previous slot, which was still filling then."""
    window = first_day(subscription.window, as_of.date(), listed)
    before = subscription.schedule.previous_at_or_before((slot or as_of) - _MOMENT).astimezone(UTC).date()
    return before if slot and subscription.window is ListRange.DAY else min(before, window)


def _earliest(subscription: Subscription, listed: Collection[date], as_of: datetime) -> date | None:
    """Return the first list day of late risers, or None if the range is longer than a day.

    Lists before the subscription was created are not included.
    """
    if subscription.window is not ListRange.DAY:
        return None
    began, late = subscription.created_at, as_of.date() - _LATE
    return max(late, _first(subscription, listed, began)) if began <= as_of else late
