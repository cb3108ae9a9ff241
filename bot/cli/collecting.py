"""`paperboy collect`: one round, and what it brought."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from bot.cli.app import App, open_sources


async def collect(app: App, *, as_json: bool) -> int:
    """Read every source that may be asked. Ends with 1 where none of them answered."""
    async with open_sources(app.settings) as sources:
        visits = await app.collector(sources).round(app.clock())
    for visit in visits:
        brought = f"{visit.papers} papers, {visit.observations} observations, {visit.requests} requests"
        ended = f"{brought}; then {visit.trouble}" if visit.trouble else brought
        sys.stdout.write(json.dumps(asdict(visit)) + "\n" if as_json else f"{visit.source}: {ended}\n")
    answered = any(visit.requests and not visit.trouble for visit in visits)
    return 0 if answered or not visits else 1
