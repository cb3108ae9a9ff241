"""What a subscription would have brought, and what it shares with the others of its chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.digest import Digest
from bot.models import Paper, Subscription
from bot.search import topic_of
from bot.subscribing.composing import asked


@dataclass(frozen=True, slots=True)
class Brought:
    """A local date, and the digest that would have come on it; None where none would have."""

    day: date
    digest: Digest | None

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers of the digest, in its order."""
        return tuple(pick.trend.paper for pick in self.digest.picks) if self.digest else ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Some past days, oldest first."""

    days: tuple[Brought, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of papers of each digest."""
        return tuple(len(day.papers) for day in self.days if day.digest)

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Every paper once."""
        return tuple({paper.id: paper for day in self.days for paper in day.papers}.values())

    @property
    def last(self) -> Brought | None:
        """The newest digest."""
        return next((day for day in reversed(self.days) if day.digest), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What a new subscription shares with one that is there."""

    #: of the one that is there, as its chat counts
    number: int
    same_words: bool
    #: papers of the forecast that the other one asks for too, of how many
    shared: int
    among: int


def overlaps(new: Subscription, forecast: Forecast, others: Sequence[Subscription]) -> tuple[Overlap, ...]:
    """Every one of the chat's subscriptions that wants the same words or papers; `others` in the chat's order."""
    found = (_overlap(new, forecast.papers, other, number) for number, other in enumerate(others, 1))
    return tuple(overlap for overlap in found if overlap.same_words or overlap.shared)


def _overlap(new: Subscription, papers: Sequence[Paper], other: Subscription, number: int) -> Overlap:
    wanted = topic_of(asked(other, new.created_at))
    shared = sum(wanted.judge(paper) is not None for paper in papers)
    return Overlap(number=number, same_words=new.query == other.query, shared=shared, among=len(papers))
