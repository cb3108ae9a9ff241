"""Negation: "without diffusion", "not about robots", "but not LLM based", "no surveys"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.query.arxiv import ids_of
from bot.query.filter_phrases import PAPER_NOUNS
from bot.query.model import Query
from bot.query.tokens import Match, QueryLine, phrase

#: multi-word negations, longest first: "that do not use LLMs"
_NEGATED = (
    "do not",
    "does not",
    "don't",
    "doesn't",
    "did not",
    "are not",
    "is not",
    "aren't",
    "isn't",
    "dont",
    "doesnt",
    "arent",
    "isnt",
    "not",
)
_VERBS = (
    "use",
    "using",
    "used",
    "involve",
    "involving",
    "rely on",
    "relying on",
    "based on",
    "need",
    "about",
    "on",
    "with",
)
_LEADS: tuple[tuple[str, ...], ...] = tuple(
    sorted(
        (
            tuple(f"{start}{negated} {verb}".split())
            for start in ("that ", "which ", "")
            for negated in _NEGATED
            for verb in _VERBS
        ),
        key=len,
        reverse=True,
    )
)
_CLEAR = frozenset({"excluding", "exclude", "except", "without", "w/o", "not", "no", "minus"})
_TWO = frozenset(
    {
        *("except about", "except for", "other than", "leave out", "leaving out", "apart from", "aside from"),
        *("nothing on", "nothing about", "nothing with", "nothing involving", "nothing using", "nothing related to"),
        *("none on", "none about", "none with", "none using", "none involving"),
    }
)
#: these exclude only after a break, as "skip connections" is a topic
_AFTER_BREAK = frozenset("skip skipping ignore ignoring drop hide omit omitting leave leaving nothing".split())
#: words with which these are technical terms, after a break too: "resnets and skip connections"
_TERMS = {
    "skip": frozenset(
        "connection connections layer layers link links gram grams list lists attention residual".split()
    ),
    "drop": frozenset("path paths out connect block blocks size impact shape dynamics impacts".split()),
    "ignore": frozenset("index label labels token tokens".split()),
    "hide": frozenset({"and"}),
}
#: words after which "without" is part of a topic's name and excludes nothing
_NAMES = frozenset(
    """
    forgetting label labels supervision supervised training retraining fine-tuning finetuning tuning normalization
    backpropagation backprop reward rewards data annotation annotations tears sacrificing losing compromising access
    human humans labeled labelled gradient gradients teacher teachers pretraining feedback loss knowing seeing
    """.split()
)
_ARTICLES = frozenset("a an the any all".split())
#: "skip anything about math", "without papers that use GANs"
_THINGS = frozenset({"anything", "everything", "something", "stuff", "things", "work", *PAPER_NOUNS})
_TO_THINGS = frozenset("about on with involving using that's to related dealing concerning regarding use uses".split())
#: these may be part of a title: "no free lunch", "not all tokens are equal"
_LOOSE = frozenset({"no", "not", "minus"})
_MOST_WORDS = 3
#: in longer lines a negation is part of the text
_LONGEST_LINE = 14
#: number of words before "not" that are checked for a verb
_NEAR = 3
_BASED = frozenset({"based", "only"})


def negation_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse a negation up to the end of its clause."""
    if line.sentence > _LONGEST_LINE or line.has_subtitle:
        return None
    start = place + (line.word(place) in ("but", "please"))
    first = _behind_lead(line, start)
    if first is None or not line.word(first):
        return None
    lead = line.word(start)
    after_break = (start > 0 and line.closed(start)) or line.word(start - 1) in ("but", "and", "please")
    if lead in _AFTER_BREAK and (not after_break or line.word(start + 1) in _TERMS.get(lead, ())):
        return None
    if lead in _LOOSE and first == start + 1 and not _negates(line, place, first):
        return None
    if lead == "without" and (line.word(first) in _NAMES or line.word(first) in ("a", "an", "the")):
        return None
    first = _behind_things(line, first)
    end = _end(line, first)
    words = [word for word in line.words[first:end] if word not in PAPER_NOUNS and word not in _BASED]
    if not words or not line.ends(end) or any(map(ids_of, line.tokens[first:end])):
        return None
    negated = [_without(phrase(" ".join(words).replace("-based", "")))]
    while line.word(end) in ("or", "nor") and len(negated) < _MOST_WORDS:
        start, end = end + 1, _end(line, end + 1)
        if end == start or not line.ends(end):
            return Match(start - 1, _all_of(negated))
        negated.append(_without(phrase(" ".join(line.words[start:end]))))
    return Match(end, _all_of(negated))


def _negates(line: QueryLine, place: int, first: int) -> bool:
    """Return whether "not" or "no" excludes a topic rather than being part of one: "attention is not explanation"."""
    within = {"is", "are", "be", "to"}.intersection(line.words[max(0, place - _NEAR) : place])
    return place > 0 and not within and line.word(first) not in (*_ARTICLES, "to", "only")


def _behind_things(line: QueryLine, first: int) -> int:
    """Return the position after "anything about", "papers that use" or an article: the topic that is excluded."""
    place = first
    while line.word(place) in _ARTICLES | _THINGS and line.word(place + 1):
        place += 1
    if place > first and line.word(place - 1) in _THINGS:
        place += line.word(place) in ("that", "which")
        while line.word(place) in _TO_THINGS and line.word(place + 1):
            place += 1
    return place


def _behind_lead(line: QueryLine, start: int) -> int | None:
    """Return the position after the negating words, or None."""
    if line.word(start) not in _FIRST:
        return None
    for lead in _LEADS:
        if line.words[start : start + len(lead)] == lead:
            return start + len(lead)
    if f"{line.word(start)} {line.word(start + 1)}" in _TWO:
        return start + 2
    single = _CLEAR | (_AFTER_BREAK - {"leave", "leaving", "nothing"})
    return start + 1 if line.word(start) in single else None


_FIRST = frozenset(lead[0] for lead in _LEADS) | _CLEAR | _AFTER_BREAK | {two.split()[0] for two in _TWO}


def _end(line: QueryLine, first: int) -> int:
    end = first
    while end - first < _MOST_WORDS and line.word(end) and not (end > first and line.ends(end)):
        end += 1
    return end + (line.word(end) == "papers")


def _all_of(negated: Sequence[Query]) -> Query:
    words = tuple(word for each in negated for word in each.without)
    return Query(without=words, without_phrases=tuple(text for each in negated for text in each.without_phrases))


def _without(negated: str) -> Query:
    return Query(without_phrases=(negated,)) if " " in negated else Query(without=(negated,))
