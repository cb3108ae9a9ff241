"""The parsed settings of a subscription, and the next smaller or larger one for "fewer" and "more" papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from bot.domain.pages import Layout
from bot.domain.schedule import Announcer, Reading, Schedule
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.domain.taste import Strength
from bot.query import MOST_PAPERS, parse
from bot.query.arxiv import listed_for
from bot.query.demand import demands

_T = TypeVar("_T")
#: offered digest sizes
_SIZES = (1, 3, 5, 10, 15, MOST_PAPERS)


#: any day will do to read categories, which do not depend on it
_ANY_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionSpec:
    """Settings that a person gave for a subscription; None for those not given."""

    when: Reading = field(default_factory=Reading)
    #: as formatted by `bot.query`, without a number of papers; None if not given, as in all fields below
    query: str | None = None
    #: papers per digest
    size: int | None = None
    #: minimum number of votes
    threshold: int | None = None
    empty: EmptyDay | None = None
    #: days after which a paper may be repeated; 0 for never
    repeat_days: int | None = None
    silent: bool | None = None
    role: str | None = None
    taste: Strength | None = None
    layout: Layout | None = None
    thumbnails: bool | None = None
    living: bool | None = None
    discussion: bool | None = None
    #: whether the text ended with "save"
    save: bool = False
    #: text that could not be used, as typed
    ignored: tuple[str, ...] = ()
    #: messages about invalid values, each with an accepted alternative
    complaints: tuple[str, ...] = ()
    #: the typed number if it exceeded the maximum of a digest, else None
    asked_size: int | None = field(default=None, compare=False)

    def __bool__(self) -> bool:
        rest = (self.query, self.size, self.threshold, self.empty, self.repeat_days, self.silent, self.role)
        looks = (self.layout, self.thumbnails, self.living, self.discussion)
        return bool(self.when) or any(said is not None for said in (*rest, self.taste, *looks))

    def over(self, subscription: Subscription) -> Subscription:
        """Return the subscription with the given settings replaced."""
        query = _either(self.query, subscription.query)
        return replace(
            subscription,
            schedule=_following(self.when.over(subscription.schedule), query),
            query=query,
            size=_either(self.size, subscription.size),
            threshold=_either(self.threshold, subscription.threshold),
            empty=_either(self.empty, subscription.empty),
            repeat_days=_either(self.repeat_days, subscription.repeat_days) or None,
            silent=_either(self.silent, subscription.silent),
            role=_either(self.role, subscription.role),
            taste=_either(self.taste, subscription.taste),
            layout=_either(self.layout, subscription.layout),
            thumbnails=_either(self.thumbnails, subscription.thumbnails),
            living=_either(self.living, subscription.living),
            discussion=_either(self.discussion, subscription.discussion),
        )

    def fits(self, subscription: Subscription) -> bool:
        """Return whether the subscription already has all given settings."""
        return self.over(subscription) == subscription


def _following(schedule: Schedule, query: str) -> Schedule:
    """Return a schedule that waits for the lists from which most papers of the query come."""
    announcer = Announcer.DAILY
    if schedule.announced and any(listed_for(demand) for demand in demands(parse(query, _ANY_DAY))):
        announcer = Announcer.ARXIV
    return schedule if schedule.announcer is announcer else replace(schedule, announcer=announcer)


def _either(said: _T | None, kept: _T) -> _T:
    return kept if said is None else said


def fewer(subscription: Subscription, brought: Iterable[int]) -> Subscription | None:
    """Return the subscription with the next smaller size below what `brought` shows, or None at the minimum."""
    most = min(subscription.size, max(brought, default=subscription.size) or subscription.size)
    sizes = [size for size in _SIZES if size < most]
    return replace(subscription, size=sizes[-1]) if sizes else None


def more(subscription: Subscription, brought: Iterable[int]) -> Subscription | None:
    """Return the subscription with half the vote threshold if that limits it, else the next larger size, or None."""
    full = max(brought, default=subscription.size) >= subscription.size
    if not full:
        return replace(subscription, threshold=subscription.threshold // 2) if subscription.threshold else None
    sizes = [size for size in _SIZES if size > subscription.size]
    return replace(subscription, size=sizes[0]) if sizes else None
