"""Pure: what a person asks for, from words to a `Query` and back.

Any text is a query; none is an error. `parse(show(query)) == query` for whatever `parse` gave.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.text import plain

#: more words than any question has, and more letters than any word; the rest is left out, and the answer says so
MOST_WORDS = 16
LONGEST_WORD = 60
#: what a chat carries in one answer
MOST_PAPERS = 25

_TOP = re.compile(r"top:([0-9]{1,9})")
_TOP_IN_TWO = re.compile(r"(?<!\S)top ([0-9]{1,9})(?!\S)")
#: what stands around a word and is not part of it; a "+" or "#" at the end is (C++, F#)
_AROUND = "\"'“”‘’«»()[]{}<>,.;:!?/\\|`*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Words that a paper must have, words that it must not have, and how many papers."""

    #: in lower case
    words: tuple[str, ...] = ()
    #: in lower case
    without: tuple[str, ...] = ()
    #: papers in the answer; None where the person leaves it to us
    limit: int | None = None
    #: what was typed and not understood, as it was typed
    ignored: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.without)


def parse(text: str) -> Query:
    """Read a query: `agents -survey top 5`. Takes time linear in the text."""
    words: dict[str, None] = {}
    without: dict[str, None] = {}
    ignored: list[str] = []
    limit: int | None = None
    for token in _TOP_IN_TWO.sub(r"top:\1", plain(text).casefold()).split():
        wanted = words if not token.lstrip(_AROUND).startswith("-") else without
        word = token.lstrip(_AROUND + "-").rstrip(_AROUND)
        if wanted is words and (top := _TOP.fullmatch(word)):
            limit = max(1, min(int(top[1]), MOST_PAPERS))
        elif word not in wanted and (word in ("", "top") or _too_much(word, words, without)):
            ignored.append(token)
        else:
            wanted[word] = None
    return Query(words=tuple(words), without=tuple(without), limit=limit, ignored=tuple(ignored))


def _too_much(word: str, words: Collection[str], without: Collection[str]) -> bool:
    return len(word) > LONGEST_WORD or len(words) + len(without) >= MOST_WORDS


def show(query: Query) -> str:
    """The query as it was understood, in the form that a person could have typed; without what was ignored."""
    limit = (f"top:{query.limit}",) if query.limit is not None else ()
    return " ".join((*(f"-{word}" for word in query.without), *query.words, *limit))
