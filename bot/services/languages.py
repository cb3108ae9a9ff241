"""In which language people and chats are answered."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.requests import Chat, Request
from bot.messages.catalogue import negotiate
from bot.storage import Store
from bot.storage.languages import LanguageChoice

log = Log(__name__)


class LanguageService:
    """Reads and changes languages. Answers are in the person's language, digests in the chat's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_answer(self, request: Request) -> str:
        """Return the tag of the language of an answer: chosen by the person, else as their platform reports it.

        Without a person, as in a terminal or a mailbox, the chat's language applies. A database that cannot be read
        changes the language, but holds up no answer.
        """
        choice = await self._choice(request)
        if request.person:
            return choice.person or request.locale
        return choice.chat or request.locale

    async def of_chat(self, chat: Chat) -> str:
        """Return the tag of the language of a chat's digests; "en" if none is known. Raise `StoreError`."""
        return (await self._store.languages.of(chat, "")).chat or negotiate("")

    async def suggest(self, chat: Chat, tag: str, now: datetime) -> None:
        """Take the language that a platform reports for a chat, unless one is known. Raise `StoreError`."""
        await self._store.languages.suggest(chat, negotiate(tag), now)

    async def choose(self, request: Request, tag: str, now: datetime) -> None:
        """Set the language of a person's answers; without a person, that of the chat."""
        if request.person:
            await self._store.languages.choose_for_person(request.chat.surface, request.person, tag, now)
        else:
            await self._store.languages.choose_for_chat(request.chat, tag, now)

    async def choose_for_chat(self, chat: Chat, tag: str, now: datetime) -> None:
        """Set the language of a chat's digests."""
        await self._store.languages.choose_for_chat(chat, tag, now)

    async def _choice(self, request: Request) -> LanguageChoice:
        try:
            return await self._store.languages.of(request.chat, request.person)
        except StoreError as error:
            log.warning("language not read", chat=str(request.chat), reason=str(error))
            return LanguageChoice()
