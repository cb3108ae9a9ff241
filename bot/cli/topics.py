"""`paperboy topic`: what a subscription would let through, to be tried out before it is made."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date, timedelta

from bot.cli.app import App, Sources
from bot.query import parse, show
from bot.search import Chosen

#: days of lists that are looked at where nobody says which
_DAYS = 30


async def topic(app: App, words: Sequence[str], first: date | None, last: date | None, *, as_json: bool) -> None:
    """Print what the lists of some days hold for a topic, best first."""
    await app.refresh()
    now = app.clock()
    engine = app.engine(Sources())
    until = last or (await engine.as_of(now)).date()
    since = first or until - timedelta(days=_DAYS - 1)
    query = parse(" ".join(words), now.date())
    found, considered = await engine.let_through(query, since, until, now)
    if as_json:
        _json(" ".join(words), show(query), found, considered)
    else:
        _lines(show(query), found, considered, since, until)


def _json(typed: str, understood: str, found: Sequence[Chosen], considered: int) -> None:
    papers = [
        {
            "id": each.paper.id,
            "score": round(each.relevance.score, 4),
            "reason": reason(each),
            "title": each.paper.title,
        }
        for each in found
    ]
    told = {"topic": typed, "understood": understood, "papers": papers, "considered": considered}
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _lines(understood: str, found: Sequence[Chosen], considered: int, since: date, until: date) -> None:
    sys.stdout.write(f"{understood}: {len(found)} of {considered} papers on the lists of {since} to {until}\n")
    for each in found:
        sys.stdout.write(f"{each.relevance.score:.2f}  {each.paper.id}  {each.paper.title}  ({reason(each)})\n")


def reason(each: Chosen) -> str:
    """Return what of the topic a paper is about, as a card says it."""
    return f"about: {', '.join(each.relevance.about)}" if each.relevance.about else ""
