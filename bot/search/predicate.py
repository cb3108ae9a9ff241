"""Pure: whether a paper passes the filters of a query, whatever its words say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.models import Paper
from bot.query import Has, Query
from bot.search.folding import pieces


def passes(paper: Paper, query: Query, votes: int | None = None) -> bool:
    """Return whether a paper passes every filter. A wish for votes passes where nobody knows them."""
    if not (query.filters or query.phrases or query.without or query.without_phrases):
        return True
    day = paper.published_at.date() if paper.published_at else paper.listed_on
    return (
        _has_names(paper, query)
        and _one_of(query.categories, lambda name: _filed(name, paper))
        and not any(_filed(name, paper) for name in query.without_categories)
        and (query.after is None or (day is not None and day >= query.after))
        and (query.before is None or (day is not None and day < query.before))
        and all(_comes_with(paper, thing) for thing in query.has)
        and (query.min_votes is None or votes is None or votes >= query.min_votes)
        and _says(paper, query)
    )


def _has_names(paper: Paper, query: Query) -> bool:
    return (
        all(any(_named(name, author) for author in paper.authors) for name in query.authors)
        and not any(_named(name, author) for name in query.without_authors for author in paper.authors)
        and _one_of(query.organizations, lambda name: _named(name, paper.organization))
        and not any(_named(name, paper.organization) for name in query.without_organizations)
    )


def _says(paper: Paper, query: Query) -> bool:
    refused = (*query.without, *query.without_phrases)
    if not query.phrases and not refused:
        return True
    said = " ".join(("", *pieces(_everything(paper)), ""))
    return all(_stands(phrase, said) for phrase in query.phrases) and not any(_stands(each, said) for each in refused)


def _stands(phrase: str, said: str) -> bool:
    return f" {' '.join(pieces(phrase))} " in said


def _everything(paper: Paper) -> str:
    return " . ".join((paper.title, paper.abstract, paper.summary, *paper.keywords))


def _one_of(names: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return not names or any(holds(name) for name in names)


def _named(name: str, other: str) -> bool:
    parts = frozenset(pieces(name))
    return bool(parts) and parts <= frozenset(pieces(other))


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
