"""The composition root: everything that a command needs, built from the settings."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.app.listeners import Listener
from bot.app.settings import Settings
from bot.commands import Commands
from bot.commands.facade import BotService
from bot.domain.errors import SettingsError
from bot.domain.log import Log
from bot.domain.operator import Operator
from bot.domain.ports import (
    Catalogue,
    CategoryListings,
    DailyLists,
    Discussions,
    MailSurface,
    PaperLookup,
    SourceTurns,
    StarHistories,
    Surface,
)
from bot.domain.private_files import tighten_data
from bot.domain.spreading import Spreading
from bot.domain.supervisor import Supervisor
from bot.search.budget import Ration, SourceBudget
from bot.search.decision import OFF, decide, decided
from bot.search.remote import RemoteSearch
from bot.services.bundle import Services, build_services
from bot.services.collecting import Collector, SignalSource
from bot.services.details import DetailService, details_budget
from bot.services.health import reporting
from bot.services.paper_signals import ScoredSignals
from bot.services.retention import RetentionService
from bot.services.signal_sources import StarSignals, StorySignals
from bot.sources import sample
from bot.sources.registry import ARTIFACTS_FROM, REMOTE, connect
from bot.storage import Store, open_store
from bot.storage.metadata import SIGNS_LINKS
from bot.version import extra

if TYPE_CHECKING:
    from bot.search.finder import Finder
    from bot.search.semantic import SemanticSearch
    from bot.services.delivery.deliverer import Deliverer
    from bot.services.mailboxes.mailing import Mailing

log = Log(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sources:
    """The open sources; none when offline."""

    lists: Sequence[DailyLists] = ()
    #: asked for papers that the store lacks, in this order
    catalogues: Sequence[PaperLookup] = ()
    #: completes the fields that lists lack
    completing: Catalogue | None = None
    #: asked only for the categories of subscriptions
    by_category: Sequence[CategoryListings] = ()
    #: knows the stars of code repositories; None if that is switched off
    stars: StarHistories | None = None
    #: knows the discussions of papers; None if that is switched off
    discussions: Discussions | None = None
    #: knows the models, datasets and Spaces that are linked to a paper
    artifacts: Catalogue | None = None


@dataclass(frozen=True, slots=True)
class App:
    """The store, the settings and the clock of this process."""

    settings: Settings
    store: Store
    clock: Clock
    finder: Finder | None = None
    #: all configured adapters
    adapters: Sequence[Surface | Listener] = ()
    #: the mail service; None if no mail server is configured
    mailing: Mailing | None = None
    #: budget of requests to the sources on behalf of people, shared by all surfaces
    budget: SourceBudget = field(default_factory=SourceBudget)
    #: the same for the details of papers that people open
    details_budget: SourceBudget = field(default_factory=details_budget)

    @property
    def surfaces(self) -> dict[str, Surface]:
        """The surfaces that deliver digests, by name."""
        return {each.name: each for each in self.adapters if isinstance(each, Surface)}

    @property
    def listeners(self) -> list[Listener]:
        """The surfaces that take requests."""
        return [each for each in self.adapters if isinstance(each, Listener)]

    @property
    def operator(self) -> Operator:
        """Who runs this installation."""
        return operator_of(self.settings)

    @property
    def collect_interval(self) -> timedelta:
        """The interval of collecting."""
        return timedelta(minutes=self.settings.collect_minutes)

    def collector(self, sources: Sources) -> Collector:
        """Return the collector for some sources."""
        signals: list[SignalSource] = []
        if sources.stars:
            signals.append(StarSignals(self.store, sources.stars))
        if sources.discussions:
            signals.append(StorySignals(self.store, sources.discussions))
        return Collector(self.store, sources.lists, sources.completing, sample.load, sources.by_category, signals)

    def services(self, sources: Sources) -> Services:
        """Return the services, which query these sources if the store has no answer."""
        ration = Ration(self.store, self.budget)
        remote = RemoteSearch(self.store, sources.catalogues, ration=ration) if self.settings.search_sources else None
        return build_services(
            self.store,
            sources.catalogues,
            self.finder,
            remote=remote,
            prior=self.settings.search_prior,
            ration=ration,
            mailboxes=self.mailing,
            taste_from_opened=self.settings.taste_from_opened,
            details=DetailService(
                self.store,
                artifacts=sources.artifacts,
                discussions=sources.discussions,
                budget=self.details_budget,
                shows_stars=self.settings.github_stars,
                shows_discussions=self.settings.hacker_news,
            ),
            listed=listed_categories(self.settings),
            thumbnails=self.settings.thumbnails,
            operator=self.operator,
            spreading=Spreading({name: each.allowance.in_ten_minutes for name, each in self.surfaces.items()}),
            scored=self._scored,
        )

    @property
    def _scored(self) -> ScoredSignals:
        """The signals that order papers without votes: those that are switched on."""
        return ScoredSignals(stars=self.settings.github_stars, discussions=self.settings.hacker_news)

    def deliverer(self) -> Deliverer:
        """Return a delivery worker with a unique name."""
        from bot.services.delivery.crash import CrashPoint
        from bot.services.delivery.deliverer import Deliverer
        from bot.services.delivery.retry_policy import OnUncertain
        from bot.services.delivery.worker_config import Notify, WorkerConfig  # brings APScheduler, which costs 0.1 s

        owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        config = WorkerConfig(
            grace=timedelta(hours=self.settings.grace_hours),
            on_uncertain=OnUncertain(self.settings.on_uncertain),
            notify=Notify(self.settings.notify),
            thumbnails=self.settings.thumbnails,
            scored=self._scored,
        )
        return Deliverer(
            self.store,
            self.surfaces,
            owner=owner,
            config=config,
            crash=CrashPoint(self.settings.crash_at),
            action_links=self.mailing.action_links if self.mailing else None,
            data_dir=self.settings.data_dir,
        )

    def retention(self) -> RetentionService:
        """Return the service that deletes the data of chats that removed the bot."""
        return RetentionService(self.store, self.operator.retention, f"{socket.gethostname()}-{os.getpid()}")

    def service(self, sources: Sources) -> BotService:
        """Return the application facade for the surfaces."""
        names = [listener.name for listener in self.listeners]
        return BotService(self.services(sources), self.clock, names, crash=self._crash)

    @property
    def _crash(self) -> Callable[[str], None] | None:
        """Return the crash point of tests; None if none is set."""
        if not self.settings.crash_at:
            return None
        from bot.services.delivery.crash import CrashPoint  # brings APScheduler, which costs 0.1 s

        return CrashPoint(self.settings.crash_at)

    def commands(self, sources: Sources) -> Commands:
        """Return the commands, which query these sources if the store has no answer."""
        return Commands(self.services(sources), self.clock)

    async def refresh(self, sources: Sources | None = None) -> None:
        """Collect if the last round is older than the configured interval, and look at the categories that are due.

        Without `sources`, they are opened for a round if it is due, and categories are not looked at between rounds.
        Somebody waits for it, so signals are left to the rounds of a process that stays.
        """
        if sources is not None:
            await self.collector(_without_signals(sources)).tick(self.clock(), self.collect_interval)
        elif await self.collector(Sources()).due(self.clock(), self.collect_interval):
            async with open_sources(self.settings, self.store.turns) as opened:
                await self.collector(_without_signals(opened)).round(self.clock())


def _without_signals(sources: Sources) -> Sources:
    return replace(sources, stars=None, discussions=None)


def operator_of(settings: Settings) -> Operator:
    """Return who runs this installation."""
    return Operator(
        name=settings.operator,
        contact=settings.operator_contact,
        site=settings.public_url,
        retention=timedelta(days=settings.retention_days),
    )


@asynccontextmanager
async def open_app(
    settings: Settings, clock: Clock, adapters: Sequence[Surface | Listener] = (), *, searching: bool = True
) -> AsyncIterator[App]:
    """Open the app with its migrated store, and with the search index if `searching`. Raise `StoreError`."""
    index = _open_finder if searching else _no_finder
    tighten_data(settings.data_dir)
    async with open_store(settings.database) as store, index(store, settings, clock) as finder:
        yield App(settings, store, clock, finder, adapters, await _mailing(settings, store, clock, adapters))


async def _mailing(
    settings: Settings, store: Store, clock: Clock, adapters: Sequence[Surface | Listener]
) -> Mailing | None:
    """Return the mail service if a surface sends mail. All processes on a database share the key of links."""
    post = next((each for each in adapters if isinstance(each, MailSurface)), None)
    if post is None:
        return None
    from bot.services.mailboxes.links import Links
    from bot.services.mailboxes.mailing import build_mailing

    chosen = settings.secret.get_secret_value()
    secret = chosen or await store.notes.keep(SIGNS_LINKS, secrets.token_hex(32), clock())
    links = Links(site=settings.public_url, secret=secret.encode(), mailto=settings.mail_unsubscribe)
    bounce_secret = settings.bounce_secret.get_secret_value()
    return build_mailing(store, post, links, clock, bounce_secret, listed_categories(settings))


@asynccontextmanager
async def _no_finder(store: Store, settings: Settings, clock: Clock) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _open_finder(store: Store, settings: Settings, clock: Clock) -> AsyncIterator[Finder]:
    """Open the index in the data directory, or in a temporary one if that is not writable."""
    from bot.search.finder import Finder  # brings tantivy, which costs 0.04 s

    meaning = await _semantic_search(store, settings, clock())
    supervisor = Supervisor(reporting(store, clock))
    with TemporaryDirectory(prefix="paperboy-") as other:
        try:
            finder = await Finder.open(store, settings.data_dir, meaning, supervisor)
        except (OSError, ValueError) as error:
            log.warning("index kept elsewhere", reason=str(error)[:200])
            finder = await Finder.open(store, Path(other), meaning, supervisor)
        try:
            yield finder
        finally:
            await finder.close()
            if meaning:
                await meaning.close()


async def _semantic_search(store: Store, settings: Settings, now: datetime) -> SemanticSearch | None:
    """Return what finds papers by meaning, or None if that is off. Its model is loaded when it is first needed.

    Raise `SettingsError` if this process was started with a model and lacks the extra; a process that follows the
    decision of another one searches by words.
    """
    name = settings.encoder or await decided(store)
    lacking = [module for module in ("numpy", "fastembed") if find_spec(module) is None]
    if lacking and name not in ("", OFF):
        told = f"The encoder {name!r} needs {lacking[0]}. Set PAPERBOY_ENCODER=off, or {extra('semantic')}."
        if settings.encoder:
            raise SettingsError(told)
        log.error("papers are found by words only", reason=told)
        return None
    await decide(store, settings.encoder, now)
    if not await decided(store):
        return None
    from bot.search.encoders import open_encoder
    from bot.search.semantic import SemanticSearch  # brings numpy, which costs 0.1 s

    load = partial(open_encoder, cache=settings.models, offline=settings.offline)
    return SemanticSearch(store, partial(decided, store), load, settings.data_dir)


def listed_categories(settings: Settings) -> frozenset[str]:
    """Return the categories that the sources list in full, of those that are read."""
    return frozenset(name for source in REMOTE if settings.reads(source.name) for name in source.categories)


@asynccontextmanager
async def open_sources(settings: Settings, turns: SourceTurns | None = None) -> AsyncIterator[Sources]:
    """Yield the sources with open connections; none when offline, and none whose URL is empty.

    Without `turns`, sources that allow one request at a time are paced within this process only.
    """
    if settings.offline:
        yield Sources()
        return
    # creating the HTTP clients takes 0.15 s, and most commands only need the store
    from stamina.instrumentation import set_on_retry_hooks

    # the fetch logs the number of requests itself
    set_on_retry_hooks([])
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                connect(
                    source,
                    *urls,
                    contact=settings.contact,
                    turns=turns,
                    options=settings.source_options(source.options),
                )
            )
            for source in REMOTE
            if settings.is_on(source.switch)
            and all(urls := [settings.source_url(name) for name in (source.name, *source.further_urls)])
        ]
        completing = {source.name for source in REMOTE if source.completes}
        catalogues = [client for client in clients if isinstance(client, Catalogue)]
        yield Sources(
            lists=[client for client in clients if isinstance(client, DailyLists)],
            catalogues=[client for client in clients if isinstance(client, PaperLookup)],
            completing=next((each for each in catalogues if each.name in completing), None),
            by_category=[client for client in clients if isinstance(client, CategoryListings)],
            stars=next((client for client in clients if isinstance(client, StarHistories)), None),
            discussions=next((client for client in clients if isinstance(client, Discussions)), None),
            artifacts=next((each for each in catalogues if each.name == ARTIFACTS_FROM), None),
        )
