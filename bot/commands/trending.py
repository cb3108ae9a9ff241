"""/trending: what is rising."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.commands.paging import after_page
from bot.digests.composition import SIZE, Digest
from bot.domain.days import day_or_none, shifted
from bot.domain.errors import BadArgument
from bot.domain.pages import Page
from bot.domain.papers import ListRange
from bot.domain.requests import Command, Completion, Option, Request
from bot.domain.trending import Sort
from bot.messages import trending as view
from bot.messages.following import followed
from bot.messages.trending import Neighbours
from bot.query import Query, parse
from bot.query.calendar import EARLIEST
from bot.services.engine import Engine
from bot.storage.conversations import Conversation

COMMAND = Command(
    name="trending",
    summary="What is trending: papers that people vote for now, each with its reason",
    usage="/trending [day|week|month] [2026-04-24] [trending|votes|new|rising] [words] [top 5]",
    options=(
        Option(name="window", description="Which lists", choices=tuple(ListRange)),
        Option(name="sort", description="Which papers first", choices=tuple(Sort)),
        Option(name="day", description="The last day of the lists: 2026-04-24, yesterday"),
        Option(
            name="query",
            description="Words that a paper must have; -word for words that it must not have",
            completion=Completion.QUERY,
        ),
        Option(name="count", description="How many papers, 1 to 25", typed="top {}"),
    ),
    examples=("/trending", "/trending week agents", "/trending month votes top 5"),
    aliases=("top", "hot"),
)

_WINDOWS = {"today": ListRange.DAY, "daily": ListRange.DAY, "weekly": ListRange.WEEK, "monthly": ListRange.MONTH} | {
    window.value: window for window in ListRange
}
_SORTS = {"hot": Sort.TRENDING, "newest": Sort.NEW, "voted": Sort.VOTES} | {sort.value: sort for sort in Sort}
#: list days that are looked at to find the one behind a day
_AHEAD = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendingRequest:
    """What somebody wants to see."""

    window: ListRange = ListRange.DAY
    sort: Sort = Sort.TRENDING
    #: the last day of the window (UTC), where it is not today
    day: date | None = None
    #: what the papers are to be about
    words: str = ""

    def moment(self, now: datetime) -> datetime:
        """As of when: now, or the end of the day. Raises `BadArgument` for a day to come."""
        if self.day is None or self.day == now.date():
            return now
        if self.day < EARLIEST:
            raise BadArgument(f"No list is as old as {self.day}.", "/trending shows the newest list.")
        if self.day > now.date():
            raise BadArgument(f"{self.day} has not come yet.", "/trending shows the newest list.")
        return datetime.combine(self.day, time.max, UTC)


async def answer(engine: Engine, request: Request, now: datetime) -> Page:
    """The digest of a window; its papers are what numbers mean from now on."""
    argument, start = after_page(request.argument)
    wanted = understood(argument, now.date())
    query = parse(wanted.words, now.date())
    digest = await engine.digest(wanted.window, wanted.sort, _enlarged(query, start), wanted.moment(now))
    if start and start >= len(digest.picks):
        return view.no_more(replace(digest, query=query))
    digest = replace(digest, query=query, picks=digest.picks[start:])
    asked = Conversation(command=COMMAND.name, argument=argument, start=start)
    await engine.remember(request, [pick.trend.paper for pick in digest.picks], now, asked)
    states, neighbours = await engine.store.sources.all(), await _neighbours(engine, digest, now)
    page = view.digest(digest, states, now, neighbours, at=wanted.moment(now))
    return followed(page, digest.query)


def _enlarged(query: Query, start: int) -> Query:
    """The query for the papers up to the end of a page that begins behind `start` others."""
    return replace(query, limit=start + (query.limit or SIZE)) if start else query


async def _neighbours(engine: Engine, digest: Digest, now: datetime) -> Neighbours:
    """The list days before and behind those of a digest, where there are any.

    A day's digest reaches back to the list before its own, which has a digest all the same.
    """
    start = digest.last if digest.window is ListRange.DAY else digest.first
    before = await engine.store.listed_days(shifted(start, timedelta(days=-1)), 1)
    ahead = await engine.store.listed_days(min(shifted(digest.last, timedelta(days=_AHEAD)), now.date()), _AHEAD)
    behind = [day for day in ahead if day > digest.last]
    return Neighbours(before[0] if before else None, min(behind, default=None))


def understood(argument: str, today: date) -> TrendingRequest:
    """The window, the sort and the day that begin the argument, in any order, and the words behind them."""
    wanted = TrendingRequest()
    words = argument.split()
    while words:
        first = words[0].casefold().removeprefix("window:").removeprefix("sort:").removeprefix("day:")
        if first in _WINDOWS:
            wanted = replace(wanted, window=_WINDOWS[first])
        elif first in _SORTS:
            wanted = replace(wanted, sort=_SORTS[first])
        elif day := _day(first, today):
            wanted = replace(wanted, day=day)
        else:
            break
        words = words[1:]
    return replace(wanted, words=" ".join(words))


def _day(word: str, today: date) -> date | None:
    if word == "yesterday":
        return shifted(today, timedelta(days=-1))
    return day_or_none(word)
