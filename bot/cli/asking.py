"""`paperboy trending` and `paperboy papers`: one question, answered on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from bot.cli.app import App, Sources, open_sources
from bot.cli.exported import digest_facts, hits_facts
from bot.commands.engine import Engine
from bot.commands.trending import understood
from bot.commands.typed import typed
from bot.identity import paper_id
from bot.models import Chat
from bot.page import Page
from bot.query import parse

#: numbers asked for later in `paperboy chat` mean this list
_HERE = Chat("console", "terminal")


async def page(app: App, command: str, words: Sequence[str]) -> Page:
    """The same page that every surface shows. The sources are at hand only where a paper is asked for by its id."""
    await app.refresh()
    text = " ".join(words)
    async with open_sources(app.settings) if paper_id(text) else nullcontext(Sources()) as sources:
        return await app.commands(sources).handle(typed(f"/{command} {text}", _HERE, may_manage=True))


async def facts(app: App, command: str, words: Sequence[str]) -> None:
    """The same answer as JSON."""
    await app.refresh()
    engine = Engine(app.store)
    if command == "trending":
        now = app.clock()
        wanted = understood(" ".join(words), now.date())
        found = digest_facts(await engine.digest(wanted.window, wanted.sort, parse(wanted.words), wanted.moment(now)))
    else:
        query = parse(" ".join(words))
        found = hits_facts(query, await engine.on_topic(query))
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
