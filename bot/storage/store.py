"""The store: everything that Paperboy remembers, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime

from bot.domain.observations import History, Observation
from bot.domain.sources import FetchResult
from bot.storage import histories, inspecting, lists, migrate
from bot.storage.address import is_sqlite, make_room, parse
from bot.storage.admission import Waits
from bot.storage.changed_papers import ChangedPapers
from bot.storage.chats import Chats, Shown
from bot.storage.conversations import Conversations
from bot.storage.database import Database, open_database
from bot.storage.deliveries import Deliveries
from bot.storage.drafts import Drafts
from bot.storage.fetch_results import SaveResult, save_fetch_result
from bot.storage.generations import Generations
from bot.storage.inspecting import UnreadableRow
from bot.storage.interactions import Interactions
from bot.storage.mailboxes import Mailboxes
from bot.storage.metadata import Metadata
from bot.storage.papers import Papers
from bot.storage.rates import Rates
from bot.storage.saved import Saved
from bot.storage.schema import sources
from bot.storage.shards import Shards
from bot.storage.shown_papers import ShownPapers
from bot.storage.sources import Sources
from bot.storage.subscriptions import Subscriptions
from bot.storage.unit import Hook
from bot.storage.vectors import Vectors
from bot.storage.votes import Votes


class Store:
    """Every method may raise `StoreError`, whose message is for the operator. Moments come out aware, in UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: how often this process has learned something
        self.learned = 0
        self.papers = Papers(database)
        self.changed_papers = ChangedPapers(database)
        self.vectors = Vectors(database)
        self.sources = Sources(database)
        self.chats = Chats(database)
        self.shown = Shown(database)
        self.conversations = Conversations(database)
        self.shown_papers = ShownPapers(database)
        self.subscriptions = Subscriptions(database)
        self.drafts = Drafts(database)
        self.generations = Generations(database)
        self.deliveries = Deliveries(database, self.generations)
        self.rates = Rates(database)
        self.votes = Votes(database)
        self.saved = Saved(database)
        self.mailboxes = Mailboxes(database)
        self.shards = Shards(database)
        self.notes = Metadata(database)
        self.interactions = Interactions(database)

    @property
    def version(self) -> str:
        """The version of the schema."""
        return migrate.HEAD

    def unit_of_work(self, before_commit: Hook | None = None) -> AbstractAsyncContextManager[None]:
        """One transaction for all that the current task changes; `before_commit` is its last statement."""
        return self._database.unit_of_work(before_commit)

    def read_only(self) -> AbstractAsyncContextManager[None]:
        """Let the current task change nothing but caches; raises `WriteRefused` where it tries."""
        return self._database.read_only()

    async def settle(self) -> None:
        """Commit the unit of work now, before something that no database can undo."""
        await self._database.settle()

    async def keep(self, harvest: FetchResult) -> SaveResult:
        """Adds a harvest to what is known, all of it or nothing. To keep it twice changes nothing more.

        What a harvest leaves empty is not erased, and what was seen once is never overwritten.
        """
        async with self._database.write(apart=True) as connection:
            kept = await save_fetch_result(connection, harvest)
        self.learned += 1
        return kept

    async def histories(self, first: date, last: date, since: datetime, until: datetime | None = None) -> list[History]:
        """Return the papers on any list from `first` to `last`, newest list first, as far as was known at `until`.

        `listed_on` is the newest of those days. The observations are those after `since`, and for each source the
        newest one before; without `until` all that came later as well.
        """
        async with self._database.read() as connection:
            return await histories.read_histories(connection, first, last, since, until)

    async def history(self, paper_id: str, until: datetime) -> History | None:
        """A paper with all that was seen of it up to `until`, oldest first."""
        async with self._database.read() as connection:
            return await histories.read_history(connection, paper_id, until)

    async def observations(self, paper_ids: Collection[str], until: datetime) -> dict[str, tuple[Observation, ...]]:
        """Return all that was seen of a few papers up to `until`, oldest first; nothing of those never seen."""
        async with self._database.read() as connection:
            return await histories.read_observations(connection, paper_ids, until)

    async def newest_observation_at(self, until: datetime | None = None) -> datetime | None:
        """Return when anything was seen last, up to `until` if given; None where nothing was."""
        async with self._database.read() as connection:
            return await histories.newest_moment(connection, until)

    async def listed_days(self, until: date, limit: int) -> list[date]:
        """At most `limit` days up to `until` that have a list, newest first."""
        async with self._database.read() as connection:
            return await lists.read_days(connection, until, limit)

    async def fetched(self, source: str) -> dict[date, datetime]:
        """When the list of each day was fetched last from a source."""
        async with self._database.read() as connection:
            return await lists.read_fetches(connection, source)

    async def complete_days(self, since: date) -> frozenset[date]:
        """The list days from `since` on that a source was asked for after they had ended in UTC."""
        async with self._database.read() as connection:
            return await lists.read_complete(connection, since)

    async def inspect(self, now: datetime) -> int:
        """Park every subscription and every open delivery that cannot be read; return how many there were."""
        return await inspecting.inspect(self._database, now)

    async def unreadable_rows(self, most: int) -> list[UnreadableRow]:
        """Return at most so many subscriptions and papers that cannot be read."""
        return await inspecting.unreadable_rows(self._database, most)

    async def check(self) -> None:
        """Writes and takes it back. Raises `StoreError` where the database cannot be written."""
        async with self._database.write() as connection:
            await connection.execute(sources.insert(), {"name": "", "failures": 0, "trouble": "a check"})
            await connection.rollback()


@asynccontextmanager
async def open_store(url: str, waits: Waits = Waits()) -> AsyncIterator[Store]:  # noqa: B008 - frozen
    """Opens the database at `url`, makes or migrates it where needed, closes it at the end.

    `sqlite:///relative.db`, `sqlite:////absolute.db` (with `?timeout=` seconds to wait for another process that
    writes) or `postgresql://user:password@host/name`. Raises `StoreError`.
    """
    address = parse(url)
    if is_sqlite(address):
        make_room(address)
    async with open_database(address, waits=waits) as database:
        await migrate.bring_up_to_date(database)
        yield Store(database)
