"""Privacy: deletes everything that is stored about a person or a chat, across all repositories."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.requests import Request
from bot.services.papers import PaperService
from bot.services.taste import asking, is_readers_own
from bot.storage import Store


@dataclass(frozen=True, slots=True)
class ForgottenPerson:
    """What was deleted about a person."""

    saved: int
    votes: int
    language: bool
    taste: bool
    #: which chats they manage, or that they subscribed
    chats: bool


@dataclass(frozen=True, slots=True)
class PersonalDataService:
    """Deletes stored data. Methods raise `StoreError`."""

    store: Store
    papers: PaperService

    async def forget_chat(self, request: Request) -> int:
        """Delete all rows of the chat, in a private chat also the person's taste. Return the number of rows."""
        self.papers.forget_lists(request.chat)
        rows = await self.store.subscriptions.forget(request.chat)
        if is_readers_own(request):
            rows += await self.store.tastes.forget(request.chat.surface, asking(request))
        return rows

    async def forget_person(self, request: Request) -> ForgottenPerson:
        """Delete the person's saved papers, votes, language and taste, and which chats they manage or subscribed.

        This is about all chats of the surface; the subscriptions themselves stay.
        """
        surface, person = request.chat.surface, asking(request)
        managed = await self.store.known_chats.forget_person(surface, person)
        subscribed = await self.store.subscriptions.forget_person(surface, person)
        return ForgottenPerson(
            saved=await self.store.saved.forget(surface, person),
            votes=await self.store.votes.forget(surface, person),
            language=bool(await self.store.languages.forget(surface, person)),
            taste=bool(await self.store.tastes.forget(surface, person)),
            chats=managed + subscribed > 0,
        )
