"""Search results, one paper, and similar papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from bot.domain.details import NO_DETAILS, PaperDetails
from bot.domain.i18n import Translatable, joined, lines, number, tr, tr_n
from bot.domain.pages import ACTION_BYTES, Action, Page, Row, RowKind, Section, Trouble
from bot.domain.papers import Paper
from bot.domain.search_results import Alike, SearchResults
from bot.domain.trending import Trend
from bot.messages import cards, details, sources, words
from bot.messages.credits import credit, of_several
from bot.messages.following import follow
from bot.messages.trending import ignored, reason
from bot.query import Order, Query, show

#: buttons that sort
_SORTS = ((Order.RELEVANCE, tr("Best match")), (Order.NEW, tr("Newest")), (Order.VOTES, tr("Most votes")))
#: buttons that limit the age, in days
_WINDOWS = ((7, tr("Past week")), (30, tr("Past month")), (365, tr("Past year")))
_ORDERS = {
    Order.RELEVANCE: tr("best first"),
    Order.NEW: tr("newest first"),
    Order.VOTES: tr("most votes first"),
    Order.TRENDING: tr("trending first"),
}


def hits(query: Query, found: SearchResults, few: Sequence[Paper], start: int, today: date) -> Page:
    """Return papers on a topic: `few` of those that were found, from the position `start` on."""
    return Page(
        title=_title(query),
        intro=lines(
            _matching(query, found),
            _incomplete(found),
            _corrections(found.corrected),
            _asked(found),
            _guesses(query),
            ignored(query),
        ),
        sections=_sections(few, found),
        footer=lines(
            tr("Abstract: {paper} · More like it: {similar}", paper="/paper 1", similar="/similar 1"),
            of_several(few),
        ),
        actions=(
            *follow(_as_spelled(query, found.corrected)),
            *_actions(query, start + len(few), len(found.ids), today),
        ),
    )


def _title(query: Query) -> Translatable:
    return tr("Papers on {query}", query=show(query))


def _sections(few: Sequence[Paper], found: SearchResults) -> tuple[Section, ...]:
    """Return the papers that match, and behind a heading those that only come close."""
    numbered = [*enumerate(few, 1)]
    matching = [(number, each) for number, each in numbered if each.id not in found.near]
    near = [(number, each) for number, each in numbered if each.id in found.near]
    # without a match, the introduction says that these come closest
    heading = tr("Related, but not clearly about this") if found.exact else ""
    parts = (("", matching), (heading, near))
    return tuple(replace(_list(papers, found.brought), heading=title) for title, papers in parts if papers)


def _as_spelled(query: Query, corrected: Mapping[str, str]) -> Query:
    """Return the query to subscribe to: a subscription corrects no spelling, so that it always means the same."""
    return replace(query, words=tuple(corrected.get(word, word) for word in query.words))


def _incomplete(found: SearchResults | Alike) -> str:
    return "" if found.complete else tr("I'm still building the search index, so some papers may be missing.")


def _not_ready(title: str) -> Page:
    """Return the page for an empty result of an incomplete index."""
    return Page(
        title=title,
        intro=tr("I'm still building the search index. Try again in a minute."),
        trouble=Trouble.NOT_READY,
    )


def _matching(query: Query, found: SearchResults) -> Translatable:
    if not found.exact:
        return tr("No paper matches every word. Closest matches:")
    order = _ORDERS[query.sort or Order.RELEVANCE]
    if found.at_least and found.exact > 1:
        return tr("At least {count} papers match, {order}.", count=number(found.exact), order=order)
    return tr_n("{count} paper matches.", "{count} papers match, {order}.", found.exact, order=order)


def _guesses(query: Query) -> str:
    """Return which interpretations of the query are preferred, but not required."""
    if not query.guesses:
        return ""
    return tr("My best guess comes first: {guesses}", guesses=joined(", ", *map(show, query.guesses)))


def _corrections(corrected: Mapping[str, str]) -> Translatable:
    return joined(
        " ",
        *(
            tr("I also searched for “{meant}” in case “{typed}” is a typo.", meant=meant, typed=typed)
            for typed, meant in corrected.items()
        ),
    )


def _asked(found: SearchResults) -> str:
    """Return which sources were asked too, and which of them did not reply."""
    if found.rationed:
        return tr("I didn't ask other sources, because I've sent them too many requests in the last few minutes.")
    if not found.asked:
        return ""
    asked = sources.names(found.asked)
    late = [source for source in found.asked if source in found.silent]
    if not late:
        return tr("I also asked {sources}.", sources=asked)
    if len(late) == len(found.asked):
        return tr("I also asked {sources}, but got no reply in time.", sources=asked)
    return tr("I also asked {sources}; {late} didn't reply in time.", sources=asked, late=sources.names(late))


def _actions(query: Query, shown: int, whole: int, today: date) -> Iterator[Action]:
    """Yield the buttons below a list whose commands are short enough."""
    wanted: list[tuple[str, str]] = []
    if shown < whole:
        wanted.append((tr("Next page"), f"papers {show(query)} more:{shown}"))
    now = query.sort or Order.RELEVANCE
    wanted += [(label, f"papers {show(replace(query, sort=sort))}") for sort, label in _SORTS if sort is not now]
    wanted += [(label, f"papers {show(other)}") for label, other in _windows(query, today)]
    wanted += [(tr("Only {query}", query=show(guess)), f"papers {show(guess)}") for guess in query.guesses]
    yield from (Action(label, command) for label, command in wanted if len(command.encode()) <= ACTION_BYTES)


def _windows(query: Query, today: date) -> Iterator[tuple[str, Query]]:
    for days, label in _WINDOWS:
        since = today - timedelta(days=days)
        if query.before is None and query.after != since:
            yield label, replace(query, after=since)
    if query.after or query.before:
        yield tr("Any time"), replace(query, after=None, before=None)


def nothing(query: Query, found: SearchResults, wider: Sequence[tuple[Query, int]]) -> Page:
    """Return the page for no results; `wider` are less specific queries with results, each with their number."""
    if not found.complete:
        return _not_ready(tr("No papers on {query} yet", query=show(query)))
    tries = [(show(each), words.papers(number)) for each, number in wider]
    rows = tuple(Row(f"/papers {text}", papers, RowKind.COMMAND) for text, papers in tries)
    buttons = (
        Action(tr("{papers}: {query}", papers=papers, query=text), f"papers {text}")
        for text, papers in tries
        if len(f"papers {text}".encode()) <= ACTION_BYTES
    )
    return Page(
        title=tr("No papers on {query}", query=show(query)),
        intro=lines(
            tr("Try fewer words, or one of these searches.") if rows else tr("Try fewer or other words."),
            _asked(found),
            ignored(query),
        ),
        sections=(Section(heading=tr("Less specific"), rows=rows),) if rows else (),
        actions=(*follow(query), *buttons),
    )


def no_more(query: Query, found: SearchResults) -> Page:
    """Return the page behind the last page of results."""
    listed = len(found.ids)
    if found.exact > listed:
        intro: Translatable = joined(
            " ",
            tr("{papers} match, but I only list the first {most}.", papers=words.papers(found.exact), most=listed),
            tr("Add a word or a date to narrow it down."),
        )
    else:
        intro = tr("That was the whole list: {papers}.", papers=words.papers(listed))
    return Page(title=_title(query), intro=intro, actions=follow(query))


def paper(paper: Paper, trend: Trend | None, known: PaperDetails = NO_DETAILS) -> Page:
    """Return one paper with its abstract, its summary, its rank, and what is known of it elsewhere."""
    summary = Section(heading=credit(paper.summary_by) or tr("Summary"), text=paper.summary)
    facts = (
        Row(tr("Topics"), ", ".join(paper.keywords)),
        Row(paper.host.title, " ".join((paper.id, *paper.categories))),
    )
    sections = [
        Section(cards=(cards.alone(paper, reason(trend) if trend else ""),)),
        summary if paper.summary and paper.abstract else None,
        Section(rows=tuple(row for row in facts if row.text)),
        details.elsewhere(known, scored=trend is not None and not trend.voted),
        details.linked(known),
    ]
    return Page(
        title=tr("Paper {id}", id=paper.id),
        sections=tuple(section for section in sections if section),
        actions=(Action(tr("Why?"), f"why {paper.handle}"), Action(tr("Similar"), f"similar {paper.handle}")),
    )


def similar(paper: Paper, others: Alike, unused: str = "") -> Page:
    """Return papers like one paper. `unused` is the part of the request that /similar cannot apply."""
    if not others.papers and not others.complete:
        return _not_ready(tr("No papers like {paper} yet", paper=paper.id))
    title = tr("Papers like {paper}", paper=paper.id)
    if not others.papers:
        return Page(title=title, intro=tr("I don't know any papers like “{title}”.", title=paper.title))
    note = ignored(Query(ignored=tuple(unused.split())))
    intro = lines(tr("Similar to “{title}”.", title=paper.title), _incomplete(others), note)
    return Page(title=title, intro=intro, sections=(_list([*enumerate(others.papers, 1)]),))


def _list(papers: Sequence[tuple[int, Paper]], brought: Mapping[str, str] = MappingProxyType({})) -> Section:
    """Return numbered papers; those that a source has just returned are marked."""
    return Section(cards=tuple(cards.listed(each, number, _origin(each, brought)) for number, each in papers))


def _origin(paper: Paper, brought: Mapping[str, str]) -> str:
    return tr("just found on {source}", source=sources.name(brought[paper.id])) if paper.id in brought else ""
