"""What feeds have: more papers than a page, and a title that stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.pages import Card, Page
from bot.domain.papers import ListRange
from bot.domain.trending import Sort
from bot.messages import papers as papers_view
from bot.messages import trending as trending_view
from bot.query import Order, Query, parse
from bot.services.bundle import Services

#: papers in a feed: more than come between two polls of a reader, on every day so far
SIZE = 50
_TITLES = {
    ListRange.DAY: "Trending papers of the day",
    ListRange.WEEK: "Trending papers of the week",
    ListRange.MONTH: "Trending papers of the month",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """Papers for a feed reader."""

    title: str
    cards: tuple[Card, ...]


async def feed(services: Services, window: ListRange | None, words: str, now: datetime) -> Feed:
    """Return the list of a window, or without one the newest papers on a topic. Raise `StoreError`."""
    query = replace(parse(words, now.date()), limit=None)
    on = f" · {words}" if words else ""
    if window is None:
        page = await _newest(services, replace(query, sort=Order.NEW), now)
        return Feed(f"New papers{on}", page.cards)
    digest = await services.digests.digest(window, Sort.TRENDING, replace(query, limit=SIZE), now)
    page = trending_view.digest(digest, await services.store.sources.all(), now)
    return Feed(f"{_TITLES[window]}{on}", page.cards)


async def _newest(services: Services, query: Query, now: datetime) -> Page:
    found = await services.search.find(query, now)
    return papers_view.hits(query, found, found.papers[:SIZE], 0, now.date())
