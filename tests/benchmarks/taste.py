"""How well taste ranks the papers that somebody will like, learned from their first likes.

    python -m tests.benchmarks.taste --data DIR --papers FILE [--papers FILE] [--k 5]

DIR holds profiles.jsonl in either layout: `papers` in order, of which the first k are the likes and later ones the
truth, or with `truth` given by week. FILE is an archive of papers; upvote_observations.csv.gz beside it or in DIR gives
the votes at the first observation of each paper, which are its standing. The pool of a week is every paper first listed
in it.

Prints one line of JSON for each group and ranking, with a 95 % interval by bootstrap over the profiles. "paperboy" is
the order that /recommended uses, "paperboy_digest" a digest of ten with the places that it keeps. "random20" and
"random40" replace that share of the likes by random papers of the same list; "voters2" and "voters3" mix the likes of
strangers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from math import log2
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

from bot.digests.taste import DocumentFrequencies, Taste, TasteEvidence, choose, learn
from bot.digests.taste.blend import reordered
from bot.domain.observations import History, Observation
from bot.domain.papers import Paper
from bot.domain.sources import FetchResult
from bot.domain.taste import Strength
from bot.domain.trending import Sort, Trend, rank
from bot.sources.archive import Archive

TOP, DRAWS = 10, 1_000
OBSERVATIONS = "upvote_observations.csv.gz"
#: vectors of the whole archive are kept in memory
_MOST_VECTORS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The likes of one profile, and what it liked later."""

    profile: str
    groups: Sequence[str]
    likes: Sequence[str]
    #: shown with each like, and not liked
    shown: Sequence[Sequence[str]]
    #: ISO week -> ids
    truth: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class World:
    """All papers with their votes at the first observation, by the week of their first list."""

    papers: Mapping[str, Paper]
    #: those with the highest standing first
    pools: Mapping[str, Sequence[Trend]]
    lexicon: DocumentFrequencies


#: from a pool to the ids in order
Order = Callable[[Sequence[Trend]], Sequence[str]]
#: learns from a reader's likes
Ranking = Callable[[World, Reader], Order]


def week_of(day: date) -> str:
    """Return the ISO week as in the profiles: 2026-W19."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def readers(profiles: Path, k: int) -> Iterator[Reader]:
    """Yield the profiles that have likes and a later week."""
    for line in profiles.read_text("utf-8").splitlines():
        told = json.loads(line)
        first = [item if isinstance(item, dict) else {"id": item} for item in told.get("likes") or told["papers"]][:k]
        truth = _truth(told, k)
        # a profile with its truth may have fewer likes
        if first and truth and ("truth" in told or len(first) == k):
            yield Reader(
                profile=str(told["profile"]),
                groups=[told.get("task", "readers"), *(["readers"] if told.get("reader") else [])],
                likes=[item["id"] for item in first],
                shown=[item.get("shown", []) for item in first],
                truth=truth,
            )


def _truth(told: Mapping[str, Any], k: int) -> dict[str, frozenset[str]]:
    if "truth" in told:
        return {week: frozenset(ids) for week, ids in told["truth"].items() if ids}
    if len(told["papers"]) <= k:
        return {}
    last, found = told["papers"][k - 1]["week"], defaultdict(set)
    for item in told["papers"][k:]:
        if item["week"] > last:
            found[item["week"]].add(item["id"])
    return {week: frozenset(ids) for week, ids in found.items()}


def world(files: Sequence[Path], data: Path) -> World:
    """Read the archives."""
    papers: dict[str, Paper] = {}
    listed: dict[str, date] = {}
    for result in (result for file in files for result in Archive(file).harvests()):
        papers |= {paper.id: paper for paper in result.papers}
        for listing in result.listings:
            listed[listing.paper_id] = min(listing.day, listed.get(listing.paper_id, listing.day))
    tables = {file.parent / OBSERVATIONS for file in files} | {data / OBSERVATIONS}
    votes = _first_votes(files[0], [table for table in tables if table.is_file()])
    weeks: defaultdict[str, list[History]] = defaultdict(list)
    for id in sorted(listed.keys() & papers.keys()):
        weeks[week_of(listed[id])].append(History(papers[id], (votes[id],) if id in votes else ()))
    # long after any observation: the standing is that of the first one
    end = datetime.combine(date(9000, 1, 1), time(), UTC)
    pools = {week: rank(pool, end, Sort.VOTES) for week, pool in weeks.items()}
    return World(papers, pools, DocumentFrequencies(papers.values(), remembered=_MOST_VECTORS))


def _first_votes(file: Path, tables: Sequence[Path]) -> dict[str, Observation]:
    """Return the first observation of each paper; later ones would tell the future."""
    found: dict[str, Observation] = {}
    for seen in (seen for table in tables for result in Archive(file, table).harvests() for seen in _of(result)):
        if seen.paper_id not in found or seen.seen_at < found[seen.paper_id].seen_at:
            found[seen.paper_id] = seen
    return found


def _of(result: FetchResult) -> Sequence[Observation]:
    """Return the observations of the table alone: those of the papers themselves are the last ones."""
    return () if result.papers else result.observations


def taste_of(known: World, reader: Reader, *, passed_over: bool = True, strength: Strength = Strength.STRONG) -> Taste:
    """Return the taste as the bot learns it."""
    liked = set(reader.likes)
    shown = {id: None for some in reader.shown for id in some if id not in liked} if passed_over else {}
    evidence = TasteEvidence(liked=_known(known, reader.likes), passed_over=_known(known, list(shown)))
    return Taste(learn(evidence, known.lexicon), known.lexicon, strength)


def _known(known: World, ids: Sequence[str]) -> list[Paper]:
    return [known.papers[id] for id in ids if id in known.papers]


def paperboy(known: World, reader: Reader) -> Order:
    """The order of the bot."""
    return _reordered(taste_of(known, reader))


def paperboy_mild(known: World, reader: Reader) -> Order:
    """The same with taste:mild."""
    return _reordered(taste_of(known, reader, strength=Strength.MILD))


def paperboy_digest(known: World, reader: Reader) -> Order:
    """A digest of ten, with the places that are kept for what trends and what is new."""
    taste = taste_of(known, reader)
    return lambda pool: [chosen.trend.paper.id for chosen in choose(pool, taste, TOP)]


def without_standing(known: World, reader: Reader) -> Order:
    """Taste alone; equals by chance."""
    return _fitting(taste_of(known, reader))


def without_passed_over(known: World, reader: Reader) -> Order:
    """Learned from likes alone."""
    return _reordered(taste_of(known, reader, passed_over=False))


def tf_idf(known: World, reader: Reader) -> Order:
    """The centroid of the likes alone, without standing."""
    return _fitting(taste_of(known, reader, passed_over=False))


def _reordered(taste: Taste) -> Order:
    return lambda pool: [trend.paper.id for trend in reordered(pool, taste)]


def _fitting(taste: Taste) -> Order:
    def order(pool: Sequence[Trend]) -> Sequence[str]:
        fit = {trend.paper.id: taste.fit(trend.paper) for trend in pool}
        return sorted(fit, key=lambda id: (-fit[id], _tie(id)))

    return order


def trending(known: World, reader: Reader) -> Order:
    """Most votes at the first observation first; equals by chance."""
    return lambda pool: [
        trend.paper.id for trend in sorted(pool, key=lambda trend: (-trend.score, _tie(trend.paper.id)))
    ]


def by_chance(known: World, reader: Reader) -> Order:
    """A random order."""
    return lambda pool: sorted((trend.paper.id for trend in pool), key=lambda id: _tie(f"{reader.profile} {id}"))


def with_random_likes(share: float) -> Ranking:
    """The bot's order, where some likes are another paper of the same list."""

    def ranking(known: World, reader: Reader) -> Order:
        draw = Random(f"{reader.profile} {share}")
        wrong = set(draw.sample(range(len(reader.likes)), round(share * len(reader.likes))))
        likes = [
            draw.choice(shown) if place in wrong and shown else like
            for place, (like, shown) in enumerate(zip(reader.likes, reader.shown, strict=True))
        ]
        return paperboy(known, _with_likes(reader, likes, reader.shown))

    return ranking


def with_strangers(others: Mapping[str, Sequence[Reader]], voters: int) -> Ranking:
    """The bot's order for a room in which strangers of the same group have as many likes each."""

    def ranking(known: World, reader: Reader) -> Order:
        strangers = [other for other in others[reader.groups[0]] if other.profile != reader.profile]
        room = [reader, *Random(f"{reader.profile} {voters}").sample(strangers, min(voters - 1, len(strangers)))]
        likes = [like for member in room for like in member.likes]
        return paperboy(known, _with_likes(reader, likes, [shown for member in room for shown in member.shown]))

    return ranking


def _with_likes(reader: Reader, likes: Sequence[str], shown: Sequence[Sequence[str]]) -> Reader:
    return Reader(profile=reader.profile, groups=reader.groups, likes=likes, shown=shown, truth=reader.truth)


def _tie(id: str) -> str:
    return hashlib.sha1(id.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Means over the weeks of a profile."""

    ndcg10: float
    recall10: float


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of one ranking by group."""

    groups: defaultdict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))

    def lines(self, name: str, k: int) -> Iterator[dict[str, object]]:
        """Yield one line for each group."""
        for group, outcomes in sorted(self.groups.items()):
            yield {
                "group": group,
                "ranking": name,
                "k": k,
                "profiles": len(outcomes),
                "ndcg10": round(mean(each.ndcg10 for each in outcomes), 3),
                "recall10": round(mean(each.recall10 for each in outcomes), 3),
                "interval": interval([each.ndcg10 for each in outcomes]),
            }


def interval(values: Sequence[float]) -> list[float]:
    """Return what 95 of 100 means lie between, where the profiles are drawn anew."""
    draw = Random(1)
    means = sorted(mean(draw.choices(values, k=len(values))) for _ in range(DRAWS))
    return [round(means[DRAWS // 40], 3), round(means[-DRAWS // 40 - 1], 3)]


def outcome(known: World, reader: Reader, ranking: Ranking) -> Outcome:
    """Measure one ranking for one reader; papers that are not ranked earn nothing."""
    found, ordered = [], ranking(known, reader)
    for week, truth in reader.truth.items():
        order = ordered(known.pools.get(week, ()))
        hits = [place for place, id in enumerate(order[:TOP]) if id in truth]
        ideal = sum(1 / log2(place + 2) for place in range(min(len(truth), TOP)))
        found.append((sum(1 / log2(place + 2) for place in hits) / ideal, len(hits) / len(truth)))
    return Outcome(mean(ndcg for ndcg, _ in found), mean(recall for _, recall in found))


def rankings(everybody: Sequence[Reader]) -> dict[str, Ranking]:
    """Return all rankings by name."""
    others: defaultdict[str, list[Reader]] = defaultdict(list)
    for reader in everybody:
        others[reader.groups[0]].append(reader)
    return {
        "paperboy": paperboy,
        "paperboy_digest": paperboy_digest,
        "paperboy_mild": paperboy_mild,
        "without_standing": without_standing,
        "without_passed_over": without_passed_over,
        "tf_idf": tf_idf,
        "trending": trending,
        "random": by_chance,
        "random20": with_random_likes(0.2),
        "random40": with_random_likes(0.4),
        "voters2": with_strangers(others, 2),
        "voters3": with_strangers(others, 3),
    }


def run(data: Path, files: Sequence[Path], k: int) -> Iterator[dict[str, object]]:
    """Yield the lines of the report."""
    known, everybody = world(files, data), list(readers(data / "profiles.jsonl", k))
    for name, ranking in rankings(everybody).items():
        report = Report()
        for reader in everybody:
            measured = outcome(known, reader, ranking)
            for group in reader.groups:
                report.groups[group].append(measured)
        yield from report.lines(name, k)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--papers", type=Path, required=True, action="append", metavar="FILE")
    parser.add_argument("--k", type=int, default=5)
    choice = parser.parse_args()
    if not (choice.data / "profiles.jsonl").is_file():
        parser.exit(1, f"there is no {choice.data / 'profiles.jsonl'}\n")
    for line in run(choice.data, choice.papers, choice.k):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
