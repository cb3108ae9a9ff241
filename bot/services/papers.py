"""Papers: look up one, find similar ones, and remember the last list shown in a chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.asker import on_behalf_of
from bot.domain.errors import BadArgument, FetchError, NotFound, StoreError
from bot.domain.i18n import Translatable, tr, tr_n
from bot.domain.identifiers import is_doi, is_handle, paper_id
from bot.domain.identity import by_any_id
from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.ports import PaperLookup
from bot.domain.references import references
from bot.domain.requests import Chat, Door, Request
from bot.domain.search_results import Alike
from bot.domain.sources import FetchResult
from bot.messages.sources import name
from bot.search import like, subject
from bot.search.budget import UNNAMED, Ration
from bot.search.normalization import pieces
from bot.services.recent_lists import RecentLists
from bot.sources.registry import asked_for
from bot.storage import Store
from bot.storage.conversations import Conversation

if TYPE_CHECKING:
    from bot.search.finder import Finder

log = Log(__name__)

#: papers that share a word of the subject, for each of its words
_OF_A_WORD = 500
#: words of a title that are looked up to find its paper
_TITLE_WORDS = 6
#: a list without a stored request
_UNKNOWN = Conversation()


@dataclass(frozen=True, slots=True)
class NamedPapers:
    """The papers that a text names."""

    papers: Sequence[Paper]
    #: number of papers that were named and are not known
    missing: int


@dataclass(frozen=True, slots=True)
class PaperService:
    """Looks up papers, in the store and in the catalogues, and remembers the list that each chat was shown last."""

    store: Store
    #: catalogues that may be asked for a paper that the store lacks, in their order
    catalogues: Sequence[PaperLookup] = ()
    #: searches the full-text index; without it, words are looked up in the store
    finder: Finder | None = None
    #: how often catalogues may be asked for a paper; None for no limit
    ration: Ration | None = None
    #: lists that could not or must not be stored
    unwritten: RecentLists = field(default_factory=RecentLists)

    async def resolve(self, chat: Chat, argument: str, now: datetime) -> Paper:
        """Return the paper that is meant: by id, by address, or by its number in the last list shown in the chat.

        A paper that the store lacks is fetched. Raise `BadArgument` or `NotFound`.
        """
        if not argument:
            raise BadArgument(tr("Which paper?"), _how_to_name())
        found = paper_id(argument) or await self._by_number(chat, argument)
        return await self.store.papers.get(found) or await self._fetched(found, now)

    async def similar(self, paper: Paper, limit: int) -> Alike:
        """Return the stored papers that are most like one paper; those that share a word if there is no index."""
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

    async def named_in(self, text: str, now: datetime) -> NamedPapers:
        """Return the papers that a text names: ids, URLs, BibTeX, or an export of a reference manager.

        Papers that the store lacks are fetched by id. An entry whose id is not found is found by its title.
        """
        named = references(text)
        ids = [each.id for each in named if each.id]
        known = by_any_id(await self.store.papers.many(ids))
        if missing := [id for id in ids if id not in known]:
            await self._fetch_all(missing, now)
            known |= by_any_id(await self.store.papers.many(missing))
        found = dict[str, Paper]()
        missed = 0
        for each in named:
            if paper := known.get(each.id) or (await self.titled(each.title) if each.title else None):
                found[paper.id] = paper
            else:
                missed += 1
        return NamedPapers(list(found.values()), missed)

    async def _fetch_all(self, ids: Sequence[str], now: datetime) -> None:
        """Store those of the papers that a catalogue has; one that is down is passed over."""
        for catalogue in self.catalogues:
            wanted = [id for id in ids if asked_for(catalogue.name, id)]
            if not wanted:
                continue
            if self.ration and not await self.ration.take(now):
                return
            try:
                with on_behalf_of(UNNAMED):
                    await self.store.keep(await catalogue.papers(wanted, now))
            except (FetchError, StoreError) as error:
                log.warning("named papers not fetched", source=catalogue.name, reason=str(error))

    async def remember(
        self, request: Request, papers: Sequence[Paper], now: datetime, asked: Conversation = _UNKNOWN
    ) -> None:
        """Remember a list, so that numbers refer to it. Nothing is stored for a link, and failures are only logged."""
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
        """Remember a paper, so that "it" refers to it."""
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
            raise BadArgument(tr("I don't know the paper “{words}”.", words=argument[:60]), _how_to_name())
        if not shown:
            raise NotFound(
                tr("I haven't shown a list here yet."),
                tr("Send {command} first, then a number from its list.", command="/trending"),
            )
        if len(number) > 3 or not 1 <= int(number) <= len(shown):
            raise NotFound(
                tr("The last list has no paper {number}.", number=number[:12]),
                tr_n("The last list has only one paper.", "Choose a number from 1 to {count}.", len(shown)),
            )
        return shown[int(number) - 1]

    async def _fetched(self, paper_id: str, now: datetime) -> Paper:
        """Return the paper from the first catalogue that has it, and store it. A catalogue that fails is skipped."""
        if is_handle(paper_id):
            raise NotFound(
                tr("I don't have the paper of this button any more."),
                tr("Send its DOI, or search for its title with {command}.", command="/papers"),
            )
        catalogues = [each for each in self.catalogues if asked_for(each.name, paper_id)]
        if not catalogues and is_doi(paper_id):
            raise NotFound(
                tr("I don't have paper {paper}, and none of my sources can look up its DOI.", paper=paper_id),
                tr("Send its arXiv id if it has one, or search for its title with {command}.", command="/papers"),
            )
        hint = _check(paper_id)
        if self.ration and catalogues and not await self.ration.take(now):
            raise NotFound(
                tr("I don't have paper {paper} yet.", paper=paper_id),
                tr("I've looked up too many papers in the last few minutes. Try again later."),
            )
        for catalogue in catalogues:
            try:
                with on_behalf_of(UNNAMED):
                    found = await catalogue.papers([paper_id], now)
            except FetchError as error:
                hint = tr(
                    "It may exist, but I couldn't check. {source}: {reason}. Try again later.",
                    source=name(error.source),
                    reason=error.reason,
                )
                continue
            if paper := await self._kept(found, paper_id):
                return paper
        raise NotFound(tr("I couldn't find paper {paper}.", paper=paper_id), hint)

    async def _kept(self, found: FetchResult, paper_id: str) -> Paper | None:
        """Store a fetched paper and return it; as it was fetched if it cannot be stored."""
        try:
            await self.store.keep(found)
        except StoreError as error:
            log.warning("fetched paper not kept", source=found.source, reason=str(error))
            return by_any_id(found.papers).get(paper_id)
        return await self.store.papers.get(paper_id)


def _check(paper_id: str) -> Translatable:
    if is_doi(paper_id):
        return tr("Please check the DOI. It looks like {example}.", example="10.1101/2024.01.02.573456")
    return tr("Please check the id. It looks like {example}.", example="2604.01234")


def _how_to_name() -> Translatable:
    return tr("Send its number from the last list, its arXiv id, its DOI or its URL.")
