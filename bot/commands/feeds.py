"""Contents of feeds: more papers than a page has, and a constant title."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.i18n import joined, tr
from bot.domain.pages import Card, Page
from bot.domain.papers import ListRange
from bot.domain.trending import Sort
from bot.messages import papers as papers_view
from bot.messages import trending as trending_view
from bot.query import Order, Query, parse
from bot.services.bundle import Services

#: papers in a feed; more than ever appeared between two polls of a feed reader
SIZE = 50
_TITLES = {
    ListRange.DAY: tr("Trending papers of the day"),
    ListRange.WEEK: tr("Trending papers of the week"),
    ListRange.MONTH: tr("Trending papers of the month"),
}


@dataclass(frozen=True, slots=True)
class Feed:
    """Papers for a feed reader."""

    title: str
    cards: tuple[Card, ...]


async def feed(services: Services, window: ListRange | None, words: str, now: datetime) -> Feed:
    """Return the list of a window, or without one the newest papers on a topic. Raise `StoreError`."""
    query = replace(parse(words, now.date()), limit=None)
    if window is None:
        page = await _newest(services, replace(query, sort=Order.NEW), now)
        return Feed(joined(" · ", tr("New papers"), words), page.cards)
    digest = await services.digests.digest(window, Sort.TRENDING, replace(query, limit=SIZE), now)
    page = trending_view.digest(digest, await services.store.sources.all(), now)
    return Feed(joined(" · ", _TITLES[window], words), page.cards)


async def _newest(services: Services, query: Query, now: datetime) -> Page:
    found = await services.search.find(query, now)
    return papers_view.hits(query, found, await services.search.read(found, 0, SIZE), 0, now.date())
