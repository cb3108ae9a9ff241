"""Schedule parser: tries the phrase parsers at each position; what none of them accepts is the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from bot.domain.i18n import Message, tr
from bot.domain.schedule.locations import is_topic, zone_phrase, zone_value
from bot.domain.schedule.phrase_set import Word, word_at, words
from bot.domain.schedule.reading import Reading, merged_reading
from bot.domain.schedule.rule import Period
from bot.domain.schedule.times import part_of_day, time_phrase, time_value
from bot.domain.schedule.tokens import At, Complaint, Every, In, OnMonthDay, Parsed, PartOfDay, Piece, WordContext
from bot.domain.schedule.weekdays import (
    closes,
    days_phrase,
    days_value,
    month_day_phrase,
    off_phrase,
    period_phrase,
)

#: most parts of a schedule that are parsed; looking up more would take too long
MOST_PIECES = 16
_MOST_COMPLAINTS = 3
_LONGEST_QUOTE = 40

#: join two times of day
_AND = frozenset({"and", "or", "&", "+", "und", "oder", "et", "ou", "y", "e"})
_VALUES = {"at:": time_value, "zone:": zone_value, "days:": days_value}


def read(text: str) -> Reading:
    """Parse the schedule in a text. Any text is valid; takes linear time."""
    known = [*words(text)]
    folded = [word.folded for word in known]
    pieces: list[Piece] = []
    rest: list[str] = []
    said: list[str] = []
    complaints: list[Message] = []
    context, place = WordContext(), 0
    while place < len(known):
        found = _found(folded, place, context) if len(pieces) + len(complaints) < MOST_PIECES else None
        if found is None:
            rest.append(known[place].typed)
            topic = context.topic or is_topic(known[place])
            context, place = WordContext(before=folded[place], topic=topic, placed=context.placed), place + 1
            continue
        if isinstance(found.piece, Complaint):
            complaints.append(_sentence(found.piece, known[found.piece.about : found.end]))
        else:
            pieces.append(found.piece)
        said += (word.typed for word in known[place : found.end])
        context, place = _behind(found.piece, context), found.end
    reading = merged_reading(pieces, " ".join(filter(None, rest)), complaints[:_MOST_COMPLAINTS])
    return replace(reading, typed=" ".join(filter(None, said)))


def _found(folded: Sequence[str], place: int, context: WordContext) -> Parsed | None:
    if value := _VALUES.get(folded[place]):
        if place + 1 == len(folded) or folded[place + 1] in _VALUES:
            return Parsed(
                Complaint(place, tr("“{words}” needs a value, such as {example}", example="at:09:00")), place + 1
            )
        return value(folded, place + 1)
    return (
        time_phrase(folded, place, context)
        or _second_time(folded, place, context)
        or part_of_day(folded, place, context)
        or period_phrase(folded, place)
        or month_day_phrase(folded, place, context)
        or off_phrase(folded, place, context)
        or days_phrase(folded, place, context)
        or zone_phrase(folded, place, context)
    )


def _second_time(folded: Sequence[str], place: int, context: WordContext) -> Parsed | None:
    """Parse a further hour behind a time: the "and 18" of "at 9 and 18 in Berlin"."""
    if not context.after_time:
        return None
    start = place + (word_at(folded, place) in _AND)
    if start > place and (later := time_phrase(folded, start, context)):
        return later
    hour, end = word_at(folded, start), start + 1
    if not (hour.isascii() and hour.isdecimal() and len(hour) <= 2 and int(hour) < 24):
        return None
    near = WordContext(after_time=True, after_piece=True)
    ends = closes(folded, end) or word_at(folded, end) in _AND or zone_phrase(folded, end, near)
    return Parsed(At(time(int(hour))), end) if ends else None


def _behind(piece: Piece, context: WordContext) -> WordContext:
    """Return the context for the next word."""
    return replace(
        context,
        before="",
        after_piece=True,
        placed=context.placed or isinstance(piece, In),
        after_time=context.after_time or isinstance(piece, At | PartOfDay),
        after_period=context.after_period or isinstance(piece, Every),
        after_announce=context.after_announce or piece == Every(Period.ANNOUNCE),
        after_month=context.after_month or piece == Every(Period.MONTH) or isinstance(piece, OnMonthDay),
    )


def _sentence(complaint: Complaint, about: Sequence[Word]) -> Message:
    typed = " ".join(word.typed for word in about).strip("()[],;.!? ")
    quoted = typed if len(typed) <= _LONGEST_QUOTE else f"{typed[:_LONGEST_QUOTE]}…"
    return Message(complaint.verdict.template, {**complaint.verdict.fields, "words": quoted})
