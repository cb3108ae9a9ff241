"""Chats with the same wish and different languages get the same papers, each in its own language."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.messages.localization import localized
from bot.storage import Store
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.storage.ledger import DAY, DUE, HOUR, subscription

ENGLISH, GERMAN, AUSTRIAN = Chat("test", "1"), Chat("test", "2"), Chat("test", "3")


async def test_a_digest_is_in_the_language_of_its_chat(store: Store) -> None:
    await fill(store)
    for chat in (ENGLISH, GERMAN, AUSTRIAN):
        await store.subscriptions.add(subscription(chat=chat))
    await store.languages.choose_for_chat(GERMAN, "de", DUE)
    await store.languages.suggest(AUSTRIAN, "de", DUE)
    # a person's own language changes no digest
    await store.languages.choose_for_person("test", "1", "de", DUE)
    box = Postbox()

    await worker(store, box).round(DUE)

    pages = {message.chat: message.page for message in box.arrived}
    assert {chat: page.language for chat, page in pages.items()} == {ENGLISH: "en", GERMAN: "de", AUSTRIAN: "de"}
    assert papers(pages[ENGLISH]) == papers(pages[GERMAN])
    assert localized(pages[ENGLISH], "de") == pages[GERMAN]
    assert pages[ENGLISH].footer != pages[GERMAN].footer
    # chats of one language share the page, so that it is rendered once
    assert pages[GERMAN] is pages[AUSTRIAN]


async def test_a_digest_in_a_thread_is_in_the_language_of_its_chat(store: Store) -> None:
    await fill(store)
    thread = replace(GERMAN, thread="5")
    await store.subscriptions.add(subscription(chat=thread))
    await store.languages.suggest(GERMAN, "de", DUE)
    box = Postbox()

    await worker(store, box).round(DUE)

    assert [(message.chat, message.page.language) for message in box.arrived] == [(thread, "de")]


async def test_a_digest_follows_a_new_choice(store: Store) -> None:
    box = Postbox()
    await store.subscriptions.add(subscription(chat=GERMAN))

    for days, tag in enumerate(("de", "en")):
        await fill(store, 2, first=1 + 2 * days, at=DUE + days * DAY - HOUR)
        await store.languages.choose_for_chat(GERMAN, tag, DUE)
        await worker(store, box).round(DUE + days * DAY)

    assert [message.page.language for message in box.arrived] == ["de", "en"]


def papers(page: Page) -> list[tuple[str, str]]:
    return [(card.key, card.title) for card in page.cards]
