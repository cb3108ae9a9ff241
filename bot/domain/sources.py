"""What one visit to a source returned, and how a source has been doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.observations import Observation
from bot.domain.papers import Listing, Paper

#: the papers that come with Paperboy; what it says counts only where no other source says anything
SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of an answer that could not be used, and why; the rest of the answer was."""

    #: the paper's id, or where it stood in the answer ("item 7")
    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What one visit to a source brought. Kept in one transaction."""

    source: str
    #: when the source said so
    seen_at: datetime
    #: the day whose list was asked for; None where it was not about a list
    day: date | None = None
    papers: tuple[Paper, ...] = ()
    listings: tuple[Listing, ...] = ()
    observations: tuple[Observation, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    #: HTTP requests that it took
    requests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source has been doing."""

    name: str
    #: when it was last asked, whether it answered or not
    tried_at: datetime | None = None
    #: when it last gave what it should
    succeeded_at: datetime | None = None
    #: failures in a row since then
    failures: int = 0
    #: not to be asked before this moment
    retry_at: datetime | None = None
    #: the reason of the last failure; empty when it is well
    trouble: str = ""
