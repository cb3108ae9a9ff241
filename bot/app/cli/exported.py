"""Pure: answers as JSON values, for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from bot.digests.composition import Digest, Pick
from bot.domain.papers import Paper
from bot.domain.search_results import SearchResults
from bot.query import Query, show
from bot.sources.registry import find

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def digest_facts(digest: Digest) -> Json:
    """A digest with its picks in order, each with the parts of its score."""
    return {
        "id": digest.id,
        "window": digest.window.value,
        "sort": digest.sort.value,
        "query": show(digest.query),
        "as_of": digest.as_of.isoformat(),
        "first": digest.first.isoformat(),
        "last": digest.last.isoformat(),
        "considered": digest.considered,
        "sources": sorted(digest.sources),
        "papers": [_pick(pick, number) for number, pick in enumerate(digest.picks, 1)],
    }


def hits_facts(query: Query, found: SearchResults) -> Json:
    """Papers on a topic, best first: as many as were asked for. `brought_by` is null for those that were stored."""
    origin = found.brought.get
    return {
        "query": show(query),
        "ignored": [*query.ignored],
        "exact": found.exact,
        "corrected": dict(found.corrected),
        "asked": [*found.asked],
        "silent": [*found.silent],
        "papers": [paper_facts(paper) | {"brought_by": origin(paper.id)} for paper in found.papers[: query.limit]],
    }


def paper_facts(paper: Paper) -> dict[str, Json]:
    """A paper with its addresses."""
    addresses: dict[str, Json] = {
        "url": paper.url,
        "pdf_url": paper.pdf_url,
        "hugging_face_url": find("huggingface").page_of(paper.id),
    }
    return {name: _value(value) for name, value in asdict(paper).items()} | addresses


def _pick(pick: Pick, number: int) -> Json:
    trend = pick.trend
    parts: list[Json] = [
        {"name": part.measure.value, "value": part.value, "points": part.points} for part in trend.parts
    ]
    standing: dict[str, Json] = {
        "number": number,
        "late": pick.late,
        "score": trend.score,
        "parts": parts,
        "votes": trend.signals.votes,
        "stars": trend.signals.stars,
        "comments": trend.signals.comments,
    }
    return standing | paper_facts(trend.paper)


def _value(value: str | tuple[str, ...] | date | None) -> Json:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value
