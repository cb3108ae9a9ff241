"""Pure: how fresh the answer is, and how its sources are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.sources import SourceState
from bot.messages import words
from bot.sources.registry import REMOTE, SOURCES


def name(source: str) -> str:
    """Return a source's title as people know it; `source` itself where the registry does not have it."""
    return next((each.title for each in SOURCES if each.name == source), source)


def remote() -> str:
    """Return "Hugging Face and arXiv": the titles of all sources on the network."""
    return " and ".join(source.title for source in REMOTE)


def freshness(states: Sequence[SourceState], now: datetime) -> str:
    """ "Hugging Face 5 min ago · arXiv: no answer since 3 h (connection cut)": one line for the foot of a list."""
    if not states:
        return "No source has been read yet."
    return words.joined(*(_one(state, now) for state in states))


def _one(state: SourceState, now: datetime) -> str:
    if state.trouble and state.succeeded_at is None:
        return f"{name(state.name)} has not answered yet ({state.trouble})"
    if state.trouble and state.succeeded_at:
        return f"{name(state.name)} stale, last read {words.ago(state.succeeded_at, now)} ({state.trouble})"
    return f"{name(state.name)} {words.ago(state.succeeded_at, now)}" if state.succeeded_at else name(state.name)
