"""Pure: a paper as a card, in a list or alone."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.pages import Action, Card, Link
from bot.domain.papers import Paper
from bot.domain.text import first_sentence, shorten
from bot.messages import words
from bot.sources.registry import SOURCES, Source

#: characters of the folded text in a list; a summary is nearly always shorter
_FOLDED = 420


def listed(paper: Paper, number: int, reason: str = "") -> Card:
    """A paper as one of many: what it is in a sentence or two, folded. The page's footer says who wrote them."""
    return Card(
        key=paper.id,
        number=number,
        title=paper.title,
        url=next((source.page_of(paper.id) for source in discussing(paper)), paper.url),
        byline=byline(paper),
        reason=reason,
        links=links(paper),
        body=shorten(paper.summary or first_sentence(paper.abstract), _FOLDED),
        actions=(Action("Why", f"why {paper.id}"), Action("More", f"paper {paper.id}"), *opinions(paper)),
    )


def alone(paper: Paper, reason: str = "") -> Card:
    """A paper by itself, with its whole abstract."""
    return Card(
        key=paper.id,
        title=paper.title,
        url=paper.url,
        byline=byline(paper),
        reason=reason,
        links=links(paper),
        body=paper.abstract or paper.summary,
        body_by="" if paper.abstract else paper.summary_by,
        actions=(Action("Why", f"why {paper.id}"), *opinions(paper), Action("BibTeX", f"bibtex {paper.id}")),
    )


def opinions(paper: Paper) -> tuple[Action, ...]:
    """What a person may say of a paper."""
    return (
        Action("👍", f"vote {paper.id} up"),
        Action("👎", f"vote {paper.id} down"),
        Action("Save", f"save {paper.id}"),
    )


def byline(paper: Paper) -> str:
    """Authors, house, and the day on which the paper was announced."""
    announced = paper.listed_on or (paper.published_at.date() if paper.published_at else None)
    day = words.day(announced) if announced else ""
    return words.joined(words.people(paper.authors), paper.organization, day)


def discussing(paper: Paper) -> list[Source]:
    """Return the sources that have a page on which people vote on this paper: none before it is listed."""
    return [source for source in SOURCES if source.votes and source.page and paper.listed_on]


def links(paper: Paper) -> tuple[Link, ...]:
    """Where to discuss, run and read it; those first that matter most where only few can be shown."""
    found = [Link(source.title, source.page_of(paper.id)) for source in discussing(paper)]
    if paper.code_url:
        found.append(Link("code", paper.code_url))
    pages = (source for source in SOURCES if source.page and not source.votes)
    found += [Link(source.title, source.page_of(paper.id)) for source in pages]
    if paper.project_url and paper.project_url != paper.code_url:
        found.append(Link("project", paper.project_url))
    return tuple(found)


def summarised(papers: Iterable[Paper]) -> str:
    """Who wrote the summaries of a list, as its footer says it: "Summaries: AI summary by Hugging Face"."""
    writers = dict.fromkeys(paper.summary_by for paper in papers if paper.summary and paper.summary_by)
    return f"Summaries: {', '.join(writers)}" if writers else ""
