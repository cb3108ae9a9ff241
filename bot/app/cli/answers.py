"""`paperboy trending` and `paperboy papers`: print the answer to one request."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

from bot.app.cli.app import App, Sources, open_sources
from bot.app.cli.exported import digest_facts, hits_facts
from bot.app.cli.index import catch_up
from bot.app.cli.output import write_json
from bot.app.cli.progress import status
from bot.commands.trending import understood
from bot.commands.typed import typed
from bot.domain.identifiers import paper_id
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.query import parse

#: the chat of `paperboy chat`, where numbers then refer to this list
_HERE = Chat("console", "terminal")


async def page(app: App, command: str, words: Sequence[str]) -> Page:
    """Return the page that every surface would show."""
    await _prepare(app, command)
    text = " ".join(words)
    async with _sources(app, command, text) as sources:
        return await app.commands(sources).handle(typed(f"/{command} {text}", _HERE, may_manage=True))


async def facts(app: App, command: str, words: Sequence[str]) -> None:
    """Print the answer as JSON."""
    await _prepare(app, command)
    text, now = " ".join(words), app.clock()
    async with _sources(app, command, text) as sources:
        services = app.services(sources)
        if command == "trending":
            wanted = understood(text, now.date())
            query = parse(wanted.words, now.date())
            told = digest_facts(await services.digests.digest(wanted.window, wanted.sort, query, wanted.moment(now)))
        else:
            query = parse(text, now.date())
            found = await services.search.find(query, now)
            listed = await services.search.read(found, 0, query.limit)
            seen = await app.store.observations([paper.id for paper in listed], now)
            told = hits_facts(query, found, listed, seen)
    write_json(told)


async def _prepare(app: App, command: str) -> None:
    with status("Reading the sources …"):
        await app.refresh()
    if app.finder and command == "papers":
        await catch_up(app.store, app.finder)


def _sources(app: App, command: str, text: str) -> AbstractAsyncContextManager[Sources]:
    """Open the sources if the request is for a paper by id, or for a topic that may have few stored papers."""
    wanted = paper_id(text) or (command == "papers" and app.settings.search_sources)
    return open_sources(app.settings, app.store.turns) if wanted else nullcontext(Sources())
