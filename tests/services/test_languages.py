"""Which language applies: a person's choice over the platform's locale, and the chat's for digests."""

from __future__ import annotations

import pytest

from bot.domain.errors import StoreError
from bot.domain.requests import Chat, Door, Request
from bot.services.languages import LanguageService
from bot.storage import Store
from bot.storage.languages import LanguageChoice, Languages
from tests.builders import NOON

GROUP, PRIVATE = Chat("telegram", "-1001"), Chat("telegram", "7")


def request(
    chat: Chat = GROUP, *, person: str = "7", locale: str = "en", direct: bool = False, door: Door = Door.TYPED
) -> Request:
    return Request(chat=chat, person=person, command="help", locale=locale, direct=direct, door=door)


class BusyLanguages(Languages):
    """A table that cannot be read or written."""

    def __init__(self) -> None:
        pass

    async def of(self, chat: Chat, person: str) -> LanguageChoice:
        raise StoreError("locked")


class UnwritableLanguages(BusyLanguages):
    """A table that cannot be written."""

    async def of(self, chat: Chat, person: str) -> LanguageChoice:
        return LanguageChoice()

    async def suggest(self, chat: Chat, tag: str, now: object) -> None:
        raise StoreError("read-only")


class BusyStore(Store):
    """A store of which only the languages are reached."""

    def __init__(self, languages: Languages) -> None:
        self.languages = languages


@pytest.fixture
def service(store: Store) -> LanguageService:
    return LanguageService(store)


async def test_answers_are_in_the_language_of_the_person(service: LanguageService) -> None:
    await service.choose_for_chat(GROUP, "de", NOON)

    assert await service.of_answer(request(locale="fr-CA")) == "fr-CA"
    await service.choose(request(), "de", NOON)
    assert await service.of_answer(request(locale="fr-CA")) == "de"
    assert await service.of_answer(request(person="8", locale="fr-CA")) == "fr-CA"


async def test_without_a_person_answers_are_in_the_language_of_the_chat(service: LanguageService) -> None:
    assert await service.of_answer(request(person="", locale="de")) == "de"
    await service.choose(request(person=""), "en", NOON)

    assert await service.of_answer(request(person="", locale="de")) == "en"
    assert await service.of_chat(GROUP) == "en"


async def test_digests_are_in_the_language_of_the_chat(service: LanguageService) -> None:
    assert await service.of_chat(GROUP) == "en"
    await service.choose(request(), "de", NOON)
    assert await service.of_chat(GROUP) == "en"

    await service.choose_for_chat(GROUP, "de", NOON)

    assert await service.of_chat(GROUP) == "de"


async def test_a_private_chat_follows_its_person(service: LanguageService) -> None:
    await service.choose(request(PRIVATE, direct=True), "de", NOON)

    assert await service.of_chat(PRIVATE) == "de"


async def test_a_platform_suggests_only_languages_that_there_are(service: LanguageService) -> None:
    await service.suggest(GROUP, "de-AT", NOON)
    await service.suggest(PRIVATE, "tlh", NOON)

    assert (await service.of_chat(GROUP), await service.of_chat(PRIVATE)) == ("de", "en")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (request(PRIVATE, locale="de", direct=True), "de"),
        (request(PRIVATE, locale="de", direct=True, door=Door.LINK), ""),
        (request(PRIVATE, locale="de", direct=True, door=Door.INLINE), ""),
        (request(GROUP, locale="de"), ""),
    ],
)
async def test_the_first_request_of_a_private_chat_suggests_its_language(
    service: LanguageService, said: Request, expected: str
) -> None:
    assert await service.of_answer_and_learn(said, NOON) == "de"

    assert (await service.choice(said)).chat == expected


async def test_later_requests_suggest_nothing_more(service: LanguageService) -> None:
    for locale in ("de", "en"):
        await service.of_answer_and_learn(request(PRIVATE, locale=locale, direct=True), NOON)

    assert await service.of_chat(PRIVATE) == "de"


@pytest.mark.parametrize("languages", [BusyLanguages(), UnwritableLanguages()])
async def test_a_busy_database_leaves_the_language_of_the_platform(languages: Languages) -> None:
    service = LanguageService(BusyStore(languages))

    assert await service.of_answer_and_learn(request(PRIVATE, locale="de", direct=True), NOON) == "de"
    assert await service.of_answer(request(locale="de")) == "de"
