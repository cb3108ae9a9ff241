"""How well a ranking at noon foretells the votes of the next two days: what `rising` is for.

    python -m tests.benchmarks.trending --data DIR [--from DAY] [--to DAY] [--hours 48]

DIR holds papers.jsonl.gz and upvote_observations.csv.gz. Gains are told over equal
spans, on a straight line between observations. One line of JSON for each ranking: ours is "paperboy".
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import mean

from bot.models import History
from bot.trending import Sort, rank
from tests.benchmarks.replay import HORIZON, Noon, load, ndcg10, overlap5

Ranking = Callable[[Noon], Sequence[str]]
#: what a ranking by one number sees: votes, age in hours, votes an hour
Formula = Callable[[float, float, float], float]

HOUR = timedelta(hours=1)

FORMULAS: Mapping[str, Formula] = {
    "votes": lambda votes, age, velocity: votes,
    "hacker_news_gravity": lambda votes, age, velocity: votes / (age + 2) ** 1.8,
    "votes_per_hour": lambda votes, age, velocity: votes / (age + 2),
    "velocity": lambda votes, age, velocity: velocity,
    "velocity_plus": lambda votes, age, velocity: velocity + 0.3 * votes / (age + 6),
}


def paperboy(noon: Noon) -> Sequence[str]:
    """What the bot would have said."""
    return [trend.paper.id for trend in rank(noon.known, noon.moment, Sort.RISING)]


def by(formula: Formula) -> Ranking:
    """A ranking by one number; equals as they come."""

    def ranking(noon: Noon) -> Sequence[str]:
        scores = {history.paper.id: _number(formula, history, noon.moment) for history in noon.known}
        return sorted(scores, key=lambda id: -scores[id])

    return ranking


def _number(formula: Formula, history: History, noon: datetime) -> float:
    *before, last = (seen for seen in history.observations if seen.seen_at < noon)
    assert history.paper.listed_on
    listed_at = datetime.combine(history.paper.listed_on, time(), UTC)
    # velocity looks one observation back; before the second one it is the votes since the list day began
    since, then = (before[-1].seen_at, before[-1].votes) if before else (listed_at, 0)
    velocity = (last.votes - then) / max(1.0, (last.seen_at - since) / HOUR)
    return formula(last.votes, (noon - listed_at) / HOUR, velocity)


def measure(name: str, ranking: Ranking, noons: Sequence[Noon]) -> dict[str, str | int | float]:
    """One line of the report."""
    orders = [([id for id in ranking(noon) if id in noon.gains], noon.gains) for noon in noons]
    return {
        "ranking": name,
        "days": len(noons),
        "overlap5": round(mean(overlap5(order, gains) for order, gains in orders), 3),
        "ndcg10": round(mean(ndcg10(order, gains) for order, gains in orders), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--from", type=date.fromisoformat, dest="first", metavar="DAY")
    parser.add_argument("--to", type=date.fromisoformat, dest="last", metavar="DAY")
    parser.add_argument("--hours", type=int, default=HORIZON // HOUR, metavar="HOURS")
    choice = parser.parse_args()
    past = load(choice.data)
    noons = list(past.noons(choice.first or min(past.lists), choice.last or max(past.lists), choice.hours * HOUR))
    if not noons:
        parser.exit(1, "no weekday in this span has enough papers that were seen before and after noon\n")
    for name, ranking in {"paperboy": paperboy, **{name: by(formula) for name, formula in FORMULAS.items()}}.items():
        print(json.dumps(measure(name, ranking, noons)))


if __name__ == "__main__":
    main()
