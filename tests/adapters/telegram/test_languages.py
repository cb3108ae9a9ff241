"""The reader's language: menus, what the adapter adds itself, and what is suggested for a chat's digests."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.menus import languages, menus
from bot.commands import COMMANDS
from bot.domain.i18n import tr
from bot.domain.pages import Layout, Page, Section
from bot.domain.requests import Chat
from bot.messages.localization import text_in
from tests.adapters.telegram import pages
from tests.adapters.telegram.conftest import NOW, Talk
from tests.adapters.telegram.world import Person

GROUP = Chat("telegram", "-1001000000001")


@pytest.fixture
def eva(talk: Talk) -> Person:
    """Somebody whose Telegram is in German."""
    return talk.server.world.add_person("Eva", 8, language="de-AT")


async def language_of(talk: Talk, chat: Chat) -> str:
    return (await talk.store.languages.of(chat, "")).chat


def test_there_is_a_menu_for_each_language_and_english_for_everybody_else() -> None:
    published = list(menus(COMMANDS))

    assert {menu.language for menu in published} == set(languages())
    assert len({(menu.scope.type, menu.language) for menu in published}) == len(published) == 3 * len(languages())
    assert all(1 <= len(entry.description) <= 256 for menu in published for entry in menu.commands)


def test_telegrams_codes_have_two_letters_and_the_plain_language_comes_first() -> None:
    codes = languages(["en", "pt-BR", "pt", "de", "zh-Hans", "fil"])

    assert codes == {"": "en", "pt": "pt", "de": "de", "zh": "zh-Hans"}


def test_labels_that_the_adapter_adds_are_in_the_language_of_the_page() -> None:
    page = replace(pages.digest(2), language="de", layout=Layout.FULL)
    copied = Page(title="T", sections=(Section(verbatim="@misc{a}"),), language="de")

    markup, copy = keyboard(page, KeyboardContext(public=True, bot="paperboy_bot")), keyboard(copied, KeyboardContext())

    assert markup is not None
    assert copy is not None
    assert markup.inline_keyboard[0][-1].text == text_in(tr("More"), "de")
    assert copy.inline_keyboard[0][0].text == text_in(tr("Copy"), "de")


async def test_a_private_chat_gets_digests_in_the_language_of_its_person(talk: Talk, eva: Person) -> None:
    await talk.server.say(eva, "/start")
    await talk.server.next_message(eva)
    await talk.quiet()

    assert await language_of(talk, Chat("telegram", "8")) == "de"


async def test_what_a_chat_has_chosen_is_kept(talk: Talk, eva: Person) -> None:
    await talk.store.languages.choose_for_chat(Chat("telegram", "8"), "en", NOW)

    await talk.server.say(eva, "/start")
    await talk.server.next_message(eva)
    await talk.quiet()

    assert await language_of(talk, Chat("telegram", "8")) == "en"


async def test_a_group_gets_digests_in_the_language_of_who_added_the_bot(talk: Talk, eva: Person) -> None:
    talk.group.bot = "left"
    await talk.server.say(eva, "/trending", talk.group)

    await talk.server.bot_becomes(talk.group, "member", eva)

    async with asyncio.timeout(10):
        while await language_of(talk, GROUP) != "de":  # noqa: ASYNC110 - it is in a database
            await asyncio.sleep(0.02)


async def test_nobody_in_a_group_changes_its_language_by_talking(talk: Talk, eva: Person) -> None:
    await talk.server.say(eva, "/trending", talk.group)
    await talk.server.next_message(talk.group)
    await talk.quiet()

    assert await language_of(talk, GROUP) == ""


async def test_a_person_is_answered_in_the_chosen_language_wherever_they_ask(talk: Talk, eva: Person) -> None:
    await talk.store.languages.choose_for_person("telegram", "8", "en", NOW)
    await talk.ask("/trending", talk.group)

    await talk.server.say(eva, "/subscriptions -1001000000001", talk.group)
    refused = await talk.server.next_message(eva)

    assert refused.text.splitlines()[0] == tr("Send this in our private chat")
