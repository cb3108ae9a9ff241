"""What every command works with, and what several of them need."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import TYPE_CHECKING

from bot.digests.composition import Digest, Snapshot, compose, listed_between, moment
from bot.digests.for_subscription import digest_due, kept_back_since
from bot.domain.asker import on_behalf_of
from bot.domain.days import shifted
from bot.domain.errors import BadArgument, FetchError, NotFound, StoreError
from bot.domain.identifiers import paper_id
from bot.domain.log import Log
from bot.domain.papers import ListRange, Paper
from bot.domain.ports import Catalogue
from bot.domain.requests import Chat, Completion, Door, Option, Request
from bot.domain.search_results import Alike, SearchResults
from bot.domain.sources import FetchResult
from bot.domain.subscriptions import Subscription
from bot.domain.trending import Sort, Trend, first_day, rank
from bot.messages.sources import name
from bot.query import Order, Query
from bot.search import Chosen, chosen, like, subject, topic_of
from bot.search.budget import UNNAMED, Ration
from bot.search.normalization import pieces
from bot.search.prior import Prior
from bot.search.remote import RemoteSearch, together
from bot.services.cache import TTLCache
from bot.services.recent_lists import RecentLists
from bot.storage import Store
from bot.storage.conversations import Conversation

if TYPE_CHECKING:
    from bot.search.finder import Finder
    from bot.services.mailboxes.mailing import Mailing

log = Log(__name__)

#: list days that are looked at to find a window's first day, and how far back speed is measured
_DAYS = 60
_SPEED = timedelta(days=9)
#: days before a window that a digest of it can reach back to: the list of the slot before, and late risers
_BEFORE = timedelta(days=5)
#: papers that have a query's words and are then put in order
_LOOKED_AT = 2_000
#: papers that share a word of the subject, for each of its words
_OF_A_WORD = 500
#: papers with all the words below which the sources are asked
_LITTLE = 5
#: what other processes have learned is known after so long
_KEPT_SECONDS = 60
#: papers that an answer is cut from
_ANSWERS = 100
#: and one to filters alone, as all papers of an author
_OF_A_FILTER = 1_000
#: words of a title that are looked up to find its paper
_TITLE_WORDS = 6


#: how a command about one paper is told which
WHICH_PAPER = Option(
    name="id",
    description="Its number in the last list, its arXiv id or its address",
    required=True,
    completion=Completion.PAPER,
)


#: a list whose question is not remembered
_UNKNOWN = Conversation()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The papers of the last week, best first, as of a moment."""

    trends: Sequence[Trend]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Engine:
    """The store, and the catalogues that may be asked for a paper that it lacks, in their order."""

    store: Store
    catalogues: Sequence[Catalogue] = ()
    #: what asks the index; where there is none, the store is read word by word
    finder: Finder | None = None
    #: what asks sources for a topic of which little is stored; None where they are not to be asked
    elsewhere: RemoteSearch | None = None
    #: how much votes and age count where papers answer alike, from 0 to 1
    prior: float = 0.0
    #: how often catalogues may be asked for a paper; None for no limit
    ration: Ration | None = None
    #: papers by mail; None where no mail server is configured
    mailing: Mailing | None = None

    #: lists that could not or must not be written down
    unwritten: RecentLists = field(default_factory=RecentLists)
    digests: TTLCache[Digest] = field(default_factory=lambda: TTLCache(time.monotonic, seconds=_KEPT_SECONDS, most=64))
    rankings: TTLCache[Ranking] = field(default_factory=lambda: TTLCache(time.monotonic, seconds=_KEPT_SECONDS, most=4))

    async def as_of(self, now: datetime) -> datetime:
        """The moment to tell of: now, or the newest knowledge where that is long past."""
        return moment(now, await self.store.newest_observation_at(now))

    async def snapshot(self, window: ListRange, as_of: datetime, since: datetime | None = None) -> Snapshot:
        """Return what is known of the papers that a digest of a window can bring at `as_of`.

        Serves the digests from `since` to `as_of`, if that is given.
        """
        since = since or as_of
        days = await self.store.listed_days(as_of.date(), _DAYS)
        first = shifted(min(first_day(each, since.date(), days) for each in (window, ListRange.WEEK)), -_BEFORE)
        histories = await self.store.histories(first, as_of.date(), since - _SPEED)
        return Snapshot(days=days, histories=histories)

    async def digest(self, window: ListRange, sort: Sort, query: Query, now: datetime) -> Digest:
        """What is trending; up to a minute old, so that a crowd who asks for the same costs as much as one."""

        async def make() -> Digest:
            as_of = await self.as_of(now)
            known = await self.snapshot(window, as_of)
            return compose(known.histories, known.days, as_of, window=window, sort=sort, query=query)

        return await self.digests.get((window, sort, query, *self._known(now)), make)

    async def coming(self, subscription: Subscription, as_of: datetime, shown: Mapping[str, datetime]) -> Digest:
        """Return what a subscription brings at a moment to a chat that has been shown papers, each at its moment."""
        known = await self.snapshot(subscription.window, as_of)
        since = kept_back_since(subscription, as_of)
        kept_back = {id for id, at in shown.items() if since is None or at >= since}
        return digest_due(subscription, known.histories, known.days, as_of, kept_back, ever_shown=shown.keys())

    async def ranking(self, now: datetime) -> Ranking:
        """How the papers of the last week stand; up to a minute old."""

        async def make() -> Ranking:
            as_of = await self.as_of(now)
            known = await self.snapshot(ListRange.WEEK, as_of)
            first = first_day(ListRange.WEEK, as_of.date(), known.days)
            return Ranking(rank(listed_between(known.histories, first, as_of), as_of), as_of)

        return await self.rankings.get(self._known(now), make)

    def _known(self, now: datetime) -> tuple[datetime, int]:
        """What changes whenever an answer may: the minute, and what this process has learned."""
        return now.replace(second=0, microsecond=0), self.store.learned

    async def on_topic(self, query: Query, now: datetime) -> SearchResults:
        """The papers that answer a query, best first. The sources are asked where few stored ones do."""
        found = await self._stored(query, now)
        if self.elsewhere and (found.exact < _LITTLE or self.elsewhere.recalls(query, now)):
            brought = await self.elsewhere.ask(query, now)
            # an index that is still being made has a long way to these
            if brought.new and self.finder and self.finder.complete:
                await self.finder.follow()
            found = together(await self._stored(query, now) if brought.new else found, brought, query)
        return await self._trending_first(found, now) if query.sort is Order.TRENDING else found

    async def _stored(self, query: Query, now: datetime) -> SearchResults:
        prior = Prior(self.prior, now.date()) if self.prior else None
        found = await self.finder.find(query, _ANSWERS if query.texts else _OF_A_FILTER, prior) if self.finder else None
        if found is None:
            papers = await self._read_through(query)
            found = SearchResults(papers=papers, exact=len(papers))
        return replace(found, complete=self.finder is None or self.finder.complete)

    async def _read_through(self, query: Query) -> list[Paper]:
        """What a query lets through where no index can be asked: of the papers with its words, and of the newest."""
        words = {each.id: each for each in await self.store.papers.matching(query.words, _LOOKED_AT)}
        newest = {each.id: each for each in await self.store.papers.matching((), _LOOKED_AT)}
        papers = [(paper, 0) for paper in (words | newest).values()]
        found = await asyncio.to_thread(chosen, topic_of(replace(query, min_votes=None)), papers, None)
        return [each.paper for each in found]

    async def let_through(self, query: Query, first: date, last: date, now: datetime) -> tuple[list[Chosen], int]:
        """What a subscription to a query lets through of the lists of some days, best first; of how many papers."""
        moment = datetime.combine(last, time_of_day.max, UTC)
        histories = await self.store.histories(first, last, moment - _SPEED, moment)
        known = await self.store.changed_papers.of([history.paper.id for history in histories])
        papers = [(each.paper, each.votes) for each in known]
        prior = Prior(self.prior, now.date()) if self.prior else None
        return await asyncio.to_thread(chosen, topic_of(query), papers, prior), len(papers)

    async def how_many(self, query: Query) -> int:
        """How many stored papers have every word of a query and pass its filters."""
        if self.finder is None:
            return len(await self._read_through(query))
        return await self.finder.count(query)

    async def similar(self, paper: Paper, limit: int) -> Alike:
        """The stored papers that are most like one paper; those that share a word where no index can be asked."""
        found = await self.finder.like(paper, limit) if self.finder else None
        if found is None:
            candidates: dict[str, Paper] = {}
            for word in subject(paper):
                candidates |= {other.id: other for other in await self.store.papers.matching([word], _OF_A_WORD)}
            found = like(paper, candidates.values())[:limit]
        return Alike(found, complete=self.finder is None or self.finder.complete)

    async def titled(self, name: str) -> Paper | None:
        """The stored paper with this title, or the only one whose title begins with it before a colon."""
        wanted = pieces(name)
        if not wanted:
            return None
        found = await self.store.papers.matching(wanted[:_TITLE_WORDS], _OF_A_WORD)
        named = [paper for paper in found if wanted in (pieces(paper.title), pieces(paper.title.partition(":")[0]))]
        return named[0] if len(named) == 1 else None

    async def _trending_first(self, found: SearchResults, now: datetime) -> SearchResults:
        """Those of the last week as they stand, then the others in their order."""
        ranking = await self.ranking(now)
        place = {trend.paper.id: at for at, trend in enumerate(ranking.trends)}
        return replace(found, papers=sorted(found.papers, key=lambda paper: place.get(paper.id, len(place))))

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
        """The ids of the papers that the chat was shown last."""
        written, shown_at = await self.store.shown.newest(chat)
        return self.unwritten.newer(chat, shown_at) or written

    async def pointed_at(self, chat: Chat, argument: str, now: datetime) -> Paper:
        """The paper that a person means: by id, by address, or by its number in the last list shown in the chat."""
        if not argument:
            raise BadArgument("Which paper?", "Give its number in the last list, its arXiv id or its address.")
        found = paper_id(argument) or await self._by_number(chat, argument)
        return await self.store.papers.get(found) or await self._fetched(found, now)

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
