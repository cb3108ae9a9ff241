"""`paperboy topic`: the papers that a subscription to a topic would bring."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.app.cli.app import App, Sources
from bot.app.cli.exported import Json, seen_facts
from bot.app.cli.index import load_encoder
from bot.app.cli.output import write_json
from bot.app.cli.progress import status
from bot.domain.errors import UsageError
from bot.domain.observations import Observation
from bot.query import parse, show
from bot.search import Chosen

#: days of lists that are searched by default
_DAYS = 30


async def topic(app: App, words: Sequence[str], first: date | None, last: date | None, *, as_json: bool) -> None:
    """Print the papers on a topic in the lists of some days, best first. Raise `UsageError`."""
    with status("Reading the sources …"):
        await app.refresh()
    await load_encoder(app.finder)
    now = app.clock()
    services = app.services(Sources())
    until = last or (await services.digests.as_of(now)).date()
    since = first or until - timedelta(days=_DAYS - 1)
    if until < since:
        raise UsageError(f"--to {until} is before --from {since}. Give the earlier day as --from.")
    query = parse(" ".join(words), now.date())
    found, considered = await services.search.let_through(query, since, until, now)
    if as_json:
        seen = await app.store.observations([each.paper.id for each in found], now)
        papers = [_facts(each, number, seen) for number, each in enumerate(found, 1)]
        write_json({"topic": " ".join(words), "understood": show(query), "papers": papers, "considered": considered})
    else:
        _lines(show(query), found, considered, since, until)


def _facts(each: Chosen, number: int, seen: Mapping[str, Sequence[Observation]]) -> Json:
    own: dict[str, Json] = {"number": number, "score": round(each.relevance.score, 4), "reason": reason(each)}
    return own | seen_facts(each.paper, seen)


def _lines(understood: str, found: Sequence[Chosen], considered: int, since: date, until: date) -> None:
    sys.stdout.write(f"{understood}: {len(found)} of {considered} papers on the lists of {since} to {until}\n")
    for each in found:
        sys.stdout.write(f"{each.relevance.score:.2f}  {each.paper.id}  {each.paper.title}  ({reason(each)})\n")


def reason(each: Chosen) -> str:
    """Return the words of the topic that a paper is about, as on its card."""
    return f"about: {', '.join(each.relevance.about)}" if each.relevance.about else ""
