"""How well papers without votes are ordered, measured on papers whose votes are hidden.

    python -m tests.benchmarks.unvoted --data DIR --topics DIR --taste DIR

The first DIR holds papers.jsonl.gz and upvote_observations.csv.gz, the second queries.jsonl and qrels.tsv, the third
profiles.jsonl. Every week of February to April 2026, and every topic of which at least six papers were listed in the
week, is one question: the papers that a subscription lets through are ordered without votes. One line of JSON for each
ranking and half of the topics (`even` were not looked at while the rule was made): `graded` is nDCG@10 of the labels,
`votes` nDCG@10 of the final votes, with 95 % intervals by bootstrap over topics; `graded_gain` and `votes_gain` are the
differences from the newest first. Taste is measured as in tests.benchmarks.taste, but for weeks without votes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import mean

from bot.digests.candidates import relevances
from bot.digests.matching import asked_for
from bot.domain.observations import History
from bot.domain.papers import ListRange
from bot.domain.trending import rank
from bot.query import Query, parse
from bot.search import matches
from tests.benchmarks import taste
from tests.benchmarks.replay import Past, load, ndcg10
from tests.benchmarks.taste import interval

FIRST, WEEKS = date(2026, 2, 2), 13
FEWEST = 6
#: it hangs on another topic's labels
LEFT_OUT = frozenset({"t25"})


@dataclass(frozen=True, slots=True)
class Question:
    """The papers of one week on one topic, without votes, and what is known of them."""

    topic: str
    query: Query
    now: datetime
    papers: Sequence[History]
    grades: Mapping[str, float]
    votes: Mapping[str, float]


Ranking = Callable[[Question], Sequence[str]]


def paperboy(question: Question) -> Sequence[str]:
    """The order of the bot."""
    asked = asked_for(question.query, relevances(question.papers, question.query, question.now))
    ranked = rank(question.papers, question.now, window=ListRange.WEEK, asked=asked)
    return [trend.paper.id for trend in ranked]


def newest(question: Question) -> Sequence[str]:
    """The newest id first, as without any rule."""
    return sorted((each.paper.id for each in question.papers), reverse=True)


def by_chance(question: Question) -> Sequence[str]:
    """A random order."""
    return sorted((each.paper.id for each in question.papers), key=_tie)


def by_votes(question: Question) -> Sequence[str]:
    """The final votes, which nobody knows."""
    return sorted(question.votes, key=lambda id: -question.votes[id])


RANKINGS: Mapping[str, Ranking] = {"paperboy": paperboy, "newest": newest, "random": by_chance, "votes": by_votes}


def _tie(id: str) -> str:
    return hashlib.sha1(id.encode(), usedforsecurity=False).hexdigest()


def questions(past: Past, topics: Path) -> Iterator[Question]:
    """Yield each week and topic with enough papers."""
    grades: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for line in (topics / "qrels.tsv").read_text().splitlines()[1:]:
        topic, paper, grade = line.split("\t")
        grades[topic][paper] = float(grade)
    asked = [json.loads(line) for line in (topics / "queries.jsonl").read_text().splitlines()]
    for week in range(WEEKS):
        monday = FIRST + timedelta(weeks=week)
        listed = past.listed(monday, monday + timedelta(days=6))
        now = datetime.combine(monday + timedelta(days=7), time(), UTC)
        for each in (each for each in asked if each["id"] not in LEFT_OUT):
            query = parse(each["text"], now.date())
            found = [history for history in listed if matches(history.paper, query)]
            if len(found) >= FEWEST:
                yield Question(
                    topic=each["id"],
                    query=query,
                    now=now,
                    papers=[replace(history, observations=()) for history in found],
                    grades={history.paper.id: grades[each["id"]].get(history.paper.id, 0.0) for history in found},
                    votes={history.paper.id: float(history.observations[-1].votes) for history in found},
                )


def measured(every: Sequence[Question]) -> Iterator[dict[str, object]]:
    """Yield the lines about topics."""
    for half, odd in (("odd", 1), ("even", 0)):
        some = [each for each in every if int(each.topic[1:]) % 2 == odd]
        base = {name: _by_topic(some, newest, name) for name in ("grades", "votes")}
        for name, ranking in RANKINGS.items():
            graded, voted = _by_topic(some, ranking, "grades"), _by_topic(some, ranking, "votes")
            yield {
                "ranking": name,
                "topics": half,
                "weeks": len(some),
                "graded": round(mean(graded), 3),
                "graded_interval": interval(graded),
                "graded_gain": _gain(graded, base["grades"]),
                "votes": round(mean(voted), 3),
                "votes_interval": interval(voted),
                "votes_gain": _gain(voted, base["votes"]),
            }


def _by_topic(some: Sequence[Question], ranking: Ranking, truth: str) -> list[float]:
    """Return the mean over the weeks of each topic."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for each in some:
        found[each.topic].append(ndcg10(ranking(each), each.grades if truth == "grades" else each.votes))
    return [mean(found[topic]) for topic in sorted(found)]


def _gain(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    return interval([own - other for own, other in zip(ours, theirs, strict=True)])


def with_taste(data: Path, profiles: Path, k: int = 5) -> Iterator[dict[str, object]]:
    """Yield the lines about taste: weeks whose papers have no votes."""
    known = taste.world([data / "papers.jsonl.gz"], data)
    end = datetime(2027, 1, 1, tzinfo=UTC)
    pools = {
        week: rank([History(trend.paper) for trend in pool], end, window=ListRange.WEEK)
        for week, pool in known.pools.items()
    }
    unvoted = replace(known, pools=pools)
    for name, ranking in (("paperboy", taste.paperboy), ("random", taste.by_chance)):
        report = taste.Report()
        for reader in taste.readers(profiles / "profiles.jsonl", k):
            for group in reader.groups:
                report.groups[group].append(taste.outcome(unvoted, reader, ranking))
        yield from report.lines(name, k)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--topics", type=Path, required=True, metavar="DIR")
    parser.add_argument("--taste", type=Path, required=True, metavar="DIR")
    choice = parser.parse_args()
    every = list(questions(load(choice.data), choice.topics))
    for line in (*measured(every), *with_taste(choice.data, choice.taste)):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
