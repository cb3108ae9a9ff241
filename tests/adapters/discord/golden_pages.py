"""Pages with fixed texts: what the golden files show depends on the renderer alone."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.pages import Action, Card, Layout, Link, Moment, Page, Row, Section

_NEXT = Moment("Mon 27 Apr at 09:00 Europe/Berlin", datetime(2026, 4, 27, 7, tzinfo=UTC))


def _card(number: int | None, key: str, title: str) -> Card:
    return Card(
        key=key,
        number=number,
        title=title,
        url=f"https://huggingface.co/papers/{key}",
        byline="Ada Lovelace, Charles Babbage et al. (12) · Fri 24 Apr 2026",
        reason="▲ 41 votes · 12 in 6 h",
        links=(Link("arXiv", f"https://arxiv.org/abs/{key}"), Link("code", "https://github.com/ada/engine")),
        body="A machine that *weaves* algebraic patterns, with 2 < 3 cards.",
        body_by="summary by the source" if number is None else "",
        actions=(
            Action("👍", f"vote {key} up"),
            Action("👎", f"vote {key} down"),
            Action("Save", f"save {key}"),
            Action("Open", f"paper {key}"),
        ),
    )


KINDS: dict[str, Page] = {
    "digest": Page(
        title="Trending papers · Fri 24 Apr 2026",
        intro="3 of 13 papers, most votes first",
        sections=(
            Section(cards=(_card(1, "2604.00001", "Analytical engines"), _card(2, "2604.00002", "Punched cards"))),
            Section(heading="Late risers", cards=(_card(3, "2603.00003", "On [looms] and @everyone"),)),
        ),
        footer=f"Votes as of 12 min ago\nNext digest: {_NEXT.text}",
        actions=(Action("Week", "trending week"), Action("Subscribe", "subscribe")),
        moments=(_NEXT,),
    ),
    "full": Page(
        title="Trending papers · Fri 24 Apr 2026",
        layout=Layout.FULL,
        sections=(
            Section(cards=(_card(1, "2604.00001", "Analytical engines"), _card(2, "2604.00002", "Punched cards"))),
        ),
        actions=(Action("Week", "trending week"),),
    ),
    "hits": Page(
        title="Papers on video",
        intro="23 papers match, best first.",
        sections=(Section(cards=(_card(1, "2604.00001", "A _video_ paper"), _card(2, "2604.00002", "Another one"))),),
        actions=(Action("More", "papers video page:2"), Action("Subscribe", "subscribe video")),
    ),
    "paper": Page(
        title="Paper 2604.00001",
        sections=(Section(cards=(_card(None, "2604.00001", "Analytical engines"),)),),
        actions=(Action("Why", "why 2604.00001"),),
    ),
    "why": Page(
        title="Why “Analytical engines” is number 1",
        intro="Score 0.93, rank 1 of 13",
        sections=(Section(heading="Parts of the score", rows=(Row("votes", "41 (0.62)"), Row("speed", "2 an hour"))),),
        footer="See also /trending",
    ),
    "subscriptions": Page(
        title="1 subscription",
        sections=(Section(text=f"1. “agents”, weekdays at 09:00\nNext: {_NEXT.text}", rows=(Row("size", "up to 5"),)),),
        actions=(Action("Pause", "pause id:1"), Action("Remove", "unsubscribe id:1")),
        moments=(_NEXT,),
    ),
    "citation": Page(
        title="BibTeX",
        sections=(Section(text="Copy this entry.", verbatim="@misc{ada2026,\n  title = {Analytical engines},\n}"),),
    ),
}
