"""Answer interactions within Discord's three seconds: with the page itself, or with a deferral followed by the page."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace

from adapters.discord import pages
from adapters.discord.api_errors import TOO_LATE
from adapters.discord.autocomplete import suggestions
from adapters.discord.components import Json
from adapters.discord.context import RegisteredCommands
from adapters.discord.custom_ids import ButtonAction, parse_custom_id
from adapters.discord.handler import (
    Answer,
    AnswerPage,
    InteractionHandler,
    InteractionRequest,
    NoAnswer,
    VoteAnswer,
    to_request,
)
from adapters.discord.interaction_reply import (
    Acknowledged,
    AnswerFailed,
    CallbackType,
    Deadlines,
    InteractionReply,
    NotAcknowledged,
)
from adapters.discord.interactions import IncomingInteraction, InteractionType
from adapters.discord.message import forms
from adapters.discord.rest import ApiError, Rest
from adapters.discord.schema import EPHEMERAL, OriginalMessage
from adapters.discord.vote_counts import VoteCounts
from adapters.kit.answering import answering
from adapters.kit.coalescing import Coalescer
from adapters.kit.dedupe import RecentIds
from adapters.kit.queues import Admission, InboundQueue
from adapters.kit.takeover import NotAnswered
from bot.commands.facade import BotService
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.messages import trouble

log = Log(__name__)


class DiscordResponder:
    """Answer interactions: those of one person in order, those of different people concurrently."""

    def __init__(
        self,
        rest: Rest,
        service: BotService,
        handler: InteractionHandler,
        queue: InboundQueue,
        coalescer: Coalescer,
        *,
        deadlines: Deadlines | None = None,
        registered: RegisteredCommands | None = None,
    ) -> None:
        self._rest = rest
        self._registered = registered or RegisteredCommands()
        self._service = service
        self._handler = handler
        self._queue = queue
        self._tallies = VoteCounts(service, coalescer)
        self._deadlines = deadlines or Deadlines()
        self._recent = RecentIds()

    async def respond(self, incoming: IncomingInteraction) -> None:
        """Answer an interaction. Failures are logged once with their reason, and the person is told about internal
        errors.
        """
        if not self._recent.add(incoming.id):
            log.info("duplicate interaction", chat=str(incoming.chat))
            return
        reply = InteractionReply(rest=self._rest, incoming=incoming, deadlines=self._deadlines)
        with answering(self._service, incoming.chat.surface, incoming.id):
            await self._respond_or_explain(incoming, reply)

    async def _respond_or_explain(self, incoming: IncomingInteraction, reply: InteractionReply) -> None:
        try:
            await self._respond(incoming, reply)
        except (AnswerFailed, ApiError) as error:
            _log_unanswered(incoming, error)
        except asyncio.CancelledError:
            if await _awaits_answer(reply):
                await self._show_instead(reply, await self._handler.notice(incoming, pages.restarting()))
                # the person presses again, so the next process must not take it up as well
                await self._service.forgo(incoming.chat.surface, incoming.id)
            raise
        except Exception:
            reference = os.urandom(4).hex()
            log.exception("answering failed", reference=reference, chat=str(incoming.chat))
            await self.report_fault(reply, reference)

    async def take_up(
        self,
        incoming: IncomingInteraction,
        reply: InteractionReply,
        original: OriginalMessage | None,
        *,
        done: bool = False,
    ) -> None:
        """Answer an interaction in the place of a process that has acknowledged it and died.

        `original` is what it shows now; None if that was deleted. If it is `done`, nothing is run.
        Raise `NotAnswered` or `StoreError` if the database is unavailable.
        """
        reply.callback = CallbackType.DEFER if original and original.loading else CallbackType.DEFER_UPDATE
        reply.public = bool(original and original.loading and not original.ephemeral) and not incoming.direct
        try:
            answer = await self._handler.answer(incoming, _requested(incoming, self._handler), taken_up=True, done=done)
            if original is None and not isinstance(answer, NoAnswer):
                shown = answer.shown if isinstance(answer, VoteAnswer) else answer
                await _first_accepted(reply.follow_up, self._bodies(shown))
            else:
                await self._answer_deferred(incoming, reply, answer)
        except (AnswerFailed, ApiError) as error:
            _log_unanswered(incoming, error)
        except (NotAnswered, StoreError):
            raise
        except Exception:
            reference = os.urandom(4).hex()
            log.exception("answering failed", reference=reference, chat=str(incoming.chat))
            await self.report_fault(reply, reference)

    async def answer_unparsed(self, incoming: IncomingInteraction, reference: str) -> None:
        """Answer an interaction that could not be parsed with the reference in the log."""
        if self._recent.add(incoming.id):
            await self.report_fault(
                InteractionReply(rest=self._rest, incoming=incoming, deadlines=self._deadlines), reference
            )

    async def report_fault(self, reply: InteractionReply, reference: str) -> None:
        """Report an internal error in place of a deferred answer."""
        await self._show_instead(reply, await self._handler.notice(reply.incoming, trouble.our_fault(reference)))

    async def _show_instead(self, reply: InteractionReply, shown: AnswerPage) -> None:
        """Show an error or a notice instead of the answer."""
        try:
            match reply.callback:
                case None if reply.incoming.kind is InteractionType.AUTOCOMPLETE:
                    await reply.call_back(CallbackType.AUTOCOMPLETE, {"choices": []})
                case None:
                    await self._send(reply, shown)
                case CallbackType.AUTOCOMPLETE | CallbackType.MODAL:
                    return
                case _:
                    await self._refuse(reply, shown)
        except (AnswerFailed, ApiError) as error:
            _log_unanswered(reply.incoming, error)

    async def _respond(self, incoming: IncomingInteraction, reply: InteractionReply) -> None:
        if incoming.kind is InteractionType.AUTOCOMPLETE:
            choices = await suggestions(self._service, self._handler, incoming, self._deadlines.autocomplete_within)
            await reply.call_back(CallbackType.AUTOCOMPLETE, {"choices": choices})
            return
        found = parse_custom_id(incoming.data.custom_id) if incoming.kind is InteractionType.COMPONENT else None
        if found is not None and found.act is ButtonAction.MODAL:
            form = await self._handler.opened_form(incoming, found)
            if isinstance(form, AnswerPage):
                await self._send(reply, form)
            else:
                await reply.call_back(CallbackType.MODAL, form)
            return
        await self._answer(
            incoming,
            _requested(incoming, self._handler),
            reply,
        )

    async def _answer(
        self, incoming: IncomingInteraction, request: InteractionRequest, reply: InteractionReply
    ) -> None:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        match self._queue.put(incoming.person or incoming.channel, self._answer_job(incoming, request, answer)):
            case Admission.OVERLOADED:
                log.warning("too many requests of one person", chat=str(incoming.chat))
                await self._send(reply, await self._handler.notice(incoming, pages.overloaded()))
                return
            case Admission.DROPPED:
                # a press can be acknowledged without a message; a command cannot
                if incoming.kind is not InteractionType.COMMAND:
                    await reply.call_back(CallbackType.DEFER_UPDATE, {})
                return
            case Admission.QUEUED:
                pass
        done, _ = await asyncio.wait([answer], timeout=reply.remaining)
        if done:
            await self._answer_in_callback(incoming, reply, answer.result())
            return
        kind, data = _deferral(incoming, request)
        # the process that acknowledged it may have died since, so the answer is written in any case
        await reply.call_back(kind, data)
        await self._answer_deferred(incoming, reply, await answer)

    def _answer_job(
        self, incoming: IncomingInteraction, request: InteractionRequest, answer: asyncio.Future[Answer]
    ) -> Callable[[], Awaitable[None]]:
        """Return the job that computes the answer. An exception becomes an answer with a reference."""

        async def job() -> None:
            if answer.cancelled():
                # the process is ending, and the person was told so
                return
            try:
                found = await self._handler.answer(incoming, request)
            except Exception:
                reference = os.urandom(4).hex()
                log.exception(
                    "command failed", reference=reference, chat=str(incoming.chat), command=request.command[:40]
                )
                found = await self._handler.notice(incoming, trouble.our_fault(reference))
            if not answer.done():
                answer.set_result(found)

        return job

    async def _answer_in_callback(self, incoming: IncomingInteraction, reply: InteractionReply, answer: Answer) -> None:
        """Answer in the callback, as nothing was deferred."""
        match answer:
            case NoAnswer():
                return
            case AnswerPage():
                await self._send(reply, answer)
            case VoteAnswer(shown=shown) if incoming.shows_votes:
                try:
                    await reply.call_back(CallbackType.DEFER_UPDATE, {})
                except AnswerFailed:
                    # the vote is counted, and an earlier press has left a token with which to redraw
                    self._tallies.changed(incoming)
                    raise
                await self._confirm_vote(incoming, reply, answer, shown)
            case VoteAnswer(shown=shown):
                self._tallies.changed_elsewhere(incoming)
                await self._send(reply, shown)

    async def _answer_deferred(self, incoming: IncomingInteraction, reply: InteractionReply, answer: Answer) -> None:
        """Answer after a deferral."""
        match answer:
            case NoAnswer():
                return
            case VoteAnswer(shown=shown) if incoming.shows_votes:
                await self._confirm_vote(incoming, reply, answer, shown)
                return
            case VoteAnswer(shown=shown):
                self._tallies.changed_elsewhere(incoming)
            case AnswerPage() as shown:
                pass
        if shown.page.refused:
            await self._refuse(reply, shown)
        else:
            await _first_accepted(reply.edit, self._bodies(shown))

    async def _refuse(self, reply: InteractionReply, shown: AnswerPage) -> None:
        """Show a refusal after a deferral: ephemeral, and without replacing a page."""
        if reply.callback is CallbackType.DEFER and not reply.public:
            await _first_accepted(reply.edit, self._bodies(shown))
            return
        if reply.public:
            await reply.delete()
        await _first_accepted(reply.follow_up, self._bodies(shown))

    async def _confirm_vote(
        self, incoming: IncomingInteraction, reply: InteractionReply, voted: VoteAnswer, shown: AnswerPage
    ) -> None:
        """Redraw the counts on the message, and tell the person what was counted."""
        self._tallies.voted(incoming, reply, voted.chat)
        await _first_accepted(reply.follow_up, self._bodies(shown))

    async def _send(self, reply: InteractionReply, shown: AnswerPage) -> None:
        kind = CallbackType.UPDATE if shown.in_place else CallbackType.MESSAGE

        async def say(body: Json) -> None:
            if await reply.call_back(kind, body) is Acknowledged.BEFORE:
                await reply.edit(body)

        await _first_accepted(say, self._bodies(shown))

    def _bodies(self, shown: AnswerPage) -> Iterator[Json]:
        context = replace(shown.context, commands=self._registered.ids)
        yield from forms(shown.page, context, flags=EPHEMERAL if shown.ephemeral else 0)


def _requested(incoming: IncomingInteraction, handler: InteractionHandler) -> InteractionRequest:
    return to_request(incoming, handler.known) or InteractionRequest(command="help", argument="")


async def _awaits_answer(reply: InteractionReply) -> bool:
    """Return whether a person still waits for the answer that was deferred. During a hand-over both processes have the
    interaction, and the answer of the other one must not be replaced.
    """
    if reply.callback is not CallbackType.DEFER:
        return reply.callback is CallbackType.DEFER_UPDATE
    try:
        original = await reply.original_message()
    except (AnswerFailed, NotAcknowledged):
        return False
    return original is not None and original.loading


def _log_unanswered(incoming: IncomingInteraction, error: AnswerFailed | ApiError) -> None:
    late = isinstance(error, AnswerFailed) and error.code == TOO_LATE
    log.warning("too late" if late else "not answered", chat=str(incoming.chat), reason=str(error))


def _deferral(incoming: IncomingInteraction, request: InteractionRequest) -> tuple[CallbackType, Json]:
    """Return the deferral, with the visibility that the answer will have."""
    if request.in_place or (request.command == "vote" and incoming.shows_votes):
        return CallbackType.DEFER_UPDATE, {}
    return CallbackType.DEFER, {} if incoming.direct or request.for_all else {"flags": EPHEMERAL}


async def _first_accepted(call: Callable[[Json], Awaitable[None]], bodies: Iterable[Json]) -> None:
    """Make a call with the first form of the page that is accepted. Raise `AnswerFailed`, or `ApiError` if none is."""
    refused: ApiError | None = None
    for body in bodies:
        try:
            await call(body)
            return
        except ApiError as error:
            refused = error
            log.warning("message form refused", reason=str(error))
    raise refused or AssertionError("no form")
