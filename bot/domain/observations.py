"""Observations: votes and comments of a paper at a moment, as a source reported them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.papers import Paper
from bot.domain.repositories import RepositoryStars
from bot.domain.stories import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A paper's votes, comments and stars at a moment. Never overwritten, because vote rates need past values."""

    paper_id: str
    #: name of the source: "huggingface", "sample", ...
    source: str
    seen_at: datetime
    #: current votes; may fall, as votes can be withdrawn
    votes: int
    #: comments on the paper; None if not reported
    comments: int | None = None
    #: GitHub stars of the paper's code; None if not reported
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A paper and its observations up to some moment, oldest first; without votes, what else is known of it."""

    paper: Paper
    observations: tuple[Observation, ...] = ()
    #: when it was stored; None if that is not known
    first_seen_at: datetime | None = None
    #: the repository of its code; only for a paper without observations
    repository: RepositoryStars | None = None
    #: stories about it; only for a paper without observations
    stories: tuple[Story, ...] = ()
