"""Within three seconds: the answer itself, or word that it is coming."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from adapters.discord.answers import Answer, Answers, Relabelled, Wish, wish
from adapters.discord.asked import Asked, Kind
from adapters.discord.buttons import Act, pressed
from adapters.discord.forms import form
from adapters.discord.layout import Json
from adapters.discord.message import EPHEMERAL, V2, forms
from adapters.discord.refusals import GIVEN, TOO_LATE, form_refused
from adapters.discord.rest import Refusal, Rest, Unanswered, Waiting
from bot.desk import Desk
from bot.logs import Log
from bot.models import Chat, Suggestion

log = Log(__name__)

#: types of first answers
_SAY, _DEFER, _DEFER_UPDATE, _UPDATE, _COMPLETE, _FORM = 4, 5, 6, 7, 8, 9
#: of the three seconds: what is not ready by then is promised, and what only helps is left out
_PROMISE_AFTER, _HELP_WITHIN = 1.2, 2.0
_LONGEST_SUGGESTION = 100


class Responder:
    """Answers what people do, one thing after the other or many at once."""

    def __init__(self, rest: Rest, desk: Desk, answers: Answers) -> None:
        self._rest = rest
        self._desk = desk
        self._answers = answers

    async def respond(self, asked: Asked) -> None:
        """Answer. What comes too late or is given twice is logged, as nothing else can be done about it."""
        try:
            await self._respond(asked)
        except (Refusal, Waiting, Unanswered) as error:
            code = error.trouble.code if isinstance(error, Refusal) else 0
            known = {TOO_LATE: "too late", GIVEN: "answered by somebody else"}.get(code, "not answered")
            log.warning(known, chat=str(asked.chat), reason=str(error))

    async def _respond(self, asked: Asked) -> None:
        if asked.kind is Kind.COMPLETION:
            await self._first(asked, _COMPLETE, {"choices": await self._suggestions(asked)})
            return
        found = pressed(asked.data.custom_id) if asked.kind is Kind.PRESS else None
        if found is not None and found.act is Act.FORM:
            await self._first(asked, _FORM, form(found.command, found.place))
            return
        wanted = wish(asked, self._answers.known)
        if wanted is None:
            wanted = Wish(command="help", argument="")
        await self._answer(asked, wanted)

    async def _answer(self, asked: Asked, wanted: Wish) -> None:
        working = asyncio.create_task(self._answers.to(asked, wanted))
        try:
            done, _ = await asyncio.wait([working], timeout=_PROMISE_AFTER)
            if done:
                await self._say(asked, working.result())
            else:
                await self._first(asked, *_promise(asked, wanted))
                await self._keep(asked, await working)
        finally:
            working.cancel()

    async def _say(self, asked: Asked, answer: Answer) -> None:
        kind = _UPDATE if isinstance(answer, Relabelled) or answer.in_place else _SAY
        for body in _bodies(answer):
            try:
                await self._first(asked, kind, body)
                return
            except Refusal as refusal:
                if not form_refused(refusal):
                    raise
                log.warning("another form", chat=str(asked.chat), reason=str(refusal))

    async def _keep(self, asked: Asked, answer: Answer) -> None:
        """Keep the promise."""
        for body in _bodies(answer):
            try:
                path = f"/webhooks/{asked.application}/{asked.token}/messages/@original"
                await self._rest.tell("PATCH", path, body)
                return
            except Refusal as refusal:
                if not form_refused(refusal):
                    raise

    async def _first(self, asked: Asked, kind: int, data: Json) -> None:
        path = f"/interactions/{asked.id}/{asked.token}/callback"
        await self._rest.tell("POST", path, {"type": kind, "data": data} if data else {"type": kind})

    async def _suggestions(self, asked: Asked) -> list[Json]:
        command = self._answers.known.get(asked.data.name)
        typed = next((given for given in asked.data.options if given.focused), None)
        options = command.options if command else ()
        completion = next((each.completion for each in options if typed and each.name == typed.name), None)
        if typed is None or completion is None:
            return []
        place = asked.data.given.get("channel", "")
        try:
            async with asyncio.timeout(_HELP_WITHIN):
                chat = Chat("discord", place) if place and asked.may_manage else asked.chat
                found = await self._desk.complete(chat, completion, str(typed.value))
        except TimeoutError:
            return []
        return [_choice(each) for each in found if len(each.value) <= _LONGEST_SUGGESTION]


def _choice(suggestion: Suggestion) -> Json:
    return {"name": suggestion.label[:_LONGEST_SUGGESTION] or "…", "value": suggestion.value}


def _promise(asked: Asked, wanted: Wish) -> tuple[int, Json]:
    """Word that an answer is coming, to those who will see it."""
    if wanted.in_place or (wanted.command == "vote" and asked.kind is Kind.PRESS):
        return _DEFER_UPDATE, {}
    return _DEFER, {} if asked.alone or wanted.for_all else {"flags": EPHEMERAL}


def _bodies(answer: Answer) -> Iterator[Json]:
    if isinstance(answer, Relabelled):
        yield {"components": list(answer.components), "flags": V2, "allowed_mentions": {"parse": []}}
        return
    yield from forms(answer.page, answer.setting, flags=EPHEMERAL if answer.quietly else 0)
