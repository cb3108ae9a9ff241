"""A score with named parts: so many points for each doubling of a measure, and so many less."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import log2

from bot.models import Paper
from bot.trending.signals import Signals

#: points for each doubling
SPEED_WEIGHT = 10.0
AGE_WEIGHT = -10.0
PLACE_WEIGHT = -7.5
TITLE_WEIGHT = -7.5
AUTHORS_WEIGHT = 5.0
CODE_WEIGHT = 2.5
GATHERED_WEIGHT = 10.0
#: over a month, speed decides between equals
MONTH_SPEED_WEIGHT = 2.5

#: a measure that begins at zero has its first doubling behind it here: a day of age, a hundred stars
AGE_HOURS = 24
STARS = 100
#: a title of so many words earns nothing and loses nothing
TITLE_WORDS = 10
#: a name more or less says nothing of a consortium
MOST_AUTHORS = 64


class Measure(StrEnum):
    """What a part of a score tells of, with the unit of its value."""

    #: votes a day
    SPEED = "speed"
    #: hours since its list day began
    AGE = "age"
    #: 1 is the top of its own list
    PLACE = "place"
    #: words
    TITLE = "title"
    #: people
    AUTHORS = "authors"
    #: stars of its code on GitHub
    CODE = "code"
    #: votes in all
    GATHERED = "gathered"


@dataclass(frozen=True, slots=True)
class Part:
    """What one measure adds to a score."""

    measure: Measure
    #: in the measure's own unit
    value: float
    #: below zero where it takes away
    points: float


def next_days(paper: Paper, signals: Signals) -> tuple[Part, ...]:
    """How much the next days may bring."""
    authors, words = len(paper.authors), len(paper.title.split())
    return (
        Part(Measure.SPEED, signals.speed, SPEED_WEIGHT * log2(1 + signals.speed)),
        Part(Measure.AGE, signals.age_hours, AGE_WEIGHT * log2(1 + signals.age_hours / AGE_HOURS)),
        Part(Measure.PLACE, signals.place, PLACE_WEIGHT * log2(signals.place)),
        Part(Measure.TITLE, words, TITLE_WEIGHT * log2(max(1, words) / TITLE_WORDS)),
        Part(Measure.AUTHORS, authors, AUTHORS_WEIGHT * log2(min(max(1, authors), MOST_AUTHORS))),
        *_code(signals),
    )


def past_month(signals: Signals) -> tuple[Part, ...]:
    """How much the month has brought."""
    return (
        Part(Measure.GATHERED, signals.votes, GATHERED_WEIGHT * log2(1 + max(0, signals.votes))),
        Part(Measure.SPEED, signals.speed, MONTH_SPEED_WEIGHT * log2(1 + signals.speed)),
        *_code(signals),
    )


def _code(signals: Signals) -> tuple[Part, ...]:
    if signals.stars is None:
        return ()
    return (Part(Measure.CODE, signals.stars, CODE_WEIGHT * log2(1 + signals.stars / STARS)),)
