"""Notices of pauses: whoever subscribed is told once that a subscription was paused, and once that it runs again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.subscriptions import Pause, Subscription
from bot.storage.database import Database
from bot.storage.schema import NOTICE, subscriptions
from bot.storage.subscriptions import TOLD, read_subscription

_CODES = frozenset(Pause)


@dataclass(frozen=True, slots=True)
class PauseNotice:
    """A subscription whose state differs from the one that was told last."""

    subscription: Subscription
    #: the pause that was told last; None if none was, or if it was told that the subscription runs again
    told: Pause | None


class PauseNotices:
    """What is to be told is the present state, so that a pause that has ended meanwhile is never mentioned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, surface: str, now: datetime, limit: int) -> list[PauseNotice]:
        """Take at most `limit` due notices of a surface, and return those with something to tell.

        The present state counts as told from then on, before anybody is told, so that nobody is told twice.
        """
        due = sa.and_(NOTICE, subscriptions.c.surface == surface, subscriptions.c.notice_at <= now)
        query = sa.select(subscriptions).where(due).order_by(subscriptions.c.notice_at, subscriptions.c.id).limit(limit)
        async with self._database.write() as connection:
            rows = (await connection.execute(query.with_for_update(skip_locked=True))).all()
            found = [
                PauseNotice(read_subscription(row._mapping), Pause(row.notified) if row.notified in _CODES else None)
                for row in rows
            ]
            for each in found:
                paused = each.subscription.paused
                told = paused if paused in TOLD else ""
                mark = sa.update(subscriptions).where(subscriptions.c.id == each.subscription.id)
                await connection.execute(mark.values(notice_at=None, notified=told))
        return [each for each in found if _has_news(each)]

    async def put_off(self, notices: Collection[PauseNotice], at: datetime) -> None:
        """Tell them later, as certainly nobody was told now; what has changed since is told instead."""
        async with self._database.write() as connection:
            for each in notices:
                mark = sa.update(subscriptions).where(subscriptions.c.id == each.subscription.id)
                await connection.execute(mark.values(notice_at=at, notified=each.told or ""))


def _has_news(notice: PauseNotice) -> bool:
    paused = notice.subscription.paused
    if paused is None:
        return notice.told is not None
    # another reason of the platform is no news
    return paused in TOLD and notice.told is None
