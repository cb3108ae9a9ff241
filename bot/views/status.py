"""Pure: is it healthy, and where does it know things from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.models import SourceState
from bot.page import Page, Row, Section
from bot.views import sources, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What the store holds."""

    papers: int
    newest_list: date | None
    newest_observation: datetime | None


def status(states: Sequence[SourceState], knowledge: Knowledge, now: datetime) -> Page:
    """Each source with its age and its trouble, and what is stored."""
    rows = tuple(Row(sources.name(state.name), _health(state, now)) for state in states)
    return Page(
        title="Status",
        intro=_verdict(states),
        sections=(Section(heading="Sources", rows=rows), Section(heading="Stored", rows=_stored(knowledge, now))),
    )


def _verdict(states: Sequence[SourceState]) -> str:
    troubled = [sources.name(state.name) for state in states if state.trouble]
    if not states:
        return "No source has been read yet."
    return f"In trouble: {', '.join(troubled)}." if troubled else "All is well."


def _health(state: SourceState, now: datetime) -> str:
    read = f"last read {words.ago(state.succeeded_at, now)}" if state.succeeded_at else "never read"
    if not state.trouble:
        return words.joined("well", read)
    again = f"next try {words.ago(state.retry_at, now)}" if state.retry_at and state.retry_at > now else "next try soon"
    return words.joined(state.trouble, words.plural(state.failures, "failure"), read, again)


def _stored(knowledge: Knowledge, now: datetime) -> tuple[Row, ...]:
    newest = words.day(knowledge.newest_list) if knowledge.newest_list else "none"
    seen = words.ago(knowledge.newest_observation, now) if knowledge.newest_observation else "never"
    return (
        Row("papers", f"{knowledge.papers:,}"),
        Row("newest list", newest),
        Row("votes last seen", seen),
    )
