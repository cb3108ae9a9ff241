"""Words of a grammar, as they are compared: however they are written, they are the same word."""

from __future__ import annotations

import re
from unicodedata import normalize

from bot.text.characters import seen

# joiners, variation selectors and skin tones change how a sign looks, never what is said
_LOOKS = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


def keyword(raw: str) -> str:
    """Fold case and width, drop what is invisible: "ＳＡＶＥ" and "sa\u200dve" are "save". Idempotent."""
    if raw.isascii() and raw.isprintable():
        return " ".join(raw.casefold().split())
    return seen(normalize("NFKC", seen(_LOOKS.sub("", raw))).casefold())
