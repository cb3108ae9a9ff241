"""/trending: what is rising."""

from __future__ import annotations

from datetime import datetime

from bot.commands.engine import Engine
from bot.models import Command, Completion, Option, Request
from bot.page import Page
from bot.query import parse
from bot.trending import Sort, Window
from bot.views import trending as view
from bot.views.following import followed

COMMAND = Command(
    name="trending",
    summary="What is trending: papers that people vote for now, each with its reason",
    usage="/trending [day|week|month] [trending|votes|new|rising] [words] [top 5]",
    options=(
        Option(name="window", description="Which lists", choices=tuple(Window)),
        Option(name="sort", description="Which papers first", choices=tuple(Sort)),
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

_WINDOWS = {"today": Window.DAY, "daily": Window.DAY, "weekly": Window.WEEK, "monthly": Window.MONTH} | {
    window.value: window for window in Window
}
_SORTS = {"hot": Sort.TRENDING, "newest": Sort.NEW, "voted": Sort.VOTES} | {sort.value: sort for sort in Sort}


async def answer(engine: Engine, request: Request, now: datetime) -> Page:
    """The digest of a window; its papers are what numbers mean from now on."""
    window, sort, words = understood(request.argument)
    digest = await engine.digest(window, sort, parse(words), now)
    await engine.store.shown.remember(request.chat, [pick.trend.paper.id for pick in digest.picks], now)
    return followed(view.digest(digest, await engine.store.sources.all(), now), digest.query)


def understood(argument: str) -> tuple[Window, Sort, str]:
    """The window and the sort that begin the argument, in either order, and the words behind them."""
    window, sort = Window.DAY, Sort.TRENDING
    words = argument.split()
    while words:
        first = words[0].casefold().removeprefix("window:").removeprefix("sort:")
        if first in _WINDOWS:
            window = _WINDOWS[first]
        elif first in _SORTS:
            sort = _SORTS[first]
        else:
            break
        words = words[1:]
    return window, sort, " ".join(words)
