"""Harvests: what one visit to a source brought, spread over the tables."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.sources import FetchResult, Rejected
from bot.storage.histories import keep_observations
from bot.storage.lists import keep_fetch, keep_listings
from bot.storage.papers import keep_papers, known_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """What a harvest added."""

    #: papers that were not known before
    papers: int
    #: places on lists that were not known before
    listings: int
    #: observations of moments at which nothing had been seen
    observations: int
    #: what could not be kept, and why
    rejected: tuple[Rejected, ...] = ()


async def save_fetch_result(connection: AsyncConnection, harvest: FetchResult) -> SaveResult:
    """Writes it all in the connection's transaction, but for what belongs to papers that nobody told of."""
    # each table is written in the order of its key: two writers on PostgreSQL must not wait for each other in a circle
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
