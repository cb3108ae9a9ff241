"""Papers: the one that is meant, those like it, and what a chat was shown last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.asker import on_behalf_of
from bot.domain.errors import BadArgument, FetchError, NotFound, StoreError
from bot.domain.identifiers import paper_id
from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.ports import Catalogue
from bot.domain.requests import Chat, Door, Request
from bot.domain.search_results import Alike
from bot.domain.sources import FetchResult
from bot.messages.sources import name
from bot.search import like, subject
from bot.search.budget import UNNAMED, Ration
from bot.search.normalization import pieces
from bot.services.recent_lists import RecentLists
from bot.storage import Store
from bot.storage.conversations import Conversation

if TYPE_CHECKING:
    from bot.search.finder import Finder

log = Log(__name__)

#: papers that share a word of the subject, for each of its words
_OF_A_WORD = 500
#: words of a title that are looked up to find its paper
_TITLE_WORDS = 6
#: a list whose question is not remembered
_UNKNOWN = Conversation()


@dataclass(frozen=True, slots=True)
class PaperService:
    """Looks up papers, in the store and in the catalogues, and remembers the list that each chat was shown last."""

    store: Store
    #: catalogues that may be asked for a paper that the store lacks, in their order
    catalogues: Sequence[Catalogue] = ()
    #: what asks the index; where there is none, the store is read word by word
    finder: Finder | None = None
    #: how often catalogues may be asked for a paper; None for no limit
    ration: Ration | None = None
    #: lists that could not or must not be written down
    unwritten: RecentLists = field(default_factory=RecentLists)

    async def resolve(self, chat: Chat, argument: str, now: datetime) -> Paper:
        """Return the paper that is meant: by id, by address, or by its number in the last list shown in the chat.

        A paper that the store lacks is fetched. Raise `BadArgument` or `NotFound`.
        """
        if not argument:
            raise BadArgument("Which paper?", "Give its number in the last list, its arXiv id or its address.")
        found = paper_id(argument) or await self._by_number(chat, argument)
        return await self.store.papers.get(found) or await self._fetched(found, now)

    async def similar(self, paper: Paper, limit: int) -> Alike:
        """Return the stored papers that are most like one paper; those that share a word where there is no index."""
        found = await self.finder.like(paper, limit) if self.finder else None
        if found is None:
            candidates: dict[str, Paper] = {}
            for word in subject(paper):
                candidates |= {other.id: other for other in await self.store.papers.matching([word], _OF_A_WORD)}
            found = like(paper, candidates.values())[:limit]
        return Alike(found, complete=self.finder is None or self.finder.complete)

    async def titled(self, name: str) -> Paper | None:
        """Return the stored paper with this title, or the only one whose title begins with it before a colon."""
        wanted = pieces(name)
        if not wanted:
            return None
        found = await self.store.papers.matching(wanted[:_TITLE_WORDS], _OF_A_WORD)
        named = [paper for paper in found if wanted in (pieces(paper.title), pieces(paper.title.partition(":")[0]))]
        return named[0] if len(named) == 1 else None

    async def remember(
        self, request: Request, papers: Sequence[Paper], now: datetime, asked: Conversation = _UNKNOWN
    ) -> None:
        """Let numbers mean these papers from now on; nothing is written for a link, and no full disk is in the way."""
        ids = [paper.id for paper in papers]
        if request.door is Door.LINK:
            self.unwritten.put(request.chat, ids, now)
        if request.door in (Door.LINK, Door.INLINE):
            return
        try:
            await self.store.shown.remember(request.chat, ids, now)
            await self.store.conversations.put(request.chat, replace(asked, paper_ids=tuple(ids)), now)
        except StoreError as error:
            log.warning("list not kept", chat=str(request.chat), reason=str(error))
            self.unwritten.put(request.chat, ids, now)

    async def remember_paper(self, request: Request, paper_id: str, now: datetime) -> None:
        """Let "it" mean this paper from now on."""
        if request.door in (Door.LINK, Door.INLINE):
            return
        try:
            known = await self.store.conversations.get(request.chat, now)
            if known.paper_id != paper_id:
                await self.store.conversations.put(request.chat, replace(known, paper_id=paper_id), now)
        except StoreError as error:
            log.warning("paper not remembered", chat=str(request.chat), reason=str(error))

    async def last_shown(self, chat: Chat) -> Sequence[str]:
        """Return the ids of the papers that the chat was shown last."""
        written, shown_at = await self.store.shown.newest(chat)
        return self.unwritten.newer(chat, shown_at) or written

    def forget_lists(self, chat: Chat) -> None:
        """Forget the list of a chat that is kept in memory only."""
        self.unwritten.drop(chat)

    async def _by_number(self, chat: Chat, argument: str) -> str:
        number = argument.strip().lstrip("#").rstrip(".")
        shown = await self.last_shown(chat)
        if not number.isascii() or not number.isdecimal():
            raise BadArgument(
                f"“{argument[:60]}” is not a paper.", "Give its number in the last list, its arXiv id or its address."
            )
        if not shown:
            raise NotFound("No list has been shown here yet.", "Ask for /trending first, then for a number on it.")
        if len(number) > 3 or not 1 <= int(number) <= len(shown):
            raise NotFound(f"The last list has no number {number[:12]}.", f"It has the numbers 1 to {len(shown)}.")
        return shown[int(number) - 1]

    async def _fetched(self, paper_id: str, now: datetime) -> Paper:
        """The paper from the first catalogue that has it, kept for the next time; one that is down is passed over."""
        hint = "Is the id right? It looks like 2604.01234."
        if self.ration and self.catalogues and not await self.ration.take(now):
            raise NotFound(
                f"No paper {paper_id} is stored.",
                "It may exist all the same: too many papers were looked up in the last minutes. Try again later.",
            )
        for catalogue in self.catalogues:
            try:
                with on_behalf_of(UNNAMED):
                    found = await catalogue.papers([paper_id], now)
            except FetchError as error:
                hint = f"It may exist all the same: {name(error.source)} could not be asked ({error.reason})."
                continue
            if paper := await self._kept(found, paper_id):
                return paper
        raise NotFound(f"No paper {paper_id} is known.", hint)

    async def _kept(self, found: FetchResult, paper_id: str) -> Paper | None:
        """The paper as it is known once it is kept; as it was told, where it cannot be."""
        try:
            await self.store.keep(found)
        except StoreError as error:
            log.warning("fetched paper not kept", source=found.source, reason=str(error))
            return next((paper for paper in found.papers if paper.id == paper_id), None)
        return await self.store.papers.get(paper_id)
