"""Pure: hits on a topic, one paper, and papers like it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Paper
from bot.page import Action, Page, Row, Section
from bot.query import Query, show
from bot.trending import Trend
from bot.views import cards, words
from bot.views.following import follow
from bot.views.trending import ignored, reason


def hits(query: Query, papers: Sequence[Paper], found: int) -> Page:
    """Papers on a topic. `found` is how many there are, of which `papers` are the first."""
    understood = show(query)
    shown = f"{words.plural(found, 'paper')}" if found <= len(papers) else f"The first {len(papers)} of {found} papers"
    return Page(
        title=f"Papers on {understood}",
        intro="\n".join(filter(None, (f"{shown}, best match first.", ignored(query)))),
        sections=(_list(papers),),
        footer=f"/paper 1 shows the abstract, /similar 1 finds more like it.\n{cards.summarised(papers)}",
        actions=follow(query),
    )


def nothing(query: Query, wider: Sequence[tuple[str, int]]) -> Page:
    """No paper answers; `wider` are narrower wishes that some do, each with its number of papers."""
    tries = tuple(Row(f"/papers {word}", words.plural(number, "paper")) for word, number in wider)
    return Page(
        title=f"No papers on {show(query)}",
        intro="\n".join(filter(None, ("Nothing that is stored has all of these words.", ignored(query)))),
        sections=(Section(heading="With fewer words", rows=tries),) if tries else (),
        actions=follow(query),
    )


def paper(paper: Paper, trend: Trend | None) -> Page:
    """One paper with its abstract, its summary and its standing."""
    summary = Section(heading=paper.summary_by or "Summary", text=paper.summary)
    facts = (Row("Topics", ", ".join(paper.keywords)), Row("arXiv", f"{paper.id} {' '.join(paper.categories)}".strip()))
    sections = [
        Section(cards=(cards.alone(paper, reason(trend) if trend else ""),)),
        summary if paper.summary and paper.abstract else None,
        Section(rows=tuple(row for row in facts if row.text)),
    ]
    return Page(
        title=f"Paper {paper.id}",
        sections=tuple(section for section in sections if section),
        actions=(Action("Why", f"why {paper.id}"), Action("Similar", f"similar {paper.id}")),
    )


def similar(paper: Paper, others: Sequence[Paper]) -> Page:
    """Papers like one paper."""
    if not others:
        return Page(title=f"Papers like {paper.id}", intro=f"Nothing that is stored is like “{paper.title}”.")
    return Page(title=f"Papers like {paper.id}", intro=f"Close to “{paper.title}”.", sections=(_list(others),))


def _list(papers: Sequence[Paper]) -> Section:
    return Section(cards=tuple(cards.listed(paper, number) for number, paper in enumerate(papers, 1)))
