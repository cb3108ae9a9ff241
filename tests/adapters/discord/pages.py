"""Digests of the bundled papers, as people get them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot.digests.composition import compose
from bot.domain.observations import History
from bot.domain.pages import Card, Page
from bot.domain.papers import ListRange
from bot.domain.sources import SourceState
from bot.messages import trending
from bot.query import parse
from bot.sources import sample

NOW = sample.AS_OF


@cache
def histories() -> tuple[History, ...]:
    """The bundled papers, as if Hugging Face had just told of them."""
    found = sample.load()
    told = [replace(each, source="huggingface") for each in found.observations]
    seen = {paper.id: [each for each in told if each.paper_id == paper.id] for paper in found.papers}
    return tuple(History(paper, tuple(seen[paper.id])) for paper in found.papers)


@cache
def digest(size: int = 10, query: str = "", window: ListRange = ListRange.DAY) -> Page:
    """What is trending."""
    days = sorted({listing.day for listing in sample.load().listings})
    found = compose(histories(), days, NOW, window=window, query=parse(query, NOW.date()), size=size)
    states = (SourceState(name="huggingface", tried_at=NOW, succeeded_at=NOW - timedelta(minutes=12)),)
    return trending.digest(found, states, NOW)


def with_pictures(page: Page) -> Page:
    """The page with a picture of each paper."""

    def pictured(card: Card) -> Card:
        return replace(card, thumbnail=f"https://pictures.example.org/{card.key}.png")

    sections = (replace(section, cards=tuple(map(pictured, section.cards))) for section in page.sections)
    return replace(page, sections=tuple(sections))
