"""What papers must not be about: "without surveys", "not about robots", "excluding robot arms"."""

from __future__ import annotations

from bot.query.asked import Query
from bot.query.ids import ids_of
from bot.query.line import Found, Line
from bot.query.tokens import phrase
from bot.query.wishes import PAPER_NOUNS

#: what may follow them is any topic
_CLEAR = frozenset({"not about", "not on", "except about", "excluding", "exclude"})
#: in "learning without labels" they belong to the topic, so that only a kind of paper may follow
_UNCLEAR = frozenset("without no not except".split())
_KINDS = frozenset(
    """
    survey surveys review reviews benchmark benchmarks tutorial tutorials overview overviews thesis theses workshop
    workshops
    """.split()
)
_MOST_WORDS = 3


def refusal(line: Line, place: int) -> Found | None:
    """Some words that leave papers out, up to the end of their part of the sentence."""
    start = place + (line.word(place) == "but")
    two = f"{line.word(start)} {line.word(start + 1)}"
    clear = two in _CLEAR or line.word(start) in _CLEAR
    if not clear and line.word(start) not in _UNCLEAR:
        return None
    first = start + 1 + (two in _CLEAR)
    first += line.word(first) in ("any", "the", "all")
    end = _end(line, first)
    words = [word for word in line.words[first:end] if word not in PAPER_NOUNS]
    if not words or not line.ends(end) or not (clear or (len(words) == 1 and words[0] in _KINDS)):
        return None
    return None if any(map(ids_of, line.tokens[first:end])) else Found(end, _without(phrase(" ".join(words))))


def _end(line: Line, first: int) -> int:
    end = first
    while end - first < _MOST_WORDS and line.word(end) and not (end > first and line.ends(end)):
        end += 1
    return end + (line.word(end) == "papers")


def _without(refused: str) -> Query:
    return Query(without_phrases=(refused,)) if " " in refused else Query(without=(refused,))
