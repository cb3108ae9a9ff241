"""Search results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.papers import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """Papers that match a query, and notes about the search."""

    #: ids of the papers, best first
    ids: Sequence[str]
    #: number of papers that match; `ids` may include others
    exact: int
    #: whether more papers may match, because only the best candidates were judged
    at_least: bool = False
    #: ids of the papers that are listed although they do not match, behind those that do
    near: frozenset[str] = frozenset()
    #: typed word -> spelling that was looked up as well
    corrected: Mapping[str, str] = field(default_factory=dict)
    #: sources that were also queried because few stored papers match
    asked: tuple[str, ...] = ()
    #: those that failed or timed out
    silent: tuple[str, ...] = ()
    #: no source was queried although few stored papers match, because the budget is used up
    rationed: bool = False
    #: id of a newly stored paper -> the source that returned it
    brought: Mapping[str, str] = field(default_factory=dict)
    #: papers that were read already, by id
    known: Mapping[str, Paper] = field(default_factory=dict)
    #: whether all stored papers were searched; False while the index is being built
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Alike:
    """Papers similar to a given paper."""

    #: most similar first
    papers: Sequence[Paper]
    #: whether all stored papers were searched; False while the index is being built
    complete: bool = True
