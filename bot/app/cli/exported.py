"""JSON export of digests, search results and papers, for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from bot.digests.composition import Digest, Pick
from bot.domain.observations import Observation
from bot.domain.papers import Paper
from bot.domain.search_results import SearchResults
from bot.domain.trending.signals import votes_of
from bot.query import Query, show
from bot.sources.registry import find

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def digest_facts(digest: Digest) -> Json:
    """Return a digest with its picks in order, each with the parts of its score and the facts of its paper."""
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


def hits_facts(
    query: Query, found: SearchResults, listed: Sequence[Paper], seen: Mapping[str, Sequence[Observation]]
) -> Json:
    """Return some results of a search, best first. `brought_by` is null for papers that were stored."""
    papers: list[Json] = []
    for number, paper in enumerate(listed, 1):
        place: dict[str, Json] = {"number": number, "brought_by": found.brought.get(paper.id)}
        papers.append(place | seen_facts(paper, seen))
    return {
        "query": show(query),
        "ignored": [*query.ignored],
        "exact": found.exact,
        "corrected": dict(found.corrected),
        "asked": [*found.asked],
        "silent": [*found.silent],
        "papers": papers,
    }


def paper_facts(paper: Paper, votes: int, comments: int | None, stars: int | None) -> dict[str, Json]:
    """Return a paper with its URLs, votes, comments and stars; every command prints papers in this form."""
    more: dict[str, Json] = {
        "url": paper.url,
        "pdf_url": paper.pdf_url,
        "hugging_face_url": find("huggingface").page_of(paper.id),
        "votes": votes,
        "comments": comments,
        "stars": stars,
    }
    # which lists were read with a paper depends on the command
    return {name: _value(value) for name, value in asdict(paper).items() if name != "listings"} | more


def seen_facts(paper: Paper, seen: Mapping[str, Sequence[Observation]]) -> dict[str, Json]:
    """Return a paper with its newest observations, which are given by id."""
    return paper_facts(paper, *_newest(seen.get(paper.id, ())))


def _newest(seen: Sequence[Observation]) -> tuple[int, int | None, int | None]:
    """Return the newest votes, comments and stars."""
    comments = next((one.comments for one in reversed(seen) if one.comments is not None), None)
    stars = next((one.stars for one in reversed(seen) if one.stars is not None), None)
    return votes_of(seen), comments, stars


def _pick(pick: Pick, number: int) -> Json:
    trend, signals = pick.trend, pick.trend.signals
    parts: list[Json] = [
        {"name": part.measure.value, "value": part.value, "points": part.points} for part in trend.parts
    ]
    standing: dict[str, Json] = {
        "number": number,
        "late": pick.late,
        "score": trend.score,
        "parts": parts,
    }
    return standing | paper_facts(trend.paper, signals.votes, signals.comments, signals.stars)


def _value(value: str | tuple[str, ...] | date | None) -> Json:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value
