"""What has become of the papers of a digest since it was composed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.digests.composition import Digest, Pick
from bot.domain.follow_ups import PaperNews
from bot.domain.observations import History
from bot.domain.trending import Trend, rank


def paper_news(digest: Digest, histories: Sequence[History], as_of: datetime) -> tuple[PaperNews, ...]:
    """Return the votes of a digest's papers as of a moment, and how their order has changed since it was composed.

    Both orders are without taste, which is not what has changed. Papers that are on no list any more are left out.
    """
    ids = [pick.trend.paper.id for pick in digest.picks]
    mine = [history for history in histories if history.paper.id in ids]
    before = _places(rank(mine, digest.as_of, digest.sort, digest.window))
    now = rank(mine, as_of, digest.sort, digest.window)
    places, trends = _places(now), {trend.paper.id: trend for trend in now}
    return tuple(_news(trends[id], before[id] - places[id]) for id in ids if id in trends)


def with_news(digest: Digest, news: Sequence[PaperNews]) -> Digest:
    """Return the digest with the same papers in the same order and their new votes."""
    known = {each.paper_id: each for each in news}
    return replace(digest, picks=tuple(_updated(pick, known) for pick in digest.picks))


def _places(trends: Sequence[Trend]) -> Mapping[str, int]:
    return {trend.paper.id: place for place, trend in enumerate(trends)}


def _news(trend: Trend, moved: int) -> PaperNews:
    signals = trend.signals
    return PaperNews(
        paper_id=trend.paper.id, moved=moved, votes=signals.votes, gained=signals.gained, hours=signals.hours
    )


def _updated(pick: Pick, known: Mapping[str, PaperNews]) -> Pick:
    news = known.get(pick.trend.paper.id)
    if news is None:
        return pick
    signals = replace(pick.trend.signals, votes=news.votes, gained=news.gained, hours=news.hours)
    return replace(pick, trend=replace(pick.trend, signals=signals))
