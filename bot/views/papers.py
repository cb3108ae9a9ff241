"""Pure: hits on a topic, one paper, and papers like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.models import Paper
from bot.page import ACTION_BYTES, Action, Page, Row, Section
from bot.query import Order, Query, show
from bot.trending import Trend
from bot.views import cards, words
from bot.views.following import follow
from bot.views.trending import ignored, reason

#: the orders that one press leads to, as the buttons say them
_SORTS = ((Order.RELEVANCE, "Best match"), (Order.NEW, "Newest"), (Order.VOTES, "Most votes"))


def hits(
    query: Query, exact: int, corrected: Mapping[str, str], papers: Sequence[Paper], span: tuple[int, int]
) -> Page:
    """Papers on a topic: those at places `span` (from, of how many) of the answer, `exact` of which say every word."""
    start, whole = span
    return Page(
        title=f"Papers on {show(query)}",
        intro="\n".join(filter(None, (_told(query, exact), _spelled(corrected), ignored(query)))),
        sections=(Section(cards=tuple(cards.listed(paper, number) for number, paper in enumerate(papers, 1))),),
        footer=f"/paper 1 shows the abstract, /similar 1 finds more like it.\n{cards.summarised(papers)}",
        actions=(*follow(query), *_actions(query, start + len(papers), whole)),
    )


def _told(query: Query, exact: int) -> str:
    order = {Order.NEW: "newest first", Order.VOTES: "most votes first", Order.TRENDING: "what trends first"}
    if not exact:
        return "No paper says all of this; these come closest."
    said = f"{words.plural(exact, 'paper')} {'says' if exact == 1 else 'say'} all of this"
    return f"{said}; {order.get(query.sort or Order.RELEVANCE, 'best match first')}."


def _spelled(corrected: Mapping[str, str]) -> str:
    return "".join(
        f"Did you mean {meant} for “{typed}”? Both were looked for. " for typed, meant in corrected.items()
    ).strip()


def _actions(query: Query, shown: int, whole: int) -> Iterator[Action]:
    """What may be pressed, as far as it fits into a button."""
    wishes = [("More", f"papers {show(query)} more:{shown}")] if shown < whole else []
    now = query.sort or Order.RELEVANCE
    wishes += [(label, f"papers {show(replace(query, sort=sort))}") for sort, label in _SORTS if sort is not now]
    yield from (Action(label, command) for label, command in wishes if len(command.encode()) <= ACTION_BYTES)


def nothing(query: Query, wider: Sequence[tuple[Query, int]]) -> Page:
    """No paper answers; `wider` are wider wishes that some do, each with its number of papers."""
    tries = tuple(Row(f"/papers {show(each)}", words.plural(number, "paper")) for each, number in wider)
    return Page(
        title=f"No papers on {show(query)}",
        intro="\n".join(filter(None, ("Nothing that is stored answers this.", ignored(query)))),
        sections=(Section(heading="Asking for less", rows=tries),) if tries else (),
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
