"""Languages by the names that people use for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.domain.i18n import Value, listing
from bot.domain.text import keyword
from bot.messages.catalogue import available, language_name, negotiate, own_name


def find_language(words: str) -> str | None:
    """Return the tag of an available language by its tag or name: "de", "de-AT", "Deutsch", "German"; else None."""
    said = keyword(words)
    if named := _names().get(said):
        return named
    found = _TAG.fullmatch(said)
    tag = negotiate(said)
    return tag if found and tag.partition("-")[0] == found[1] else None


def own_names() -> Value:
    """Return the available languages, each in its own words: "English, Deutsch"."""
    return listing(own_name(tag) for tag in available())


#: "de-at", "zh_hans"
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})+")


@cache
def _names() -> Mapping[str, str]:
    """Return the tags by name, in the language itself and in every available one."""
    found = {keyword(language_name(tag, spoken)): tag for tag in available() for spoken in available()}
    return found | {keyword(tag): tag for tag in available()}
