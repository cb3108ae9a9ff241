"""Standing of papers that no source counts votes for, as a sum of named parts. See docs/trending.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import log2

from bot.domain.papers import ListRange, Paper
from bot.domain.trending.score import Measure, Part
from bot.domain.trending.signals import Signals

#: points of a perfect match; papers that match a topic have about half of it or more
_MATCH = 10.0
#: points of a paper that was listed today; half of it after each day
_NEW = 3.0
#: points for each further source that lists the paper, and the most for all
_LIST, _MOST_LISTS = 2.0, 4.0
#: most points for stars and for discussion, so that no single count outweighs the match
_MOST_STARS, _MOST_DISCUSSION = 5.0, 5.0
#: points and comments that count as one step of the logarithm
_DISCUSSED = 10.0
_DAY = timedelta(days=1)


def unvoted_standing(
    paper: Paper, signals: Signals, match: float | None, now: datetime, window: ListRange
) -> tuple[Part, ...]:
    """Return the parts of a paper without votes; what is not known of it has no part, and costs nothing.

    `match` is how well the paper matches what was asked, from 0 to 1, or None if nothing was.
    """
    return tuple(_parts(paper, signals, match, now, window))


def _parts(paper: Paper, signals: Signals, match: float | None, now: datetime, window: ListRange) -> Iterator[Part]:
    if match is not None:
        yield Part(Measure.MATCH, match, _MATCH * match)
    # over a week or a month no day is better than another
    if window is ListRange.DAY and paper.listed_on is not None:
        days = max(0, (now.date() - paper.listed_on) // _DAY)
        yield Part(Measure.NEWNESS, days, _NEW * 0.5 ** min(days, 60))
    if signals.star_velocity is not None:
        excess = signals.star_velocity.excess
        yield Part(Measure.STARS, excess, min(_MOST_STARS, log2(1 + excess)))
    if signals.discussion is not None:
        told = signals.discussion.recent_points + signals.discussion.recent_comments
        yield Part(Measure.DISCUSSION, told, min(_MOST_DISCUSSION, log2(1 + max(0, told) / _DISCUSSED)))
    if (others := len(paper.listed_by) - 1) > 0:
        yield Part(Measure.LISTS, others, min(_MOST_LISTS, _LIST * others))
