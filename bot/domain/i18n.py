"""Translatable text: English strings that keep their template and fields, so that a page can be rendered in another
language at the very end.

Code writes `tr("No papers on {query}.", query=words)`. The result is a `str` with the English text, which logs, the
command line and tests use as it is. `bot.messages.catalogue` looks the template up in a language and fills the fields
in again, with numbers, dates and lists as that language writes them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, Self
from unicodedata import bidirectional

#: a value in a template: text from outside, a number that is grouped, or translatable text
Field = str | int

# First Strong Isolate and Pop Directional Isolate: text written from right to left does not reorder the sentence
# around it (UAX #9).
_ISOLATE, _POP = "\u2068", "\u2069"
_FIELD = re.compile(r"\{(\w+)\}")
#: a field or line that is a command with its argument: "/pause 1"
_COMMAND = re.compile(r"/[a-z]+(?: .*)?")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


class DayStyle(StrEnum):
    """How a date is written."""

    #: "Fri 24 Apr 2026"
    FULL = "full"
    #: "Fri 24 Apr"
    SHORT = "short"
    #: "24 Apr 2026"
    DATE = "date"
    #: "24 Apr"
    DAY_MONTH = "day_month"
    #: "Friday"
    WEEKDAY = "weekday"
    #: "Fri"
    SHORT_WEEKDAY = "short_weekday"


class Language(Protocol):
    """A language in which text is rendered."""

    def message(self, template: str) -> str:
        """Return the translation of a template, or the template."""
        ...

    def plural(self, singular: str, plural: str, count: int) -> str:
        """Return the translation of the form of a template that goes with a number."""
        ...

    def number(self, value: int) -> str:
        """Return a whole number with its digits grouped: "12,345"."""
        ...

    def compact(self, value: int) -> str:
        """Return a short form of a number: "1.2k"."""
        ...

    def decimal(self, value: float) -> str:
        """Return a number with at most one decimal place: "7.1", "208"."""
        ...

    def day(self, value: date, style: DayStyle) -> str:
        """Return a date."""
        ...

    def clock(self, value: time) -> str:
        """Return a time of day, without its zone."""
        ...

    def span(self, length: timedelta) -> str:
        """Return a length of time in its largest sensible unit."""
        ...

    def relative(self, offset: timedelta) -> str:
        """Return a time relative to now: "in 2 h", "3 days ago"."""
        ...

    def listing(self, items: Iterable[str], *, alternatives: bool) -> str:
        """Return items joined by "and", or by "or" if they are alternatives."""
        ...

    def language_name(self, tag: str) -> str:
        """Return the name of a language: "German" for "de"."""
        ...


class Translatable(str, ABC):
    """Text in English that can be rendered in another language. Cutting or joining it yields a plain `str`."""

    @abstractmethod
    def into(self, language: Language) -> str:
        """Return the text in a language."""

    def __deepcopy__(self, memo: object) -> Self:
        """Return the text itself, which is immutable; `dataclasses.asdict` copies every value."""
        return self


class Message(Translatable):
    """A sentence or label: a template with named fields."""

    template: str
    fields: Mapping[str, Field]

    def __new__(cls, template: str, fields: Mapping[str, Field]) -> Message:
        """`template` is in English, with its fields in braces."""
        self = super().__new__(cls, fill(template, fields, _english))
        self.template, self.fields = template, MappingProxyType(dict(fields))
        return self

    def into(self, language: Language) -> str:
        """Return the message in a language."""
        return fill(language.message(self.template), self.fields, in_language(language))


class PluralMessage(Translatable):
    """A sentence that depends on a number, its field `count`."""

    singular: str
    plural: str
    quantity: int
    fields: Mapping[str, Field]

    def __new__(cls, singular: str, plural: str, count: int, fields: Mapping[str, Field]) -> PluralMessage:
        """`singular` and `plural` are templates in English."""
        whole = {**fields, "count": compact(count)}
        self = super().__new__(cls, fill(singular if abs(count) == 1 else plural, whole, _english))
        self.singular, self.plural, self.quantity, self.fields = singular, plural, count, MappingProxyType(whole)
        return self

    def into(self, language: Language) -> str:
        """Return the message in a language, in the form that goes with the number."""
        template = language.plural(self.singular, self.plural, self.quantity)
        return fill(template, self.fields, in_language(language))


class Value(Translatable):
    """A number, date, time of day, length of time, or list."""

    render: Callable[[Language], str]
    parts: tuple[str, ...]

    def __new__(cls, english: str, render: Callable[[Language], str], parts: tuple[str, ...] = ()) -> Value:
        """`render` returns the value in a language; `parts` are the items of a list."""
        self = super().__new__(cls, english)
        self.render, self.parts = render, parts
        return self

    def into(self, language: Language) -> str:
        """Return the value in a language."""
        return self.render(language)


class Instant(Translatable):
    """A point in time in words, which an adapter may show in the reader's time zone."""

    words: Translatable
    at: datetime
    relative: bool

    def __new__(cls, words: Translatable, at: datetime, *, relative: bool = False) -> Instant:
        """`at` is aware; `relative` words count from now: "in 2 h"."""
        self = super().__new__(cls, str(words))
        self.words, self.at, self.relative = words, at, relative
        return self

    def into(self, language: Language) -> str:
        """Return the words in a language."""
        return self.words.into(language)


class Joined(Translatable):
    """Several texts with a separator that needs no translation: a line break, a dot."""

    separator: str
    parts: tuple[str, ...]

    def __new__(cls, separator: str, parts: Iterable[str]) -> Joined:
        """Empty parts are left out."""
        kept = tuple(part for part in parts if part)
        self = super().__new__(cls, separator.join(kept))
        self.separator, self.parts = separator, kept
        return self

    def into(self, language: Language) -> str:
        """Return the parts in a language."""
        return self.separator.join(into(part, language) for part in self.parts)


def tr(template: str, /, **fields: Field) -> Message:
    """Return a translatable message. `template` must be a literal, because translators get it from the source."""
    return Message(template, fields)


def tr_n(singular: str, plural: str, count: int, /, **fields: Field) -> PluralMessage:
    """Return a translatable message in the form that goes with `count`, which is the field `{count}` as well."""
    return PluralMessage(singular, plural, count, fields)


def joined(separator: str, *parts: str) -> Joined:
    """Return the parts that are not empty, with a separator that is the same in every language."""
    return Joined(separator, parts)


def lines(*parts: str) -> Joined:
    """Return the parts that are not empty, one per line."""
    return Joined("\n", parts)


def listing(items: Iterable[str], *, alternatives: bool = False) -> Value:
    """Return "A, B and C", or "A, B or C" for alternatives."""
    kept = tuple(items)
    last = " or " if alternatives else " and "
    english = last.join(filter(None, (", ".join(kept[:-1]), kept[-1]))) if kept else ""
    return Value(
        english,
        lambda language: language.listing((into(each, language) for each in kept), alternatives=alternatives),
        kept,
    )


def syntax(usage: str) -> Value:
    """Return the syntax of a command, the same in every language. It names no command that could be sent."""
    return Value(usage, lambda language: usage)


def instants(text: str) -> Iterator[Instant]:
    """Yield the points in time that a text names, in order."""
    match text:
        case Instant():
            yield text
        case Message(fields=fields) | PluralMessage(fields=fields):
            yield from (found for value in fields.values() if isinstance(value, str) for found in instants(value))
        case Joined(parts=parts):
            yield from (found for part in parts for found in instants(part))


def commands(text: str) -> Iterator[str]:
    """Yield the commands with their arguments that a text names ("/pause 1"), in order.

    These are the fields of templates, the items of lists and the whole lines that begin with a slash.
    """
    match text:
        case Message(fields=fields) | PluralMessage(fields=fields):
            yield from (found for value in fields.values() if isinstance(value, str) for found in commands(value))
        case Joined(parts=parts) | Value(parts=parts):
            yield from (found for part in parts for found in commands(part))
        case Translatable():
            return
        case _:
            yield from (line for line in text.splitlines() if _COMMAND.fullmatch(line))


def number(value: int) -> Value:
    """Return a whole number: "12,345"."""
    return Value(f"{value:,}", lambda language: language.number(value))


def compact(value: int) -> Value:
    """Return a number in few characters: "999", "1.2k", "12k", "3M"."""
    return Value(_compact(value), lambda language: language.compact(value))


def decimal(value: float) -> Value:
    """Return a number with at most one decimal place: "7.1", "208"; one that is rounded to zero has no sign."""
    rounded = round(value, 1) + 0.0
    return Value(f"{rounded:,.1f}".removesuffix(".0"), lambda language: language.decimal(rounded))


def ordinal(value: int) -> Value:
    """Return "1st" in English, and the number in other languages, whose templates add what they need."""
    suffix = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return Value(f"{value}{suffix}", lambda language: language.number(value))


def day(value: date, style: DayStyle = DayStyle.FULL) -> Value:
    """Return a date."""
    return Value(_day(value, style), lambda language: language.day(value, style))


def clock(value: time) -> Value:
    """Return a time of day on the 24-hour clock: "09:00"."""
    return Value(f"{value:%H:%M}", lambda language: language.clock(value))


def span(length: timedelta) -> Translatable:
    """Return a length of time in its largest sensible unit: "5 min", "6 h", "3 days"."""
    return Value(_span(length), lambda language: language.span(length))


def relative(offset: timedelta) -> Value:
    """Return a time relative to now: "in 2 h", "3 days ago"."""
    length = _span(abs(offset))
    english = f"in {length}" if offset > timedelta(0) else f"{length} ago"
    return Value(english, lambda language: language.relative(offset))


def fill(template: str, fields: Mapping[str, Field], show: Callable[[Field], str]) -> str:
    """Return a template with its fields filled in. A name without a field stays as it is."""
    return _FIELD.sub(lambda match: show(fields[match[1]]) if match[1] in fields else match[0], template)


def into(text: str, language: Language) -> str:
    """Return a text in a language; text that is not translatable is returned as it is."""
    return text.into(language) if isinstance(text, Translatable) else text


def in_language(language: Language) -> Callable[[Field], str]:
    """Return what renders a field in a language."""

    def show(value: Field) -> str:
        if isinstance(value, Translatable):
            return value.into(language)
        return language.number(value) if isinstance(value, int) else isolated(value)

    return show


def isolated(text: str) -> str:
    """Return text from outside, isolated from the sentence around it if any of it is written from right to left."""
    if text.isascii() or not any(bidirectional(sign) in _RIGHT_TO_LEFT for sign in text):
        return text
    return f"{_ISOLATE}{text}{_POP}"


def _english(value: Field) -> str:
    if isinstance(value, Translatable):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else isolated(value)


def _compact(value: int) -> str:
    if abs(value) < 1000:
        return str(value)
    divisor, mark = (1_000, "k") if abs(value) < 999_500 else (1_000_000, "M")
    scaled = value / divisor
    return f"{scaled:.0f}{mark}" if abs(scaled) >= 9.95 else f"{scaled:.1f}".removesuffix(".0") + mark


def _day(value: date, style: DayStyle) -> str:
    match style:
        case DayStyle.FULL:
            return f"{value:%a} {value.day} {value:%b %Y}"
        case DayStyle.SHORT:
            return f"{value:%a} {value.day} {value:%b}"
        case DayStyle.DATE:
            return f"{value.day} {value:%b %Y}"
        case DayStyle.DAY_MONTH:
            return f"{value.day} {value:%b}"
        case DayStyle.WEEKDAY:
            return f"{value:%A}"
        case DayStyle.SHORT_WEEKDAY:
            return f"{value:%a}"


def _span(length: timedelta) -> str:
    minutes = max(round(length.total_seconds() / 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{round(minutes / 60)} h"
    days = round(minutes / 1440)
    return f"{_compact(days)} day" if days == 1 else f"{_compact(days)} days"
