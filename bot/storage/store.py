"""The store: all repositories of one database, and operations across them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime

from bot.domain.category_listings import CategoryState
from bot.domain.observations import History, Observation
from bot.domain.sources import FetchResult
from bot.storage import histories, inspecting, lists, migrate
from bot.storage.address import is_sqlite, make_room, parse
from bot.storage.admission import Waits
from bot.storage.artifacts import Artifacts
from bot.storage.category_lists import CategoryStates, save_category
from bot.storage.changed_papers import ChangedPapers
from bot.storage.chats import Chats, Shown
from bot.storage.conversations import Conversations
from bot.storage.database import Database, open_database
from bot.storage.deliveries import Deliveries
from bot.storage.drafts import Drafts
from bot.storage.fetch_results import SaveResult, save_fetch_result
from bot.storage.follow_ups import FollowUps
from bot.storage.generations import Generations
from bot.storage.greetings import Greetings
from bot.storage.inspecting import UnreadableRow
from bot.storage.interactions import Interactions
from bot.storage.known_chats import KnownChats
from bot.storage.languages import Languages
from bot.storage.lookups import Lookups
from bot.storage.mailboxes import Mailboxes
from bot.storage.metadata import Metadata
from bot.storage.papers import Papers
from bot.storage.pause_notices import PauseNotices
from bot.storage.rates import Rates
from bot.storage.removed_chats import RemovedChats
from bot.storage.repositories import Repositories
from bot.storage.saved import Saved
from bot.storage.schema import sources
from bot.storage.sent_notices import SentNotices
from bot.storage.shards import Shards
from bot.storage.shown_papers import ShownPapers
from bot.storage.sources import SourceStates
from bot.storage.stories import Stories
from bot.storage.subscriptions import Subscriptions
from bot.storage.taste import Tastes
from bot.storage.topic_vectors import TopicVectors
from bot.storage.turns import DatabaseTurns
from bot.storage.unit import Hook
from bot.storage.vectors import StoredVectors
from bot.storage.votes import Votes


class Store:
    """Every method may raise `StoreError`, whose message is for the operator. Moments are aware UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: number of fetch results about papers and votes saved by this process
        self.learned = 0
        self.papers = Papers(database)
        self.changed_papers = ChangedPapers(database)
        self.vectors = StoredVectors(database)
        self.topic_vectors = TopicVectors(database)
        self.sources = SourceStates(database)
        self.repositories = Repositories(database)
        self.stories = Stories(database)
        self.artifacts = Artifacts(database)
        self.lookups = Lookups(database)
        self.category_lists = CategoryStates(database)
        self.turns = DatabaseTurns(database)
        self.chats = Chats(database)
        self.known_chats = KnownChats(database)
        self.removed_chats = RemovedChats(database)
        self.shown = Shown(database)
        self.conversations = Conversations(database)
        self.shown_papers = ShownPapers(database)
        self.subscriptions = Subscriptions(database)
        self.pause_notices = PauseNotices(database)
        self.drafts = Drafts(database)
        self.generations = Generations(database)
        self.deliveries = Deliveries(database, self.generations)
        self.follow_ups = FollowUps(database)
        self.sent_notices = SentNotices(database)
        self.greetings = Greetings(database)
        self.rates = Rates(database)
        self.votes = Votes(database)
        self.saved = Saved(database)
        self.tastes = Tastes(database)
        self.mailboxes = Mailboxes(database)
        self.shards = Shards(database)
        self.notes = Metadata(database)
        self.interactions = Interactions(database)
        self.languages = Languages(database)

    @property
    def version(self) -> str:
        """Version of the schema."""
        return migrate.HEAD

    def unit_of_work(self, before_commit: Hook | None = None) -> AbstractAsyncContextManager[None]:
        """Open one transaction for all changes of the current task; `before_commit` runs last within it."""
        return self._database.unit_of_work(before_commit)

    def read_only(self) -> AbstractAsyncContextManager[None]:
        """Allow the current task to write caches only; other writes raise `WriteRefused`."""
        return self._database.read_only()

    async def settle(self) -> None:
        """Commit the unit of work now, before an action that cannot be rolled back."""
        await self._database.settle()

    async def keep(self, result: FetchResult, state: CategoryState | None = None) -> SaveResult:
        """Save a fetch result in one transaction, with the state of the category that it is the list of. Idempotent.

        Empty values do not overwrite, and observations are never changed.
        """
        async with self._database.write(apart=True) as connection:
            kept = await save_fetch_result(connection, result)
            if state is not None:
                await save_category(connection, state)
        if result.papers or result.listings or result.observations:
            self.learned += 1
        return kept

    async def histories(self, first: date, last: date, since: datetime, until: datetime | None = None) -> list[History]:
        """Return the papers on any list from `first` to `last`, newest list first, as known at `until`.

        `listed_on` is the newest of those days. The observations are those after `since` and the last one before it
        of each source; without `until` all later ones are included.
        """
        async with self._database.read() as connection:
            return await histories.read_histories(connection, first, last, since, until)

    async def history(self, paper_id: str, until: datetime) -> History | None:
        """Return a paper with its observations up to `until`, oldest first, or None."""
        async with self._database.read() as connection:
            return await histories.read_history(connection, paper_id, until)

    async def observations(self, paper_ids: Collection[str], until: datetime) -> dict[str, tuple[Observation, ...]]:
        """Return all observations of some papers up to `until`, oldest first, by paper id."""
        async with self._database.read() as connection:
            return await histories.read_observations(connection, paper_ids, until)

    async def newest_observation_at(self, until: datetime | None = None) -> datetime | None:
        """Return the time of the last observation, up to `until` if given, or None."""
        async with self._database.read() as connection:
            return await histories.newest_moment(connection, until)

    async def listed_days(self, until: date, limit: int) -> list[date]:
        """Return at most `limit` days up to `until` that have a list, newest first."""
        async with self._database.read() as connection:
            return await lists.read_days(connection, until, limit)

    async def lists_of(self, paper_id: str, first: date, last: date) -> dict[tuple[str, date], frozenset[str]]:
        """Return the newest list of each source from `first` to `last` that has a paper, with the ids of its papers."""
        async with self._database.read() as connection:
            return await lists.read_lists_of(connection, paper_id, first, last)

    async def fetched(self, source: str) -> dict[date, datetime]:
        """Return when the list of each day was last fetched from a source."""
        async with self._database.read() as connection:
            return await lists.read_fetches(connection, source)

    async def complete_days(self, since: date) -> frozenset[date]:
        """Return the list days since `since` that were fetched after they had ended in UTC."""
        async with self._database.read() as connection:
            return await lists.read_complete(connection, since)

    async def inspect(self, now: datetime) -> int:
        """Park every unreadable subscription and open delivery. Return their number."""
        return await inspecting.inspect(self._database, now)

    async def unreadable_rows(self, most: int) -> list[UnreadableRow]:
        """Return at most `most` unreadable subscriptions and papers."""
        return await inspecting.unreadable_rows(self._database, most)

    async def check(self) -> None:
        """Write and roll back. Raise `StoreError` if the database is not writable."""
        async with self._database.write() as connection:
            await connection.execute(sources.insert(), {"name": "", "failures": 0, "trouble": "", "trouble_detail": ""})
            await connection.rollback()


@asynccontextmanager
async def open_store(url: str, waits: Waits = Waits()) -> AsyncIterator[Store]:  # noqa: B008 - frozen
    """Open the database at `url`, create or migrate it if needed, and close it at the end.

    `sqlite:///relative.db`, `sqlite:////absolute.db` (with `?timeout=` seconds to wait for another writing process)
    or `postgresql://user:password@host/name`. Raise `StoreError`.
    """
    address = parse(url)
    if is_sqlite(address):
        make_room(address)
    async with open_database(address, waits=waits) as database:
        await migrate.bring_up_to_date(database)
        yield Store(database)
