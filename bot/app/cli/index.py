"""`paperboy index`: the state of the search index, and rebuilding it."""

from __future__ import annotations

import sys

from bot.app.cli.app import App
from bot.app.cli.output import write_json
from bot.app.cli.progress import polled
from bot.search.finder import Finder
from bot.storage import Store


async def index(app: App, what: str, *, as_json: bool) -> int:
    """Print the state of the index, after rebuilding it if requested. Return 1 if it lacks papers."""
    finder = app.finder
    if finder is None:
        sys.stdout.write("There is no search index.\n")
        return 1
    if what == "rebuild":
        async with polled("Indexing", await app.store.papers.count(), lambda: _indexed(finder)):
            await finder.rebuild()
    if what == "encode" and not await _encode(app.store, finder):
        return 1
    stored = await app.store.papers.count()
    papers, cursor = await finder.status()
    if as_json:
        write_json(_facts(finder, papers, stored, cursor))
    else:
        sys.stdout.write(_told(finder, papers, stored))
    return 0 if papers == stored else 1


async def _encode(store: Store, finder: Finder) -> bool:
    """Compute the missing vectors; return False if there is no encoder."""
    meaning = finder.semantic
    if meaning is None or not (key := await meaning.key()):
        sys.stdout.write("There is no encoder here. Set PAPERBOY_ENCODER; paperboy doctor says more.\n")
        return False

    async def made() -> int:
        return await store.vectors.count(key)

    async with polled("Encoding", await store.papers.count(), made):
        await meaning.follow()
    return True


async def catch_up(store: Store, finder: Finder) -> None:
    """Bring the index up to date, with a progress bar the first time, and load the encoder if there is one."""
    await load_encoder(finder)
    if await _indexed(finder):
        await finder.follow()
        return
    async with polled("Indexing", await store.papers.count(), lambda: _indexed(finder)):
        await finder.follow()


async def load_encoder(finder: Finder | None) -> None:
    """Wait for the encoder, if there is one: a search starts without it while it is being loaded."""
    if finder and finder.semantic:
        await finder.semantic.key()


async def _indexed(finder: Finder) -> int:
    return (await finder.status())[0]


def _told(finder: Finder, papers: int, stored: int) -> str:
    state = "it is complete" if papers == stored else "the rest is added before the next search"
    return f"{papers:,} of {stored:,} papers are in the index; {state}.\nFiles: {finder.index.directory}\n"


def _facts(finder: Finder, papers: int, stored: int, cursor: str) -> dict[str, str | int]:
    return {"papers": papers, "stored": stored, "followed_to": cursor, "directory": str(finder.index.directory)}
