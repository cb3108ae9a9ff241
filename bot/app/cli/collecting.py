"""`paperboy collect`: one round of fetching, and its results."""

from __future__ import annotations

import sys
from datetime import date, timedelta

from bot.app.cli.app import App, open_sources
from bot.app.cli.output import counted, write_json
from bot.app.cli.progress import status
from bot.domain.errors import UsageError
from bot.services.visits import Visit


async def collect(app: App, first: date | None, last: date | None, *, as_json: bool) -> int:
    """Fetch what is due, or the lists from `first` to `last`, newest first. Return 1 if no source answered.

    Raise `UsageError` for invalid days.
    """
    days = _days(first, last, app.clock().date())
    async with open_sources(app.settings, app.store.turns) as sources:
        with status("Reading the sources …"):
            visits = await app.collector(sources).round(app.clock(), days)
    if as_json:
        write_json([visit.facts() for visit in visits])
    elif app.settings.offline:
        sys.stdout.write("Offline: nothing was fetched, because PAPERBOY_OFFLINE is set.\n")
    else:
        sys.stdout.writelines(f"{visit.source}: {_outcome(visit)}\n" for visit in visits)
    answered = any(visit.requests and not visit.trouble for visit in visits)
    return 0 if answered or not any(visit.requests or visit.trouble for visit in visits) else 1


def _outcome(visit: Visit) -> str:
    if not (visit.requests or visit.trouble):
        return "nothing was due"
    papers = ((visit.papers, "paper"), (visit.observations, "observation"))
    about = ((visit.signals, "signal"),) if visit.signals else papers
    brought = ", ".join(counted(number, noun) for number, noun in (*about, (visit.requests, "request")))
    return f"{brought}; error: {visit.trouble}" if visit.trouble else brought


def _days(first: date | None, last: date | None, today: date) -> list[date]:
    """Return the days to fetch, newest first; none if none were given."""
    if first is None:
        if last is not None:
            raise UsageError("--to needs --from, the first day to fetch")
        return []
    last = last or first
    if last < first:
        raise UsageError(f"--to {last} is before --from {first}. Give the earlier day as --from.")
    if last > today:
        raise UsageError(f"There are no lists after today, {today}: choose an earlier day than {last}.")
    return [first + timedelta(days=age) for age in reversed(range((last - first).days + 1))]
