"""Results of fetching a source, and the state of a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.artifacts import LinkedArtifacts
from bot.domain.observations import Observation
from bot.domain.papers import Listing, Paper
from bot.domain.repositories import RepositoryStars
from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble
from bot.domain.stories import Story

#: the papers that come with Paperboy; what it says counts only where no other source says anything
SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item of a response that was dropped, and why; the rest was used."""

    #: the paper's id, or the position in the response ("item 7")
    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """Result of one fetch; saved in one transaction."""

    source: str
    #: time of the response
    seen_at: datetime
    #: day of the list requested; None if it was not a list
    day: date | None = None
    papers: tuple[Paper, ...] = ()
    listings: tuple[Listing, ...] = ()
    observations: tuple[Observation, ...] = ()
    repositories: tuple[RepositoryStars, ...] = ()
    stories: tuple[Story, ...] = ()
    artifacts: tuple[LinkedArtifacts, ...] = ()
    #: ids of the papers that the source was asked about, whether it knows them or not
    looked_up: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    #: number of HTTP requests
    requests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """State of a source."""

    name: str
    #: last attempt, successful or not
    tried_at: datetime | None = None
    #: last success
    succeeded_at: datetime | None = None
    #: consecutive failures since then
    failures: int = 0
    #: do not retry before this moment
    retry_at: datetime | None = None
    #: reason of the last failure; none after a success
    trouble: SourceTrouble = NO_TROUBLE
    #: last success that brought something that was not stored before
    new_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests that a source allows until a moment."""

    limit: int
    remaining: int
    resets_at: datetime
