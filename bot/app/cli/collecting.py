"""`paperboy collect`: one round, and what it brought."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, timedelta

from bot.app.cli.app import App, open_sources
from bot.domain.errors import SettingsError


async def collect(app: App, first: date | None, last: date | None, *, as_json: bool) -> int:
    """Read what is due, or the lists from `first` to `last`, the newest first. Ends with 1 where no source answered."""
    async with open_sources(app.settings) as sources:
        visits = await app.collector(sources).round(app.clock(), _days(first, last))
    for visit in visits:
        brought = f"{visit.papers} papers, {visit.observations} observations, {visit.requests} requests"
        ended = f"{brought}; then {visit.trouble}" if visit.trouble else brought
        sys.stdout.write(json.dumps(asdict(visit)) + "\n" if as_json else f"{visit.source}: {ended}\n")
    answered = any(visit.requests and not visit.trouble for visit in visits)
    return 0 if answered or not visits else 1


def _days(first: date | None, last: date | None) -> list[date]:
    if first is None:
        if last is not None:
            raise SettingsError("--to needs a --from")
        return []
    return [first + timedelta(days=age) for age in reversed(range(((last or first) - first).days + 1))]
