"""Save fetch results."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.sources import FetchResult, Rejected
from bot.storage.artifacts import save_artifacts
from bot.storage.histories import save_observations
from bot.storage.lists import save_fetch, save_listings
from bot.storage.lookups import save_lookups
from bot.storage.papers import known_ids, save_papers
from bot.storage.repositories import save_repositories
from bot.storage.stories import save_stories


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """Number of new rows of a saved fetch result."""

    #: new papers
    papers: int
    #: new listings
    listings: int
    #: new observations
    observations: int
    #: new days with stars, stories and linked artifacts
    signals: int = 0
    #: items that could not be saved, with reasons
    rejected: tuple[Rejected, ...] = ()


async def save_fetch_result(connection: AsyncConnection, result: FetchResult) -> SaveResult:
    """Save everything in the connection's transaction, except data about unknown papers."""
    # rows are written in key order, so that two writers on PostgreSQL cannot deadlock
    told = {paper.id for paper in result.papers}
    mentioned = {listing.paper_id for listing in result.listings} | {seen.paper_id for seen in result.observations}
    known = await known_ids(connection, told | mentioned)
    unknown = mentioned - known - told
    await save_papers(connection, result.papers, result.seen_at)
    listed = [listing for listing in result.listings if listing.paper_id not in unknown]
    seen = [observation for observation in result.observations if observation.paper_id not in unknown]
    if result.day is not None:
        await save_fetch(connection, result, result.day)
    return SaveResult(
        papers=len(told - known),
        listings=await save_listings(connection, listed),
        observations=await save_observations(connection, seen),
        signals=await _save_signals(connection, result),
        rejected=tuple(Rejected(paper_id, "nothing is known of this paper") for paper_id in sorted(unknown)),
    )


async def _save_signals(connection: AsyncConnection, result: FetchResult) -> int:
    """Save what a source says about papers; stories about unknown papers are left out, as most are of other fields."""
    about = {story.paper_id for story in result.stories} | {each.paper_id for each in result.artifacts}
    known = await known_ids(connection, about | set(result.looked_up))
    new = await save_repositories(connection, result.repositories)
    new += await save_stories(connection, [story for story in result.stories if story.paper_id in known])
    new += await save_artifacts(connection, [each for each in result.artifacts if each.paper_id in known])
    asked = [paper_id for paper_id in result.looked_up if paper_id in known]
    await save_lookups(connection, result.source, asked, result.seen_at)
    return new
