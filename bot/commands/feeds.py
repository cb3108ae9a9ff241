"""What feeds have: more papers than a page, and a title that stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.commands.engine import Engine
from bot.page import Card, Page
from bot.query import Order, Query, parse
from bot.trending import Sort, Window
from bot.views import papers as papers_view
from bot.views import trending as trending_view

#: papers in a feed: more than come between two polls of a reader, on every day so far
SIZE = 50
_TITLES = {
    Window.DAY: "Trending papers of the day",
    Window.WEEK: "Trending papers of the week",
    Window.MONTH: "Trending papers of the month",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """Papers for a feed reader."""

    title: str
    cards: tuple[Card, ...]


async def feed(engine: Engine, window: Window | None, words: str, now: datetime) -> Feed:
    """Return the list of a window, or without one the newest papers on a topic. Raise `StoreError`."""
    query = replace(parse(words, now.date()), limit=None)
    on = f" · {words}" if words else ""
    if window is None:
        page = await _newest(engine, replace(query, sort=Order.NEW), now)
        return Feed(f"New papers{on}", page.cards)
    digest = await engine.digest(window, Sort.TRENDING, replace(query, limit=SIZE), now)
    page = trending_view.digest(digest, await engine.store.sources.all(), now)
    return Feed(f"{_TITLES[window]}{on}", page.cards)


async def _newest(engine: Engine, query: Query, now: datetime) -> Page:
    found = await engine.on_topic(query, now)
    return papers_view.hits(query, found, found.papers[:SIZE], 0, now.date())
