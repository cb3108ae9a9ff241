"""/vote: a person's vote on a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.commands.operations import Call, Controller, Operation
from bot.commands.options import WHICH_PAPER
from bot.domain.errors import BadArgument
from bot.domain.i18n import listing, tr
from bot.domain.identifiers import paper_id
from bot.domain.pages import Page
from bot.domain.requests import Command, Effect, Option, Request
from bot.domain.text import keyword, shorten
from bot.messages import keeping as view
from bot.services.bundle import Services
from bot.services.taste import asking

VOTE = Command(
    name="vote",
    summary=tr("Vote on a paper; you can change or remove your vote"),
    usage="/vote <number|arXiv id|DOI|link> [up|down|none]",
    options=(
        WHICH_PAPER,
        Option(name="vote", description=tr("Your vote; none removes it"), choices=("up", "down", "none")),
    ),
    examples=("/vote 1", "/vote 2604.01234 down", "/vote 1 none"),
    private=True,
)
_VALUES = {"up": 1, "👍": 1, "+1": 1, "down": -1, "👎": -1, "-1": -1, "none": 0, "0": 0}


@dataclass(frozen=True, slots=True)
class Vote:
    """A parsed vote."""

    #: a number, an id or a link
    paper: str
    #: 1, -1, or 0 for none
    value: int


async def _vote(services: Services, request: Request, vote: Vote, now: datetime) -> Page:
    """Set the person's vote; idempotent."""
    paper = await services.papers.resolve(request.chat, vote.paper, now)
    tally = await services.votes.vote(request.chat, asking(request), paper.id, vote.value, now)
    return view.voted(paper, vote.value, tally)


async def _ask(services: Services, request: Request, vote: Vote, now: datetime) -> Page:
    return view.ask_vote(await services.papers.resolve(request.chat, vote.paper, now))


_SET = Operation(name="set", effect=Effect.OWN, run=_vote, ask=_ask)
_REMOVE = Operation(name="remove", effect=Effect.OWN, run=_vote, ask=_ask)


def _parse(argument: str, now: datetime) -> Call[Vote]:
    which, _, said = argument.rpartition(" ")
    value = _VALUES.get(keyword(said))
    if which and value is None and (which.lstrip("#").isdecimal() or paper_id(which)):
        raise BadArgument(
            tr("“{vote}” isn't a vote.", vote=shorten(said, 40)),
            tr(
                "Send {commands}",
                commands=listing((f"/vote {which} {each}" for each in ("up", "down", "none")), alternatives=True),
            ),
        )
    if value is None:
        which, value = argument, 1
    if not which:
        raise BadArgument(
            tr("Which paper do you want to vote on?"),
            tr("Send its number from the last list first, for example: {command}", command="/vote 3 down"),
        )
    return (_SET if value else _REMOVE).of(Vote(which, value))


CONTROLLER = Controller(VOTE, (_SET, _REMOVE), _parse)
