"""Save fetch results."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.sources import FetchResult, Rejected
from bot.storage.histories import keep_observations
from bot.storage.lists import keep_fetch, keep_listings
from bot.storage.papers import keep_papers, known_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """Number of new rows of a saved fetch result."""

    #: new papers
    papers: int
    #: new listings
    listings: int
    #: new observations
    observations: int
    #: items that could not be saved, with reasons
    rejected: tuple[Rejected, ...] = ()


async def save_fetch_result(connection: AsyncConnection, harvest: FetchResult) -> SaveResult:
    """Save everything in the connection's transaction, except data about unknown papers."""
    # rows are written in key order, so that two writers on PostgreSQL cannot deadlock
    told = {paper.id for paper in harvest.papers}
    mentioned = {listing.paper_id for listing in harvest.listings} | {seen.paper_id for seen in harvest.observations}
    known = await known_ids(connection, told | mentioned)
    unknown = mentioned - known - told
    await keep_papers(connection, harvest.papers, harvest.seen_at)
    listed = [listing for listing in harvest.listings if listing.paper_id not in unknown]
    seen = [observation for observation in harvest.observations if observation.paper_id not in unknown]
    if harvest.day is not None:
        await keep_fetch(connection, harvest, harvest.day)
    return SaveResult(
        papers=len(told - known),
        listings=await keep_listings(connection, listed),
        observations=await keep_observations(connection, seen),
        rejected=tuple(Rejected(paper_id, "nothing is known of this paper") for paper_id in sorted(unknown)),
    )
