"""Which lists belong to a range: each source has its own days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from bot.domain.observations import History
from bot.domain.papers import ListRange, Paper
from bot.domain.trending import first_day


@dataclass(frozen=True, slots=True)
class OwnLists:
    """The lists of a digest, without those that it reaches back to for late risers."""

    #: first list day of a source that is not in `by_source`
    first: date
    #: first list day by source
    by_source: Mapping[str, date] = field(default_factory=dict)

    def has(self, paper: Paper) -> bool:
        """Return whether a paper is on one of them."""
        return paper.listed_on is not None and paper.listed_on >= self._first_of(_sources(paper))

    def first_of(self, papers: Iterable[Paper]) -> date:
        """Return the first list day of the sources that list these papers."""
        return self._first_of(sources_of(papers))

    def _first_of(self, sources: Collection[str]) -> date:
        return min([self.by_source.get(source, self.first) for source in sources], default=self.first)


def sources_of(papers: Iterable[Paper]) -> frozenset[str]:
    """Return the names of the sources that list these papers; "" for papers whose source is not known."""
    # papers are many, and their sources few
    return frozenset(source for listed_by in {_sources(paper) for paper in papers} for source in listed_by)


def _sources(paper: Paper) -> tuple[str, ...]:
    return paper.listed_by or ("",)


def listed_by_any(papers: Iterable[Paper], sources: Set[str]) -> list[Paper]:
    """Return the papers that some of these sources list."""
    return [paper for paper in papers if not sources.isdisjoint(_sources(paper))]


def own_lists(window: ListRange, today: date, days: Sequence[date], known: Iterable[History]) -> OwnLists:
    """Return the lists of a range that ends `today`. `days` are the days of all lists, `known` the papers on them.

    A day reaches back to the last list before today's of each source, because some have lists on weekends and others
    have none. A source without a list in the last week is not waited for.
    """
    general = first_day(window, today, days)
    if window is not ListRange.DAY:
        return OwnLists(general)
    of_source: defaultdict[str, set[date]] = defaultdict(set)
    for paper in (history.paper for history in known):
        for source in _sources(paper):
            if paper.listed_on is not None:
                of_source[source].add(paper.listed_on)
    week = min(first_day(ListRange.WEEK, today, days), general)
    firsts = {source: first_day(window, today, each) for source, each in of_source.items()}
    return OwnLists(general, {source: first for source, first in firsts.items() if first >= week})
