"""Message catalogues: gettext translations by language, with numbers, dates and lists as Babel formats them.

`bot/messages/locales/LANGUAGE/LC_MESSAGES/paperboy.po` holds a language. Wheels contain the compiled catalogue; in a
checkout the `.po` file is compiled in memory when the language is first asked for.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.i18n import DayStyle

if TYPE_CHECKING:
    from babel import Locale

DOMAIN = "paperboy"
LOCALES = Path(__file__).parent / "locales"
#: the language of the templates; it has no catalogue
SOURCE_LANGUAGE = "en"

#: patterns of Babel: skeletons of dates, and formats of weekdays
_SKELETONS = {
    DayStyle.FULL: "yMMMEd",
    DayStyle.SHORT: "MMMEd",
    DayStyle.DATE: "yMMMd",
    DayStyle.DAY_MONTH: "MMMd",
}
#: a unit is used from this many of it on: "90 min", "2 h"
_UNITS = 2
_WEEKDAYS = {DayStyle.WEEKDAY: "EEEE", DayStyle.SHORT_WEEKDAY: "ccc"}


class CatalogueLanguage:
    """A language with a catalogue. Implements `bot.domain.i18n.Language`."""

    def __init__(self, locale: Locale, translations: gettext.NullTranslations) -> None:
        """`locale` says how numbers and dates are written, `translations` has the messages."""
        self._locale = locale
        self._translations = translations

    def message(self, template: str) -> str:
        """Return the translation of a template, or the template."""
        return self._translations.gettext(template)

    def plural(self, singular: str, plural: str, count: int) -> str:
        """Return the translation of the form of a template that goes with a number."""
        return self._translations.ngettext(singular, plural, abs(count))

    def number(self, value: int) -> str:
        """Return a whole number with its digits grouped."""
        from babel.numbers import format_decimal

        return str(format_decimal(value, locale=self._locale))

    def compact(self, value: int) -> str:
        """Return a whole number below 10,000 and in languages without a short form, or else its short form."""
        from babel.numbers import format_compact_decimal

        if abs(value) < 10_000:
            return self.number(value)
        short = format_compact_decimal(value, locale=self._locale, fraction_digits=0)
        return self.number(value) if short.lstrip("-").isdigit() else short

    def decimal(self, value: float) -> str:
        """Return a number with at most one decimal place."""
        from babel.numbers import format_decimal

        return str(format_decimal(value, "#,##0.#", locale=self._locale))

    def day(self, value: date, style: DayStyle) -> str:
        """Return a date."""
        from babel.dates import format_date, format_skeleton

        if style in _WEEKDAYS:
            return format_date(value, _WEEKDAYS[style], locale=self._locale)
        return format_skeleton(_SKELETONS[style], value, locale=self._locale)

    def clock(self, value: time) -> str:
        """Return a time of day on the 24-hour clock, as schedules are typed."""
        return f"{value:%H:%M}"

    def span(self, length: timedelta) -> str:
        """Return a length of time in minutes, hours or days."""
        from babel.units import format_unit

        minutes = max(round(length.total_seconds() / 60), 0)
        if minutes < 60:
            return format_unit(minutes, "duration-minute", length="short", locale=self._locale)
        if minutes < 48 * 60:
            return format_unit(round(minutes / 60), "duration-hour", length="short", locale=self._locale)
        return format_unit(round(minutes / 1440), "duration-day", length="long", locale=self._locale)

    def relative(self, offset: timedelta) -> str:
        """Return a time relative to now, in the grammatical case that it takes."""
        from babel.dates import format_timedelta

        return format_timedelta(
            offset, granularity="minute", threshold=_UNITS, add_direction=True, format="short", locale=self._locale
        )

    def listing(self, items: Iterable[str], *, alternatives: bool) -> str:
        """Return items joined by "and" or "or"."""
        from babel.lists import format_list

        return format_list(list(items), style="or" if alternatives else "standard", locale=self._locale)

    def language_name(self, tag: str) -> str:
        """Return the name of a language in this one."""
        return language_name(tag, str(self._locale))


@cache
def language_of(tag: str) -> CatalogueLanguage | None:
    """Return the language that goes with a tag such as "de", "pt-br" or "zh-hans-CN"; None for English.

    Without a catalogue for the region or script, the one of the language is used; without that, English, with numbers
    and dates in English as well, so that no page mixes two languages.
    """
    known = negotiate(tag)
    if known == SOURCE_LANGUAGE:
        return None
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(normalize(tag).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(known.replace("-", "_"))
    return CatalogueLanguage(locale, _translations(known))


def negotiate(tag: str) -> str:
    """Return the known language that goes with a tag; "en" if there is none."""
    parts = normalize(tag).split("-")
    for length in range(len(parts), 0, -1):
        candidate = "-".join(parts[:length])
        if candidate in available():
            return candidate
    return SOURCE_LANGUAGE


def normalize(tag: str) -> str:
    """Return a language tag in the case that BCP 47 recommends: "pt_br" is "pt-BR", "ZH-hans" is "zh-Hans"."""
    first, *rest = tag.strip().replace("_", "-").split("-")[:3]
    if not all(part.isascii() and part.isalnum() for part in (first, *rest)):
        return SOURCE_LANGUAGE
    return "-".join((first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)))


@cache
def available() -> tuple[str, ...]:
    """Return the tags of the languages that there are, English first."""
    found = {path.parent.parent.name.replace("_", "-") for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.?o")}
    return (SOURCE_LANGUAGE, *sorted(found))


def own_name(tag: str) -> str:
    """Return a language's name in that language: "Deutsch"."""
    return language_name(tag, tag)


def language_name(tag: str, spoken: str) -> str:
    """Return a language's name in another language: "German" for "de" in "en"."""
    from babel import Locale

    name = Locale.parse(tag.replace("-", "_")).get_display_name(spoken.replace("-", "_")) or tag
    return name[:1].upper() + name[1:]


def text_direction(tag: str) -> str:
    """Return "ltr" or "rtl", as in HTML's `dir`."""
    from babel import Locale

    return Locale.parse(tag.replace("-", "_")).text_direction


def is_available(tag: str) -> bool:
    """Whether there is a language that goes with a tag: "de-AT" goes with "de", and "fr" with none."""
    return negotiate(tag) != SOURCE_LANGUAGE or normalize(tag).partition("-")[0] == SOURCE_LANGUAGE


def _translations(tag: str) -> gettext.NullTranslations:
    folder = LOCALES / tag.replace("-", "_") / "LC_MESSAGES"
    compiled = folder / f"{DOMAIN}.mo"
    if compiled.is_file():
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return gettext.GNUTranslations(io.BytesIO(compile_catalogue(folder / f"{DOMAIN}.po")))


def compile_catalogue(source: Path) -> bytes:
    """Return the compiled form of a `.po` file."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    target = io.BytesIO()
    with source.open("rb") as file:
        write_mo(target, read_po(file))
    return target.getvalue()
