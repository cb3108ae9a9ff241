"""Save fetch results."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.identity import rekeyed, told_by_key
from bot.domain.sources import FetchResult, Rejected
from bot.storage.aliases import save_aliases
from bot.storage.histories import save_observations
from bot.storage.joining import read_keys, supersede
from bot.storage.lists import save_fetch, save_listings
from bot.storage.papers import known_ids, save_gaps, save_papers


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """New rows of a saved fetch result."""

    #: ids of the new papers
    new: frozenset[str]
    #: number of new listings
    listings: int
    #: number of new observations
    observations: int
    #: items that could not be saved, with reasons
    rejected: tuple[Rejected, ...] = ()

    @property
    def papers(self) -> int:
        """Number of new papers."""
        return len(self.new)

    def __bool__(self) -> bool:
        """Whether it brought a paper or a listing that was not stored before."""
        return bool(self.papers or self.listings)


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
        rejected=tuple(Rejected(paper_id, "nothing is known of this paper") for paper_id in sorted(unknown)),
    )
