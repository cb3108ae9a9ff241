"""`paperboy index`: how the index is, or made anew."""

from __future__ import annotations

import json
import sys

from bot.app.cli.app import App
from bot.search.finder import Finder


async def index(app: App, what: str, *, as_json: bool) -> int:
    """Say how the index is, after making it anew where that is asked. Ends with 1 where it lacks papers."""
    finder = app.finder
    if finder is None:
        sys.stdout.write("There is no index here.\n")
        return 1
    if what == "rebuild":
        await finder.rebuild()
    stored = await app.store.papers.count()
    papers, cursor = await finder.status()
    sys.stdout.write(
        json.dumps(_facts(finder, papers, stored, cursor)) + "\n" if as_json else _told(finder, papers, stored)
    )
    return 0 if papers == stored else 1


def _told(finder: Finder, papers: int, stored: int) -> str:
    state = "has all of them" if papers == stored else "takes in the others at the next question"
    return f"{papers:,} of {stored:,} papers are in the index, which {state}.\nIt is in {finder.index.directory}.\n"


def _facts(finder: Finder, papers: int, stored: int, cursor: str) -> dict[str, str | int]:
    return {"papers": papers, "stored": stored, "followed_to": cursor, "directory": str(finder.index.directory)}
