"""Save fetch results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.artifacts import LinkedArtifacts
from bot.domain.identity import rekeyed, told_by_key
from bot.domain.sources import FetchResult, Rejected
from bot.domain.stories import Story
from bot.storage.aliases import keys_of, save_aliases
from bot.storage.artifacts import save_artifacts
from bot.storage.histories import save_observations
from bot.storage.joining import read_keys, supersede
from bot.storage.lists import save_fetch, save_listings
from bot.storage.lookups import save_lookups
from bot.storage.papers import known_ids, save_gaps, save_papers
from bot.storage.repositories import save_repositories
from bot.storage.stories import save_stories

About = TypeVar("About", Story, LinkedArtifacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """New rows of a saved fetch result."""

    #: ids of the new papers
    new: frozenset[str]
    #: number of new listings
    listings: int
    #: number of new observations
    observations: int
    #: new days with stars, stories and linked artifacts
    signals: int = 0
    #: items that could not be saved, with reasons
    rejected: tuple[Rejected, ...] = ()

    @property
    def papers(self) -> int:
        """Number of new papers."""
        return len(self.new)

    def __bool__(self) -> bool:
        """Whether it brought a paper, a listing or a signal that was not stored before."""
        return bool(self.papers or self.listings or self.signals)


async def save_fetch_result(connection: AsyncConnection, result: FetchResult) -> SaveResult:
    """Save everything in the connection's transaction, except data about unknown papers."""
    # rows are written in key order, so that two writers on PostgreSQL cannot deadlock
    keys, superseded = await read_keys(connection, result)
    result = rekeyed(result, keys)
    under_key, others = told_by_key(result.papers, keys)
    told = {paper.id for paper in (*under_key, *others)}
    mentioned = {listing.paper_id for listing in result.listings} | {seen.paper_id for seen in result.observations}
    known = await known_ids(connection, told | mentioned) | {keys[old] for old in superseded}
    unknown = mentioned - known - told
    await save_papers(connection, under_key, result.seen_at)
    await save_gaps(connection, others, result.seen_at)
    await save_aliases(connection, keys)
    await supersede(connection, superseded, keys)
    listed = [listing for listing in result.listings if listing.paper_id not in unknown]
    seen = [observation for observation in result.observations if observation.paper_id not in unknown]
    if result.day is not None:
        await save_fetch(connection, result, result.day)
    return SaveResult(
        new=frozenset(told - known),
        listings=await save_listings(connection, listed),
        observations=await save_observations(connection, seen),
        signals=await _save_signals(connection, result),
        rejected=tuple(Rejected(paper_id, "nothing is known of this paper") for paper_id in sorted(unknown)),
    )


async def _save_signals(connection: AsyncConnection, result: FetchResult) -> int:
    """Save what a source says about papers; stories about unknown papers are left out, as most are of other fields."""
    told = {story.paper_id for story in result.stories} | {each.paper_id for each in result.artifacts}
    told |= set(result.looked_up)
    keys = await keys_of(connection, told)
    known = await known_ids(connection, {keys.get(each, each) for each in told})

    def keyed(about: Iterable[About]) -> list[About]:
        named = (replace(each, paper_id=keys.get(each.paper_id, each.paper_id)) for each in about)
        return [each for each in named if each.paper_id in known]

    new = await save_repositories(connection, result.repositories)
    new += await save_stories(connection, keyed(result.stories))
    new += await save_artifacts(connection, keyed(result.artifacts))
    asked = {keys.get(each, each) for each in result.looked_up} & known
    await save_lookups(connection, result.source, asked, result.seen_at)
    return new
