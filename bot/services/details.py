"""Details of a paper: stars, discussion and linked artifacts, looked up when somebody opens its page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.asker import current_asker, on_behalf_of
from bot.domain.details import PaperDetails
from bot.domain.errors import FetchError, StoreError
from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.ports import Catalogue, Discussions
from bot.domain.repositories import repository_of
from bot.domain.sources import FetchResult
from bot.domain.trending import discussion, star_velocity
from bot.search.budget import UNNAMED, SourceBudget
from bot.sources.registry import asked_for
from bot.storage import Store

log = Log(__name__)

#: total time in seconds for which a person waits for the sources
DEADLINE = 1.5
#: papers in five minutes, in all and for one person
IN_ALL, OF_ONE = 60, 20
#: how long an answer is used, and how long a source that failed is not asked again
_FRESH, _AFTER_FAILURE = timedelta(hours=6), timedelta(minutes=5)
#: aliases of a paper that are looked up too
_OTHER_IDS = 2

#: asks one source about one paper
Lookup = Callable[[], Coroutine[Any, Any, FetchResult]]


def details_budget() -> SourceBudget:
    """Return a fresh budget for the papers that people open."""
    return SourceBudget(in_all=IN_ALL, of_one=OF_ONE)


@dataclass(slots=True)
class _Resting:
    """Until when a source is not asked, because it failed."""

    until: datetime | None = None

    def at(self, now: datetime) -> bool:
        return self.until is not None and now < self.until <= now + _AFTER_FAILURE


class DetailService:
    """Reads what is stored of a paper besides its text, and asks the sources where that is missing or old."""

    def __init__(
        self,
        store: Store,
        *,
        artifacts: Catalogue | None = None,
        discussions: Discussions | None = None,
        budget: SourceBudget | None = None,
        shows_stars: bool = True,
        shows_discussions: bool = True,
        deadline: float = DEADLINE,
    ) -> None:
        """`budget` limits how often sources are asked on behalf of people; it is apart from that of searches."""
        self._store = store
        self._artifacts = artifacts
        self._discussions = discussions
        self._budget = budget or details_budget()
        self._shows_stars = shows_stars
        self._shows_discussions = shows_discussions
        self._deadline = deadline
        self._resting = {each.name: _Resting() for each in (artifacts, discussions) if each}

    async def of(self, paper: Paper, now: datetime) -> PaperDetails:
        """Return what is known of a paper, after asking the sources that answer in time.

        Never raises for errors of sources: what they would have said is left out.
        """
        await self._refresh(paper, now)
        repository = repository_of(paper.code_url) if self._shows_stars else ""
        stars = (await self._store.repositories.many([repository])).get(repository) if repository else None
        stories = (await self._store.stories.many([paper.id])) if self._shows_discussions else {}
        return PaperDetails(
            repository=repository,
            stars=star_velocity(stars, paper, now) if stars else None,
            discussion=discussion(stories.get(paper.id, ()), now),
            artifacts=await self._store.artifacts.of(paper.id),
        )

    async def _refresh(self, paper: Paper, now: datetime) -> None:
        """Ask the sources that are due, and store what those say that answer in time."""
        lookups = await self._due(paper, now)
        if not lookups or not self._budget.take(current_asker() or UNNAMED):
            return
        # without a person a request would be treated like one for a daily list
        with on_behalf_of(UNNAMED):
            tasks = {asyncio.create_task(lookup()): name for name, lookup in lookups.items()}
        try:
            done, _ = await asyncio.wait(tasks, timeout=self._deadline)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task, name in tasks.items():
            found = self._answer(task, name) if task in done else None
            if found:
                await self._keep(found)
            else:
                log.info("paper not looked up", source=name, in_time=task in done)
                self._resting[name].until = now + _AFTER_FAILURE

    async def _due(self, paper: Paper, now: datetime) -> dict[str, Lookup]:
        """Return the lookups of the sources that were not asked about this paper lately."""
        lookups: dict[str, Lookup] = {}
        if self._artifacts and asked_for(self._artifacts.name, paper.id):
            lookups[self._artifacts.name] = partial(self._artifacts.papers, [paper.id], now)
        if self._discussions:
            ids = [paper.id, *paper.aliases[:_OTHER_IDS]]
            lookups[self._discussions.name] = partial(self._discussions.about, ids, now)
        awake = {name: lookup for name, lookup in lookups.items() if not self._resting[name].at(now)}
        if not awake:
            return {}
        asked = await self._store.lookups.of(paper.id)
        waiting = {state.name for state in await self._store.sources.all() if state.retry_at and state.retry_at > now}
        return {
            name: lookup
            for name, lookup in awake.items()
            if name not in waiting and (name not in asked or abs(now - asked[name]) >= _FRESH)
        }

    def _answer(self, task: asyncio.Task[FetchResult], name: str) -> FetchResult | None:
        try:
            return task.result()
        except FetchError as error:
            log.warning("source not asked about a paper", source=name, reason=str(error.trouble))
        except Exception:
            # the page has everything else
            log.exception("lookup failed", source=name)
        return None

    async def _keep(self, found: FetchResult) -> None:
        """Store the details only: votes are those of the lists, which are read on a schedule."""
        details = replace(found, papers=(), listings=(), observations=())
        try:
            await self._store.keep(details)
        except StoreError as error:
            log.warning("details not kept", source=found.source, reason=str(error))
