"""The language of people, channels and menus on Discord."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import pages
from adapters.discord.api_errors import delivery_error
from adapters.discord.command_names import CHOICE_NAMES, COMMAND_NAMES, OPTION_NAMES
from adapters.discord.localizations import LOCALES, bare, descriptions, distinct, is_name
from adapters.discord.modals import modal
from adapters.discord.rest import ApiError
from adapters.discord.schema import ErrorBody
from adapters.discord.slash_commands import SUBSCRIBE, commands
from bot.commands import COMMANDS
from bot.domain.i18n import Message, tr
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.messages.localization import command_in, text_in
from bot.messages.pauses import why_paused
from bot.storage.metadata import heartbeat
from tests.adapters.discord.people import Person
from tests.adapters.discord.scene import Scene
from tests.adapters.discord.world import Kind
from tests.shared import SHARED, needs_shared
from tests.storage.ledger import subscription

REGISTERED: list[dict[str, Any]] = json.loads(json.dumps(commands(COMMANDS, [0, 1])))


def localized(registered: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """A command, its options and their choices, each with whether it has a name by Discord's rules."""
    yield registered, True
    for option in registered["options"]:
        yield option, True
        for choice in option.get("choices", []):
            yield choice, False


@pytest.mark.parametrize("registered", REGISTERED, ids=lambda each: each["name"])
def test_localized_names_and_descriptions_keep_to_discords_rules(registered: dict[str, Any]) -> None:
    for each, by_the_rules in localized(registered):
        for locale, name in each.get("name_localizations", {}).items():
            assert locale in LOCALES
            assert is_name(name) if by_the_rules else 1 <= len(name) <= 100
        for locale, description in each.get("description_localizations", {}).items():
            assert locale in LOCALES
            assert 1 <= len(description) <= 100


@pytest.mark.parametrize("siblings", [REGISTERED, *(each["options"] for each in REGISTERED)])
def test_no_localized_name_stands_for_two_things(siblings: list[dict[str, Any]]) -> None:
    for locale in LOCALES:
        shown = [each.get("name_localizations", {}).get(locale, each["name"]) for each in siblings]
        assert len(set(shown)) == len(shown)


def test_every_command_option_and_choice_can_be_named_in_another_language() -> None:
    options = {(str(option["name"])) for each in REGISTERED for option in each["options"]}
    choices = {
        (str(option["name"]), str(choice["value"]))
        for each in REGISTERED
        for option in each["options"]
        for choice in option.get("choices", [])
        if not choice["value"].isdecimal()
    }

    assert {each["name"] for each in REGISTERED} == set(COMMAND_NAMES)
    # those that Discord sends as an option, and those that a modal has
    assert options == set(OPTION_NAMES)
    assert choices == set(CHOICE_NAMES)


def test_the_english_templates_are_the_base_names() -> None:
    names = [(base, template) for table in (COMMAND_NAMES, OPTION_NAMES) for base, template in table.items()]
    names += [(value, template) for (_, value), template in CHOICE_NAMES.items()]

    assert [bare(template) for _, template in names] == [base for base, _ in names]


def test_a_command_stays_within_discords_size_in_every_language() -> None:
    def size(each: dict[str, Any], locale: str) -> int:
        name = max(len(each["name"]), len(each.get("name_localizations", {}).get(locale, "")))
        description = each.get("description", "")
        description = max(len(description), len(each.get("description_localizations", {}).get(locale, "")))
        return name + int(description) + len(str(each.get("value", "")))

    for registered in REGISTERED:
        for locale in LOCALES:
            assert sum(size(each, locale) for each, _ in localized(registered)) <= 8000


def test_descriptions_are_those_of_the_catalogue() -> None:
    (subscribe,) = [each for each in REGISTERED if each["name"] == SUBSCRIBE]
    (command,) = [each for each in COMMANDS if each.name == SUBSCRIBE]
    german = command_in(command, "de")

    shown = {each["name"]: each for each in subscribe["options"]}
    for option, expected in zip(command.options, german.options, strict=True):
        found = shown[option.name].get("description_localizations", {}).get("de", option.description)
        assert expected.description.startswith(found.rstrip("…"))


def test_a_text_without_a_translation_has_no_localizations() -> None:
    assert descriptions("xyzzy") == {}
    assert set(descriptions(tr("xyzzy"))) == set()


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("abonnieren", True),
        ("ähnlich", True),
        ("suche-2_x", True),
        ("論文", True),
        ("ค้นหา", True),
        ("खोजें", True),
        ("поиск", True),
        ("Suche", False),
        ("Поиск", False),
        ("nach papers", False),
        ("a/b", False),
        ("", False),
        ("x" * 32, True),
        ("x" * 33, False),
        ("a\u0301", False),
    ],
)
def test_names_are_lower_case_without_blanks(name: str, valid: bool) -> None:
    assert is_name(name) is valid


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["a", "b", "x", "y", "Z", ""])))
def test_a_localized_name_never_hides_something_else(found: dict[str, str]) -> None:
    kept = distinct(found, is_name)
    shown = [kept.get(base, base) for base in found]

    assert len(set(shown)) == len(shown)
    assert all(is_name(name) for name in kept.values())
    assert set(kept) <= set(found)


@needs_shared
def test_the_locales_are_those_of_the_description_of_the_api() -> None:
    spec = json.loads((SHARED / "specs" / "discord-openapi.json").read_text())
    known = {each["const"] for each in spec["components"]["schemas"]["AvailableLocalesEnum"]["oneOf"]}

    assert set(LOCALES) == known


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_modal_is_within_discords_limits(language: str) -> None:
    shown: dict[str, Any] = modal("id:123456789012", "1" * 20, language)

    assert len(shown["custom_id"]) <= 100
    assert len(shown["title"]) <= 45
    assert len(shown["components"]) <= 5
    for each in shown["components"]:
        assert 1 <= len(each["label"]) <= 45
        assert len(each.get("description", "")) <= 100
        assert len(each["component"].get("placeholder", "")) <= 100
        assert all(1 <= len(option["label"]) <= 100 for option in each["component"].get("options", []))


async def test_answers_and_their_labels_are_in_the_language_of_the_person(here: Scene) -> None:
    ada, bob = Person(here.local, here.channel, locale="de"), Person(here.local, here.channel, id="3")

    german, english = await ada.type("trending"), await bob.type("trending")

    assert [request.locale for request in here.requests] == ["de", "en-US"]
    assert (here.page(german).language, here.page(english).language) == ("de", "en")
    assert text_in(pages.SHARE_LABEL, "de") in german.buttons
    assert str(pages.SHARE_LABEL) in english.buttons


async def test_a_notice_that_no_command_made_is_in_the_language_that_the_person_chose(here: Scene) -> None:
    here.local.checked = False
    ada = Person(here.local, here.channel, locale="en-US")
    await ada.type("language", language="de")
    elsewhere = here.local.world.channel(here.local.world.guild("elsewhere"))

    refused = await ada.done(await ada.begin(2, ada.command("subscriptions", channel=elsewhere.id)))

    assert refused.title == text_in(pages.other_server().title, "de")


async def language(here: Scene, chat: str) -> str:
    return (await here.store.languages.of(Chat("discord", chat), "")).chat


async def test_a_channel_takes_the_language_of_its_server_once_it_is_answered_in(here: Scene) -> None:
    guild = here.local.world.guild("labor", locale="de")
    channel = here.local.world.channel(guild, "papiere")
    await here.local.gateway.tell("GUILD_CREATE", guild.shown([]), guild.id)
    await Person(here.local, channel).type("trending")
    await Person(here.local, here.channel).type("trending")

    async def settled() -> bool:
        return await language(here, channel.id) == "de"

    await here.eventually(settled)
    # a server that has set no language is reported as en-US
    assert await language(here, here.channel.id) == ""

    await here.store.languages.choose_for_chat(Chat("discord", channel.id), "en", here.now)
    await here.restarted()
    await Person(here.local, channel).type("help")
    await here.deliver(timedelta())
    assert await language(here, channel.id) == "en"


async def test_the_channels_of_a_server_take_its_language_when_the_bot_is_added(here: Scene) -> None:
    guild = here.local.world.guild("labor", locale="de")
    channels = here.local.world.channel(guild, "papiere"), here.local.world.channel(guild, "forum", Kind.FORUM)

    async def ready() -> bool:
        return await here.store.notes.get(heartbeat("discord")) is not None

    # discord.py takes a server that comes while it connects for one that was there before
    await here.eventually(ready)
    await here.local.invite(guild)

    async def settled() -> bool:
        return {await language(here, each.id) for each in channels} == {"de"}

    await here.eventually(settled)


async def test_a_private_chat_takes_the_language_of_its_person(here: Scene) -> None:
    private = here.local.world.channel(kind=Kind.DM)

    await Person(here.local, private, locale="de").type("help")

    async def settled() -> bool:
        return await language(here, private.id) == "de"

    await here.eventually(settled)


@pytest.mark.parametrize("code", [10003, 10004, 50001, 50008, 50013, 50024, 50083, 160005, 220001, 40067])
def test_a_reason_of_discord_can_be_translated_after_it_was_stored(code: int) -> None:
    """A pause and a delivery keep the English text, by which the catalogue knows it."""
    error = delivery_error(Chat("discord", "1"), ApiError(status=403, trouble=ErrorBody(code=code, message="No")))
    paused = subscription(paused=Pause.PLATFORM, paused_detail=str(error.reason))

    shown = why_paused(paused)

    assert isinstance(error.reason, Message)
    assert isinstance(shown, Message)
    detail = shown.fields["detail"]
    assert isinstance(detail, Message)
    assert detail.template == error.reason.template
