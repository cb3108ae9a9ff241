"""Date phrases: since March, before 2024, between 2024 and 2025, from March to May, in the last 3 days, yesterday."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.query import calendar
from bot.query.calendar import DateSpan
from bot.query.dates import Dated, age_at, date_at, duration_at
from bot.query.model import Query
from bot.query.tokens import Match, QueryLine

_SINCE = (
    "since", "after", "starting", "newer than", "later than", "younger than", "starting in", "starting from", "as of",
    "not older than", "no older than", "not earlier than", "not before",
)  # fmt: skip
_AFTER = frozenset({"after", "newer than", "later than"})
#: words in the longest lead
_LONGEST_LEAD = 3
_BEFORE = ("before", "older than", "earlier than", "prior to")
_UNTIL = ("until", "till", "up to", "through")
_WITHIN = ("in", "during", "within", "over", "of", "from", "for", "on")
#: "on Monday" and "for 2024" are more often part of a topic
_ONLY_WHOLE = frozenset({"on", "for", "over"})
_TO = frozenset("to until till through and - – —".split())
_LEADS = {
    lead: kind
    for kind, leads in (("since", _SINCE), ("before", _BEFORE), ("until", _UNTIL), ("within", _WITHIN))
    for lead in leads
}
_PUBLISHED = frozenset("published released submitted appeared written posted announced uploaded out".split())
_FILLERS = frozenset("the start beginning end of year".split())
_MOST_FILLERS = 4
_LIKE_A_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
#: how many years back a number at the end of a topic is taken for a year; "ImageNet 2012" is a data set
_LATE = 3
_PAPERS = frozenset("papers paper articles preprints publications".split())
_VENUES = frozenset(
    """
    neurips nips iclr icml cvpr iccv eccv acl emnlp naacl eacl aaai ijcai kdd www sigir recsys icra iros corl rss
    interspeech icassp miccai wacv colm aistats uai colt siggraph chi icse osdi sosp mlsys tmlr jmlr wmt
    """.split()
)
_DAY_OF_MONTH = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?")
_YEARS = re.compile(r"([0-9]{4})[-–—]([0-9]{4})")
#: not a year, but nothing else either after "since"
_NO_YEAR = re.compile(r"0|[0-9]{4,}")
_FIRST = frozenset(word for lead in _LEADS for word in lead.split()[:1]) | _PUBLISHED | {"between"}


def when(line: QueryLine, place: int) -> Match | None:
    """Parse a phrase that says when papers appeared."""
    start = place + (line.word(place) in _PUBLISHED)
    return _ranged(line, start) or _led(line, start) or _young(line, start) or _alone(line, start, place)


def opening_date(line: QueryLine, place: int) -> Match | None:
    """Parse the date directly after "papers of": "best papers of 2025", "the best paper of april"."""
    dated = date_at(line.words, place, line.today)
    if dated is None or dated.span is None or not line.ends(dated.end):
        return None
    return _within(line, place, dated.span, dated.end)


def year(line: QueryLine, place: int) -> Match | None:
    """Parse a year on its own, before "papers", after a venue, or, if recent, at the end of a topic."""
    if not _LIKE_A_YEAR.fullmatch(line.word(place)) or int(line.word(place)) > line.today.year + 1:
        return None
    dated = date_at(line.words, place, line.today)
    if dated is None or dated.span is None or dated.end != place + 1:
        return None
    papers = line.word(place + 1) in _PAPERS
    alone = line.closed(place) and line.closed(place + 1) and len(line) == 1
    venue = line.word(place - 1) in _VENUES
    late = place > 0 and line.closed(place + 1) and line.today.year - int(line.word(place)) <= _LATE
    if not (papers or alone or venue or late):
        return None
    return _within(line, place, dated.span, dated.end + papers)


def span_of(words: Sequence[str], place: int, line: QueryLine) -> tuple[DateSpan | None, int] | None:
    """Return the span of the date or range in a field's value, and the position after it, or None."""
    if years := _YEARS.fullmatch(words[place] if place < len(words) else ""):
        return _of_years(years, line), place + 1
    dated = date_at(words, place, line.today)
    return (dated.span, dated.end) if dated else None


def _ranged(line: QueryLine, place: int) -> Match | None:
    """Parse a range between two dates, both inclusive."""
    lead = line.word(place)
    if lead not in ("between", "from", "in"):
        return None
    if years := _YEARS.fullmatch(line.word(place + 1)):
        return _within(line, place, _of_years(years, line), place + 2)
    if days := _days_of_month(line, place):
        return days
    first = date_at(line.words, _skip_fillers(line, place + 1), line.today)
    if first is None or lead == "in" or not _joins(line, first.end):
        return None
    behind = _skip_fillers(line, first.end + 1)
    last = date_at(line.words, behind, line.today)
    if last is None:
        return None
    if first.floating and not last.floating and last.span:
        first = date_at(line.words, _skip_fillers(line, place + 1), last.span.first)
    elif last.floating and first.span:
        last = date_at(line.words, behind, calendar.year_later(first.span.first))
    return _within(line, place, _joined(first, last), last.end if last else behind)


def _days_of_month(line: QueryLine, place: int) -> Match | None:
    """Parse "between 1 and 10 april", "from 1 to 10 april 2026"."""
    if not _DAY_OF_MONTH.fullmatch(line.word(place + 1)) or not _joins(line, place + 2):
        return None
    last = date_at(line.words, place + 3, line.today)
    if last is None or last.span is None or last.end < place + 5:
        return None
    first = date_at([line.word(place + 1), *line.words[place + 4 : last.end]], 0, last.span.first)
    return _within(line, place, _joined(first, last), last.end)


def _of_years(years: re.Match[str], line: QueryLine) -> DateSpan | None:
    return _joined(date_at([years[1]], 0, line.today), date_at([years[2]], 0, line.today))


def _joins(line: QueryLine, place: int) -> bool:
    return line.word(place) in _TO or (place < len(line) and line.tokens[place].typed in _TO)


def _joined(first: Dated | None, last: Dated | None) -> DateSpan | None:
    if first is None or last is None or first.span is None or last.span is None:
        return None
    return DateSpan(first.span.first, last.span.end)


def _within(line: QueryLine, place: int, span: DateSpan | None, end: int) -> Match:
    return Match(end, Query(after=span.first, before=span.end)) if span else line.ignoring(place, end)


def _led(line: QueryLine, place: int) -> Match | None:
    """Parse a date after a preposition."""
    if line.word(place) not in _FIRST:
        return None
    leads = (" ".join(line.words[place : place + length]) for length in range(_LONGEST_LEAD, 0, -1))
    lead = next((lead for lead in leads if lead in _LEADS), "")
    kind, start = _LEADS.get(lead), place + len(lead.split())
    if kind is None:
        return None
    dated = _behind(line, start, lead)
    if dated is None:
        return _impossible(line, place, start) if kind != "within" else None
    open_ended = lead == "from" and _is_open_ended(line, dated.end)
    sure = dated.clear or open_ended or line.ends(dated.end)
    if not sure or (lead in _ONLY_WHOLE and not dated.clear):
        return None
    if dated.span is None:
        return line.ignoring(place, dated.end)
    if lead in _AFTER and _LIKE_A_YEAR.fullmatch(line.word(dated.end - 1)) and dated.end == start + 1:
        # "after 2024" excludes 2024 itself
        return Match(dated.end, Query(after=dated.span.end))
    return Match(dated.end + open_ended, _bounds("since" if open_ended else kind, dated.span))


def _behind(line: QueryLine, start: int, lead: str) -> Dated | None:
    if lead.endswith("than") and (duration := duration_at(line.words, start, line.today)):
        return duration
    return _beginning_of(line, start) or date_at(line.words, _skip_fillers(line, start), line.today)


def _beginning_of(line: QueryLine, start: int) -> Dated | None:
    """Parse "the start of the year", "the beginning of this month"."""
    place = start + (line.word(start) == "the")
    if line.word(place) not in ("start", "beginning") or line.word(place + 1) != "of":
        return None
    end = place + 2 + (line.word(place + 2) in ("the", "this"))
    unit = line.word(end)
    if unit not in ("week", "month", "quarter", "year") or not line.ends(end + 1):
        return None
    return Dated(end=end + 1, span=calendar.current(unit, line.today), clear=True)


def _skip_fillers(line: QueryLine, place: int) -> int:
    """Return the position after "the" or "the beginning of"."""
    for _ in range(_MOST_FILLERS):
        if line.word(place) not in _FILLERS or line.closed(place + 1):
            break
        place += 1
    return place


def _is_open_ended(line: QueryLine, place: int) -> bool:
    """Return whether "on" or "onwards" follows, as in "from March on"."""
    return line.word(place) in ("onward", "onwards") or (line.word(place) == "on" and line.closed(place + 1))


def _bounds(kind: str, span: DateSpan) -> Query:
    match kind:
        case "since":
            return Query(after=span.first)
        case "before":
            return Query(before=span.first)
        case "until":
            return Query(before=span.end)
    return Query(after=span.first, before=span.end)


def _impossible(line: QueryLine, place: int, start: int) -> Match | None:
    """Parse "since 99999": neither a year nor part of a topic, so it is ignored."""
    if _NO_YEAR.fullmatch(line.word(start)) and line.ends(start + 1):
        return line.ignoring(place, start + 1)
    return None


def _young(line: QueryLine, place: int) -> Match | None:
    """Parse "at most 3 months old"."""
    dated = age_at(line.words, place, line.today)
    return _within(line, place, dated.span, dated.end) if dated else None


def _alone(line: QueryLine, place: int, start: int) -> Match | None:
    """Parse a date without a preposition; `start` is the position of the whole phrase."""
    if place != start:
        return None
    dated = date_at(line.words, place, line.today)
    if dated is None:
        return None
    this_month = line.word(place) in ("this", "past") and line.ends(dated.end)
    if dated.clear or this_month or (line.word(place) == "today" and line.closed(place + 1)):
        return _within(line, place, dated.span, dated.end)
    return None
