"""Pure: hits on a topic, one paper, and papers like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from bot.domain.pages import ACTION_BYTES, Action, Page, Row, Section, Trouble
from bot.domain.papers import Paper
from bot.domain.search_results import Alike, SearchResults
from bot.domain.trending import Trend
from bot.messages import cards, sources, words
from bot.messages.following import follow
from bot.messages.trending import ignored, reason
from bot.query import Order, Query, show

#: the orders that one press leads to, as the buttons say them
_SORTS = ((Order.RELEVANCE, "Best match"), (Order.NEW, "Newest"), (Order.VOTES, "Most votes"))
#: how far back one press looks, in days
_WINDOWS = ((7, "Past week"), (30, "Past month"), (365, "Past year"))
#: what an answer says of its order
_ORDERED = {Order.NEW: "newest first", Order.VOTES: "most votes first", Order.TRENDING: "what trends first"}


def hits(query: Query, found: SearchResults, few: Sequence[Paper], start: int, today: date) -> Page:
    """Papers on a topic: `few` of those that were found, from the place `start` on."""
    said = (
        _told(query, found.exact),
        _incomplete(found),
        _spelled(found.corrected),
        _asked(found),
        _guesses(query),
        ignored(query),
    )
    return Page(
        title=f"Papers on {show(query)}",
        intro="\n".join(filter(None, said)),
        sections=(_list(few, found.brought),),
        footer=f"/paper 1 shows the abstract, /similar 1 finds more like it.\n{cards.summarised(few)}",
        actions=(*follow(query), *_actions(query, start + len(few), len(found.papers), today)),
    )


def _incomplete(found: SearchResults | Alike) -> str:
    return "" if found.complete else "The search index is still being made, so some papers may be missing."


def _not_ready(title: str) -> Page:
    """Nothing was found, which tells nothing as long as only a part of what is stored can be found."""
    return Page(
        title=title,
        intro="The search index is still being made, so I can't tell yet. Try again in a minute.",
        trouble=Trouble.NOT_READY,
    )


def _told(query: Query, exact: int) -> str:
    if not exact:
        return "No stored paper is clearly about this; these come closest."
    said = f"{words.papers(exact)} {'matches' if exact == 1 else 'match'}"
    return f"{said}, {_ORDERED.get(query.sort or Order.RELEVANCE, 'best first')}."


def _guesses(query: Query) -> str:
    """What was read between the lines, and only prefers."""
    if not query.guesses:
        return ""
    return f"Preferred, as a guess: {', '.join(show(guess) for guess in query.guesses)}"


def _spelled(corrected: Mapping[str, str]) -> str:
    meant = (f"Did you mean {meant} for “{typed}”? Both were looked for." for typed, meant in corrected.items())
    return " ".join(meant)


def _asked(found: SearchResults) -> str:
    """Who was asked besides, and who of them said nothing."""
    if found.rationed:
        return "Other sources weren't asked: too many questions went to them in the last minutes."
    if not found.asked:
        return ""
    names = " and ".join(sources.name(each) for each in found.asked)
    late = " and ".join(sources.name(each) for each in found.silent)
    told = f"As little is stored on it, {names} {'were' if len(found.asked) > 1 else 'was'} asked too"
    return f"{told}; {late} did not answer in time." if late else f"{told}."


def _actions(query: Query, shown: int, whole: int, today: date) -> Iterator[Action]:
    """What may be pressed, as far as it fits into a button."""
    wishes = [("Next page", f"papers {show(query)} more:{shown}")] if shown < whole else []
    now = query.sort or Order.RELEVANCE
    wishes += [(label, f"papers {show(replace(query, sort=sort))}") for sort, label in _SORTS if sort is not now]
    wishes += [(label, f"papers {show(other)}") for label, other in _windows(query, today)]
    wishes += [(f"Only {show(guess)}", f"papers {show(guess)}") for guess in query.guesses]
    yield from (Action(label, command) for label, command in wishes if len(command.encode()) <= ACTION_BYTES)


def _windows(query: Query, today: date) -> Iterator[tuple[str, Query]]:
    for days, label in _WINDOWS:
        since = today - timedelta(days=days)
        if query.before is None and query.after != since:
            yield label, replace(query, after=since)
    if query.after or query.before:
        yield "Any time", replace(query, after=None, before=None)


def nothing(query: Query, found: SearchResults, wider: Sequence[tuple[Query, int]]) -> Page:
    """No paper answers; `wider` are wider wishes that some do, each with its number of papers."""
    if not found.complete:
        return _not_ready(f"No papers on {show(query)} yet")
    tries = tuple(Row(f"/papers {show(each)}", words.papers(number)) for each, number in wider)
    commands = [(f"papers {show(each)}", number) for each, number in wider]
    presses = (
        Action(f"{words.papers(number)}: {command.removeprefix('papers ')}", command)
        for command, number in commands
        if len(command.encode()) <= ACTION_BYTES
    )
    return Page(
        title=f"No papers on {show(query)}",
        intro="\n".join(filter(None, ("Nothing that is stored answers this.", _asked(found), ignored(query)))),
        sections=(Section(heading="Asking for less", rows=tries),) if tries else (),
        actions=(*follow(query), *presses),
    )


def no_more(query: Query, found: SearchResults) -> Page:
    """Behind the last page of an answer."""
    listed = len(found.papers)
    told = f"There are no more papers here: the list ends after {words.papers(listed)}."
    if found.exact > listed:
        told = (
            f"{words.papers(found.exact)} match, and the list ends after the first {listed:,}. "
            "Add a word or a date to reach the others."
        )
    return Page(title=f"Papers on {show(query)}", intro=told, actions=follow(query))


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


def similar(paper: Paper, others: Alike) -> Page:
    """Papers like one paper."""
    if not others.papers and not others.complete:
        return _not_ready(f"No papers like {paper.id} yet")
    if not others.papers:
        return Page(title=f"Papers like {paper.id}", intro=f"Nothing that is stored is like “{paper.title}”.")
    intro = "\n".join(filter(None, (f"Close to “{paper.title}”.", _incomplete(others))))
    return Page(title=f"Papers like {paper.id}", intro=intro, sections=(_list(others.papers),))


def _list(papers: Sequence[Paper], brought: Mapping[str, str] = MappingProxyType({})) -> Section:
    """Papers, those marked that a source has just brought."""
    return Section(
        cards=tuple(cards.listed(each, number, _origin(each, brought)) for number, each in enumerate(papers, 1))
    )


def _origin(paper: Paper, brought: Mapping[str, str]) -> str:
    return f"new here, from {sources.name(brought[paper.id])}" if paper.id in brought else ""
