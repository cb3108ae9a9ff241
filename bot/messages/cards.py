"""Cards: a paper in a list or by itself."""

from __future__ import annotations

from bot.domain.i18n import tr
from bot.domain.pages import Action, Card, Link
from bot.domain.papers import Paper
from bot.domain.servers import ARXIV
from bot.domain.text import first_sentence, shorten
from bot.messages import words
from bot.messages.credits import credit
from bot.sources.registry import SOURCES, Source

#: characters of the folded text in a list; a summary is nearly always shorter
_FOLDED = 420


def listed(paper: Paper, number: int | None, reason: str = "") -> Card:
    """Return the card of a paper in a list. Its summary is collapsed; the page's footer credits the summaries."""
    return Card(
        key=paper.id,
        number=number,
        title=paper.title,
        url=next((source.page_of(paper.id) for source in discussing(paper)), paper.url),
        byline=byline(paper),
        reason=reason,
        links=links(paper),
        body=shorten(paper.summary or first_sentence(paper.abstract), _FOLDED),
        thumbnail=paper.thumbnail_url,
        actions=(
            Action(tr("Why?"), f"why {paper.handle}"),
            Action(tr("More"), f"paper {paper.handle}"),
            *opinions(paper),
        ),
    )


def alone(paper: Paper, reason: str = "") -> Card:
    """Return the card of a paper by itself, with its whole abstract."""
    return Card(
        key=paper.id,
        title=paper.title,
        url=paper.url,
        byline=byline(paper),
        reason=reason,
        links=(*links(paper), *_pdf(paper)),
        body=paper.abstract or paper.summary or _without_abstract(paper),
        body_by="" if paper.abstract else credit(paper.summary_by),
        thumbnail=paper.thumbnail_url,
        actions=(
            Action(tr("Why?"), f"why {paper.handle}"),
            *opinions(paper),
            Action("BibTeX", f"bibtex {paper.handle}"),
        ),
    )


def _without_abstract(paper: Paper) -> str:
    """Return why there is no abstract. Those on arXiv are free, so one of them is only not known yet."""
    if paper.server == ARXIV:
        return ""
    return tr("The abstract isn't under an open license, so I don't show it. Follow the link to read it.")


def _pdf(paper: Paper) -> tuple[Link, ...]:
    return (Link("PDF", paper.pdf_url),) if paper.pdf_url else ()


def opinions(paper: Paper) -> tuple[Action, ...]:
    """Return the buttons to vote on a paper and to save it."""
    return (
        Action("👍", f"vote {paper.handle} up"),
        Action("👎", f"vote {paper.handle} down"),
        Action(tr("Save"), f"save {paper.handle}"),
    )


def byline(paper: Paper) -> str:
    """Return the authors, the organization and the day on which the paper was listed."""
    announced = paper.listed_on or (paper.published_at.date() if paper.published_at else None)
    day = words.day(announced) if announced else ""
    return words.joined(words.people(paper.authors), paper.organization, day)


def discussing(paper: Paper) -> list[Source]:
    """Return the sources that have a page on which people vote on this paper: those on whose lists it is."""
    listing = {name for source in SOURCES if source.name in paper.listed_by for name in (source.name, source.linked)}
    return [source for source in SOURCES if source.votes and source.name in listing and source.page_of(paper.id)]


def links(paper: Paper) -> tuple[Link, ...]:
    """Return where to discuss, run and read a paper, the most useful first."""
    found = [Link(source.title, source.page_of(paper.id)) for source in discussing(paper)]
    if paper.code_url:
        found.append(Link(tr("Code"), paper.code_url))
    found.append(Link(paper.host.title, paper.url))
    if paper.project_url and paper.project_url != paper.code_url:
        found.append(Link(tr("Project"), paper.project_url))
    return tuple(found)
