"""Which stars and stories to fetch in a round, and what to do about repositories that fail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.domain.days import shifted
from bot.domain.errors import FetchError, RateLimited
from bot.domain.log import Log
from bot.domain.ports import Discussions, StarHistories
from bot.domain.repositories import RepositoryStars, RepositoryState, repository_of
from bot.domain.source_troubles import TroubleCode
from bot.domain.sources import FetchResult
from bot.services.collecting import Fetch
from bot.storage import Store

log = Log(__name__)

#: repositories of papers on the lists of so many days are asked for
_LISTED = timedelta(days=30)
#: repositories in a day and in a round; without a token GitHub allows 60 requests an hour to everybody at one address
A_DAY, A_DAY_WITH_TOKEN = 50, 100
_A_ROUND, _A_ROUND_WITH_TOKEN = 20, 50
#: papers with code that are looked at for each repository of a day, as some share one and some are missing
_LOOKED_AT = 4
#: a repository is asked for once a day, at about the same time; one that is missing, once a month
_AGAIN, _MISSING_AGAIN = timedelta(hours=20), timedelta(days=30)
_DAY = timedelta(days=1)
#: consecutive failures after which the source itself is taken to have failed
_MOST_FAILURES = 3
#: failures that have nothing to do with the repository
_OF_THE_SOURCE = frozenset(
    {
        TroubleCode.CONNECT_TIMEOUT,
        TroubleCode.DNS,
        TroubleCode.CERTIFICATE,
        TroubleCode.TLS,
        TroubleCode.CONNECT,
        TroubleCode.PROXY,
        TroubleCode.TOKEN,
    }
)
#: stories are read once an hour, as far back as points still change
_STORIES_AGAIN, _STORIES_BACK, _FIRST_STORIES_BACK = timedelta(hours=1), timedelta(days=3), timedelta(days=14)


def repositories_due(
    urls: Sequence[str], known: Mapping[str, RepositoryStars], now: datetime, most: int
) -> list[RepositoryStars | str]:
    """Return which repositories to ask for at `now`, in the order of `urls`; those that are known as what is known.

    At most the first `most` repositories of the URLs are looked at, without those that are missing.
    """
    names = dict.fromkeys(name for url in urls if (name := repository_of(url)))
    there = [name for name in names if not _is_missing(known.get(name), now)]
    return [known.get(name, name) for name in there[:most] if _is_due(known.get(name), now)]


def _is_missing(stars: RepositoryStars | None, now: datetime) -> bool:
    return stars is not None and stars.state is RepositoryState.MISSING and now - stars.asked_at < _MISSING_AGAIN


def _is_due(stars: RepositoryStars | None, now: datetime) -> bool:
    # a time in the future is from a clock that was set back
    return stars is None or abs(now - stars.asked_at) >= _AGAIN


class StarSignals:
    """Stars of the newest papers' repositories, within a daily budget; only if somebody has a subscription."""

    def __init__(self, store: Store, source: StarHistories) -> None:
        self._store = store
        self._source = source
        self._failures = 0

    @property
    def name(self) -> str:
        """Name of the source."""
        return self._source.name

    async def fetches(self, now: datetime) -> AsyncIterator[Fetch]:
        """Yield the requests of one round."""
        if not await self._store.subscriptions.count():
            return
        token = self._source.has_token
        a_day, a_round = (A_DAY_WITH_TOKEN, _A_ROUND_WITH_TOKEN) if token else (A_DAY, _A_ROUND)
        left = a_day - await self._store.repositories.asked_since(now - _DAY)
        urls = await self._store.repositories.code_urls(shifted(now.date(), -_LISTED), _LOOKED_AT * a_day)
        known = await self._store.repositories.many([repository_of(url) for url in urls], with_days=False)
        self._failures = 0
        for each in repositories_due(urls, known, now, a_day)[: max(0, min(left, a_round))]:
            yield partial(self._stars, each, now)

    async def _stars(self, known: RepositoryStars | str, now: datetime) -> FetchResult:
        """Return the stars of a repository. A failure costs this repository a day; several in a row are raised."""
        name, moved_to = (known, "") if isinstance(known, str) else (known.repository, known.moved_to)
        try:
            result = await self._source.stars(name, moved_to, now)
        except RateLimited:
            raise
        except FetchError as error:
            self._failures += 1
            if error.trouble.code in _OF_THE_SOURCE or self._failures >= _MOST_FAILURES:
                raise
            log.warning("stars not read", repository=name, reason=str(error.trouble))
            failed = RepositoryStars(repository=name, asked_at=now, state=RepositoryState.FAILED)
            return FetchResult(source=self.name, seen_at=now, repositories=(failed,), requests=1)
        self._failures = 0
        return result


class StorySignals:
    """New stories about papers, once an hour; only if somebody has a subscription."""

    def __init__(self, store: Store, source: Discussions) -> None:
        self._store = store
        self._source = source

    @property
    def name(self) -> str:
        """Name of the source."""
        return self._source.name

    async def fetches(self, now: datetime) -> AsyncIterator[Fetch]:
        """Yield the request of one round, if an hour has passed."""
        if not await self._store.subscriptions.count():
            return
        states = {state.name: state for state in await self._store.sources.all()}
        read_at = states[self.name].succeeded_at if self.name in states else None
        if read_at is None:
            yield partial(self._source.recent, now - _FIRST_STORIES_BACK, now)
        elif abs(now - read_at) >= _STORIES_AGAIN:
            since = max(min(read_at, now) - _STORIES_BACK, now - _FIRST_STORIES_BACK)
            yield partial(self._source.recent, since, now)
