"""Every operation of every command through every door that Discord has, by people without the right to manage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

import pytest

from adapters.discord.custom_ids import ButtonAction, CustomId
from adapters.discord.handler import AnswerPage, InteractionHandler, NoAnswer, VoteAnswer, to_request
from adapters.discord.interactions import Data, IncomingInteraction, InteractionType, OptionValue
from adapters.discord.permissions import Permission
from adapters.discord.slash_commands import gated
from bot.commands.facade import BotService
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, ChatDetails
from bot.domain.subscriptions import Subscription
from bot.services.bundle import build_services
from bot.storage import Store
from tests.builders import NOON
from tests.conversation.test_doors import STEPS, Step
from tests.storage.ledger import subscription

SERVER, HERE, THERE = "100000000000000001", "100000000000000002", "100000000000000003"
MEMBER = Permission.VIEW_CHANNELS | Permission.SEND_MESSAGES
#: what takes the right to manage the chat, whatever it does
NEEDS_RIGHT = [step for step in STEPS if step.operation.needs_right or step.controller.command.manages]
DOORS = ("typed", "button", "select", "row of a list", "form")
_IDS = count(1 << 40)


@dataclass(frozen=True, slots=True)
class OneServer:
    """What the gateway knows: two channels of one server, in which the bot may do everything."""

    def guild_of(self, channel: str) -> str:
        return SERVER if channel in (HERE, THERE) else ""

    def name_of(self, channel: str) -> str:
        return {HERE: "general", THERE: "papers"}.get(channel, "")

    def allowed(self, channel: str) -> tuple[int, int] | None:
        return (0, -1) if channel in (HERE, THERE) else None


@dataclass(frozen=True, slots=True)
class Visit:
    """A store with subscriptions in two channels, and what answers there."""

    store: Store
    handler: InteractionHandler

    async def answer(self, incoming: IncomingInteraction) -> Page:
        request = to_request(incoming, self.handler.known)
        assert request is not None
        answer = await self.handler.answer(incoming, request)
        assert not isinstance(answer, NoAnswer)
        shown = answer.shown if isinstance(answer, VoteAnswer) else answer
        return shown.page

    async def opened(self, incoming: IncomingInteraction, pressed: CustomId) -> object:
        return await self.handler.opened_form(incoming, pressed)

    async def subscriptions(self) -> list[Subscription]:
        return await self.store.subscriptions.at("discord", [HERE, THERE])


@pytest.fixture
async def visit(sqlite_store: Store) -> Visit:
    for channel in (HERE, THERE):
        chat = Chat("discord", channel)
        await sqlite_store.subscriptions.add(subscription(chat=chat, query="agents"))
        await sqlite_store.known_chats.put([ChatDetails(chat, f"#{channel}", SERVER)], NOON)
    service = BotService(build_services(sqlite_store), lambda: NOON)
    return Visit(sqlite_store, InteractionHandler(service, OneServer(), lambda chat, language: None))


def asked(step: Step, door: str, channel: str, *, installed: bool, permissions: int = MEMBER) -> IncomingInteraction:
    """The interaction of a person through a door; what a client would never send is sent as well."""
    command, argument = step.controller.command.name, step.argument
    line = f"{command} {argument}".strip()
    incoming = IncomingInteraction(
        id=str(next(_IDS)),
        token="token",  # noqa: S106 - of nobody
        application="1",
        kind=InteractionType.COMPONENT,
        data=Data(),
        channel=HERE,
        guild=SERVER,
        person="200000000000000001",
        server_installed=installed,
        direct=False,
        permissions=int(permissions),
        app_permissions=-1,
    )
    run = CustomId(command=line, channel=channel).id
    match door:
        case "typed":
            # the whole argument in the first field
            fields = step.controller.command.options[:1] if argument else ()
            options = [OptionValue(name=field.name, value=argument) for field in fields]
            options += [OptionValue(name="channel", value=channel)] if channel else []
            return replace(incoming, kind=InteractionType.COMMAND, data=Data(name=command, options=tuple(options)))
        case "button":
            return replace(incoming, data=Data(custom_id=run))
        case "select":
            menu = CustomId(act=ButtonAction.CHOOSE, channel=channel).id
            return replace(incoming, data=Data(custom_id=menu, values=(line,)))
        case "row of a list":
            return replace(incoming, data=Data(custom_id=CustomId(act=ButtonAction.CHOOSE).id, values=(run,)))
        case _:
            form = CustomId(act=ButtonAction.MODAL, command=line, channel=channel).id
            return replace(incoming, kind=InteractionType.MODAL, data=Data(custom_id=form))


@pytest.mark.parametrize("door", DOORS)
async def test_people_without_the_right_change_and_learn_nothing(visit: Visit, door: str) -> None:
    before = await visit.subscriptions()
    allowed = []

    for step in NEEDS_RIGHT:
        for installed in (True, False):
            for channel in ("", THERE):
                page = await visit.answer(asked(step, door, channel, installed=installed))
                if page.trouble is not Trouble.NOT_ALLOWED:
                    allowed.append((step.controller.command.name, installed, channel))

    # only what Discord has checked by itself: typed, by the server's installation, about this very channel
    checked = {name for name, installed, channel in allowed if installed and not channel}
    assert [each for each in allowed if not each[1] or each[2]] == []
    if door == "typed":
        assert checked == {each.controller.command.name for each in NEEDS_RIGHT if gated(each.controller.command)}
    else:
        assert allowed == []
        assert await visit.subscriptions() == before


@pytest.mark.parametrize("door", DOORS)
async def test_a_manager_is_refused_nothing_for_a_lack_of_rights(visit: Visit, door: str) -> None:
    manager = MEMBER | Permission.MANAGE_SERVER

    for step in (each for each in NEEDS_RIGHT if each.controller.command.name in ("subscriptions", "stop", "resend")):
        page = await visit.answer(asked(step, door, THERE, installed=True, permissions=manager))
        assert page.trouble not in (Trouble.NOT_ALLOWED, Trouble.FAULT), (step, page)


@pytest.mark.parametrize("which", ["id:1", "move id:1"])
@pytest.mark.parametrize("channel", ["", HERE, THERE])
async def test_a_form_is_opened_only_for_managers(visit: Visit, which: str, channel: str) -> None:
    step = next(each for each in NEEDS_RIGHT if each.operation.name == "move")
    pressed = CustomId(act=ButtonAction.MODAL, command=which, channel=channel)

    for installed, permissions in ((True, MEMBER), (False, MEMBER), (False, MEMBER | Permission.MANAGE_SERVER)):
        incoming = asked(step, "button", channel, installed=installed, permissions=permissions)
        refused = await visit.opened(incoming, pressed)
        assert isinstance(refused, AnswerPage)
        assert refused.page.trouble is Trouble.NOT_ALLOWED
        assert "agents" not in str(refused.page)


async def test_a_destination_needs_the_right_there(visit: Visit) -> None:
    step = next(each for each in NEEDS_RIGHT if each.operation.name == "move")
    incoming = asked(step, "form", "", installed=True)
    request = to_request(incoming, visit.handler.known)
    assert request is not None

    answer = await visit.handler.answer(incoming, replace(request, to=THERE))

    assert isinstance(answer, AnswerPage)
    assert answer.page.trouble is Trouble.NOT_ALLOWED
    assert [each.chat.id for each in await visit.subscriptions()] == [HERE, THERE]
