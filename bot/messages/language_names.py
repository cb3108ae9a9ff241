"""Languages by the names that people use for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.domain.i18n import Value, listing
from bot.domain.text import keyword
from bot.messages.catalogue import SOURCE_LANGUAGE, available, language_name, negotiate


def find_language(words: str) -> str | None:
    """Return the tag of an available language by its tag or name: "de", "de-AT", "Deutsch", "German"; else None."""
    said = keyword(words)
    if named := _names().get(said):
        return named
    found = _TAG.fullmatch(said)
    tag = negotiate(said)
    return tag if found and tag.partition("-")[0] == found[1] else None


def named(tag: str) -> Value:
    """Return the name of a language in the language of the page: "German"."""
    return Value(language_name(tag, SOURCE_LANGUAGE), lambda language: language.language_name(tag))


def all_named() -> Value:
    """Return the available languages in the language of the page: "English and German"."""
    return listing(named(tag) for tag in available())


#: "de-at", "zh_hans"
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})+")


@cache
def _names() -> Mapping[str, str]:
    """Return the tags by name, in the language itself and in every available one."""
    found = {keyword(language_name(tag, spoken)): tag for tag in available() for spoken in available()}
    return found | {keyword(tag): tag for tag in available()}
