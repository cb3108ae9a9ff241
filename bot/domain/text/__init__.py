"""Text cleaning: turns the LaTeX, HTML and Markdown of Hugging Face and arXiv into plain Unicode.

Every function accepts any string, never raises and takes linear time. Cleaning is idempotent.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.text.accents import accented
from bot.domain.text.addresses import Addresses, unlinked
from bot.domain.text.characters import revealed, seen, undressed, without_entities
from bot.domain.text.cutting import first_sentence, sentences, shorten
from bot.domain.text.holes import has_hole
from bot.domain.text.keywords import keyword
from bot.domain.text.latex import unlatexed
from bot.domain.text.marks import typeset, untagged
from bot.domain.text.stripped import restored

__all__ = ["first_sentence", "has_hole", "keyword", "name", "plain", "prose", "sentences", "shorten", "title"]

_LONGEST_TITLE = 1_000
_LONGEST_PROSE = 10_000
_LONGEST_NAME = 200
#: one round may reveal work for the next (`&amp;amp;`); real texts need two
_ROUNDS = 8
_NOT_IN_NAMES = str.maketrans({"{": None, "}": None, "\\": None, "~": " "})


def title(raw: str) -> str:
    """Return a title as a single line."""
    return _readable(raw, _LONGEST_TITLE)


def prose(raw: str) -> str:
    """Return an abstract or summary as one paragraph, with URLs next to their link texts."""
    return _readable(raw, _LONGEST_PROSE)


def name(raw: str) -> str:
    """Return the name of a person or organization, at most 200 characters."""
    text = seen(raw[: 2 * _LONGEST_NAME])
    return shorten(text if text.isalpha() else _settled(text, _spelled_out), _LONGEST_NAME)


def plain(raw: str) -> str:
    """Return typed text without invisible characters, with single blanks and composed accents (NFC)."""
    return seen(raw)


def _readable(raw: str, longest: int) -> str:
    return _settled(undressed(seen(raw[: 2 * longest]))[:longest], _cleaned)


def _settled(text: str, step: Callable[[str], str]) -> str:
    for _ in range(_ROUNDS):
        before, text = text, step(text)
        if text == before:
            break
    return text


def _cleaned(text: str) -> str:
    addresses = Addresses()
    text = untagged(addresses.hide(without_entities(text)))
    text = restored(unlatexed(unlinked(text)))
    return seen(addresses.show(revealed(typeset(text))))


def _spelled_out(text: str) -> str:
    return seen(accented(without_entities(text)).translate(_NOT_IN_NAMES))
