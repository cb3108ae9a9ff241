"""Mixing papers with and without votes, so that each field of science has its share of the places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from math import sqrt
from typing import Protocol, TypeVar

from bot.domain.papers import Paper
from bot.domain.servers import ARXIV

#: in a list of everything, one of so many places is for papers without votes
_PERIOD = 5


class Ranked(Protocol):
    """A paper in an order."""

    @property
    def paper(self) -> Paper:
        """The paper."""
        ...

    @property
    def voted(self) -> bool:
        """Whether a source counts votes for it."""
        ...


T = TypeVar("T", bound=Ranked)


def field_of(paper: Paper) -> str:
    """Return the field of science of a paper: its primary archive on arXiv ("hep-th", "cs"), else its server.

    Without categories it is the sources that list the paper.
    """
    if paper.server == ARXIV and paper.categories:
        return paper.categories[0].partition(".")[0]
    return paper.server if paper.server != ARXIV else ",".join(paper.listed_by)


def mixed(ordered: Sequence[T], field: Callable[[Paper], str] | None) -> list[T]:
    """Return papers of several fields, with and without votes, in one order.

    `ordered` are those of each kind in their own order, which is kept: votes compare papers of all fields, and parts
    of a standing without votes only those of one field. A field's share of the places is in proportion to the square
    root of its number of papers, and within a field those with votes come first. `field` returns the field of a paper;
    it is None if nothing in particular was asked for, and then every fifth place is for a paper without votes.
    """
    voted = [each for each in ordered if each.voted]
    unvoted = [each for each in ordered if not each.voted]
    if not unvoted:
        return voted
    if field is None:
        return _every_fifth(voted, list(_shared(_by_field(unvoted, field_of))))
    best = iter(voted)
    # votes are comparable across fields, so that the best of them takes the first place of any field with votes
    return [next(best) if each.voted else each for each in _shared(_by_field([*voted, *unvoted], field))]


def _by_field(papers: Sequence[T], field: Callable[[Paper], str]) -> Mapping[str, Sequence[T]]:
    fields: defaultdict[str, list[T]] = defaultdict(list)
    for each in papers:
        fields[field(each.paper)].append(each)
    return fields


def _shared(fields: Mapping[str, Sequence[T]]) -> Iterator[T]:
    """Yield the papers of all fields, as Sainte-Laguë's method fills places, with square roots for votes."""
    places = (
        ((2 * place + 1) / sqrt(len(papers)), -len(papers), name, place, each)
        for name, papers in fields.items()
        for place, each in enumerate(papers)
    )
    return (each for *_, each in sorted(places, key=lambda found: found[:4]))


def _every_fifth(voted: Sequence[T], unvoted: Sequence[T]) -> list[T]:
    found: list[T] = []
    one, other = iter(voted), iter(unvoted)
    while len(found) < len(voted) + len(unvoted):
        first, then = (other, one) if len(found) % _PERIOD == _PERIOD - 1 else (one, other)
        found.append(next(chain(first, then)))
    return found
