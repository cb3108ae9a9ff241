"""Pure: which papers answer a query, in what order, and which papers are like another."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.models import Paper
from bot.query import Query

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


def matches(paper: Paper, query: Query) -> bool:
    """Whether every wanted word is in the paper, and no unwanted one. A wanted word may be the beginning of one."""
    if not query:
        return True
    has = frozenset(tokens(_everything(paper)))
    return all(_found(word, has) for word in query.words) and not any(_found(word, has) for word in query.without)


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
