"""Pure: how fresh the answer is, and how its sources are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.sources import SourceState
from bot.messages import words

#: the source that is no source: the papers that came with Paperboy
SAMPLE = "sample"
#: as people know them
_NAMES = {"huggingface": "Hugging Face", "arxiv": "arXiv", SAMPLE: "bundled sample"}


def name(source: str) -> str:
    """The source's own name for itself."""
    return _NAMES.get(source, source)


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
