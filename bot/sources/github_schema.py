"""Schema and parser for GitHub's star history: weeks with seven daily counts each, newest week first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from bot.domain.repositories import StarDay
from bot.sources.fields import Unusable
from bot.sources.schema import Count, Record, read

#: weeks on a page
PAGE_WEEKS = 30
_DAY = timedelta(days=1)


class Week(Record):
    """The stars of one week."""

    #: its start, in seconds since 1970; a Sunday, not necessarily at midnight UTC
    week: Annotated[int, Field(ge=0, le=2**32)]
    #: from Sunday to Saturday; days to come have 0
    days: Annotated[tuple[Count, ...], Field(min_length=7, max_length=7)]

    @property
    def sunday(self) -> date:
        """The date of its first day. A start within half a day of midnight UTC belongs to that midnight's date."""
        return (datetime.fromtimestamp(self.week, UTC) + _DAY / 2).date()


def read_weeks(raw: Sequence[object]) -> list[Week]:
    """Return the valid weeks, oldest first, each once."""
    found: dict[date, Week] = {}
    for each in raw:
        try:
            week = read(Week, each)
        except Unusable:
            continue
        found.setdefault(week.sunday, week)
    return [found[sunday] for sunday in sorted(found)]


def star_days(weeks: Sequence[Week], today: date) -> tuple[StarDay, ...]:
    """Return the days of weeks up to `today`, oldest first; days without data in between have no stars."""
    told = {week.sunday + age * _DAY: stars for week in weeks for age, stars in enumerate(week.days)}
    if not told or min(told) > today:
        return ()
    first, last = min(told), min(max(told), today)
    return tuple(
        StarDay(day, told.get(day, 0)) for day in (first + age * _DAY for age in range((last - first).days + 1))
    )


def first_day(days: Sequence[StarDay], *, has_next: bool, last_page: str) -> date | None:
    """Return the latest day on which a repository can have been created; None if nothing is known of its days.

    If there are further pages, the number of the last one says how many weeks are older than the days.
    """
    if not days:
        return None
    pages = _page_number(last_page)
    if pages > 1 or has_next:
        # the last page has at least one week
        return days[0].day - ((max(pages, 2) - 2) * PAGE_WEEKS + 1) * 7 * _DAY
    return next((each.day for each in days if each.stars), days[0].day)


def _page_number(url: str) -> int:
    """Return the page in a URL; 0 if it has none that can be."""
    try:
        number = parse_qs(urlsplit(url).query).get("page", [""])[0]
    except ValueError:
        return 0
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= 3 else 0
