"""The one way in: whatever a person types, presses or chooses becomes a `Request`, and is answered with a `Page`."""

from __future__ import annotations

import difflib
import os
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.commands import (
    chat_data,
    deliveries,
    digests,
    mailing,
    papers,
    previewing,
    saved,
    status,
    subscribing,
    subscriptions,
    trending,
    votes,
    why,
)
from bot.commands.engine import Engine
from bot.commands.help import HELP, PRIVACY, help_page
from bot.errors import StoreError, UnknownCommand, UserError
from bot.logs import Log
from bot.models import Command, Request
from bot.page import Page
from bot.views import help as help_view
from bot.views import trouble

log = Log(__name__)

#: hears of every answer: the surface, the command's name (empty for none), and how many seconds it took
Observer = Callable[[str, str, float], None]
Answer = Callable[[Engine, Request, datetime], Awaitable[Page]]


async def _help(engine: Engine, request: Request, now: datetime) -> Page:
    return help_page(offered(mail=engine.mailing is not None), request.argument)


async def _privacy(engine: Engine, request: Request, now: datetime) -> Page:
    return help_view.privacy()


#: what there is, in the order in which help shows it
_TABLE: tuple[tuple[Command, Answer], ...] = (
    (trending.COMMAND, trending.answer),
    (digests.DIGEST, digests.again),
    (papers.PAPERS, papers.papers),
    (papers.PAPER, papers.paper),
    (papers.SIMILAR, papers.similar),
    (why.COMMAND, why.answer),
    (votes.VOTE, votes.vote),
    (saved.SAVE, saved.save),
    (saved.UNSAVE, saved.unsave),
    (saved.SAVED, saved.saved),
    (saved.BIBTEX, saved.bibtex),
    (subscribing.COMMAND, subscribing.answer),
    (mailing.EMAIL, mailing.email),
    (previewing.PREVIEW, previewing.preview),
    (subscriptions.SUBSCRIPTIONS, subscriptions.answer),
    (subscriptions.PAUSE, subscriptions.pause),
    (subscriptions.RESUME, subscriptions.resume),
    (subscriptions.UNSUBSCRIBE, subscriptions.unsubscribe),
    (status.COMMAND, status.answer),
    (deliveries.RESEND, deliveries.resend),
    (chat_data.EXPORT, chat_data.export),
    (chat_data.IMPORT, chat_data.take),
    (chat_data.FORGET, chat_data.forget),
    (HELP, _help),
    (PRIVACY, _privacy),
)
COMMANDS: tuple[Command, ...] = tuple(command for command, _ in _TABLE)

_ANSWERS = {name: (command, answer) for command, answer in _TABLE for name in (command.name, *command.aliases)}


def offered(*, mail: bool) -> tuple[Command, ...]:
    """The commands that can be answered: /email only where mail can be sent."""
    return COMMANDS if mail else tuple(command for command in COMMANDS if command is not mailing.EMAIL)


class Commands:
    """Answers requests. Never raises for what a person did, and hides no fault of ours."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], *, observed: Observer | None = None) -> None:
        """`observed` is told of every command that was answered."""
        self._engine = engine
        self._clock = clock
        self._observed = observed

    async def handle(self, request: Request) -> Page:
        """The answer to a request: what was asked for, why it cannot be had, or that the fault is ours."""
        now, started = self._clock(), time.monotonic()
        outcome = "answered"
        try:
            answer = _found(request.command)
            return await answer(self._engine, request, now)
        except UserError as error:
            outcome = type(error).__name__
            return trouble.refused(error)
        except StoreError as error:
            outcome = os.urandom(4).hex()
            log.error("database away", reference=outcome, command=request.command[:40], reason=str(error))
            return trouble.unavailable(outcome)
        except Exception:
            outcome = os.urandom(4).hex()
            log.exception("failed", reference=outcome, command=request.command[:40], chat=str(request.chat))
            return trouble.our_fault(outcome)
        finally:
            took_ms = round((time.monotonic() - started) * 1000)
            log.info("command", command=request.command[:40], chat=str(request.chat), outcome=outcome, took_ms=took_ms)
            if self._observed:
                self._observed(request.chat.surface, named(request.command), time.monotonic() - started)


def named(command: str) -> str:
    """The name of a command, whatever it was called by; empty where there is none."""
    found = _ANSWERS.get(command.casefold())
    return found[0].name if found else ""


def _found(name: str) -> Answer:
    """What answers the command of that name, or the error that names the nearest one."""
    if found := _ANSWERS.get(name.casefold()):
        return found[1]
    near = difflib.get_close_matches(name.casefold()[:40], _ANSWERS, 1)
    hint = f"Did you mean /{_ANSWERS[near[0]][0].name}?" if near else "/help shows what there is."
    raise UnknownCommand(f"There is no command /{name[:40]}.", hint)
