"""The digest of a subscription at a moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from datetime import UTC, date, datetime, timedelta

from bot.digest import Digest, Matcher, compose, days_known, known_by
from bot.models import EmptyDay, History, Subscription, Window
from bot.query import Query, parse
from bot.schedule import zone
from bot.search import matches
from bot.trending import first_day

_MOMENT = timedelta(microseconds=1)
#: papers that the chat has not had come for so long after their list day
_LATE = timedelta(days=10)
#: a digest of the same hour comes a little earlier or later each day, and days are what people count
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
    matcher: Matcher = matches,
) -> Digest:
    """Return what a chat gets at `as_of` (aware, UTC) for which the papers with the ids `shown` are kept back.

    The digest of a `slot` reaches back to the list of the slot before: on Monday a day's digest covers the weekend.
    Without a slot it is one that somebody looks at in between. Papers of the last days that were never
    shown come as late ones, but for those of lists before the subscription.
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
    matcher: Matcher = matches,
) -> Digest:
    """Return what is delivered at `as_of`: the digest, or the best of the week where the chat wants that instead."""
    digest = digest_for(subscription, histories, days, as_of, shown, ever_shown=ever_shown, slot=slot, matcher=matcher)
    if digest.picks or subscription.empty is not EmptyDay.BEST:
        return digest
    best = best_of_week(subscription, histories, days, as_of, shown, matcher=matcher)
    return best if best.picks else digest


def kept_back_since(subscription: Subscription, now: datetime) -> datetime | None:
    """Papers that the chat was shown since then do not come again; None where none ever does."""
    return now - timedelta(days=subscription.repeat_days) - _HALF_A_DAY if subscription.repeat_days else None


def best_of_week(
    subscription: Subscription,
    histories: Sequence[History],
    days: Sequence[date],
    as_of: datetime,
    shown: Set[str],
    *,
    matcher: Matcher = matches,
) -> Digest:
    """Return what a chat gets that rather has the best of the week than nothing."""
    return compose(
        histories,
        days,
        as_of,
        window=Window.WEEK,
        query=asked(subscription, as_of),
        shown=shown,
        size=subscription.size,
        threshold=subscription.threshold,
        matcher=matcher,
    )


def asked(subscription: Subscription, moment: datetime) -> Query:
    """The subscription's query, as it is read at a moment (aware) where its reader lives."""
    return parse(subscription.query, moment.astimezone(zone(subscription.schedule.zone)).date())


def _first(subscription: Subscription, listed: Collection[date], as_of: datetime, slot: datetime | None = None) -> date:
    """Return the list day that a digest's own lists begin with: that of the slot before, which was filling then."""
    window = first_day(subscription.window, as_of.date(), listed)
    before = subscription.schedule.previous_at_or_before((slot or as_of) - _MOMENT).astimezone(UTC).date()
    return before if slot and subscription.window is Window.DAY else min(before, window)


def _earliest(subscription: Subscription, listed: Collection[date], as_of: datetime) -> date | None:
    """Return the list day that late papers begin with; None where none come, as the digest's own lists are many.

    What was listed before the subscription is not caught up on.
    """
    if subscription.window is not Window.DAY:
        return None
    began, late = subscription.created_at, as_of.date() - _LATE
    return max(late, _first(subscription, listed, began)) if began <= as_of else late
