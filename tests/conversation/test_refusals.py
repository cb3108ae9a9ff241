from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

import pytest

from bot.commands import Commands, offered
from bot.commands.table import find
from bot.domain.pages import Trouble
from bot.domain.requests import Chat, Request
from bot.messages.catalogue import available
from bot.messages.localization import command_in
from bot.services.bundle import build_services
from bot.services.digests import DigestService
from bot.storage import Store
from tests.builders import NOON
from tests.conversation.conftest import Say, talk

#: no mail can be sent from this house
COMMANDS = offered(mail=False)


async def test_an_unknown_command_gets_the_nearest_one(say: Say) -> None:
    reply = await say("/trendng")

    assert reply.refused
    assert "/trendng" in reply.page.title
    assert "/trending" in reply.page.intro


async def test_nothing_is_like_nonsense(say: Say) -> None:
    assert "/help" in (await say("/xyzzy")).page.intro


@pytest.mark.parametrize("line", ["/paper", "/why", "/similar"])
async def test_a_missing_paper_is_asked_for(say: Say, line: str) -> None:
    assert (await say(line)).refused


async def test_a_missing_topic_is_asked_for(say: Say) -> None:
    for line in ("/papers", "/papers -survey"):
        assert (await say(line)).refused


async def test_a_number_needs_a_list(sqlite_store: Store) -> None:
    reply = await talk(sqlite_store)("/paper 3")

    assert reply.refused
    assert "/trending" in reply


async def test_a_number_must_be_on_the_list(say: Say) -> None:
    await say("/trending week top 3")

    for number in ("4", "0", "99999999999999999999"):
        reply = await say(f"/why {number}")
        assert reply.refused
        assert "3" in reply.page.intro


async def test_something_else_is_not_a_paper(say: Say) -> None:
    reply = await say("/why the third one")

    assert reply.refused
    assert "the third one" in reply


@pytest.mark.parametrize(
    "line",
    [
        "/papers " + "x" * 100_000,
        "/trending " + "agents " * 15_000,
        "/" + "y" * 100_000,
        "/why " + "9" * 100_000,
        "/papers %_\\'\"; DROP TABLE papers; --",
        "/papers \u202egnitset\u2066 \x00\x1b[31m",
        "/papers 👩‍👩‍👧‍👦 Ω≈ç√ 日本語",
        "/paper ../../etc/passwd",
        "/help " + "z" * 1_000,
        "/",
    ],
)
async def test_anything_can_be_typed_and_is_answered_at_once(say: Say, line: str) -> None:
    started = time.process_time()

    reply = await say(line)

    assert time.process_time() - started < 4  # 0.1 s alone; the rest is for coverage
    assert reply.trouble is not Trouble.FAULT
    assert len(reply) < 3_000
    assert not set(reply) & {"\x00", "\x1b", "\u202e", "\u2066"}


class Broken(DigestService):
    """Digests with a fault that nobody foresaw."""

    async def as_of(self, now: datetime, query: str = "") -> datetime:
        raise ZeroDivisionError


async def test_a_fault_of_ours_is_said_and_logged_with_its_reference(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    services = replace(build_services(sqlite_store), digests=Broken(sqlite_store))
    commands = Commands(services, lambda: NOON)

    page = await commands.handle(Request(chat=Chat("console", "t"), command="trending"))

    assert page.trouble is Trouble.FAULT
    (record,) = [record for record in caplog.records if record.exc_info]
    assert getattr(record, "facts", {})["reference"] in page.intro


async def test_help_names_every_command(say: Say) -> None:
    reply = await say("/help")

    assert all(f"/{command.name} " in reply for command in COMMANDS)


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
async def test_help_explains_each_command_with_examples(say: Say, command: str) -> None:
    reply = await say(f"/help {command}")

    assert reply.page.title == f"/{command}"
    assert any(find(command).command.examples[0] in section.text for section in reply.page.sections)


async def test_help_knows_what_it_does_not_know(say: Say) -> None:
    reply = await say("/help dance")

    assert reply.refused
    assert "/dance" in reply


async def test_every_example_of_the_help_works(say: Say) -> None:
    await say("/trending week")

    replies = [await say(line) for command in COMMANDS for line in command.examples]

    assert not [reply for reply in replies if reply.trouble is Trouble.FAULT]


async def test_status_tells_what_is_stored(say: Say) -> None:
    assert any("126" in row for row in (await say("/status")).rows)


async def test_privacy_says_what_is_stored_and_how_it_is_deleted(say: Say) -> None:
    reply = await say("/privacy")

    assert len(reply.rows) >= 6
    assert "/forget me" in reply
    assert "/forget everything" in reply


@pytest.mark.parametrize("tag", available())
def test_names_and_descriptions_fit_the_menus_of_every_platform(tag: str) -> None:
    for command in (command_in(each, tag) for each in COMMANDS):
        assert len(command.summary) <= 100
        assert command.name.isascii()
        assert len(command.name) <= 32
        assert all(len(option.description) <= 100 for option in command.options)


def test_no_two_commands_answer_to_one_name() -> None:
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]

    assert len(names) == len(set(names))
