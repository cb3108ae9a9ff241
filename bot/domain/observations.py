"""Observations: what a source said of a paper at a moment, and a paper's history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.papers import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a source said of a paper's standing at a moment. Never overwritten: speed needs the past."""

    paper_id: str
    #: the source's name: "huggingface", "sample", ...
    source: str
    seen_at: datetime
    #: people who voted for the paper; may fall, as votes can be taken back
    votes: int
    #: comments below the paper; None where the source did not say
    comments: int | None = None
    #: GitHub stars of the paper's code; None where the source did not say
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A paper and everything seen of it up to some moment, oldest first."""

    paper: Paper
    observations: tuple[Observation, ...] = ()
