"""Sources with a list of new papers per category: what is asked of them, what they return, and what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble
from bot.domain.sources import FetchResult


@dataclass(frozen=True, slots=True)
class CategoryDemand:
    """Categories and preprint servers that one query asks for; papers match one of each, where any are given."""

    #: as in `Query.categories`: "hep-th", or an archive for all of its categories
    categories: tuple[str, ...] = ()
    #: as in `Paper.server`: "arxiv", "biorxiv"
    servers: tuple[str, ...] = ()


class BatchOutcome(StrEnum):
    """What a look at the list of a category showed. The values are stored."""

    #: not looked at yet
    NONE = ""
    #: a new batch
    NEW = "new"
    #: a new batch, but lists between it and the one before were missed, because nothing was read then
    GAP = "gap"
    #: nothing new, as expected: a weekend, a holiday, or a list that is confirmed to be empty
    QUIET = "quiet"
    #: the batch of today is not out yet, which is usual at this hour
    PENDING = "pending"
    #: the batch of an earlier day is still served, hours after today's was due
    STALE = "stale"
    #: an empty list on a day that should have one
    DEFERRED = "deferred"

    @property
    def moved(self) -> bool:
        """Whether there is a new batch."""
        return self in (BatchOutcome.NEW, BatchOutcome.GAP)

    @property
    def overdue(self) -> bool:
        """Whether a batch is missing that should be there."""
        return self in (BatchOutcome.STALE, BatchOutcome.DEFERRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryState:
    """Stored state of one category of a source."""

    source: str
    category: str
    #: the highest id or cursor of the newest batch, in the source's own form; empty until there is one
    mark: str = ""
    #: list day of the newest batch
    day: date | None = None
    #: last look, successful or not
    tried_at: datetime | None = None
    #: last look that was answered
    succeeded_at: datetime | None = None
    #: when the newest batch was found
    new_at: datetime | None = None
    outcome: BatchOutcome = BatchOutcome.NONE
    #: consecutive failures since the last success
    failures: int = 0
    #: do not look again before this moment
    retry_at: datetime | None = None
    #: reason of the last failure; none after a success
    trouble: SourceTrouble = NO_TROUBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryBatch:
    """Result of one look at a category; papers and state are saved in one transaction."""

    #: `day` of the result is None; its listings have their own days
    result: FetchResult
    outcome: BatchOutcome
    #: for `CategoryState.mark` and `.day` after a new batch; ignored otherwise
    mark: str = ""
    day: date | None = None
