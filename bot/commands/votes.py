"""/vote: what a person thinks of a paper."""

from __future__ import annotations

from datetime import datetime

from bot.commands.engine import WHICH_PAPER, Engine
from bot.errors import BadArgument
from bot.models import Command, Option, Request, Tally
from bot.page import Page
from bot.views import keeping as view

VOTE = Command(
    name="vote",
    summary="Say what you think of a paper; your vote counts once, and can be changed",
    usage="/vote <number|arXiv id|address> [up|down|none]",
    options=(WHICH_PAPER, Option(name="vote", description="What you think", choices=("up", "down", "none"))),
    examples=("/vote 1", "/vote 2604.01234 down"),
    private=True,
)
_VALUES = {"up": 1, "👍": 1, "+1": 1, "down": -1, "👎": -1, "-1": -1, "none": 0, "0": 0}


async def vote(engine: Engine, request: Request, now: datetime) -> Page:
    """One voice for each person; the same one again takes it back."""
    which, _, said = request.argument.strip().rpartition(" ")
    if said.casefold() not in _VALUES:
        which, said = request.argument.strip(), "up"
    if not which:
        raise BadArgument("A vote for which paper?", "Its number in the last list goes first: /vote 3 down")
    paper = await engine.pointed_at(request.chat, which, now)
    value = _VALUES[said.casefold()]
    if value and value == await engine.store.votes.of(request.chat, asking(request), paper.id):
        value = 0
    await engine.store.votes.put(request.chat, asking(request), paper.id, value, now)
    tallies = await engine.store.votes.tallies(request.chat, [paper.id])
    return view.voted(paper, value, tallies.get(paper.id, Tally(0, 0)))


def asking(request: Request) -> str:
    """Who asks; on a surface without persons, the chat itself."""
    return request.person or str(request.chat)
