"""/trending: the list of a day, a week or a month, ranked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.commands.options import COUNT, QUERY
from bot.commands.paging import after_page
from bot.digests.composition import SIZE, Digest
from bot.domain.days import day_or_none, shifted
from bot.domain.errors import BadArgument
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.papers import ListRange
from bot.domain.requests import Command, Option, Request
from bot.domain.trending import Sort
from bot.messages import trending as view
from bot.messages import words
from bot.messages.following import followed
from bot.messages.trending import Neighbours
from bot.query import Query, parse
from bot.query.calendar import EARLIEST
from bot.services.bundle import Services
from bot.storage.conversations import Conversation

COMMAND = Command(
    name="trending",
    summary=tr("Trending papers, and why they trend"),
    usage="/trending [day|week|month] [2026-04-24] [trending|votes|new|rising] [words] [top 5]",
    options=(
        Option(name="window", description=tr("Time span of the lists"), choices=tuple(ListRange)),
        Option(name="sort", description=tr("Order of the papers"), choices=tuple(Sort)),
        Option(name="day", description=tr("Last day of the lists, such as 2026-04-24 or yesterday")),
        QUERY,
        COUNT,
    ),
    examples=("/trending", "/trending week agents", "/trending month votes top 5"),
    aliases=("top", "hot"),
)

#: the hint of refusals
_NEWEST = tr("To see the newest list, send {command}", command="/trending")
_WINDOWS = {"today": ListRange.DAY, "daily": ListRange.DAY, "weekly": ListRange.WEEK, "monthly": ListRange.MONTH} | {
    window.value: window for window in ListRange
}
_SORTS = {"hot": Sort.TRENDING, "newest": Sort.NEW, "voted": Sort.VOTES} | {sort.value: sort for sort in Sort}
#: list days that are read to find the next one after a day
_AHEAD = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendingRequest:
    """The parsed argument of /trending."""

    window: ListRange = ListRange.DAY
    sort: Sort = Sort.TRENDING
    #: the last day of the window (UTC); None for today
    day: date | None = None
    #: the query
    words: str = ""

    def moment(self, now: datetime) -> datetime:
        """Return the moment of the list: now, or the end of the day. Raise `BadArgument` for a day out of range."""
        if self.day is None or self.day == now.date():
            return now
        if self.day < EARLIEST:
            raise BadArgument(tr("I have no lists from {day}.", day=words.day(self.day)), _NEWEST)
        if self.day > now.date():
            raise BadArgument(tr("{day} is in the future.", day=words.day(self.day)), _NEWEST)
        return datetime.combine(self.day, time.max, UTC)


async def answer(services: Services, request: Request, now: datetime) -> Page:
    """Return the list of a window; numbers refer to its papers from now on."""
    argument, start = after_page(request.argument)
    wanted = understood(argument, now.date())
    query = parse(wanted.words, now.date())
    taste = await services.tastes.of_reader(request, now, private=False) if wanted.sort is Sort.TRENDING else None
    digest = await services.digests.digest(
        wanted.window, wanted.sort, _enlarged(query, start), wanted.moment(now), taste
    )
    if start and start >= len(digest.picks):
        return view.no_more(replace(digest, query=query))
    digest = replace(digest, query=query, picks=digest.picks[start:])
    asked = Conversation(command=COMMAND.name, argument=argument, start=start)
    await services.papers.remember(request, [pick.trend.paper for pick in digest.picks], now, asked)
    states, neighbours = await services.store.sources.all(), await _neighbours(services, digest, now)
    page = view.digest(digest, states, now, neighbours, at=wanted.moment(now))
    return followed(page, digest.query)


def _enlarged(query: Query, start: int) -> Query:
    """Return the query with a limit that reaches to the end of a page that starts after `start` papers."""
    return replace(query, limit=start + (query.limit or SIZE)) if start else query


async def _neighbours(services: Services, digest: Digest, now: datetime) -> Neighbours:
    """Return the list days before and after those of a digest, if there are any.

    A day's digest also covers the list before its own, which still has a digest of its own.
    """
    start = digest.last if digest.window is ListRange.DAY else digest.first
    before = await services.store.listed_days(shifted(start, timedelta(days=-1)), 1)
    ahead = await services.store.listed_days(min(shifted(digest.last, timedelta(days=_AHEAD)), now.date()), _AHEAD)
    behind = [day for day in ahead if day > digest.last]
    return Neighbours(before[0] if before else None, min(behind, default=None))


def understood(argument: str, today: date) -> TrendingRequest:
    """Parse window, order and day at the start of the argument, in any order, and the query after them."""
    wanted = TrendingRequest()
    typed = argument.split()
    while typed:
        first = typed[0].casefold().removeprefix("window:").removeprefix("sort:").removeprefix("day:")
        if first in _WINDOWS:
            wanted = replace(wanted, window=_WINDOWS[first])
        elif first in _SORTS:
            wanted = replace(wanted, sort=_SORTS[first])
        elif day := _day(first, today):
            wanted = replace(wanted, day=day)
        else:
            break
        typed = typed[1:]
    return replace(wanted, words=" ".join(typed))


def _day(word: str, today: date) -> date | None:
    if word == "yesterday":
        return shifted(today, timedelta(days=-1))
    return day_or_none(word)
