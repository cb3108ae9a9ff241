"""Names of sources, and how fresh their data is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.i18n import Translatable, listing, tr
from bot.domain.sources import SAMPLE, SourceState
from bot.messages import words
from bot.sources.registry import REMOTE, SOURCES


def name(source: str) -> str:
    """Return a source's title as people know it; `source` itself if the registry does not have it."""
    if source == SAMPLE:
        # the other titles are proper names
        return tr("bundled sample")
    return next((each.title for each in SOURCES if each.name == source), source)


def has_papers(source: str) -> bool:
    """Return whether a source has papers; others only say something about them."""
    return not any(each.switch for each in SOURCES if each.name == source)


def names(sources: Iterable[str]) -> Translatable:
    """ "Hugging Face and arXiv"."""
    return listing(name(each) for each in sources)


def remote() -> Translatable:
    """Return the titles of the sources that are asked for topics: "Hugging Face and arXiv"."""
    return listing(source.title for source in REMOTE if source.searched)


def freshness(states: Sequence[SourceState], now: datetime) -> Translatable:
    """Return the sources of papers for the footer of a list: "Hugging Face: 5 min ago · arXiv: no data yet"."""
    told = [state for state in states if has_papers(state.name)]
    if not told:
        return tr("No data from any source yet.")
    return words.joined(*(_one(state, now) for state in told))


def _one(state: SourceState, now: datetime) -> str:
    source, at, why = name(state.name), state.succeeded_at, state.trouble.clause()
    if not at:
        return tr("{source}: no data yet ({reason})", source=source, reason=why) if why else source
    if why:
        return tr("{source}: updated {ago} ({reason})", source=source, ago=words.ago(at, now), reason=why)
    return tr("{source}: {ago}", source=source, ago=words.ago(at, now))
