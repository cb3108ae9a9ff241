"""The digest of a subscription at a moment."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.digest import Digest, compose
from bot.models import History, Subscription, Window
from bot.query import Query, parse
from bot.schedule import zone
from bot.trending.signals import seen_by, votes_of

_MOMENT = timedelta(microseconds=1)
#: a digest of the same hour comes a little earlier or later each day, and days are what people count
_HALF_A_DAY = timedelta(hours=12)


def digest_for(
    subscription: Subscription, histories: Sequence[History], days: Sequence[date], as_of: datetime, shown: Set[str]
) -> Digest:
    """What a chat gets at `as_of` (aware, UTC) that has been shown the papers with the ids `shown`.

    A day's digest reaches back to the list of the slot before: on Monday it covers the weekend.
    """
    digest = compose(
        histories,
        _covered(subscription, days, as_of),
        as_of,
        window=subscription.window,
        query=asked(subscription, as_of),
        shown=shown | _below(subscription.threshold, histories, as_of),
        size=subscription.size,
    )
    return replace(digest, last=max((day for day in days if day <= as_of.date()), default=digest.last))


def kept_back_since(subscription: Subscription, now: datetime) -> datetime | None:
    """Papers that the chat was shown since then do not come again; None where none ever does."""
    return now - timedelta(days=subscription.repeat_days) - _HALF_A_DAY if subscription.repeat_days else None


def best_of_week(
    subscription: Subscription, week: Sequence[History], days: Sequence[date], as_of: datetime, shown: Set[str]
) -> Digest:
    """What a chat gets that rather has the best of the week than nothing."""
    return compose(
        week,
        days,
        as_of,
        window=Window.WEEK,
        query=asked(subscription, as_of),
        shown=shown | _below(subscription.threshold, week, as_of),
        size=subscription.size,
    )


def asked(subscription: Subscription, moment: datetime) -> Query:
    """The subscription's query, as it is read at a moment (aware) where its reader lives."""
    return parse(subscription.query, moment.astimezone(zone(subscription.schedule.zone)).date())


def _covered(subscription: Subscription, days: Sequence[date], as_of: datetime) -> Sequence[date]:
    """The list days without those since the last slot, so that the window of a day begins before them."""
    if subscription.window is not Window.DAY:
        return days
    before = subscription.schedule.previous_at_or_before(as_of - _MOMENT).astimezone(UTC).date()
    return [day for day in days if day <= before or day >= as_of.date()]


def _below(threshold: int, histories: Sequence[History], as_of: datetime) -> Set[str]:
    """Papers that have too few votes. They take part in the ranking, as a place in a list is one in the whole list."""
    if not threshold:
        return frozenset()
    return {history.paper.id for history in histories if votes_of(seen_by(history, as_of)) < threshold}
