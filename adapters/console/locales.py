"""The language of a terminal, from the environment as POSIX defines it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.catalogue import SOURCE_LANGUAGE

#: in order of precedence
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
#: locales without a language
_NEUTRAL = frozenset({"", "C", "POSIX"})


def environment_locale(environment: Mapping[str, str]) -> str:
    """Return the language tag of the environment: "de-AT" for "de_AT.UTF-8"; "en" if it names none."""
    chosen = next((value for name in _VARIABLES if (value := environment.get(name, "").strip())), "")
    name = chosen.partition(".")[0].partition("@")[0]
    return SOURCE_LANGUAGE if name in _NEUTRAL else name.replace("_", "-")
