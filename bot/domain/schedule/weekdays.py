"""Parser for days: daily, weekdays, mon wed fri, mon-fri, every Friday, monthly on the 1st, on announce."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.domain.i18n import listing, tr
from bot.domain.schedule.phrase_set import PhraseSet, word_at
from bot.domain.schedule.rule import WEEKDAYS, WEEKEND, Period
from bot.domain.schedule.times import time_phrase
from bot.domain.schedule.tokens import Complaint, Every, Off, On, OnMonthDay, Parsed, WordContext

_PERIODS = (
    dict.fromkeys(("daily", "everyday", "every day", "each day", "once a day", "per day"), Period.DAY)
    | dict.fromkeys(("weekly", "every week", "each week", "once a week", "per week"), Period.WEEK)
    | dict.fromkeys(("monthly", "every month", "each month", "once a month", "per month"), Period.MONTH)
    | dict.fromkeys(("on announce", "on announcement", "when announced", "once announced"), Period.ANNOUNCE)
    | dict.fromkeys(
        (
            *(
                f"{lead} {thing} {verb}"
                for lead in ("as soon as", "when", "whenever", "once", "the moment", "right when")
                for thing in ("the list", "the new list", "the daily list", "it", "a new list")
                for verb in ("is out", "comes out", "is there", "is published", "is announced", "appears", "is ready")
            ),
        ),
        Period.ANNOUNCE,
    )
    | dict.fromkeys(
        (
            *("taglich", "jeden tag", "chaque jour", "tous les jours", "quotidien", "cada dia", "todos los dias"),
            *("diario", "diariamente", "tutti i giorni"),
        ),
        Period.DAY,
    )
    | dict.fromkeys(("wochentlich", "jede woche", "chaque semaine", "cada semana", "hebdomadaire"), Period.WEEK)
    | dict.fromkeys(("monatlich", "jeden monat", "chaque mois", "cada mes", "mensuel"), Period.MONTH)
)
_PERIOD = PhraseSet(_PERIODS)
#: accepted where only a period can be
_PERIOD_NAMES = {
    "day": Period.DAY,
    "week": Period.WEEK,
    "month": Period.MONTH,
    "announce": Period.ANNOUNCE,
    "announced": Period.ANNOUNCE,
}
_NAMED_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_NTH = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
_UNSUPPORTED = re.compile(
    rf"(?:every|each) (?:hour|minute|quarter|year|(?:other|second|third|fourth|[0-9]+|two|three|few) (?:minutes?"
    rf"|hours?|days?|weeks?|months?|{_NAMED_DAY}))"
    rf"|(?:on )?(?:the |every )?{_NTH} {_NAMED_DAY}(?: (?:of|in) (?:the|every|each|a) month)?"
    r"|(?:twice|two times|three times|four times|several times) (?:a|per|every|each) (?:day|week|month|hour)|once"
    r" an hour|once a year|fortnightly|bi-?weekly|hourly"
    r"|quarterly|yearly|annually|bi-?monthly"
)
_UNSUPPORTED_FIRST = frozenset(
    "every each twice once fortnightly biweekly bi-weekly hourly quarterly yearly annually bimonthly bi-monthly two"
    " three"
    " four several on the first second third fourth last 1st 2nd 3rd 4th".split()
)
_UNSUPPORTED_WORDS = 7
#: what schedules can be, as typed
_CHOICES = listing(("daily", "weekdays", "mon thu", "weekly", "monthly", "on announce"), alternatives=True)

_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FOREIGN = (
    "montag lundi lunes lunedi", "dienstag mardi martes martedi", "mittwoch mercredi miercoles mercoledi",
    "donnerstag jeudi jueves giovedi", "freitag vendredi viernes venerdi", "samstag samedi sabado sabato",
    "sonntag dimanche domingo domenica",
)  # fmt: skip
_SHORT = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3} | {name[:3]: number for number, name in enumerate(_FULL)}
_CLEAR = (
    {form: frozenset({number}) for number, name in enumerate(_FULL) for form in (name, f"{name}s")}
    | dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), WEEKDAYS)
    | dict.fromkeys(("weekend", "weekends"), WEEKEND)
    | dict.fromkeys(("werktags", "werktag", "wochentags"), WEEKDAYS)
    | {
        form: frozenset({number})
        for number, names in enumerate(_FOREIGN)
        for name in names.split()
        for form in {name, f"{name.removesuffix('s')}s"}
    }
)
_NAMES = _CLEAR | {name: frozenset({number}) for name, number in _SHORT.items()}
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
_DAY_WORD = re.compile(rf"(?:{_NAME})(?:[-,/&+](?:{_NAME}))*")
_PARTS = re.compile(r"[a-z]+|[-,/&+]")
_TO, _AND = frozenset({"-", "to", "through", "thru", "until", "till"}), frozenset({"and", "&", "+", "or", "/"})
_LEADS = PhraseSet(
    (
        "on",
        "every",
        "each",
        "from",
        "on the",
        "at the",
        "at",
        "only on",
        "only",
        "jeden",
        "am",
        "chaque",
        "le",
        "les",
        "cada",
        "los",
        "el",
    )
)
_EXCEPT = PhraseSet(
    f"{lead}{on}"
    for lead in (
        "except",
        "except for",
        "excluding",
        "but not",
        "not",
        "apart from",
        "other than",
        "without",
        "besides",
    )
    for on in ("", " on", " the")
)
#: begin another part of a subscription
_ENDS = frozenset("in from at top votes silent silently quietly save daily weekly monthly weekdays".split())
#: "since Monday" refers to papers, not to digests
_ABOUT_PAPERS = frozenset({"since", "after", "before", "until", "till", "last", "past", "this", "next", "by"})
#: in "papers on sat solvers", "on" introduces the topic
_TOPICS_FOLLOW = frozenset(
    "paper papers article articles work works research preprints anything everything all news".split()
)

_ORDINAL = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)")
_ORDINAL_WORDS = {"first": 1, "last": 31}
_OF_THE_MONTH = PhraseSet(
    ("of the month", "of each month", "of every month", "of a month", "day of the month", "day of every month")
)


def period_phrase(folded: Sequence[str], place: int) -> Parsed | None:
    """Parse a period: "weekly", "every month", "on announce"."""
    if phrase := _PERIOD.at(folded, place):
        return Parsed(Every(_PERIODS[phrase]), place + len(phrase.split()))
    for count in range(_UNSUPPORTED_WORDS, 0, -1) if word_at(folded, place) in _UNSUPPORTED_FIRST else ():
        phrase = " ".join(folded[place : place + count])
        if _UNSUPPORTED.fullmatch(phrase) and (count > 1 or _ends(folded, place + 1)):
            return Parsed(
                Complaint(place, tr("I can't do “{words}”. Choose {choices}.", choices=_CHOICES)), place + count
            )
    return None


def _ends(folded: Sequence[str], place: int) -> bool:
    """Return whether a single word for a period stands alone and does not start a topic, as in "hourly weather"."""
    return place >= len(folded) or word_at(folded, place) in _NAMES or bool(time_phrase(folded, place))


def closes(folded: Sequence[str], place: int) -> bool:
    """Return whether no topic begins at a position: the text ends, or another part of a subscription follows."""
    word = word_at(folded, place)
    return not word or word in _ENDS or "/" in word or ":" in word or bool(time_phrase(folded, place))


def days_phrase(folded: Sequence[str], place: int, context: WordContext) -> Parsed | None:
    """Parse weekday names; "sun", "sat" and other words only next to other parts of a schedule."""
    lead = _LEADS.at(folded, place)
    found = _group(folded, place + len(lead.split()))
    if found is None or context.before in _ABOUT_PAPERS:
        return None
    days, names, end = found
    clear = names > 1 or word_at(folded, end - 1) in _CLEAR
    led = bool(lead) and not (lead == "on" and context.before in _TOPICS_FOLLOW)
    if clear or led or context.after_time or time_phrase(folded, end) or (context.after_period and closes(folded, end)):
        return Parsed(On(days), end)
    return None


def off_phrase(folded: Sequence[str], place: int, context: WordContext) -> Parsed | None:
    """Parse weekdays without a digest: "daily except sunday", "9:00 but not on weekends"."""
    excluding = _EXCEPT.at(folded, place) if context.after_piece else ""
    found = _group(folded, place + len(excluding.split())) if excluding else None
    return Parsed(Off(found[0]), found[2]) if found else None


def month_day_phrase(folded: Sequence[str], place: int, context: WordContext) -> Parsed | None:
    """Parse a day of the month: "on the 15th", "1st of the month", "the last day of every month", "monthly on 3"."""
    start = place
    while word_at(folded, start) in ("on", "the", "day") and start < place + 3:
        start += 1
    bare = context.after_month and (start > place or closes(folded, start + 1))
    number = _month_day(word_at(folded, start), bare=bare)
    if number is None:
        return None
    end = start + 1 + (word_at(folded, start + 1) == "day")
    tail = _OF_THE_MONTH.at(folded, end)
    sure = context.after_month or bool(tail)
    if not sure and (folded[start] in _ORDINAL_WORDS or folded[place : place + 2] != ["on", "the"]):
        return None
    end += len(tail.split())
    if 1 <= number <= 31:
        return Parsed(OnMonthDay(number), end)
    return Parsed(Complaint(start, tr("No month has a “{words}”. The last day is the 31st.")), end)


def days_value(folded: Sequence[str], place: int) -> Parsed:
    """Parse the value of "days:" or "period:", where "day", "week" and "sun" need no context."""
    if period := _PERIOD_NAMES.get(word_at(folded, place)):
        return Parsed(Every(period), place + 1)
    settled = WordContext(after_time=True, after_month=True)
    return (
        period_phrase(folded, place)
        or days_phrase(folded, place, settled)
        or month_day_phrase(folded, place, settled)
        or Parsed(
            Complaint(place, tr("I don't know the days “{words}”. Choose {choices}.", choices=_CHOICES)), place + 1
        )
    )


def _month_day(word: str, *, bare: bool) -> int | None:
    if match := _ORDINAL.fullmatch(word):
        return int(match[1])
    if bare and word.isdecimal() and len(word) <= 2:
        return int(word)
    return _ORDINAL_WORDS.get(word)


def _group(folded: Sequence[str], place: int) -> tuple[frozenset[int], int, int] | None:
    """Return the days named from a position on, the number of names and the position after them, or None."""
    if not _DAY_WORD.fullmatch(word_at(folded, place)):
        return None
    parts, end = _PARTS.findall(folded[place]), place + 1
    while more := _linked(folded, end):
        end += 2 if more[0] in ("-", "&") else 1
        parts += more
    return _days(parts), sum(part in _NAMES for part in parts), end


def _linked(folded: Sequence[str], place: int) -> list[str]:
    """Return the parts of the next day name, after "-" or "&" if such a word precedes it; empty if there is none."""
    word = word_at(folded, place)
    link = ["-"] if word in _TO else ["&"] if word in _AND else []
    following = word_at(folded, place + len(link))
    return [*link, *_PARTS.findall(following)] if _DAY_WORD.fullmatch(following) else []


def _days(parts: Iterable[str]) -> frozenset[int]:
    days: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    to = False
    for part in parts:
        if named := _NAMES.get(part):
            days |= _range(last, named) if to else named
            last = named
        to = part == "-"
    return days


def _range(first: frozenset[int], last: frozenset[int]) -> frozenset[int]:
    """Return all days between two; both sets if either has several days ("mon-weekends")."""
    if len(first) != 1 or len(last) != 1:
        return first | last
    (start,), (end,) = first, last
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))
