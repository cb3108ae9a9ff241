"""/vote: what a person thinks of a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.commands.engine import WHICH_PAPER, Engine
from bot.commands.operations import Call, Controller, Operation
from bot.errors import BadArgument
from bot.models import Command, Effect, Option, Request, Tally
from bot.page import Page
from bot.text import keyword
from bot.views import keeping as view

VOTE = Command(
    name="vote",
    summary="Say what you think of a paper; your vote counts once, and can be changed",
    usage="/vote <number|arXiv id|address> [up|down|none]",
    options=(WHICH_PAPER, Option(name="vote", description="What you think", choices=("up", "down", "none"))),
    examples=("/vote 1", "/vote 2604.01234 down", "/vote 1 none"),
    private=True,
)
_VALUES = {"up": 1, "👍": 1, "+1": 1, "down": -1, "👎": -1, "-1": -1, "none": 0, "0": 0}


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote as it was typed."""

    #: a number, an id or an address
    paper: str
    #: 1, -1, or 0 for none
    value: int


async def _vote(engine: Engine, request: Request, vote: Vote, now: datetime) -> Page:
    """Set the person's vote. The same again changes nothing."""
    paper = await engine.pointed_at(request.chat, vote.paper, now)
    await engine.store.votes.put(request.chat, asking(request), paper.id, vote.value, now)
    tallies = await engine.store.votes.tallies(request.chat, [paper.id])
    return view.voted(paper, vote.value, tallies.get(paper.id, Tally(0, 0)))


async def _ask(engine: Engine, request: Request, vote: Vote, now: datetime) -> Page:
    return view.ask_vote(await engine.pointed_at(request.chat, vote.paper, now))


_SET = Operation(name="set", effect=Effect.OWN, run=_vote, ask=_ask)
_REMOVE = Operation(name="remove", effect=Effect.OWN, run=_vote, ask=_ask)


def _parse(argument: str, now: datetime) -> Call[Vote]:
    which, _, said = argument.rpartition(" ")
    value = _VALUES.get(keyword(said))
    if value is None:
        which, value = argument, 1
    if not which:
        raise BadArgument("A vote for which paper?", "Its number in the last list goes first: /vote 3 down")
    return (_SET if value else _REMOVE).of(Vote(which, value))


CONTROLLER = Controller(VOTE, (_SET, _REMOVE), _parse)


def asking(request: Request) -> str:
    """Who asks; on a surface without persons, the chat itself."""
    return request.person or str(request.chat)
