"""Subscribers of the past: what each ranking would have sent them, slot by slot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from bot.digests.candidates import known_by
from bot.digests.composition import moment
from bot.digests.for_subscription import digest_for
from bot.domain.observations import History
from bot.domain.requests import Chat
from bot.domain.schedule import WEEKDAYS, Schedule
from bot.domain.subscriptions import Subscription
from bot.domain.trending.signals import seen_by, votes_of
from tests.benchmarks.replay import Past

#: list days that a digest can reach back, which is a month and a little
REACH = timedelta(days=35)
#: what the baselines choose from: the lists of so many days before today, and today's
LISTS = timedelta(days=7)
HOUR = timedelta(hours=1)

#: papers of a slot and the ids of those shown -> ids in order
Ranking = Callable[["Slot", Set[str], int], Sequence[str]]


@dataclass(frozen=True)
class Slot:
    """One moment at which a digest was due, and what had been known by then."""

    at: datetime
    subscription: Subscription
    #: with everything that was ever seen of them, before and after
    histories: Sequence[History]
    days: Sequence[date]
    #: when anything had been seen last
    newest: datetime

    @cached_property
    def known(self) -> Sequence[History]:
        """The papers of seven lists, as far as they were on one by then."""
        first = self.at.date() - LISTS
        lately = [each for each in self.histories if each.paper.listed_on and each.paper.listed_on >= first]
        return known_by(lately, self.at)

    @cached_property
    def votes(self) -> Mapping[str, int]:
        """By id, as they were seen last."""
        return {history.paper.id: votes_of(seen_by(history, self.at)) for history in self.known}


@dataclass(frozen=True, slots=True)
class Sent:
    """A paper that was delivered."""

    at: datetime
    #: its place in the digest, from 1
    place: int


class Archive:
    """Everything that was seen, cut at the moments of slots."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._days = sorted(past.lists, reverse=True)
        self._moments = sorted({seen.seen_at for each in past.lists.values() for h in each for seen in h.observations})
        self._read: dict[date, list[History]] = {}

    def slot(self, subscription: Subscription, at: datetime) -> Slot | None:
        """Return what was known at a moment; None where nothing was."""
        if not (known := bisect_right(self._moments, at)):
            return None
        day = at.date()
        if day not in self._read:
            self._read[day] = self._past.listed(day - REACH, day)
        days = [each for each in self._days if day - 2 * REACH <= each <= day]
        return Slot(at, subscription, self._read[day], days, self._moments[known - 1])

    def slots(self, subscription: Subscription, first: date, last: date) -> Iterator[Slot]:
        """Yield the slots of a subscription from `first` to `last` (both included)."""
        at = subscription.schedule.next_after(datetime.combine(first, time(), UTC) - timedelta(microseconds=1))
        while at.date() <= last:
            if slot := self.slot(subscription, at):
                yield slot
            at = subscription.schedule.next_after(at)


def subscription(size: int, hour: int, weekday: int | None = None) -> Subscription:
    """Return a subscription to everything: on weekdays, or weekly on one of them."""
    days = WEEKDAYS if weekday is None else frozenset({weekday})
    schedule = Schedule(at=time(hour), zone="UTC", days=days)
    return Subscription(
        chat=Chat("replay", "reader"), schedule=schedule, size=size, created_at=datetime(2020, 1, 1, tzinfo=UTC)
    )


def replayed(slots: Iterable[Slot], ranking: Ranking, size: int) -> dict[str, Sent]:
    """Return what a subscriber got, no paper twice."""
    sent: dict[str, Sent] = {}
    for slot in slots:
        for place, id in enumerate(ranking(slot, sent.keys(), size), 1):
            sent[id] = Sent(slot.at, place)
    return sent


def paperboy(slot: Slot, shown: Set[str], size: int) -> Sequence[str]:
    """What the bot would have delivered."""
    as_of = moment(slot.at, slot.newest)
    digest = digest_for(slot.subscription, slot.histories, slot.days, as_of, shown, slot=slot.at)
    return [pick.trend.paper.id for pick in digest.picks]


def by_votes(slot: Slot, shown: Set[str], size: int) -> Sequence[str]:
    """The papers of seven lists with the most votes so far."""
    return _first(slot, shown, size, slot.votes)


def by_velocity(slot: Slot, shown: Set[str], size: int) -> Sequence[str]:
    """The papers of seven lists with the most votes an hour since the last observation but one."""
    return _first(slot, shown, size, {each.paper.id: _velocity(each, slot.at) for each in slot.known})


def by_oracle(slot: Slot, shown: Set[str], size: int) -> Sequence[str]:
    """The papers of seven lists that will have the most votes in the end."""
    return _first(slot, shown, size, {each.paper.id: each.observations[-1].votes for each in slot.known})


def as_huggingface(slot: Slot, shown: Set[str], size: int) -> Sequence[str]:
    """The newest list whose day is over, the most votes first."""
    over = {each.paper.listed_on for each in slot.known if each.paper.listed_on} - {slot.at.date()}
    listed = [each.paper.id for each in slot.known if over and each.paper.listed_on == max(over)]
    return _first(slot, shown, size, {id: slot.votes[id] for id in listed})


def _first(slot: Slot, shown: Set[str], size: int, scores: Mapping[str, float]) -> Sequence[str]:
    unseen = [id for id in scores if id not in shown]
    return sorted(unseen, key=lambda id: (-scores[id], id))[:size]


def _velocity(history: History, at: datetime) -> float:
    *before, last = seen_by(history, at)
    assert history.paper.listed_on
    listed_at = datetime.combine(history.paper.listed_on, time(), UTC)
    since, then = (before[-1].seen_at, before[-1].votes) if before else (listed_at, 0)
    return (last.votes - then) / max(1.0, (last.seen_at - since) / HOUR)


RANKINGS: Mapping[str, Ranking] = {
    "paperboy": paperboy,
    "votes": by_votes,
    "huggingface": as_huggingface,
    "velocity": by_velocity,
    "oracle": by_oracle,
}
