"""Languages of people's answers and of chats' digests."""

from __future__ import annotations

import os
from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.requests import ONLY_SHOW, Chat, Request
from bot.messages.catalogue import negotiate
from bot.storage import Store
from bot.storage.languages import LanguageChoice

log = Log(__name__)

T = TypeVar("T")


class LanguageService:
    """Reads and changes languages. Answers are in the person's language, digests in the chat's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_answer(self, request: Request) -> str:
        """Return the tag of the language of an answer: chosen by the person, else as their platform reports it.

        Without a person, as in a terminal or a mailbox, the chat's language applies. If the database cannot be read,
        the language that the platform reports is used.
        """
        return _of_answer(await self._choice_or_none(request) or LanguageChoice(), request)

    async def of_answer_and_learn(self, request: Request, now: datetime) -> str:
        """Return the language of an answer. In a private chat without a language, the platform's becomes the chat's."""
        choice = await self._choice_or_none(request)
        if choice is not None and request.direct and not choice.chat and request.door not in ONLY_SHOW:
            await _or_none(self.suggest(request.chat, request.locale, now), request.chat)
        return _of_answer(choice or LanguageChoice(), request)

    async def choice(self, request: Request) -> LanguageChoice:
        """Return the languages that were chosen by a person and for a chat. Raise `StoreError`."""
        return await self._store.languages.of(request.chat, request.person)

    async def of_chat(self, chat: Chat) -> str:
        """Return the tag of the language of a chat's digests; "en" if none is known. Raise `StoreError`."""
        return (await self._store.languages.of(chat, "")).chat or negotiate("")

    async def suggest(self, chat: Chat, tag: str, now: datetime) -> None:
        """Take the language that a platform reports for a chat, unless one is known. Raise `StoreError`."""
        await self._store.languages.suggest(chat, negotiate(tag), now)

    async def choose(self, request: Request, tag: str, now: datetime) -> None:
        """Set the language of a person's answers; without a person, that of the chat; in a private chat, both."""
        if request.person:
            await self._store.languages.choose_for_person(request.chat.surface, request.person, tag, now)
        if request.direct or not request.person:
            await self._store.languages.choose_for_chat(request.chat, tag, now)

    async def choose_for_chat(self, chat: Chat, tag: str, now: datetime) -> None:
        """Set the language of a chat's digests."""
        await self._store.languages.choose_for_chat(chat, tag, now)

    async def _choice_or_none(self, request: Request) -> LanguageChoice | None:
        return await _or_none(self.choice(request), request.chat)


async def _or_none(reading: Awaitable[T], chat: Chat) -> T | None:
    """Return the result, or None if it fails: an answer in another language is better than none."""
    try:
        return await reading
    except StoreError as error:
        log.warning("language not read or saved", chat=str(chat), reason=str(error))
    except Exception:
        log.exception("language not read or saved", chat=str(chat), reference=os.urandom(4).hex())
    return None


def _of_answer(choice: LanguageChoice, request: Request) -> str:
    if request.person:
        return choice.person or request.locale
    return choice.chat or request.locale
