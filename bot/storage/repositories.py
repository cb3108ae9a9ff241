"""Repository of code repositories and their stars by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.repositories import RepositoryStars, RepositoryState, StarDay
from bot.storage.database import Database
from bot.storage.rows import batches, readable
from bot.storage.schema import listings, papers, repositories, star_days
from bot.storage.upsert import Insert, upsert

#: days of stars that are stored; a rate and its usual value need 37
KEPT_DAYS = 60


class Repositories:
    """One row per repository that was ever asked for, and one per day of its last two months."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def many(self, names: Collection[str], *, with_days: bool = True) -> dict[str, RepositoryStars]:
        """Return repositories by name, without unknown ones; their days are empty unless `with_days`."""
        some = sorted(set(names))
        async with self._database.read() as connection:
            days = await _days(connection, some if with_days else ())
            found = [
                each
                for batch in batches(some)
                for each in readable(
                    await connection.execute(sa.select(repositories).where(repositories.c.repository.in_(batch))),
                    lambda row: _repository(row, days),
                    "repositories",
                )
            ]
        return {each.repository: each for each in found}

    async def asked_since(self, moment: datetime) -> int:
        """Return how many repositories were asked for since a moment."""
        query = sa.select(sa.func.count()).select_from(repositories).where(repositories.c.asked_at >= moment)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def code_urls(self, since: date, limit: int) -> list[str]:
        """Return the distinct code URLs of at most `limit` papers with code on lists since a day, newest list first."""
        newest = (
            sa.select(listings.c.paper_id, sa.func.max(listings.c.day).label("day"))
            .where(listings.c.day >= since)
            .group_by(listings.c.paper_id)
            .subquery()
        )
        query = (
            sa.select(papers.c.code_url)
            .join(newest, newest.c.paper_id == papers.c.id)
            .where(papers.c.code_url != "")
            .order_by(newest.c.day.desc(), papers.c.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return list(dict.fromkeys(readable(rows, lambda row: row["code_url"], "papers")))


async def save_repositories(connection: AsyncConnection, told: Sequence[RepositoryStars]) -> int:
    """Save repositories with the last days of their stars. Return how many days with stars are new.

    A failed request changes nothing but the time and the state.
    """
    in_order = sorted(told, key=lambda each: each.repository)
    rows = [{column.name: getattr(each, column.name) for column in repositories.c} for each in in_order]
    await upsert(connection, repositories, rows, _merge)
    new = 0
    for each in in_order:
        if each.days:
            new += await _save_days(connection, each)
    return new


async def _save_days(connection: AsyncConnection, stars: RepositoryStars) -> int:
    oldest = stars.days[-1].day - timedelta(days=KEPT_DAYS - 1)
    before = await _days_with_stars(connection, stars.repository, oldest)
    rows = [
        {"repository": stars.repository, "day": each.day, "stars": each.stars}
        for each in stars.days
        if each.day >= oldest
    ]
    await upsert(connection, star_days, rows)
    gone = (star_days.c.repository == stars.repository) & (star_days.c.day < oldest)
    await connection.execute(sa.delete(star_days).where(gone))
    return max(0, await _days_with_stars(connection, stars.repository, oldest) - before)


async def _days_with_stars(connection: AsyncConnection, repository: str, since: date) -> int:
    query = sa.select(sa.func.count()).select_from(star_days)
    wanted = (star_days.c.repository == repository) & (star_days.c.day >= since) & (star_days.c.stars > 0)
    return await connection.scalar(query.where(wanted)) or 0


async def _days(connection: AsyncConnection, names: Sequence[str]) -> Mapping[str, list[StarDay]]:
    """Return the stored days by repository, oldest first."""
    found: defaultdict[str, list[StarDay]] = defaultdict(list)
    for batch in batches(names):
        query = sa.select(star_days).where(star_days.c.repository.in_(batch))
        rows = await connection.execute(query.order_by(star_days.c.repository, star_days.c.day))
        read = readable(rows, lambda row: (row["repository"], StarDay(row["day"], row["stars"])), "star_days")
        for repository, day in read:
            found[repository].append(day)
    return found


def _repository(row: Mapping[Any, Any], days: Mapping[str, list[StarDay]]) -> RepositoryStars:
    facts = {**row}
    return RepositoryStars(
        **facts | {"state": RepositoryState(facts["state"])}, days=tuple(days.get(facts["repository"], ()))
    )


def _merge(insert: Insert) -> Mapping[str, sa.ColumnElement[Any]]:
    told, known = insert.excluded, repositories.c
    learned = told.state == RepositoryState.KNOWN

    def kept(name: str) -> sa.ColumnElement[Any]:
        return sa.case((learned, told[name]), else_=known[name])

    return {
        "asked_at": told.asked_at,
        "state": told.state,
        "moved_to": kept("moved_to"),
        "first_day": kept("first_day"),
    }
