"""The single entry point: answers each `Request` with a `Page`, in the person's language."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.commands.chat_data import FORGET
from bot.commands.dispatch import Dispatcher, Repeated, normalized, parsed
from bot.commands.interaction_claims import InteractionClaims
from bot.commands.managed_chats import pointed
from bot.commands.subscription_form import SubscriptionForm, form_of
from bot.commands.table import COMMANDS, named, offered
from bot.domain.asker import on_behalf_of
from bot.domain.errors import StoreError, UserError
from bot.domain.log import Log
from bot.domain.pages import Page, without_thumbnails
from bot.domain.requests import Request
from bot.messages import trouble
from bot.messages.localization import localized
from bot.services.bundle import Services

__all__ = ["COMMANDS", "Commands", "Observer", "Reply", "named", "offered"]

log = Log(__name__)

#: called for every answer with the surface, the command's name (empty if none) and the seconds that it took
Observer = Callable[[str, str, float], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, with the command that was answered."""

    #: the name of the command that a request was understood as; empty for small talk and unknown commands
    command: str
    #: the argument, as typed or as plain text was understood
    argument: str
    page: Page


class Commands:
    """Answers requests. Never raises: errors become pages, and unexpected ones are logged."""

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
        *,
        observed: Observer | None = None,
        crash: Callable[[str], None] | None = None,
    ) -> None:
        """`observed` is called for every answer, `crash` at places where a test may end the process."""
        self._services = services
        self._dispatcher = Dispatcher(services, clock, crash)
        self._clock = clock
        self._observed = observed

    @property
    def claims(self) -> InteractionClaims:
        """The claims of interactions."""
        return self._dispatcher.claims

    async def handle(self, request: Request) -> Page:
        """Return the answer to a request: the requested page, or one whose `trouble` says why there is none.

        Links and inline queries change nothing: they are answered with a page that asks for confirmation. Operations
        that change or delete data of the chat need `may_manage`. Each `interaction` changes something at most once.
        """
        return (await self.respond(request)).page

    async def respond(self, request: Request) -> Reply:
        """Return the answer with the command that the request was understood as."""
        with on_behalf_of(f"{request.chat.surface}:{request.person or request.chat}"):
            reply = await self._respond(request)
            if not self._services.thumbnails:
                reply = replace(reply, page=without_thumbnails(reply.page))
            return replace(reply, page=localized(reply.page, await self._language(request, reply)))

    async def subscription_form(self, request: Request) -> SubscriptionForm | Page:
        """Return the filled-in form of the subscription that a request points at, or a refusal. Raise `StoreError`."""
        now = self._clock()
        try:
            call = parsed(normalized(request), now)
            argument = call.argument if isinstance(call.argument, str) else ""
            return form_of((await pointed(self._services, request, argument, now)).subscription)
        except UserError as error:
            return localized(trouble.refused(error), await self._services.languages.of_answer(request))

    async def _language(self, request: Request, reply: Reply) -> str:
        """Return the tag of the language of an answer. After /forget nothing new is saved."""
        languages = self._services.languages
        if reply.command == FORGET.name or reply.page.refused:
            return await languages.of_answer(request)
        return await languages.of_answer_and_learn(request, self._clock())

    async def _respond(self, request: Request) -> Reply:
        now, started = self._clock(), time.monotonic()
        outcome = "answered"
        try:
            if request.done:
                outcome = "done before"
                return _reply(request, await self._dispatcher.report_done(request))
            resolved = await self._dispatcher.resolve(request, now)
            if isinstance(resolved, Page):
                outcome = "small talk"
                return Reply("", "", resolved)
            request = resolved
            return _reply(request, await self._dispatcher.perform(request, now))
        except UserError as error:
            outcome = type(error).__name__
            return _reply(request, trouble.refused(error))
        except Repeated:
            outcome = "repeated"
            return _reply(request, trouble.repeated())
        except StoreError as error:
            outcome = "busy"
            log.error("store", reason=str(error), command=request.command[:40], chat=str(request.chat))
            return _reply(request, trouble.busy())
        except Exception:
            outcome = os.urandom(4).hex()
            log.exception("failed", reference=outcome, command=request.command[:40], chat=str(request.chat))
            return _reply(request, trouble.our_fault(outcome))
        finally:
            took_ms = round((time.monotonic() - started) * 1000)
            log.info("command", command=request.command[:40], chat=str(request.chat), outcome=outcome, took_ms=took_ms)
            if self._observed:
                self._observed(request.chat.surface, named(request.command), time.monotonic() - started)


def _reply(request: Request, page: Page) -> Reply:
    return Reply(named(request.command), request.argument, page)
