"""A Bot API server on 127.0.0.1: long polling, webhooks, limits, refusals and faults, and the people who use it."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import httpx

from adapters.kit.tls import trusted
from tests.adapters.telegram.contract import complaint
from tests.adapters.telegram.floods import Floods
from tests.adapters.telegram.methods import Answered, Methods, Refusal, member
from tests.adapters.telegram.world import ANONYMOUS_ADMIN, BOT_ID, BOT_NAME, Json, Message, Person, Place, World
from tests.local_http import Asked, LocalHttp, Reply, json_reply

TOKEN = "42:canary-AAF3x_token-that-nobody-may-see"  # noqa: S105 - nobody's
#: parameters that are text, whatever they look like
_TEXTS = frozenset(
    "text url callback_query_id inline_query_id guest_query_id parse_mode next_offset language_code".split()
)
_WITHIN = 10.0
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
_MENTION = re.compile(rf"(?<!\w)@{BOT_NAME}(?!\w)", re.IGNORECASE)
#: a fault that lasts for ever
_FOR_EVER = 3600.0
_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call instead of an answer: "reset", "truncated", "hang", "body", or a status such as "502"."""

    kind: str
    #: whether the call has had its effect
    after: bool = False
    #: what is answered by "body"
    body: bytes = b""


class LocalTelegram:
    """Serves the bot whose token is `TOKEN` while the `async with` block runs."""

    def __init__(self, *, floods: Floods | None = None) -> None:
        self.world = World()
        self.floods = floods or Floods()
        self.methods = Methods(self.world, self.floods)
        #: every call: its method and what it gave
        self.calls: list[tuple[str, Json]] = []
        #: calls that the API's description does not allow; a test that finds one here fails
        self.complaints: list[str] = []
        self.revoked = False
        #: seconds that an answer takes, after its call has had its effect
        self.latency = 0.0
        self._faults: defaultdict[str, deque[Fault | Refusal]] = defaultdict(deque)
        self._updates: list[Json] = []
        self._last: Json = {}
        self._update_ids = itertools.count(1000)
        self._queries = itertools.count(1)
        self._poll: asyncio.Future[None] | None = None
        self._changed = asyncio.Event()
        self._told: dict[int, int] = {}
        self._http = LocalHttp(self._answer)

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)
        assert not self.complaints or error

    @property
    def url(self) -> str:
        """What stands in place of https://api.telegram.org."""
        return self._http.url

    def fail(self, method: str, *faults: Fault) -> None:
        """These happen to the next calls of a method, one to each."""
        self._faults[method] += faults

    def refuse(self, method: str, code: int, description: str, **parameters: int) -> None:
        """The next call of a method is refused in these words."""
        self._faults[method].append(Refusal(code, description, **parameters))

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(name == method for name, _ in self.calls)

    # what people do

    async def say(
        self,
        person: Person,
        text: str,
        place: Place | None = None,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
        anonymous: bool = False,
        **facts: Any,
    ) -> Message:
        """Somebody writes, in their private chat with the bot unless told otherwise."""
        here = place or self.world.places[person.id]
        sender = {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group"} if anonymous else person.json
        message = self.world.add_message(here, thread=thread, sender=sender, text=text, entities=entities_of(text))
        told = message.json | ({"sender_chat": here.json} if anonymous else {}) | facts
        if "caption" in facts:
            told |= {"caption_entities": entities_of(facts["caption"])}
            told = {name: value for name, value in told.items() if name not in ("text", "entities")}
        if reply_to is not None:
            told["reply_to_message"] = reply_to.json
        await self.push({"channel_post" if here.kind == "channel" else "message": told})
        return message

    async def press(self, person: Person, message: Message, label: str) -> Answered:
        """Somebody presses a button and sees what comes of it."""
        return await self.press_data(person, message, message.button(label)["callback_data"])

    async def press_data(self, person: Person, message: Message, data: str) -> Answered:
        """Somebody's client sends whatever it likes as the data of a button."""
        query = {"from": person.json, "message": message.json, "chat_instance": "1", "data": data}
        return await self._asked("callback_query", query)

    async def inline(self, person: Person, query: str, offset: str = "") -> Answered:
        """Somebody types the bot's name and some words into any chat."""
        return await self._asked("inline_query", {"from": person.json, "query": query, "offset": offset})

    async def guest(self, person: Person, text: str, place: Place, **facts: Any) -> Answered:
        """Somebody names the bot in a chat that it is not in."""
        id = str(next(self._queries))
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self.methods.waiting[id] = lambda told: None if answer.done() else answer.set_result(told)
        told = {"message_id": 1, "date": 1_777_000_000, "chat": place.json, "from": person.json}
        told |= {"text": text, "entities": entities_of(text), "guest_query_id": id} | facts
        await self.push({"guest_message": told})
        async with asyncio.timeout(_WITHIN):
            return await answer

    async def _asked(self, kind: str, query: Json) -> Answered:
        id = str(next(self._queries))
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self.methods.waiting[id] = lambda told: None if answer.done() else answer.set_result(told)
        await self.push({kind: query | {"id": id}})
        async with asyncio.timeout(_WITHIN):
            return await answer

    async def bot_becomes(self, place: Place, status: str, by: Person) -> None:
        """Somebody removes the bot, blocks it, takes it in or makes it an administrator."""
        user = {"id": BOT_ID, "is_bot": True, "first_name": "Paperboy", "username": BOT_NAME}
        before, place.bot = place.bot, status
        old, new = (_status(user, each, place) for each in (before, status))
        change = {"chat": place.json, "from": by.json, "date": 1, "old_chat_member": old, "new_chat_member": new}
        await self.push({"my_chat_member": change})

    async def migrate(self, group: Place, new: int, by: Person, *, tell: tuple[str, ...] = ("to", "from")) -> Place:
        """A group becomes a supergroup; the two service messages come in the order of `tell`, or not at all."""
        place = self.world.add_place(new, people=group.people, title=group.title)
        group.moved_to = new
        service: dict[str, Json] = {
            "to": {"chat": group.json, "migrate_to_chat_id": new},
            "from": {"chat": place.json, "migrate_from_chat_id": group.id},
        }
        for which in tell:
            await self.push({"message": service[which] | {"message_id": 9, "date": 1, "from": by.json}})
        return place

    def push_raw(self, *updates: object) -> None:
        """Updates of any shape, which the server brings as they are."""
        self._updates.extend(updates)  # type: ignore[arg-type]
        self._changed.set()

    def next_id(self) -> int:
        """The id of the next update."""
        return next(self._update_ids)

    async def push(self, update: Json) -> None:
        """An update as the server words it."""
        update = {"update_id": next(self._update_ids)} | update
        if self.methods.webhook["url"]:
            await self.post(update, self.methods.webhook.get("secret_token", ""))
            return
        self._last = update
        self._updates.append(update)
        self._changed.set()

    def repeat(self) -> None:
        """The newest update once more, as a server does that was not sure."""
        self._updates.append(self._last)
        self._changed.set()

    async def post(self, update: Json, secret: str) -> int:
        """Bring an update to the webhook; the status of its answer."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        async with httpx.AsyncClient(verify=trusted()) as client:
            return (await client.post(self.methods.webhook["url"], json=update, headers=headers)).status_code

    async def next_message(self, place: Place | Person, *, within: float = _WITHIN) -> Message:
        """What the bot writes next in a place, since this was asked for the last time."""
        seen = self._told.get(place.id, 0)
        await self.until(lambda: len(self.world.of(place.id)) > seen, within=within)
        self._told[place.id] = seen + 1
        return self.world.of(place.id)[seen]

    async def until(self, true: Callable[[], bool], *, within: float = _WITHIN) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(within):
            while not true():  # noqa: ASYNC110 - it looks at anything, not at an event
                await asyncio.sleep(0.005)

    # what the bot asks

    async def _answer(self, asked: Asked) -> Reply:
        _, _, rest = asked.path.partition("/bot")
        token, _, method = rest.partition("/")
        if token != TOKEN or self.revoked:
            return _refused(Refusal(401, "Unauthorized"))
        given = _given(asked.body)
        self.calls.append((method, given))
        if wrong := complaint(method, given):
            self.complaints.append(wrong)
        fault = self._faults[method].popleft() if self._faults[method] else None
        if isinstance(fault, Refusal):
            return _refused(fault)
        if fault and not fault.after:
            return _broken(fault, Reply())
        reply = await self._reply(method, given)
        if method != "getUpdates":
            await asyncio.sleep(self.latency)
        return _broken(fault, reply) if fault else reply

    async def _reply(self, method: str, given: Json) -> Reply:
        try:
            match method:
                case "getUpdates":
                    return _ok(await self._get_updates(given))
                case "setWebhook":
                    self.methods.webhook = given
                    self._changed.set()
                    return _ok(True)
                case _:
                    return _ok(self.methods.call(method, given))
        except Refusal as refusal:
            return _refused(refusal)

    async def _get_updates(self, given: Json) -> list[Json]:
        if self.methods.webhook["url"]:
            raise Refusal(409, _WEBHOOK_ACTIVE)
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refusal(409, _CONFLICT))
        poll = self._poll = asyncio.get_running_loop().create_future()
        self._updates = [each for each in self._updates if _number(each) >= given.get("offset", 0)]
        end = asyncio.get_running_loop().time() + given.get("timeout", 0)
        try:
            while not self._updates and (left := end - asyncio.get_running_loop().time()) > 0:
                self._changed.clear()
                change = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait([change, poll], timeout=left, return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
                if poll.done():
                    poll.result()
        finally:
            poll.cancel()
        return self._updates[: given.get("limit", 100)]


def _number(update: object) -> int:
    """The id of an update; one that has none is gone once it was brought."""
    id = update.get("update_id") if isinstance(update, dict) else None
    return id if isinstance(id, int) else -1


def _status(user: Json, status: str, place: Place) -> Json:
    return member(user, "left" if status == "never" else status, place.bot_may_post)


def _given(body: bytes) -> Json:
    pairs = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return {name: value if name in _TEXTS else _value(value) for name, value in pairs.items()}


def _value(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def entities_of(text: str) -> list[Json]:
    """What a server marks in what a person types: commands, and mentions of the bot."""
    found = []
    for kind, form in (("bot_command", _COMMAND), ("mention", _MENTION)):
        for each in form.finditer(text):
            start, end = (len(text[:place].encode("utf-16-le")) // 2 for place in each.span())
            found.append({"type": kind, "offset": start, "length": end - start})
    return found


def _ok(result: object) -> Reply:
    return json_reply({"ok": True, "result": result})


def _refused(refusal: Refusal) -> Reply:
    body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    reply = json_reply(body)
    return Reply(status=refusal.code, headers=reply.headers, body=reply.body)


def _broken(fault: Fault, reply: Reply) -> Reply:
    match fault.kind:
        case "reset":
            return Reply(cut_after=0)
        case "truncated":
            return Reply(headers=reply.headers, body=reply.body or b"{}" * 99, cut_after=10)
        case "body":
            return Reply(headers={"Content-Type": "application/json"}, body=fault.body)
        case "hang":
            return Reply(delay=_FOR_EVER)
        case status:
            return Reply(status=int(status), headers={"Content-Type": "text/html"}, body=b"<html>trouble</html>")
