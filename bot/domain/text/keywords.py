"""Normalization of command and grammar keywords."""

from __future__ import annotations

import re
from unicodedata import normalize

from bot.domain.text.characters import seen

# joiners, variation selectors and skin tones change only the look of a character
_LOOKS = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


def keyword(raw: str) -> str:
    r"""Fold case and width and drop invisible characters: "ＳＡＶＥ" and "sa\u200dve" become "save". Idempotent."""
    if raw.isascii() and raw.isprintable():
        return " ".join(raw.casefold().split())
    return seen(normalize("NFKC", seen(_LOOKS.sub("", raw))).casefold())
