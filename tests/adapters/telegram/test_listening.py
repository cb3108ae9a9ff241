"""How the bot hears: what becomes of it when Telegram, the network or somebody else gets in the way."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from telegram import Bot

from adapters.kit.heartbeat import Heartbeat
from adapters.telegram import polling
from adapters.telegram.api import Api
from adapters.telegram.polling import Polling
from adapters.telegram.surface import Telegram
from bot.app import logs
from bot.commands import COMMANDS
from bot.commands.facade import BotService
from bot.domain.errors import DeliveryError, SettingsError, StoreError
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.services.bundle import build_services
from bot.storage import Store
from tests.adapters.telegram import pages
from tests.adapters.telegram.conftest import NOW, listening
from tests.adapters.telegram.server import TOKEN, Fault, LocalTelegram
from tests.adapters.telegram.world import Person


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, at the level at which most is."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.configure("info", "json", stream=out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def ada(server: LocalTelegram) -> Person:
    return server.world.add_person("Ada", 7)


@pytest.fixture
async def heard(server: LocalTelegram, surface: Telegram, sample_store: Store) -> AsyncIterator[LocalTelegram]:
    async with listening(surface, sample_store):
        await server.until(lambda: server.count("getUpdates") > 0)
        yield server


@pytest.mark.parametrize("kind", ["reset", "truncated", "502"])
async def test_a_poll_that_breaks_is_made_again_and_nothing_is_missed(
    server: LocalTelegram, surface: Telegram, sample_store: Store, ada: Person, kind: str
) -> None:
    server.fail("getUpdates", Fault(kind, after=True))
    await server.say(ada, "/privacy")

    async with listening(surface, sample_store):
        answer = await server.next_message(ada)

    assert "/forget" in answer.text
    assert len(server.world.of(7)) == 1


async def test_a_second_poller_is_noticed_and_said_once(
    heard: LocalTelegram, lines: io.StringIO, ada: Person, sample_store: Store
) -> None:
    async with Bot(TOKEN, base_url=f"{heard.url}/bot") as other:
        for _ in range(2):
            polls = heard.count("getUpdates")
            await other.get_updates(timeout=timedelta(0))
            await heard.until(lambda before=polls: heard.count("getUpdates") >= before + 2)  # type: ignore[misc]
    await heard.say(ada, "/privacy")
    await heard.next_message(ada)

    assert lines.getvalue().count("another process is polling") >= 1
    assert "listener recovered" in lines.getvalue()


async def test_a_webhook_from_elsewhere_is_taken_away_and_named(
    server: LocalTelegram, surface: Telegram, sample_store: Store, lines: io.StringIO, ada: Person
) -> None:
    server.methods.webhook = {"url": "https://elsewhere.example/hook?secret=1"}

    async with listening(surface, sample_store):
        await server.until(lambda: server.count("getUpdates") > 0)

    assert server.methods.webhook["url"] == ""
    assert "elsewhere.example" in lines.getvalue()
    assert "secret=1" not in lines.getvalue()


async def test_a_refused_token_is_for_the_operator(
    server: LocalTelegram, surface: Telegram, sample_store: Store
) -> None:
    server.revoked = True

    with pytest.raises(SettingsError, match="PAPERBOY_TELEGRAM_TOKEN") as raised:
        await surface.listen(BotService(build_services(sample_store), lambda: NOW))

    assert TOKEN not in str(raised.value)


async def test_a_token_that_is_revoked_meanwhile_is_for_the_operator_too(
    server: LocalTelegram, surface: Telegram, sample_store: Store, ada: Person
) -> None:
    task = asyncio.create_task(surface.listen(BotService(build_services(sample_store), lambda: NOW)))
    await server.until(lambda: server.count("getUpdates") > 0)

    server.revoked = True
    await server.say(ada, "/privacy")

    with pytest.raises(SettingsError, match="PAPERBOY_TELEGRAM_TOKEN"):
        await task


async def test_a_sign_of_life_is_left_while_it_is_heard(heard: LocalTelegram, ada: Person, sample_store: Store) -> None:
    await heard.say(ada, "/privacy")
    await heard.next_message(ada)

    async with asyncio.timeout(30):
        while (note := await sample_store.notes.get("heartbeat telegram")) is None:  # noqa: ASYNC110 - it is in a database
            await asyncio.sleep(0.01)
    assert note[0] == "listens by polling"


async def test_what_was_taken_does_not_come_again_to_the_next_process(
    server: LocalTelegram, surface: Telegram, sample_store: Store, ada: Person
) -> None:
    async with listening(surface, sample_store):
        await server.say(ada, "/privacy")
        await server.next_message(ada)
    async with listening(surface, sample_store):
        await server.say(ada, "/help")
        second = await server.next_message(ada)

    assert "/trending" in second.text


async def test_an_update_that_comes_twice_is_one(heard: LocalTelegram, ada: Person) -> None:
    await heard.say(ada, "/privacy")
    heard.repeat()
    await heard.say(ada, "/help")
    await heard.next_message(ada)
    second = await heard.next_message(ada)

    assert "/trending" in second.text


GOOD_CHAT = {"id": 777, "type": "private", "first_name": "Eve"}
EVE = {"id": 777, "is_bot": False, "first_name": "Eve"}
#: what an update may hold that no library foresees
BROKEN: list[dict[str, object]] = [
    {"message": {"message_id": 5, "chat": {"id": 777, "type": "private"}}},
    {"message": {}},
    {"message": []},
    {"message": "x"},
    {"message": 5},
    {"message": {"message_id": 5, "date": "today", "chat": GOOD_CHAT}},
    {"message": {"message_id": 5, "date": 10**30, "chat": GOOD_CHAT}},
    {"message": {"message_id": 5, "date": 1, "chat": None, "text": "/help"}},
    {"message": {"message_id": 5, "date": 1, "chat": {"id": "x", "type": 7}, "text": "/help"}},
    {"message": {"message_id": 5, "date": 1, "chat": GOOD_CHAT, "text": 5}},
    {"message": {"message_id": 5, "date": 1, "chat": GOOD_CHAT, "text": ["/help"]}},
    {"message": {"message_id": 5, "date": 1, "chat": GOOD_CHAT, "text": "/help", "entities": [{"type": "url"}]}},
    {"message": {"message_id": 5, "date": 1, "chat": GOOD_CHAT, "text": "/help", "entities": [7]}},
    {
        "message": {
            "message_id": 5,
            "date": 1,
            "chat": GOOD_CHAT,
            "text": "/help",
            "entities": [{"type": "bot_command", "offset": "0", "length": None}],
        }
    },
    {"message": {"message_id": 5, "date": 1, "chat": GOOD_CHAT, "from": {"id": {}}, "text": "/help"}},
    {"callback_query": {"id": "1"}},
    {"callback_query": {"id": 1, "from": EVE, "chat_instance": "1", "data": 5,
                        "message": {"message_id": 1, "date": 0, "chat": GOOD_CHAT}}},
    {"inline_query": {"id": "1", "from": EVE, "query": None, "offset": {}}},
    {"my_chat_member": {"chat": GOOD_CHAT}},
    {"edited_message": {"message_id": 5}},
    {"something_new": {"a": [1, 2, {"b": None}]}},
    {},
]  # fmt: skip


async def test_an_update_that_cannot_be_read_is_passed_over_and_the_listener_goes_on(
    heard: LocalTelegram, ada: Person, lines: io.StringIO
) -> None:
    heard.push_raw(*({"update_id": heard.next_id()} | update for update in BROKEN))
    hellos = heard.count("getMe")
    await heard.say(ada, "/privacy")
    answer = await heard.next_message(ada)
    await heard.say(ada, "/help")
    second = await heard.next_message(ada)

    assert "/forget" in answer.text
    assert "/trending" in second.text
    assert heard.count("getMe") == hellos
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    skipped = [line for line in told if line["event"] == "update skipped"]
    assert len(skipped) >= 5
    assert all(len(line["reference"]) == 8 and line["update"] for line in skipped)
    assert not [line for line in told if line["event"] in ("fell silent", "poll failed")]


def _spoiled(value: object) -> Iterator[object]:
    """A value with each of its parts in turn replaced by something that does not belong there, or missing."""
    junk: list[object] = [None, [], {}, "x", -1, 1e308, True, [[]], {"id": {}}]
    yield from junk
    if isinstance(value, dict):
        for name in value:
            yield {key: kept for key, kept in value.items() if key != name}
            yield from ({**value, name: other} for other in _spoiled(value[name]))
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in _spoiled(each))


def _whole_updates() -> dict[str, object]:
    told = {"message_id": 5, "date": 1, "chat": GOOD_CHAT, "from": EVE}
    mark = {"type": "bot_command", "offset": 0, "length": 5}
    member = {"user": EVE, "status": "kicked", "until_date": 0}
    return {
        "message": told | {"text": "/help", "entities": [mark], "reply_to_message": told | {"text": "x"}},
        "callback_query": {"id": "1", "from": EVE, "chat_instance": "1", "data": "help", "message": told},
        "inline_query": {"id": "1", "from": EVE, "query": "x", "offset": ""},
        "my_chat_member": {
            "chat": GOOD_CHAT,
            "from": EVE,
            "date": 1,
            "old_chat_member": member,
            "new_chat_member": member,
        },
    }


async def test_no_part_of_an_update_can_end_the_listener(heard: LocalTelegram, ada: Person, lines: io.StringIO) -> None:
    hellos = heard.count("getMe")
    for kind, whole in _whole_updates().items():
        spoiled = list(_spoiled(whole))
        assert len(spoiled) > 50
        heard.push_raw(*({"update_id": heard.next_id(), kind: each} for each in spoiled))
        await heard.say(ada, "/privacy")
        assert "/forget" in (await heard.next_message(ada)).text

    assert heard.count("getMe") == hellos
    told = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]
    assert not {"fell silent", "poll failed", "listener failed"} & set(told)


async def test_what_has_no_id_is_passed_over_too(heard: LocalTelegram, ada: Person, lines: io.StringIO) -> None:
    junks: list[object] = [5, "x", None, [], {}, {"update_id": None}, {"update_id": "7"}, {"update_id": True}]
    for junk in junks:
        heard.push_raw(junk)
        await heard.say(ada, "/privacy")
        assert "/forget" in (await heard.next_message(ada)).text

    assert lines.getvalue().count('"malformed update"') == 8


@pytest.mark.parametrize(
    "body",
    [b'{"ok": true}', b'{"ok": true, "result": {}}', b"5", b"[" * 100_000, b"\xff\xfe"],
    ids=["no result", "no list", "a number", "brackets", "no text"],
)
async def test_an_answer_of_another_shape_is_waited_out(
    heard: LocalTelegram, ada: Person, lines: io.StringIO, body: bytes
) -> None:
    hellos = heard.count("getMe")
    heard.fail("getUpdates", Fault("body", body=body))
    await heard.say(ada, "/privacy")
    await heard.say(ada, "/help")

    assert "/forget" in (await heard.next_message(ada)).text
    assert "/trending" in (await heard.next_message(ada)).text
    assert heard.count("getMe") == hellos
    assert "fell silent" not in lines.getvalue()


class BrokenStore:
    """Counts signs of life that cannot be left."""

    def __init__(self) -> None:
        self.tried = 0

    async def leave(self, told: str) -> None:
        self.tried += 1
        raise StoreError("the disk is full") if self.tried % 2 else OSError("unexpected")


async def test_a_sign_of_life_that_cannot_be_left_ends_nothing(
    server: LocalTelegram, surface: Telegram, lines: io.StringIO
) -> None:
    store = BrokenStore()
    taken: list[object] = []
    async with Api(TOKEN, server.url) as api, Heartbeat(store.leave, interval=0) as heartbeat:
        task = asyncio.create_task(Polling(api, taken.append, heartbeat).run())
        await server.until(lambda: server.count("getUpdates") > 0)
        for id in range(4):
            server.push_raw({"update_id": id})
            await server.until(lambda wanted=id: len(taken) > wanted)  # type: ignore[misc]
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    assert store.tried >= 2
    assert "heartbeat not written" in lines.getvalue()


async def test_an_answer_that_fails_silences_nobody(heard: LocalTelegram, ada: Person) -> None:
    heard.refuse("sendMessage", 400, "Bad Request: something new")

    await heard.say(ada, "/privacy")
    await heard.say(ada, "/help")

    assert "/trending" in (await heard.next_message(ada)).text


async def test_the_token_is_in_no_line_and_no_error(
    server: LocalTelegram, surface: Telegram, sample_store: Store, lines: io.StringIO, ada: Person
) -> None:
    told = []
    for fault in ("reset", "truncated", "500", "404", "401"):
        server.fail("sendMessage", Fault(fault))
        with pytest.raises(DeliveryError) as raised:
            await surface.send(Chat("telegram", "7"), pages.why(), nonce="n", silent=False, role="")
        told += traceback.format_exception(raised.value)
    server.fail("getMe", Fault("reset"), Fault("500"))
    server.fail("getUpdates", Fault("truncated"), Fault("500"))
    server.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    async with listening(surface, sample_store):
        await server.until(lambda: server.count("getUpdates") > 0)
        await asyncio.sleep(0.1)
    async with Telegram(TOKEN, "http://127.0.0.1:9", allowance=Allowance()) as nowhere:
        told += [finding.detail for finding in await nowhere.examine()]

    secret = TOKEN.partition(":")[2]
    assert secret not in "".join(told)
    assert secret not in lines.getvalue()
    assert lines.getvalue()


async def test_the_doctor_is_told_who_the_bot_is_and_what_it_hears(server: LocalTelegram, surface: Telegram) -> None:
    (well,) = await surface.examine()

    assert well.ok
    assert "@paperboy_bot" in well.detail
    assert "startchannel=" in well.detail


async def test_the_doctor_is_told_of_a_webhook_and_a_refused_token(server: LocalTelegram, surface: Telegram) -> None:
    server.methods.webhook = {"url": "https://elsewhere.example/hook"}
    *_, hook = await surface.examine()
    server.revoked = True
    async with Telegram(TOKEN, server.url, known=COMMANDS) as other:
        (refused,) = await other.examine()

    assert (hook.ok, "elsewhere.example" in hook.detail) == (False, True)
    assert (refused.ok, refused.detail) == (False, polling.NOT_ACCEPTED)
