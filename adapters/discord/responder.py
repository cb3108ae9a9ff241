"""Answer interactions within Discord's three seconds: with the page itself, or with a deferral followed by the page."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator

from adapters.discord.answers import Answer, AnswerPage, Answers, InteractionRequest, Nothing, Voted, refusal, wish
from adapters.discord.api_errors import TOO_LATE
from adapters.discord.buttons import Act, pressed
from adapters.discord.forms import form
from adapters.discord.interactions import IncomingInteraction, Kind
from adapters.discord.layout import Json
from adapters.discord.message import EPHEMERAL, forms
from adapters.discord.replying import Acknowledged, First, GivenUp, Reply, Timing
from adapters.discord.rest import Refusal, Rest
from adapters.discord.suggesting import suggestions
from adapters.discord.tallies import Tallies
from adapters.kit.coalescing import Coalescer
from adapters.kit.dedupe import RecentIds
from adapters.kit.queues import Admission, InboundQueue
from bot.commands.facade import BotService
from bot.domain.log import Log
from bot.domain.pages import Page, Trouble
from bot.messages import trouble

log = Log(__name__)

_OVERLOADED = Page(
    title="One thing after the other",
    intro="You have asked for many things at once. Those before this one are answered; ask again when they are.",
    trouble=Trouble.REFUSED,
)


_RESTARTING = Page(
    title="I am being restarted",
    intro="Your answer was not ready in time. Ask again in a minute; what was to be changed may have been changed.",
    trouble=Trouble.BUSY,
)


class Responder:
    """Answer interactions: those of one person in order, those of different people concurrently."""

    def __init__(
        self,
        rest: Rest,
        desk: BotService,
        answers: Answers,
        queue: InboundQueue,
        coalescer: Coalescer,
        *,
        timing: Timing | None = None,
    ) -> None:
        self._rest = rest
        self._desk = desk
        self._answers = answers
        self._queue = queue
        self._tallies = Tallies(desk, coalescer)
        self._timing = timing or Timing()
        self._recent = RecentIds()

    async def respond(self, asked: IncomingInteraction) -> None:
        """Answer an interaction. Failures are logged once with their reason, and the person is told about internal
        errors.
        """
        if not self._recent.add(asked.id):
            log.info("heard again", chat=str(asked.chat))
            return
        reply = Reply(rest=self._rest, asked=asked, timing=self._timing)
        try:
            await self._respond(asked, reply)
        except (GivenUp, Refusal) as error:
            _log_unanswered(asked, error)
        except asyncio.CancelledError:
            if reply.made in (First.DEFER, First.DEFER_UPDATE):
                await self._instead(reply, refusal(asked, _RESTARTING))
            raise
        except Exception:
            reference = os.urandom(4).hex()
            log.exception("answering failed", reference=reference, chat=str(asked.chat))
            await self.apologize(reply, reference)

    async def unread(self, asked: IncomingInteraction, reference: str) -> None:
        """Answer an interaction that could not be parsed with the reference in the log."""
        if self._recent.add(asked.id):
            await self.apologize(Reply(rest=self._rest, asked=asked, timing=self._timing), reference)

    async def apologize(self, reply: Reply, reference: str) -> None:
        """Report an internal error in place of a deferred answer."""
        await self._instead(reply, refusal(reply.asked, trouble.our_fault(reference)))

    async def _instead(self, reply: Reply, shown: AnswerPage) -> None:
        """Show an error or a notice instead of the answer."""
        try:
            match reply.made:
                case None if reply.asked.kind is Kind.COMPLETION:
                    await reply.first(First.COMPLETE, {"choices": []})
                case None:
                    await self._say(reply, shown)
                case First.COMPLETE | First.FORM:
                    return
                case _:
                    await self._refuse(reply, shown)
        except (GivenUp, Refusal) as error:
            _log_unanswered(reply.asked, error)

    async def _respond(self, asked: IncomingInteraction, reply: Reply) -> None:
        if asked.kind is Kind.COMPLETION:
            choices = await suggestions(self._desk, self._answers.known, asked, self._timing.suggest_within)
            await reply.first(First.COMPLETE, {"choices": choices})
            return
        found = pressed(asked.data.custom_id) if asked.kind is Kind.PRESS else None
        if found is not None and found.act is Act.FORM:
            await reply.first(First.FORM, form(found.command, found.place))
            return
        await self._answer(
            asked, wish(asked, self._answers.known) or InteractionRequest(command="help", argument=""), reply
        )

    async def _answer(self, asked: IncomingInteraction, wanted: InteractionRequest, reply: Reply) -> None:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        match self._queue.put(asked.person or asked.channel, self._work(asked, wanted, answer)):
            case Admission.OVERLOADED:
                log.warning("overloaded", chat=str(asked.chat))
                await self._say(reply, refusal(asked, _OVERLOADED))
                return
            case Admission.DROPPED:
                # a press can be acknowledged without a message; a command cannot
                if asked.kind is not Kind.COMMAND:
                    await reply.first(First.DEFER_UPDATE, {})
                return
            case Admission.QUEUED:
                pass
        done, _ = await asyncio.wait([answer], timeout=reply.remaining)
        if done:
            await self._at_once(asked, reply, answer.result())
            return
        kind, data = _promise(asked, wanted)
        # the process that acknowledged it may have died since, so the answer is written in any case
        await reply.first(kind, data)
        await self._promised(asked, reply, await answer)

    def _work(
        self, asked: IncomingInteraction, wanted: InteractionRequest, answer: asyncio.Future[Answer]
    ) -> Callable[[], Awaitable[None]]:
        """Return the job that computes the answer. An exception becomes an answer with a reference."""

        async def job() -> None:
            try:
                found = await self._answers.to(asked, wanted)
            except Exception:
                reference = os.urandom(4).hex()
                log.exception("not found", reference=reference, chat=str(asked.chat), command=wanted.command[:40])
                found = refusal(asked, trouble.our_fault(reference))
            if not answer.done():
                answer.set_result(found)

        return job

    async def _at_once(self, asked: IncomingInteraction, reply: Reply, answer: Answer) -> None:
        """Answer in the callback, as nothing was deferred."""
        match answer:
            case Nothing():
                return
            case AnswerPage():
                await self._say(reply, answer)
            case Voted(shown=shown) if asked.counts:
                try:
                    await reply.first(First.DEFER_UPDATE, {})
                except GivenUp:
                    # the vote is counted, and an earlier press has left a token with which to redraw
                    self._tallies.changed(asked)
                    raise
                await self._after_vote(asked, reply, answer, shown)
            case Voted(shown=shown):
                self._tallies.changed_elsewhere(asked)
                await self._say(reply, shown)

    async def _promised(self, asked: IncomingInteraction, reply: Reply, answer: Answer) -> None:
        """Answer after a deferral."""
        match answer:
            case Nothing():
                return
            case Voted(shown=shown) if asked.counts:
                await self._after_vote(asked, reply, answer, shown)
                return
            case Voted(shown=shown):
                self._tallies.changed_elsewhere(asked)
            case AnswerPage() as shown:
                pass
        if shown.page.refused:
            await self._refuse(reply, shown)
        else:
            await _in_some_form(reply.edit, _bodies(shown))

    async def _refuse(self, reply: Reply, shown: AnswerPage) -> None:
        """Show a refusal after a deferral: ephemeral, and without replacing a page."""
        if reply.made is First.DEFER and not reply.public:
            await _in_some_form(reply.edit, _bodies(shown))
            return
        if reply.public:
            await reply.remove()
        await _in_some_form(reply.follow, _bodies(shown))

    async def _after_vote(self, asked: IncomingInteraction, reply: Reply, voted: Voted, shown: AnswerPage) -> None:
        """Redraw the counts on the message, and tell the person what was counted."""
        self._tallies.voted(asked, reply, voted.chat)
        await _in_some_form(reply.follow, _bodies(shown))

    async def _say(self, reply: Reply, shown: AnswerPage) -> None:
        kind = First.UPDATE if shown.in_place else First.SAY

        async def say(body: Json) -> None:
            if await reply.first(kind, body) is Acknowledged.BEFORE:
                await reply.edit(body)

        await _in_some_form(say, _bodies(shown))


def _log_unanswered(asked: IncomingInteraction, error: GivenUp | Refusal) -> None:
    late = isinstance(error, GivenUp) and error.code == TOO_LATE
    log.warning("too late" if late else "not answered", chat=str(asked.chat), reason=str(error))


def _promise(asked: IncomingInteraction, wanted: InteractionRequest) -> tuple[First, Json]:
    """Return the deferral, with the visibility that the answer will have."""
    if wanted.in_place or (wanted.command == "vote" and asked.counts):
        return First.DEFER_UPDATE, {}
    return First.DEFER, {} if asked.alone or wanted.for_all else {"flags": EPHEMERAL}


def _bodies(shown: AnswerPage) -> Iterator[Json]:
    yield from forms(shown.page, shown.setting, flags=EPHEMERAL if shown.quietly else 0)


async def _in_some_form(call: Callable[[Json], Awaitable[None]], bodies: Iterable[Json]) -> None:
    """Make a call with the first form of the page that is accepted. Raise `GivenUp`, or `Refusal` if none is."""
    refused: Refusal | None = None
    for body in bodies:
        try:
            await call(body)
            return
        except Refusal as error:
            refused = error
            log.warning("another form", reason=str(error))
    raise refused or AssertionError("there is always a form")
