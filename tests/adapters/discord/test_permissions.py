"""Who may change what a place gets: Discord's own gate of typed commands, and Manage Server for everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from adapters.discord import pages
from adapters.discord.custom_ids import ButtonAction
from adapters.discord.permissions import INVITED, Permission, advised, missing, names, needed
from adapters.discord.slash_commands import commands
from bot.commands import COMMANDS, offered
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Command, Door
from tests.adapters.discord.interactions import FORM
from tests.adapters.discord.people import Person
from tests.adapters.discord.scene import Scene
from tests.adapters.discord.world import Channel, Kind, May

OFFERED = offered(mail=False)
#: what Discord checks by itself, as it is registered
GATED = {str(told["name"]) for told in commands(COMMANDS, [0, 1]) if told.get("default_member_permissions") is not None}
#: the changing actions of commands that everybody may type
CHANGING = [("subscriptions", action) for action in ("edit", "pause", "resume", "remove")]


#: words that mean nothing on Discord
OTHER_PLATFORMS = re.compile(
    r"\b(?:groups?|supergroups?|administrators? of|botfather|mailboxes|terminal)\b", re.IGNORECASE
)


def text_of(page: Page) -> str:
    """All that a page says of its own accord: papers speak for themselves."""
    sections = ((each.heading, each.text, *(row.text for row in each.rows)) for each in page.sections)
    return "\n".join((page.title, page.intro, page.footer, *(text for texts in sections for text in texts)))


def actions(command: Command) -> Iterator[dict[str, str | int]]:
    """The fields of a command, once for each of its actions."""
    required = {option.name: 1 if option.name == "count" else "1" for option in command.options if option.required}
    found = next((option.choices for option in command.options if option.name == "action"), ())
    yield required
    further = {"number": "1", "changes": "top 3"}
    taken = {option.name: further[option.name] for option in command.options if option.name in further}
    for action in found:
        yield required | taken | {"action": action}


PAIRS = [(command.name, fields) for command in OFFERED for fields in actions(command)]


async def subscribed(here: Scene, channel: Channel) -> None:
    boss = Person(here.local, here.channel, manages=True, id="1")
    fields: dict[str, str | int] = {"query": "agents", "at": "9:00", "timezone": "Berlin", "channel": channel.id}
    seen = await boss.fill("subscribe", fields, channel)
    assert here.answered(await boss.press(seen, "subscribe save*"), "subscribe")


async def test_a_plain_member_has_the_right_only_where_discord_has_checked_it(here: Scene) -> None:
    here.local.checked = False
    elsewhere = await here.another()
    member = Person(here.local, here.channel)
    carried = Person(here.local, here.channel, id="5", visiting=True)
    wanted, told = [], []

    for name, fields in PAIRS:
        for person in (member, carried):
            before = len(here.requests)
            await person.fill(name, fields)
            assert len(here.requests) == before + 1
            wanted.append((name, person.id, "here", person is member and name in GATED))
            told.append((name, person.id, "here", here.requests[-1].may_manage))
        if any(option["name"] == "channel" for option in registered(here, name)["options"]):
            before = len(here.requests)
            await member.fill(name, fields | {"channel": elsewhere.id}, elsewhere)
            assert len(here.requests) == before + 1
            wanted.append((name, member.id, "elsewhere", False))
            told.append((name, member.id, "elsewhere", here.requests[-1].may_manage))

    assert told == wanted
    assert [page.title for page in here.pages.values() if OTHER_PLATFORMS.search(text_of(page))] == []
    assert any(right for *_, right in told)
    assert {request.door for request in here.requests} == {Door.TYPED}
    ids = [request.interaction for request in here.requests]
    assert len(set(ids)) == len(ids)
    assert all(id in {each.id for each in here.local.interactions.known.values()} for id in ids)


def registered(here: Scene, name: str) -> dict[str, list[dict[str, object]]]:
    """A command as it is registered."""
    return next(
        each | {"options": each.get("options", [])} for each in here.local.world.commands if each["name"] == name
    )


async def test_a_manager_has_the_right_everywhere_in_the_server_and_by_every_door(here: Scene) -> None:
    here.local.checked = False
    elsewhere = await here.another()
    boss = Person(here.local, here.channel, manages=True)
    for channel in (here.channel, elsewhere):
        await subscribed(here, channel)

    listed = await boss.type("subscriptions", channels=(elsewhere,), channel=elsewhere.id)
    form = await boss.press(listed, ButtonAction.MODAL)
    await boss.submit(form, count="5")

    assert form.interaction.answered == FORM
    assert here.requests[-1].door is Door.FORM
    assert here.requests[-1].chat.id == elsewhere.id
    assert all(request.may_manage for request in here.requests)
    assert {Door.TYPED, Door.BUTTON, Door.FORM} == {request.door for request in here.requests}


@pytest.mark.parametrize(("command", "action"), CHANGING)
@pytest.mark.parametrize("visiting", [False, True])
async def test_changing_actions_of_a_command_for_everybody_need_manage_server(
    here: Scene, command: str, action: str, visiting: bool
) -> None:
    await subscribed(here, here.channel)
    before = await here.store.subscriptions.at("discord", [here.channel.id])
    member = Person(here.local, here.channel, visiting=visiting)

    refused = await member.type(command, action=action, number="1", changes="top 3")

    assert here.page(refused).trouble is Trouble.NOT_ALLOWED
    assert refused.alone
    assert await here.store.subscriptions.at("discord", [here.channel.id]) == before


async def test_a_role_that_the_server_gave_the_command_subscribes_by_typing(here: Scene) -> None:
    member = Person(here.local, here.channel)

    proposal = await member.type("subscribe", query="agents", at="9:00", timezone="Berlin")
    by_button = await member.press(proposal, "subscribe save*")
    saved = await member.type("subscribe", query="agents", at="9:00", timezone="Berlin", save="yes")

    assert here.answered(proposal, "subscribe")
    assert here.page(by_button).trouble is Trouble.NOT_ALLOWED
    assert here.answered(saved, "subscribe")
    assert len(await here.store.subscriptions.at("discord", [here.channel.id])) == 1


async def test_a_refusal_is_for_the_person_alone_and_replaces_no_page(here: Scene) -> None:
    await subscribed(here, here.channel)
    boss, member = Person(here.local, here.channel, manages=True), Person(here.local, here.channel, id="7")
    listed = await boss.type("subscriptions")
    page = listed.message.body

    refused = await member.press(listed, "pause *")

    assert here.page(refused).trouble is Trouble.NOT_ALLOWED
    assert refused.alone
    assert refused.message is not listed.message
    assert listed.message.body == page
    assert here.local.world.posted(here.channel) == []


async def test_another_channel_is_shown_only_to_who_can_view_it(here: Scene) -> None:
    secret = await here.another(name="secret")
    await subscribed(here, secret)
    member = Person(here.local, here.channel)

    hidden = await member.type("subscriptions", channels=(secret,), views=May(0), channel=secret.id)
    shown = await member.type("subscriptions", channels=(secret,), views=May.VIEW, channel=secret.id)

    assert hidden.title == pages.hidden_channel().title
    assert "secret" not in hidden.text
    assert "agents" not in hidden.text
    assert "agents" in shown.text


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (Kind.TEXT, Permission.VIEW_CHANNELS | Permission.SEND_MESSAGES),
        (Kind.ANNOUNCEMENT, Permission.VIEW_CHANNELS | Permission.SEND_MESSAGES),
        (Kind.FORUM, Permission.VIEW_CHANNELS | Permission.SEND_MESSAGES),
        (Kind.THREAD, Permission.VIEW_CHANNELS | Permission.SEND_MESSAGES_IN_THREADS),
    ],
)
def test_only_viewing_and_sending_are_required(kind: Kind, wanted: Permission) -> None:
    assert missing(int(kind), 0) == wanted
    assert not missing(int(kind), int(needed(int(kind))))
    forum = Permission.SEND_MESSAGES_IN_THREADS if kind is Kind.FORUM else Permission(0)
    assert advised(int(kind), int(needed(int(kind)))) == (
        Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY | forum
    )


def test_every_permission_has_the_name_that_discord_shows() -> None:
    assert [str(name) for name in names(INVITED)] == [
        "View Channels",
        "Send Messages",
        "Embed Links",
        "Read Message History",
        "Send Messages in Threads",
    ]
