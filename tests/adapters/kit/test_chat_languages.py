"""The language of a chat is suggested once, and again only if it could not be stored."""

from __future__ import annotations

from adapters.kit.chat_languages import ChatLanguages
from bot.domain.errors import StoreError
from bot.domain.requests import Chat

ROOM, HALL = Chat("discord", "1"), Chat("discord", "2")


class Suggestions:
    """Takes suggestions, or fails with them."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.taken: list[tuple[Chat, str]] = []

    async def suggest(self, chat: Chat, tag: str) -> None:
        """Take one."""
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append((chat, tag))


async def test_a_language_is_suggested_once_for_each_chat() -> None:
    found = Suggestions()
    languages = ChatLanguages(found.suggest)

    for chat, tag in ((ROOM, "de"), (ROOM, "de"), (HALL, "de"), (ROOM, ""), (ROOM, "fr")):
        await languages.suggest(chat, tag)

    assert found.taken == [(ROOM, "de"), (HALL, "de"), (ROOM, "fr")]


async def test_a_suggestion_that_failed_is_made_again() -> None:
    found = Suggestions(StoreError("there is no room left"), ZeroDivisionError("a fault"))
    languages = ChatLanguages(found.suggest)

    for _ in range(4):
        await languages.suggest(ROOM, "de")

    assert found.taken == [(ROOM, "de")]


async def test_no_more_chats_are_remembered_than_there_is_room_for() -> None:
    found = Suggestions()
    languages = ChatLanguages(found.suggest, size=2)

    for number in (1, 2, 3, 3, 1):
        await languages.suggest(Chat("discord", str(number)), "de")

    assert [chat.id for chat, _ in found.taken] == ["1", "2", "3", "1"]
