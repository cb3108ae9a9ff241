"""Small facts for tests, each whole, each easy to vary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.observations import History, Observation
from bot.domain.papers import Listing, Paper

#: a Friday noon in the weeks that the bundled sample tells of
NOON = datetime(2026, 4, 24, 12, tzinfo=UTC)
TODAY = NOON.date()


def paper(id: str = "2604.00001", **facts: Any) -> Paper:
    """A paper that was listed today, unless told otherwise."""
    given: dict[str, Any] = {"title": f"Paper {id}", "authors": ("Ada Lovelace",), "listed_on": TODAY} | facts
    listed_by = ("huggingface",) if given["listed_on"] else ()
    return Paper(**{"id": id, "listed_by": listed_by} | given)


def observation(
    paper_id: str = "2604.00001",
    *,
    votes: int = 10,
    seen_at: datetime = NOON,
    source: str = "huggingface",
    comments: int | None = None,
    stars: int | None = None,
) -> Observation:
    """What Hugging Face said of a paper at noon, unless told otherwise."""
    return Observation(paper_id=paper_id, source=source, seen_at=seen_at, votes=votes, comments=comments, stars=stars)


def history(id: str = "2604.00001", votes: Sequence[int] = (10,), *, hours_apart: float = 6, **facts: Any) -> History:
    """A paper whose votes were seen every `hours_apart` hours, the last time at noon."""
    first = NOON - timedelta(hours=hours_apart) * (len(votes) - 1)
    seen = (
        observation(id, votes=count, seen_at=first + timedelta(hours=hours_apart) * i) for i, count in enumerate(votes)
    )
    return History(paper(id, **facts), tuple(seen))


def listing(paper_id: str = "2604.00001", day: date = TODAY, source: str = "huggingface") -> Listing:
    """A paper stands on today's list, unless told otherwise."""
    return Listing(paper_id=paper_id, source=source, day=day)
