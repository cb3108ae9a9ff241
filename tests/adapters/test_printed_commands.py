"""Every command that a page prints, in its texts and on its buttons, sent as the people of each surface would.

The pages are those of a walk through all commands, by people with and without the right to manage, in a chat alone and
in one of several that a person manages. Each command on them has to be understood, and to be about the same chat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from adapters.discord.context import RenderContext
from adapters.discord.handler import to_request
from adapters.discord.hints import options, split
from adapters.discord.interactions import Data, IncomingInteraction, InteractionType, OptionValue
from adapters.discord.slash_commands import CHANNEL, TO, commands
from adapters.discord.texts import hint
from adapters.email.render import parts as mails
from adapters.telegram.callback_data import decode, split_target
from adapters.telegram.message_parser import ParserContext, RequestKind, requests_in
from adapters.telegram.target_hints import accepting_target, is_about_chat, with_target
from adapters.web.render import with_links
from adapters.web.urls import counts_in_a_list
from bot.commands import COMMANDS, Commands
from bot.commands.operations import Call
from bot.commands.table import CONTROLLERS, find
from bot.commands.typed import SAY
from bot.domain.errors import BadArgument, UnknownCommand
from bot.domain.pages import Page, RowKind
from bot.domain.requests import ChatDetails, Door, Reach, Request
from bot.messages.named_commands import commands_pattern, without_commands
from bot.query.subscriptions.parser import read
from bot.services.bundle import build_services
from bot.storage import Store
from tests.adapters.telegram.messages import BOT, message
from tests.builders import NOON
from tests.unit.test_pseudo_language import CHAT, LINES, LINKS, OTHER, fetched, invented, other_chat

CHANNEL_ID, TARGET = "100000000000000003", "-1001234567890/7"
NAMES = [name for command in COMMANDS for name in (command.name, *command.aliases)]
MANAGING = [name for each in COMMANDS if each.manages for name in (each.name, *each.aliases)]
WITH_TARGET = accepting_target(MANAGING)
REGISTERED = {str(each["name"]): each for each in commands(COMMANDS, [0, 1])}
_QUOTED = re.compile("“.*”|‘.*’")
_ANY = re.compile(rf"(?<![\w/.])/(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})(?![\w/-])")


@dataclass(frozen=True, slots=True)
class Walked:
    """A page, and what was asked."""

    line: str
    request: Request
    page: Page


_WALKED: list[Walked] = []


def lines() -> Iterator[tuple[str, Door]]:
    """What people send, in an order in which it leads somewhere."""
    examples = [each for command in COMMANDS for each in command.examples if not each.startswith("/language ")]
    wrong = [f"/{command.name} {word}" for command in COMMANDS for word in ("zzz", "1 sideways")]
    typed = (*LINES, *examples, *(f"/{command.name}" for command in COMMANDS), "/help subscribe", *wrong)
    yield from ((each, Door.TYPED) for each in typed)
    yield from ((each, Door.LINK) for each in LINKS)


def requests() -> Iterator[tuple[str, Request]]:
    for line, door in lines():
        command, _, argument = line.removeprefix("/").partition(" ")
        typed = (command, argument) if line.startswith("/") else (SAY, line)
        for manages, reach in ((True, Reach(chats=frozenset({OTHER.id}))), (False, None)):
            if not manages and argument:
                continue
            yield (
                line,
                Request(
                    chat=CHAT,
                    person="7",
                    may_manage=manages,
                    command=typed[0],
                    argument=typed[1],
                    door=door,
                    reach=reach,
                    brief=not manages,
                ),
            )


@pytest.fixture
async def walked(sqlite_store: Store) -> list[Walked]:
    """All pages. They do not change, so one walk serves all tests."""
    if _WALKED:
        return _WALKED
    await sqlite_store.keep(fetched(invented()))
    await sqlite_store.known_chats.put([ChatDetails(OTHER, "Zorblax")], NOON)
    await other_chat(sqlite_store)
    answers = Commands(build_services(sqlite_store), lambda: NOON)
    _WALKED.extend([Walked(line, request, await answers.handle(request)) for line, request in requests()])
    return _WALKED


def called(line: str) -> Call[object] | None:
    """What a typed line does; None where a command alone asks for what it needs. Raise `UserError`."""
    name, _, argument = line.removeprefix("/").partition(" ")
    try:
        return find(name).parse(argument, NOON)
    except BadArgument:
        if argument:
            raise
        return None


def not_understood(line: str) -> str:
    try:
        called(line)
    except (BadArgument, UnknownCommand) as error:
        return f"{line}: {error}"
    return ""


def named(each: Walked) -> Iterator[str]:
    """The commands in a page's texts, but for the unknown one that was asked for."""
    yield from (line for line in each.page.commands if line != each.line.partition(" ")[0] or split(line)[0])


def needs_right(line: str) -> bool:
    call = called(line)
    return call is not None and call.operation.needs_right


def _words(line: str) -> tuple[str, str]:
    name, _, argument = line.removeprefix("/").partition(" ")
    return name, argument


def texts(page: Page) -> Iterator[str]:
    yield from (page.intro, page.footer)
    for section in page.sections:
        yield section.text
        yield from (row.text for row in section.rows if row.kind is not RowKind.SYNTAX)


def discord_call(line: str) -> Call[object] | None:
    """What the same does on Discord, with the options that the hint tells to choose; checks that they can be."""
    name, argument = split(line)
    given = dict(options(name, argument))
    offered = {str(each["name"]): each for each in REGISTERED[name]["options"]}  # type: ignore[attr-defined]
    assert given.keys() <= offered.keys(), (line, given)
    for option, value in given.items():
        values = {choice["value"] for choice in offered[option].get("choices", ())}
        assert not values or value in values, (line, given)
    typed = [OptionValue(name=option, value=value) for option, value in given.items()]
    known = {controller.command.name: controller.command for controller in CONTROLLERS}
    request = to_request(interaction(Data(name=name, options=tuple(typed))), known)
    assert request is not None
    assert request.command == name
    argument = f"{request.argument} to {request.to}" if TO in given else request.argument
    return called(f"/{name} {argument}".strip())


def meaning(call: Call[object] | None) -> object:
    """What the words of a query or subscription mean, in whatever order and form."""
    assert call is not None
    assert isinstance(call.argument, str)
    spec = read(call.argument, NOON)
    return call.operation.name, replace(spec, when=replace(spec.when, typed=""))


def interaction(data: Data) -> IncomingInteraction:
    return IncomingInteraction(
        id="1",
        token="t",  # noqa: S106 - nobody's
        application="2",
        kind=InteractionType.COMMAND,
        data=data,
        channel="3",
        guild="4",
        person="7",
        server_installed=True,
        direct=False,
    )


async def test_every_printed_command_is_understood_and_a_field(walked: list[Walked]) -> None:
    assert sum(bool(each.page.commands) for each in walked) > 100

    assert [(each.line, wrong) for each in walked for line in named(each) if (wrong := not_understood(line))] == []
    pressed = [
        (each.line, action.command)
        for each in walked
        for action in (*each.page.actions, *each.page.choices, *(a for card in each.page.cards for a in card.actions))
        if not_understood(f"/{action.command}")
    ]
    assert pressed == []
    # what is printed otherwise, no adapter could write in its own form
    other = [
        (each.line, text)
        for each in walked
        for text in texts(without_commands(each.page))
        if _ANY.search(_QUOTED.sub("", text))
    ]
    assert other == []


async def test_on_discord_every_printed_command_is_registered_with_its_options(walked: list[Walked]) -> None:
    printed = {line for each in walked for line in named(each)}

    assert len(printed) > 50
    for line in printed:
        done, typed = discord_call(line), called(line)
        assert done == typed or meaning(done) == meaning(typed), line


async def test_on_discord_a_command_about_another_channel_names_it(walked: list[Walked]) -> None:
    context = RenderContext(channel=CHANNEL_ID, commands={name: "9" for name in REGISTERED})

    for line in {line for each in walked for line in named(each)}:
        name, _ = split(line)
        takes = CHANNEL in {each["name"] for each in REGISTERED[name]["options"]}  # type: ignore[attr-defined]
        shown = hint(line, "en", context)
        assert shown.startswith(f"</{name}:9>")
        assert (f"{CHANNEL}:<#{CHANNEL_ID}>" in shown) is takes


async def test_on_telegram_a_command_about_another_chat_names_it(walked: list[Walked]) -> None:
    context = ParserContext(bot=BOT, commands=frozenset(NAMES), with_target=WITH_TARGET)

    about = [with_target(each.page, TARGET, WITH_TARGET) for each in walked]

    assert sum(TARGET in text for page in about for text in texts(page)) > 30
    for each, page in zip(walked, about, strict=True):
        for line in page.commands:
            (found,) = requests_in(message(line), context)
            name, _, argument = line.removeprefix("/").partition(" ")
            assert found.kind is RequestKind.LINE
            assert (found.line.target == TARGET) is is_about_chat(name, found.line.argument, WITH_TARGET), line
            # whatever changes or deletes something of the chat is about it
            assert found.line.target or called(line) is None or not needs_right(line), line
        # and no text still has one that does not
        bare = [line for line in each.page.commands if is_about_chat(*_words(line), WITH_TARGET)]
        for text in texts(page) if bare else ():
            for found_line in commands_pattern(bare).findall(_QUOTED.sub("", text)):
                name, _, argument = f"{found_line} {TARGET}".removeprefix("/").partition(" ")
                assert split_target(name, argument).target


async def test_in_a_telegram_group_every_printed_command_stays_there(walked: list[Walked]) -> None:
    context = ParserContext(bot=BOT, commands=frozenset(NAMES), with_target=WITH_TARGET)
    group = {"id": -1001000000001, "type": "supergroup", "title": "Readers"}

    for line in {line for each in walked for line in named(each)}:
        # the way back to a chat by its name is for private chats
        (found,) = requests_in(message(line, chat=group), context)
        assert found.kind is RequestKind.LINE, line
        assert str(found.line) == str(decode(line.removeprefix("/")))


async def test_mails_print_no_command(walked: list[Walked]) -> None:
    for each in walked:
        (page, *_) = mails(replace(each.page, sections=each.page.sections[:1]))
        assert page.commands == ()
        assert not any(_ANY.search(_QUOTED.sub("", text)) for text in texts(page)), each.line


async def test_the_site_links_to_what_it_can_answer(walked: list[Walked]) -> None:
    for each in walked:
        page = without_commands(each.page, counts_in_a_list)
        for text in texts(page):
            linked = str(with_links(text, page.commands))
            assert linked.count("<a ") == (len(commands_pattern(page.commands).findall(text)) if page.commands else 0)
        assert not any(counts_in_a_list(line) for line in page.commands)
