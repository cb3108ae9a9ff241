"""Places of a paper: in a ranking, and on the list of each source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from bot.domain.trending.ranking import Trend


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The place of a paper on one source's list of a day, in the order of a ranking."""

    source: str
    day: date
    #: from 1
    place: int
    #: papers of that list in the ranking
    among: int


def place_in(ranking: Sequence[Trend], paper_id: str) -> int | None:
    """Return the index of a paper in a ranking, or None."""
    return next((place for place, trend in enumerate(ranking) if trend.paper.id == paper_id), None)


def list_places(
    ranking: Sequence[Trend], paper_id: str, lists: Mapping[tuple[str, date], Set[str]]
) -> tuple[ListPlace, ...]:
    """Return the places of a paper on lists, which are given with the ids of their papers, newest list first."""
    found = []
    for (source, day), ids in sorted(lists.items(), key=lambda each: (-each[0][1].toordinal(), each[0][0])):
        ranked = [trend.paper.id for trend in ranking if trend.paper.id in ids]
        if paper_id in ranked:
            found.append(ListPlace(source, day, ranked.index(paper_id) + 1, len(ranked)))
    return tuple(found)
