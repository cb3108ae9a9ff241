"""`paperboy trending` and `paperboy papers`: one question, answered on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from bot.cli.app import App, Sources, open_sources
from bot.cli.exported import digest_facts, hits_facts
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
    if app.finder and command == "papers":
        await app.finder.follow()
    text = " ".join(words)
    async with open_sources(app.settings) if paper_id(text) else nullcontext(Sources()) as sources:
        return await app.commands(sources).handle(typed(f"/{command} {text}", _HERE, may_manage=True))


async def facts(app: App, command: str, words: Sequence[str]) -> None:
    """The same answer as JSON."""
    await app.refresh()
    if app.finder and command == "papers":
        await app.finder.follow()
    engine = app.engine(Sources())
    if command == "trending":
        window, sort, rest = understood(" ".join(words))
        found = digest_facts(await engine.digest(window, sort, parse(rest, app.clock().date()), app.clock()))
    else:
        query = parse(" ".join(words), app.clock().date())
        found = hits_facts(query, (await engine.on_topic(query, app.clock())).papers)
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
