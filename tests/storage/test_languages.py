"""The languages of chats and of people, and the migration that brings their table."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.storage import Store, open_store
from bot.storage.languages import LanguageChoice
from bot.storage.schema import metadata
from tests.builders import NOON
from tests.databases import connected
from tests.storage.former import add_row, former_schema

GROUP, THREAD, OTHER = Chat("telegram", "-1001"), Chat("telegram", "-1001", "7"), Chat("telegram", "-1002")
OWN = Chat("telegram", "-1001", "8")
LATER = NOON + timedelta(days=1)
BEFORE, REVISION = "0011", "0012"


async def test_nothing_is_known_of_a_new_chat(store: Store) -> None:
    assert await store.languages.of(GROUP, "ada") == LanguageChoice()


async def test_a_person_has_one_language_in_every_chat_of_a_surface(store: Store) -> None:
    await store.languages.choose_for_person("telegram", "ada", "de", NOON)

    assert await store.languages.of(GROUP, "ada") == LanguageChoice(person="de")
    assert await store.languages.of(OTHER, "ada") == LanguageChoice(person="de")
    assert await store.languages.of(GROUP, "bob") == LanguageChoice()
    assert await store.languages.of(GROUP, "") == LanguageChoice()
    assert await store.languages.of(Chat("discord", "-1001"), "ada") == LanguageChoice()


async def test_a_thread_has_the_language_of_its_chat_unless_it_has_one_of_its_own(store: Store) -> None:
    await store.languages.choose_for_chat(GROUP, "de", NOON)
    await store.languages.choose_for_chat(OWN, "en", NOON)
    await store.languages.choose_for_person("telegram", "ada", "en", NOON)

    found = [await store.languages.of(chat, "") for chat in (GROUP, THREAD, OWN, OTHER)]

    assert [choice.chat for choice in found] == ["de", "de", "en", ""]
    assert await store.languages.of(THREAD, "ada") == LanguageChoice(person="en", chat="de")


async def test_the_last_choice_counts(store: Store) -> None:
    for tag, now in (("de", NOON), ("en", LATER)):
        await store.languages.choose_for_chat(GROUP, tag, now)
        await store.languages.choose_for_person("telegram", "ada", tag, now)

    assert await store.languages.of(GROUP, "ada") == LanguageChoice(person="en", chat="en")


async def test_a_suggestion_never_replaces_what_is_known(store: Store) -> None:
    await store.languages.suggest(GROUP, "de", NOON)
    await store.languages.suggest(GROUP, "en", LATER)
    await store.languages.choose_for_chat(OTHER, "en", NOON)
    await store.languages.suggest(OTHER, "de", LATER)

    assert (await store.languages.of(GROUP, "")).chat == "de"
    assert (await store.languages.of(OTHER, "")).chat == "en"


async def test_a_chat_without_id_has_no_language(store: Store, store_url: str) -> None:
    nowhere = Chat("web", "")
    await store.languages.choose_for_person("web", "ada", "de", NOON)

    await store.languages.choose_for_chat(nowhere, "de", NOON)
    await store.languages.suggest(nowhere, "de", NOON)
    forgotten = await store.subscriptions.forget(nowhere)
    moved = await store.chats.move(nowhere, Chat("web", "7"))

    assert (forgotten, moved) == (0, 0)
    assert await store.languages.of(nowhere, "ada") == LanguageChoice(person="de")
    assert rows(store_url) == 1


async def test_a_person_is_forgotten_without_the_chat_and_the_chat_without_the_person(
    store: Store, store_url: str
) -> None:
    for person in ("ada", "bob"):
        await store.languages.choose_for_person("telegram", person, "de", NOON)
    await store.languages.choose_for_chat(GROUP, "de", NOON)

    assert await store.languages.forget("telegram", "ada") == 1
    assert await store.languages.forget("telegram", "") == 0
    assert await store.languages.of(GROUP, "bob") == LanguageChoice(person="de", chat="de")
    assert await store.subscriptions.forget(GROUP) == 1
    assert await store.languages.of(GROUP, "bob") == LanguageChoice(person="de")
    assert rows(store_url) == 1


async def test_a_language_moves_with_its_chat_unless_the_new_one_has_its_own(store: Store) -> None:
    await store.languages.choose_for_chat(GROUP, "de", NOON)

    await store.chats.move(GROUP, OTHER)
    await store.languages.choose_for_chat(GROUP, "en", LATER)
    await store.chats.move(GROUP, OTHER)

    assert (await store.languages.of(OTHER, "")).chat == "de"
    assert (await store.languages.of(GROUP, "")).chat == ""


async def test_a_row_that_cannot_be_read_counts_as_unknown(store: Store, store_url: str) -> None:
    if not store_url.startswith("sqlite"):
        pytest.skip("PostgreSQL accepts only text in a text column")
    await store.languages.choose_for_chat(GROUP, "de", NOON)
    with connected(store_url) as connection:
        connection.execute(sa.text("UPDATE languages SET tag = x'ff'"))

    assert await store.languages.of(GROUP, "") == LanguageChoice()


@pytest.fixture
def old(database_url: str) -> str:
    """A populated database of the schema before."""
    group = {"surface": "telegram", "chat": "-1001", "thread": ""}
    said = {"command": "papers", "argument": "agents", "start": 0, "paper_ids": "[]", "paper_id": "", "said_at": NOON}
    with former_schema(database_url, BEFORE) as connection:
        add_row(connection, "conversations", **group, **said)
        add_row(connection, "drafts", **group, words="agents", made_at=NOON)
    return database_url


def rows(url: str) -> int:
    with connected(url) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(metadata.tables["languages"])) or 0


async def test_a_populated_database_gets_the_table_and_loses_nothing(old: str) -> None:
    async with open_store(old) as store:
        assert (await store.conversations.get(GROUP, NOON)).argument == "agents"
        assert await store.drafts.get(GROUP, NOON) == "agents"
        assert await store.languages.of(GROUP, "ada") == LanguageChoice()

        await store.languages.suggest(GROUP, "de", NOON)
        await store.languages.choose_for_person("telegram", "ada", "en", NOON)

        assert await store.languages.of(GROUP, "ada") == LanguageChoice(person="en", chat="de")
    with connected(old) as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) >= REVISION
