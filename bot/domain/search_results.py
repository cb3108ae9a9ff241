"""What a query finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.papers import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """Papers that answer a query, and what to say of them."""

    #: best first
    papers: Sequence[Paper]
    #: papers that have every word that tells something and pass every filter; others may be among `papers`
    exact: int
    #: typed word -> what was looked up besides, as it is spelled
    corrected: Mapping[str, str] = field(default_factory=dict)
    #: sources that were asked, as little was stored
    asked: tuple[str, ...] = ()
    #: those of them that did not answer, or not in time
    silent: tuple[str, ...] = ()
    #: no source was asked, though little was stored, as too much has been asked lately
    rationed: bool = False
    #: id of a paper that was not stored before -> the source that brought it
    brought: Mapping[str, str] = field(default_factory=dict)
    #: whether everything stored was looked through; False while the index is still being made
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Alike:
    """Papers like one paper."""

    #: most alike first
    papers: Sequence[Paper]
    #: whether everything stored was looked through; False while the index is still being made
    complete: bool = True
