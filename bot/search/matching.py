"""Pure: which papers answer a query, in what order, and which papers are like another."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.models import Paper
from bot.query import Has, Query

_WORD = re.compile(r"[^\W_]+")
#: English words that say nothing of a paper's subject, and the words that every paper has
_EMPTY = frozenset(
    """
    a an and are as at be beyond by can do does for from has have how in into is it its more not of on or our over than
    that the their these this to toward towards under using via we what when which with without
    approach based framework language large learning method model new novel paper study work
    """.split()
)
#: what a word counts for in each part of a paper
_TITLE, _KEYWORD, _ELSEWHERE = 4.0, 2.0, 1.0


def tokens(text: str) -> list[str]:
    """The words of a text, folded so that case, accents and a plural s do not matter."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return [_singular(word) for word in _WORD.findall(bare)]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def matches(paper: Paper, query: Query, votes: int | None = None) -> bool:
    """Whether a paper answers: every wanted word is there or begins one, no unwanted one is, and it passes the filters.

    A wish for votes is held against `votes`, and passes where nobody knows them.
    """
    return _passes(paper, query, votes) and _says(paper, query)


def allowed(paper: Paper, query: Query, votes: int | None = None) -> bool:
    """Whether a paper passes the filters and has none of the unwanted words, whatever else it says."""
    return matches(paper, replace(query, words=(), phrases=()), votes)


def _says(paper: Paper, query: Query) -> bool:
    wanted, unwanted = (*query.words, *query.phrases), (*query.without, *query.without_phrases)
    if not wanted and not unwanted:
        return True
    said = tokens(_everything(paper))
    has = frozenset(said)
    return all(_found(word, has) for word in query.words if _tells(word) or len(query.words) == 1) and (
        all(_stands(phrase, said) for phrase in query.phrases)
        and not any(_found(word, has) for word in query.without)
        and not any(_stands(phrase, said) for phrase in query.without_phrases)
    )


def _passes(paper: Paper, query: Query, votes: int | None) -> bool:
    day = paper.published_at.date() if paper.published_at else paper.listed_on
    return (
        all(_named(name, paper.authors) for name in query.authors)
        and not any(_named(name, paper.authors) for name in query.without_authors)
        and _one_of(query.organizations, lambda name: _named(name, (paper.organization,)))
        and not any(_named(name, (paper.organization,)) for name in query.without_organizations)
        and _one_of(query.categories, lambda name: _filed(name, paper))
        and not any(_filed(name, paper) for name in query.without_categories)
        and (query.after is None or (day is not None and day >= query.after))
        and (query.before is None or (day is not None and day < query.before))
        and all(_comes_with(paper, thing) for thing in query.has)
        and (query.min_votes is None or votes is None or votes >= query.min_votes)
    )


def _one_of(names: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return not names or any(holds(name) for name in names)


def _named(name: str, names: Iterable[str]) -> bool:
    parts = frozenset(tokens(name))
    return any(parts <= frozenset(tokens(other)) for other in names)


def _filed(category: str, paper: Paper) -> bool:
    return any(own == category or own.startswith(f"{category}.") for own in paper.categories)


def _comes_with(paper: Paper, thing: Has) -> bool:
    match thing:
        case Has.CODE:
            return bool(paper.code_url)
        case Has.PROJECT:
            return bool(paper.project_url)
        case Has.ABSTRACT:
            return bool(paper.abstract)
        case Has.SUMMARY:
            return bool(paper.summary)


def _stands(phrase: str, said: Sequence[str]) -> bool:
    parts = tokens(phrase)
    return any(list(said[at : at + len(parts)]) == parts for at in range(len(said) - len(parts) + 1))


def _found(word: str, has: frozenset[str]) -> bool:
    parts = tokens(word)
    joined = "".join(parts)
    return all(part in has or _begins(part, has) for part in parts) or joined in has


def _begins(part: str, has: frozenset[str]) -> bool:
    return len(part) > 3 and any(word.startswith(part) for word in has)


def best(papers: Iterable[Paper], query: Query) -> list[Paper]:
    """The papers that match, those first that have the words where they matter most; then the newer ones."""
    found = [paper for paper in papers if matches(paper, query)]
    wanted = [token for word in query.words for token in tokens(word)]
    return sorted(found, key=lambda paper: (-_weight(paper, wanted), _newest_first(paper)))


def _weight(paper: Paper, wanted: Sequence[str]) -> float:
    title, keywords, elsewhere = map(
        Counter, (tokens(paper.title), tokens(" ".join(paper.keywords)), tokens(_rest(paper)))
    )
    return sum(
        _TITLE * bool(title[word]) + _KEYWORD * bool(keywords[word]) + _ELSEWHERE * math.log1p(elsewhere[word])
        for word in wanted
    )


def _newest_first(paper: Paper) -> tuple[int, str]:
    day = paper.listed_on or (paper.published_at.date() if paper.published_at else None)
    return (-day.toordinal() if day else 0, paper.id)


def subject(paper: Paper, most: int = 8) -> tuple[str, ...]:
    """The words that say most of what a paper is about: of its title and keywords, the longest ones first."""
    words = dict.fromkeys(word for word in tokens(f"{paper.title} {' '.join(paper.keywords)}") if _tells(word))
    return tuple(sorted(words, key=len, reverse=True)[:most])


def like(paper: Paper, others: Iterable[Paper]) -> list[Paper]:
    """The other papers that share something of the subject, those first that share the rarest words."""
    candidates = [other for other in others if other.id != paper.id]
    theirs = [frozenset(filter(_tells, tokens(f"{p.title} {' '.join(p.keywords)} {p.summary}"))) for p in candidates]
    common = Counter(word for words in theirs for word in words)
    ours = frozenset(filter(_tells, tokens(f"{paper.title} {' '.join(paper.keywords)} {paper.summary}")))
    scored = [
        (sum(1 / math.log(2 + common[word]) for word in ours & words) / math.sqrt(len(words) + 8), other)
        for other, words in zip(candidates, theirs, strict=True)
    ]
    return [other for score, other in sorted(scored, key=lambda pair: (-pair[0], _newest_first(pair[1]))) if score > 0]


def _tells(word: str) -> bool:
    return len(word) > 2 and word not in _EMPTY


def _everything(paper: Paper) -> str:
    return f"{paper.title} {' '.join(paper.keywords)} {_rest(paper)}"


def _rest(paper: Paper) -> str:
    return " ".join((paper.abstract, paper.summary, *paper.authors, paper.organization))
