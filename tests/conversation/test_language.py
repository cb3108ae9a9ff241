"""/language: the languages of answers and of digests, chosen by people and suggested by platforms."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.commands import Commands
from bot.commands.completion import complete
from bot.commands.intents import Context, Run, understand
from bot.commands.typed import typed
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, Completion, Door, Request
from bot.messages.catalogue import available
from bot.messages.language_names import find_language
from bot.services.bundle import Services, build_services
from bot.storage import Store
from bot.storage.languages import LanguageChoice
from tests.builders import NOON

GROUP, PRIVATE = Chat("telegram", "-1001"), Chat("telegram", "7")
ADA = "7"


@pytest.fixture
def services(sqlite_store: Store) -> Services:
    return build_services(sqlite_store)


async def ask(
    services: Services, line: str, chat: Chat = GROUP, *, person: str = ADA, manages: bool = False, locale: str = "en"
) -> Page:
    """The answer to a line that Ada types."""
    said = typed(line, chat, person=person, locale=locale)
    request = Request(
        chat=chat,
        person=person,
        may_manage=manages or chat == PRIVATE,
        direct=chat == PRIVATE,
        command=said.command,
        argument=said.argument,
        locale=locale,
    )
    return await Commands(services, lambda: NOON).handle(request)


async def of(services: Services, chat: Chat = GROUP, person: str = ADA) -> LanguageChoice:
    return await services.store.languages.of(chat, person)


def buttons(page: Page) -> Sequence[str]:
    return [action.command for action in page.actions]


async def test_a_choice_is_the_persons_own_and_changes_no_digests(services: Services) -> None:
    page = await ask(services, "/language de")

    assert page.language == "de"
    assert await of(services) == LanguageChoice(person="de")
    assert (await ask(services, "/help")).language == "de"
    assert (await ask(services, "/help", person="8")).language == "en"


async def test_managers_are_offered_the_same_for_digests_and_others_are_not(services: Services) -> None:
    assert buttons(await ask(services, "/language de", manages=True)) == ["language chat de"]
    assert buttons(await ask(services, "/language de")) == []

    changed = await ask(services, "/language chat de", manages=True)
    refused = await ask(services, "/language chat en")

    assert changed.trouble is Trouble.NONE
    assert refused.trouble is Trouble.NOT_ALLOWED
    assert (await of(services)).chat == "de"
    assert buttons(await ask(services, "/language de", manages=True)) == []


async def test_a_private_chat_gets_answers_and_digests_in_the_same_language(services: Services) -> None:
    page = await ask(services, "/language de", PRIVATE)

    assert buttons(page) == []
    assert await of(services, PRIVATE) == LanguageChoice(person="de", chat="de")


async def test_a_chat_without_persons_has_one_language_that_takes_the_right_to_manage(services: Services) -> None:
    refused = await ask(services, "/language de", person="")
    changed = await ask(services, "/language de", person="", manages=True)

    assert refused.trouble is Trouble.NOT_ALLOWED
    assert changed.language == "de"
    assert await of(services, person="") == LanguageChoice(chat="de")


async def test_the_page_shows_what_applies_and_offers_the_others(services: Services) -> None:
    await services.store.languages.choose_for_chat(GROUP, "de", NOON)

    mine = await ask(services, "/language")
    manager = await ask(services, "/language", manages=True)

    assert [row.text for row in mine.sections[0].rows] == ["English", "German"]
    assert buttons(mine) == ["language de"]
    assert buttons(manager) == ["language de", "language chat en"]
    assert [row.text for row in (await ask(services, "/language", PRIVATE)).sections[0].rows] == ["English"]


async def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(services: Services) -> None:
    page = await ask(services, "/language klingon")

    assert page.trouble is Trouble.REFUSED
    assert "English" in page.intro
    assert "German" in page.intro
    assert await of(services) == LanguageChoice()


@pytest.mark.parametrize("words", ["de", "DE", "de-AT", "de_CH", "Deutsch", "german", "ＤＥ", "Englisch", "en-GB"])
def test_a_language_is_known_by_its_tag_and_its_names(words: str) -> None:
    assert find_language(words) == ("en" if words.casefold().startswith("en") else "de")


@pytest.mark.parametrize("words", ["", "fr", "xx", "d", "germane", "de de", "zh-hans", "1", "🇩🇪"])
def test_other_words_name_no_language_that_there_is(words: str) -> None:
    assert find_language(words) is None


@pytest.mark.parametrize(
    ("line", "argument"),
    [
        ("Deutsch bitte", "deutsch"),
        ("deutsch", "deutsch"),
        ("german", "german"),
        ("German please", "german"),
        ("auf deutsch bitte!", "deutsch"),
        ("please answer in German", "german"),
        ("can you speak german?", "german"),
        ("switch to english please", "english"),
        ("sprich deutsch", "deutsch"),
        ("Antworte bitte auf Deutsch", "deutsch"),
        ("my language is German", "german"),
        ("answer me in french", "french"),
        ("send digests in german", "chat german"),
    ],
)
def test_plain_text_can_ask_for_a_language(line: str, argument: str) -> None:
    assert understand(line, Context()) == Run("language", argument)


@pytest.mark.parametrize("line", ["german medical reports", "french", "en", "language models", "write in rust"])
def test_a_topic_is_no_language(line: str) -> None:
    intent = understand(line, Context())

    assert not (isinstance(intent, Run) and intent.command == "language")


async def test_completion_offers_the_languages_by_both_names(services: Services) -> None:
    everything = await complete(services, GROUP, Completion.LANGUAGE, "", NOON, "en")
    german = await complete(services, GROUP, Completion.LANGUAGE, "germ", NOON, "en")

    assert [each.value for each in everything] == list(available())
    assert [each.value for each in german] == ["de"]


async def test_the_first_command_of_a_private_chat_takes_the_language_of_its_platform(services: Services) -> None:
    await ask(services, "/start", PRIVATE, locale="de-AT")
    await ask(services, "/help", PRIVATE, locale="en")
    await ask(services, "/start", GROUP, locale="de")

    assert await of(services, PRIVATE) == LanguageChoice(chat="de")
    assert await of(services, GROUP) == LanguageChoice()


async def test_a_link_takes_no_language(services: Services) -> None:
    commands = Commands(services, lambda: NOON)

    await commands.handle(Request(chat=PRIVATE, person=ADA, direct=True, command="start", locale="de", door=Door.LINK))

    assert await of(services, PRIVATE) == LanguageChoice()


async def test_an_export_has_the_language_and_an_import_sets_it(services: Services) -> None:
    await ask(services, "/import agents at 9:00 UTC; language:de", manages=True)
    exported = (await ask(services, "/export", manages=True)).sections[0].verbatim

    other = Chat("telegram", "-1002")
    await ask(services, exported, other, manages=True)

    assert "/import language:de" in exported.splitlines()
    assert (await of(services, other)).chat == "de"
    assert len(await services.store.subscriptions.of(other)) == 1


async def test_an_import_with_an_unknown_language_changes_nothing(services: Services) -> None:
    page = await ask(services, "/import agents at 9:00 UTC; language:xx", manages=True)

    assert page.trouble is Trouble.REFUSED
    assert await services.store.subscriptions.of(GROUP) == []


async def test_forgetting_a_person_forgets_their_language(services: Services) -> None:
    await ask(services, "/language de")
    await ask(services, "/language chat de", manages=True)

    await ask(services, "/forget me")

    assert await of(services) == LanguageChoice(chat="de")


async def test_forgetting_a_chat_forgets_its_language_and_takes_no_new_one(services: Services) -> None:
    await ask(services, "/language de", PRIVATE, locale="de")

    await ask(services, "/forget everything", PRIVATE, locale="de")

    assert await of(services, PRIVATE) == LanguageChoice(person="de")
