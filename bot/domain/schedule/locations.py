"""Parser for time zones and places: Europe/Berlin, america/new york, "in Pisa", "9am PT", "9:00 Ithaca, NY"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.domain.i18n import listing, tr
from bot.domain.schedule import cities
from bot.domain.schedule.cities import City, find_cities, rivals, similar_city
from bot.domain.schedule.phrase_set import PhraseSet, Word, word_at
from bot.domain.schedule.places import AMBIGUOUS
from bot.domain.schedule.times import time_phrase
from bot.domain.schedule.tokens import Complaint, In, Parsed, WordContext
from bot.domain.schedule.weekdays import days_phrase, period_phrase
from bot.domain.schedule.zones import (
    MOST_WORDS,
    find_zone,
    looks_like_a_name,
    mistyped_place,
    named,
    similar_name,
    similar_place,
    spoken,
)

_ANYWHERE = frozenset({"utc", "gmt"})
_HERE = PhraseSet(("local time", "my time", "our time"))
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")


#: words that may follow a time and are not places
_NO_PLACE = frozenset(
    "a about after agents all also and any are arxiv as at because before best but by chat channel daily day days"
    " digest digests "
    "each email empty every everything except excluding first for from gmt group has have here how i if in instead"
    " into is it "
    "last latest like list mail me more most my new news no not now of off on only or order our papers paper per"
    " please pls "
    "post posts private quietly read recent repeat role save send sharp silent silently since sort starting summary"
    " than thanks "
    "that the them then there these this time to today together tomorrow top topic topics until us utc via votes"
    " want we weekly "
    "what when where which while who why with without yes you your".split()
)
#: words of that list that may be a topic on their own
_TOPICS = frozenset("agents chat email mail papers summary votes".split())
#: words that end a place because they start another part of a subscription
_BEHIND_PLACES = frozenset(
    "top votes silent silently quietly save please pls thanks and with without empty repeat role on about".split()
)
#: most words of an unknown place that are quoted in one complaint
_LONGEST_UNKNOWN = 3
#: population from which on a city is recognized without further context
_LARGE = 500_000
_SAME_AS = PhraseSet(
    ("same time zone as", "same timezone as", "time zone of", "timezone of", "time in", "the time zone of")
)


def is_topic(word: Word) -> bool:
    """Return whether a word outside of the schedule may be part of a topic."""
    return not word.folded or word.folded not in _NO_PLACE or word.folded in _TOPICS


def zone_phrase(folded: Sequence[str], place: int, context: WordContext) -> Parsed | None:
    """Parse a time zone: an IANA name anywhere, a city or abbreviation only next to other parts of a schedule."""
    same = _SAME_AS.at(folded, place)
    lead = len(same.split()) or (1 if word_at(folded, place) in ("in", "from") else 0)
    start = place + lead
    if (found := _longest(folded, start, named)) or (found := _misspelt_name(folded, start)):
        return found
    near = context.after_time or context.after_announce or bool(same)
    utc = context.after_piece and word_at(folded, start) in _ANYWHERE
    if near or utc or (lead and context.after_piece):
        return _place(folded, start) or _unknown(folded, start, context, sure=bool(lead))
    led = bool(lead) or context.after_piece or place == 0
    # many small cities have names that are also words, so without a preposition only well-known ones count
    find = _place if lead or context.after_piece else _spoken
    found = find(folded, start) if led else None
    if found is None or isinstance(found.piece, Complaint) or start < found.end - _LONGEST_UNKNOWN:
        return found if found and time_phrase(folded, found.end) and lead else None
    ends = context.after_piece and _closed(folded, found.end)
    return found if ends or time_phrase(folded, found.end) else None


def _place(folded: Sequence[str], place: int) -> Parsed | None:
    """Parse a known city or abbreviation, unless a city with its state or country is longer: "Paris, Texas"."""
    known, city = _spoken(folded, place), _city(folded, place)
    return city if known is None or (city and city.end > known.end) else known


def _city(folded: Sequence[str], place: int) -> Parsed | None:
    """Parse a city with its country or state; a small one only at the end of the text or before another part."""
    for count in range(min(cities.MOST_WORDS, len(folded) - place), 0, -1):
        if not all(folded[place : place + count]) or word_at(folded, place) in _NO_PLACE:
            continue
        found = find_cities(" ".join(folded[place : place + count]))
        if not found:
            continue
        end = place + count + (word_at(folded, place + count) == "time")
        if not (_closed(folded, end) or found[0].population >= _LARGE):
            return None
        first, *others = rivals(found)
        return Parsed(In(first.zone, tuple((each.zone, _described(each)) for each in others)), end)
    return None


def _described(city: City) -> str:
    """Return the city with its state or country: "Cambridge, MA"."""
    return f"{city.name.title()}, {city.division if city.country == 'US' else city.country}"


def _closed(folded: Sequence[str], place: int) -> bool:
    """Return whether a place ends here: at the end of the text or before another part of a subscription."""
    word = word_at(folded, place)
    settled = WordContext(after_time=True, after_piece=True)
    return (
        place >= len(folded)
        or not word
        or word in _BEHIND_PLACES
        or ":" in word
        or bool(time_phrase(folded, place) or period_phrase(folded, place) or days_phrase(folded, place, settled))
    )


def _unknown(folded: Sequence[str], place: int, context: WordContext, *, sure: bool) -> Parsed | None:
    """Parse an unknown word where a place is expected as a complaint, instead of adding it to the topic."""
    first = word_at(folded, place)
    if context.placed or first in _NO_PLACE or not first[:1].isalpha() or len(first) < _SHORTEST_PLACE or ":" in first:
        return None
    if misspelt := _misspelt_place(folded, place):
        return misspelt
    count = next((count for count in range(1, _LONGEST_UNKNOWN + 1) if _closed(folded, place + count)), 0)
    if not count or not (context.topic or (sure and count == 1)):
        return None
    likely = similar_city(" ".join(folded[place : place + count]))
    if likely:
        city = f"{likely.name.title()} ({likely.zone})"
        return Parsed(
            Complaint(place, tr("I don't know the place “{words}”. Did you mean {place}?", place=city)), place + count
        )
    advice = tr("I don't know the place “{words}”. Name a larger city near you, or a time zone such as Europe/Berlin.")
    return Parsed(Complaint(place, advice), place + count)


_SHORTEST_PLACE = 3


def zone_value(folded: Sequence[str], place: int) -> Parsed:
    """Parse the value of "timezone:", which must be a time zone."""
    return (
        _longest(folded, place, find_zone) or _spoken(folded, place) or _city(folded, place) or _no_zone(folded, place)
    )


def _spoken(folded: Sequence[str], place: int) -> Parsed | None:
    if here := _HERE.at(folded, place):
        return Parsed(In(""), place + len(here.split()))
    if found := _offset(folded, place):
        return found
    if zones := AMBIGUOUS.get(word_at(folded, place)):
        several = tr(
            "“{words}” can mean several time zones. Did you mean {zones}?", zones=listing(zones, alternatives=True)
        )
        return Parsed(Complaint(place, several), place + 1)
    return _longest(folded, place, spoken)


def _offset(folded: Sequence[str], place: int) -> Parsed | None:
    """Parse "UTC+2" as a complaint, because a fixed offset ignores daylight saving time."""
    count = 2 if word_at(folded, place) in _ANYWHERE and word_at(folded, place + 1)[:1] in ("+", "-") else 1
    typed = "".join(folded[place : place + count])
    match = _OFFSET.fullmatch(typed)
    if match is None or len(typed) < 3:
        return None
    sign, hours, minutes = match.groups()
    # the sign of IANA's Etc/GMT names is inverted
    fixed = named(f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}") if not int(minutes or 0) else None
    verdict = (
        tr(
            "“{words}” doesn't follow daylight saving time. Name a city, such as “in Berlin”, or use {zone} if your"
            " clock never changes.",
            zone=fixed,
        )
        if fixed
        else tr("“{words}” doesn't follow daylight saving time. Name a city, such as “in Berlin”.")
    )
    return Parsed(Complaint(place, verdict), place + count)


def _longest(folded: Sequence[str], place: int, find: Callable[[str], str | None]) -> Parsed | None:
    """Parse the longest time zone name, including a following "time"."""
    for count in range(min(MOST_WORDS, len(folded) - place), 0, -1):
        if all(folded[place : place + count]) and (zone := find(" ".join(folded[place : place + count]))):
            end = place + count
            return Parsed(In(zone), end + (word_at(folded, end) == "time"))
    return None


def _misspelt_name(folded: Sequence[str], place: int) -> Parsed | None:
    return _no_zone(folded, place) if looks_like_a_name(word_at(folded, place)) else None


def _no_zone(folded: Sequence[str], place: int) -> Parsed:
    word = word_at(folded, place)
    if likely := similar_name(word) or similar_place(word):
        verdict = tr("“{words}” isn't a time zone. Did you mean {zone}?", zone=likely)
    else:
        verdict = tr("“{words}” isn't a time zone. Name a large city near you, or a zone such as Europe/Berlin.")
    return Parsed(Complaint(place, verdict), place + 1)


def _misspelt_place(folded: Sequence[str], place: int) -> Parsed | None:
    word = word_at(folded, place)
    likely = mistyped_place(word)
    if not likely:
        return None
    return Parsed(
        Complaint(place, tr("I don't know the place “{words}”. Did you mean {place}?", place=likely)), place + 1
    )
