"""`name_localizations` and `description_localizations` of commands and options, from the message catalogues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from unicodedata import category, name

from bot.domain.text import shorten
from bot.messages.catalogue import SOURCE_LANGUAGE, negotiate
from bot.messages.localization import text_in

Localizations = dict[str, str]

#: the locales of Discord's clients
LOCALES = (
    *("ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu"),
    *("id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi"),
    *("zh-CN", "zh-TW"),
)
_LONGEST_NAME, _LONGEST_LABEL = 32, 100
#: scripts whose vowel signs may be part of a name
_WITH_MARKS = ("DEVANAGARI", "THAI")


def translated_locales() -> tuple[str, ...]:
    """Return the locales for which there is a catalogue."""
    return tuple(locale for locale in LOCALES if negotiate(locale) != SOURCE_LANGUAGE)


def descriptions(text: str) -> Localizations:
    """Return a description in every locale in which it differs from the English one."""
    found = {locale: shorten(text_in(text, locale), _LONGEST_LABEL) for locale in translated_locales()}
    return {locale: each for locale, each in found.items() if each and each != text}


def names(templates: Mapping[str, str]) -> dict[str, Localizations]:
    """Return the localized names of commands, or of the options of one command, by base name.

    `templates` are those of `adapters.discord.command_names`; only names that Discord accepts are returned.
    """
    return _by_locale(templates, is_name)


def labels(templates: Mapping[str, str]) -> dict[str, Localizations]:
    """Return the localized labels of an option's choices, by value."""
    return _by_locale(templates, lambda label: 0 < len(label) <= _LONGEST_LABEL)


def is_name(text: str) -> bool:
    """Whether Discord accepts a text as the name of a command or option."""
    return 0 < len(text) <= _LONGEST_NAME and all(map(_may_be_in_a_name, text))


def distinct(localized: Mapping[str, str], accepts: Callable[[str], bool]) -> dict[str, str]:
    """Return the localized names, by base name, that can be told apart from all others.

    A name that is also the base name of something, or that two have, is left out: what it stands for could otherwise
    not be reached.
    """
    times = Counter(localized.values())
    return {
        base: text for base, text in localized.items() if text not in localized and times[text] == 1 and accepts(text)
    }


def bare(template: str) -> str:
    """Return a name without the mark for translators."""
    return template.removeprefix("/").removesuffix(":").rpartition(": ")[2].strip()


def _by_locale(templates: Mapping[str, str], accepts: Callable[[str], bool]) -> dict[str, Localizations]:
    found: dict[str, Localizations] = {base: {} for base in templates}
    for locale in translated_locales():
        localized = {base: bare(text_in(template, locale)) for base, template in templates.items()}
        for base, text in distinct(localized, accepts).items():
            found[base][locale] = text
    return found


def _may_be_in_a_name(sign: str) -> bool:
    kind = category(sign)
    if kind.startswith("M"):
        return name(sign, "").startswith(_WITH_MARKS)
    return sign in "-_" or kind in ("Ll", "Lm", "Lo") or kind.startswith("N")
