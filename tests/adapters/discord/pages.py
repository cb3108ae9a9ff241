"""The six kinds of page, as a person gets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from functools import cache

from bot.digests.composition import compose
from bot.domain.observations import History
from bot.domain.pages import Page
from bot.domain.papers import ListRange
from bot.domain.requests import Chat
from bot.domain.schedule import WEEKDAYS, Schedule
from bot.domain.search_results import SearchResults
from bot.domain.sources import SourceState
from bot.domain.standings import Standing
from bot.domain.subscriptions import Subscription
from bot.domain.trending import rank
from bot.messages import delivered, keeping, papers, subscriptions, trending
from bot.messages import why as why_view
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


def subscription() -> Subscription:
    """Agents, on weekdays at nine in Berlin."""
    schedule = Schedule(at=time(9), zone="Europe/Berlin", days=WEEKDAYS)
    chat = Chat("discord", "1")
    next_at = schedule.next_after(NOW)
    return Subscription(id=1, chat=chat, query="agents", schedule=schedule, next_at=next_at, created_at=NOW)


def _hits() -> Page:
    listed = [history.paper for history in histories()[:23]]
    return papers.hits(parse("video", NOW.date()), SearchResults(papers=listed, exact=23), listed[:8], 0, NOW.date())


def kinds() -> dict[str, Page]:
    """One of each, by name."""
    first = histories()[0].paper
    ranking = rank(histories(), NOW)
    place = next(number for number, trend in enumerate(ranking, 1) if trend.paper.id == first.id)
    return {
        "digest": delivered.delivered(digest(), subscription()),
        "hits": _hits(),
        "paper": papers.paper(first, None),
        "why": why_view.why(ranking[place - 1], place, len(ranking), ranking[place - 2] if place > 1 else None, NOW),
        "subscriptions": subscriptions.overview([Standing(1, subscription())], NOW),
        "citation": keeping.citation(first),
    }
