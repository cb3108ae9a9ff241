"""Index synchronization: follows the store in small batches, on a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.search.index import Busy, Damaged, Index, RunInThread, checked
from bot.search.writing import WriteSession
from bot.storage import Store
from bot.storage.changed_papers import ChangedPaper

log = Log(__name__)
T = TypeVar("T")

#: papers read from the store per batch, which the event loop decodes
READ = 100
#: papers per commit
COMMITTED = 2_000
#: ids compared per batch
_IDS = 2_000
#: number and share of missing papers from which on an index is incomplete
_FEW, _PART = 100, 0.05


class _Stopped(Exception):
    """The process is shutting down."""


class Follower:
    """Keeps one index up to date with the store."""

    def __init__(self, store: Store, index: Index, read: int = READ, commit_after: int = COMMITTED) -> None:
        """Read `read` papers per batch, and commit after `commit_after` papers and at the end."""
        self._store = store
        self._index = index
        self._read = read
        self._commit_after = commit_after
        self._thread = ThreadPoolExecutor(1, "index")
        self._following = asyncio.Lock()
        self._damaged = False
        self._stopped = False
        self._usable = asyncio.Event()
        #: numbers of stored papers and of those that cannot be indexed; None until they are counted
        self._stored: int | None = None
        self._left_out = 0

    async def close(self) -> None:
        """Commit what was added so far and shut down the thread. The next start adds the rest."""
        self._stopped = True
        async with self._following:
            pass
        await asyncio.to_thread(self._thread.shutdown)

    @property
    def usable(self) -> bool:
        """Whether the index can be searched."""
        return bool(self._index.papers()) and not self._damaged

    async def wait(self, following: asyncio.Task[int], seconds: float) -> None:
        """Wait until the index can be searched, `following` has ended, or the timeout in seconds is over."""
        usable = asyncio.create_task(self._usable.wait())
        try:
            await asyncio.wait({following, usable}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            usable.cancel()

    @property
    def complete(self) -> bool:
        """Whether the index contains all papers except the newest few; False while that is unknown."""
        if self._stored is None or self._damaged:
            return False
        expected = self._stored - self._left_out
        lacking = expected - self._index.papers()
        return lacking <= 0 or (self.usable and lacking <= max(_FEW, _PART * expected))

    @property
    def counted(self) -> bool:
        """Whether the stored papers have been counted, which `complete` requires."""
        return self._stored is not None

    async def count(self) -> None:
        """Count the stored papers."""
        self._stored = await self._store.papers.count()

    def damaged(self, error: Exception) -> None:
        """Mark the index as damaged, so that the next or current `follow` rebuilds it."""
        log.warning("index damaged", reason=str(error)[:200])
        self._damaged = True

    async def rebuild(self) -> int:
        """Clear the index and rebuild it from the store. Return the number of papers added."""
        async with self._following:
            await self._clear()
        return await self.follow()

    async def follow(self) -> int:
        """Add what changed in the store since the last call. Return the number of papers.

        If another process is writing the index, only reload what that process has written.
        """
        async with self._following:
            try:
                if self._damaged:
                    await self._clear()
                await self._run(self._index.refresh)
                return await self._follow()
            except Busy:
                return 0
            except (OSError, ValueError, Damaged) as error:
                return await self._begin_again(error)

    async def _begin_again(self, error: Exception) -> int:
        """Rebuild an index that was deleted or damaged, once; leave it unchanged if only writing failed (disk full)."""
        reason = str(error)[:200]
        if not isinstance(error, Damaged) and self._index.papers() and await self._run(self._index.usable):
            log.error("index not written", reason=reason)
            return 0
        log.warning("index made anew", reason=reason)
        try:
            await self._clear()
            return await self._follow()
        except (Busy, Damaged, OSError, ValueError) as again:
            log.error("index not written", reason=str(again)[:200])
            return 0

    async def _clear(self) -> None:
        self._usable.clear()
        await self._run(self._index.clear)
        self._damaged = False

    async def _follow(self) -> int:
        await self.count()
        moment, after = _place(self._index.cursor)
        writing = _Writing(self._index, self._run, self._commit_after, self._usable.set)
        try:
            while (changes := await self._store.changed_papers.since(moment, after, self._read)).until:
                moment, after = changes.until
                await self._add(writing, changes.papers, f"{moment.isoformat()} {after}")
            await writing.commit()
            if moment and self._index.papers() != (self._stored or 0) - self._left_out:
                await self._add_missing(writing, f"{moment.isoformat()} {after}")
        except _Stopped:
            await writing.commit()
        finally:
            await writing.close()
        return writing.taken

    async def _add_missing(self, writing: _Writing, cursor: str) -> None:
        """Add papers by id that an imported archive brought, whose timestamps are older than the cursor, and remove
        those that it has joined with others.
        """
        known, after = await self._run(self._index.ids), ""
        gone = set(known)
        while ids := await self._store.changed_papers.ids(after, _IDS):
            after = ids[-1]
            gone.difference_update(ids)
            missing = [paper_id for paper_id in ids if paper_id not in known]
            for start in range(0, len(missing), self._read):
                found = await self._store.changed_papers.of(missing[start : start + self._read])
                await self._add(writing, found, cursor)
        await writing.remove(gone, cursor)
        await writing.commit()
        await self.count()
        # what cannot be read now is not retried until the numbers change
        self._left_out = (self._stored or 0) - self._index.papers()

    async def _add(self, writing: _Writing, changes: Sequence[ChangedPaper], cursor: str) -> None:
        if self._damaged:
            raise Damaged("found by a question")
        if self._stopped:
            raise _Stopped
        await writing.add([(change.paper, change.votes) for change in changes], cursor)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, checked, work)


class _Writing:
    """A write session that is opened by the first papers and commits regularly."""

    def __init__(self, index: Index, run: RunInThread, commit_after: int, committed: Callable[[], None]) -> None:
        self._index = index
        self._run = run
        self._commit_after = commit_after
        self._committed = committed
        self._session: WriteSession | None = None
        self._cursor = ""
        self._uncommitted = 0
        #: number of papers added
        self.taken = 0

    async def add(self, told: Sequence[tuple[Paper, int]], cursor: str) -> None:
        """Add papers. Raise `Busy` while another process is writing the index."""
        if not told:
            return
        if self._session is None:
            self._session = await self._run(self._index.writing)
        self._cursor = cursor
        added = await self._run(partial(self._session.add, told))
        self._uncommitted += added
        self.taken += added
        if self._uncommitted >= self._commit_after:
            await self.commit()

    async def remove(self, paper_ids: Collection[str], cursor: str) -> None:
        """Remove papers. Raise `Busy` while another process is writing the index."""
        if not paper_ids:
            return
        if self._session is None:
            self._session = await self._run(self._index.writing)
        self._cursor = cursor
        await self._run(partial(self._session.remove, paper_ids))
        self._uncommitted += len(paper_ids)

    async def commit(self) -> None:
        """Commit, so that the added papers can be found."""
        if (session := self._session) and self._uncommitted:
            await self._run(lambda: session.commit(self._cursor))
            self._uncommitted = 0
            self._committed()

    async def close(self) -> None:
        """Release the writer lock of the index."""
        if session := self._session:
            self._session = None
            try:
                await self._run(session.close)
            except (OSError, ValueError, Damaged) as error:
                log.warning("index not closed", reason=str(error)[:200])


def _place(cursor: str) -> tuple[datetime | None, str]:
    moment, _, after = cursor.partition(" ")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), after
    except ValueError:
        return None, ""
