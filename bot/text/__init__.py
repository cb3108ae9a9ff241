"""Text as readers see it: what Hugging Face and arXiv do to LaTeX, spaces, quotes and addresses, undone.

Every function is total: any string goes in, none raises, and the time grows with the length. Cleaning is idempotent.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.text.accents import accented
from bot.text.addresses import Addresses, unlinked
from bot.text.characters import revealed, seen, undressed, without_entities
from bot.text.cutting import first_sentence, shorten
from bot.text.holes import has_hole
from bot.text.keywords import keyword
from bot.text.latex import unlatexed
from bot.text.marks import typeset, untagged
from bot.text.stripped import restored

__all__ = ["first_sentence", "has_hole", "keyword", "name", "plain", "prose", "shorten", "title"]

_LONGEST_TITLE = 1_000
_LONGEST_PROSE = 10_000
_LONGEST_NAME = 200
#: One round may uncover work for the next (`&amp;amp;`); real texts settle in two.
_ROUNDS = 8
_NOT_IN_NAMES = str.maketrans({"{": None, "}": None, "\\": None, "~": " "})


def title(raw: str) -> str:
    """A title on one line."""
    return _readable(raw, _LONGEST_TITLE)


def prose(raw: str) -> str:
    """An abstract or a summary as one paragraph, its addresses beside the words that stand for them."""
    return _readable(raw, _LONGEST_PROSE)


def name(raw: str) -> str:
    """The name of a person or an organisation, at most 200 characters."""
    text = seen(raw[: 2 * _LONGEST_NAME])
    return shorten(text if text.isalpha() else _settled(text, _spelled_out), _LONGEST_NAME)


def plain(raw: str) -> str:
    """What a person typed: nothing invisible, white space folded to single blanks, accents composed (NFC)."""
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
