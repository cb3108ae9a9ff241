"""A physics group's day: a category of arXiv from the subscription to the digest, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.cli.app import App, Sources, open_app
from bot.app.settings import Settings
from bot.commands.typed import typed
from bot.domain.category_listings import BatchOutcome
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.services.collecting import Collector
from bot.sources.arxiv import Arxiv
from bot.sources.arxiv_listings import ArxivListings
from tests.local_http import Asked, LocalHttp, Reply
from tests.services.ledger import worker
from tests.services.postbox import Postbox
from tests.sources.bodies import AT_ONCE, entry, feed
from tests.sources.listing_bodies import Entry, atom, page, rss

CHAT = Chat("test", "1")
WEDNESDAY, THURSDAY = date(2026, 8, 12), date(2026, 8, 13)
AFTERNOON = datetime(2026, 8, 12, 15, tzinfo=UTC)
#: the feed is rebuilt at Eastern midnight, and 9:00 in Berlin is 7:00 in UTC
REBUILT, NINE = datetime(2026, 8, 13, 4, 6, tzinfo=UTC), datetime(2026, 8, 13, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

BEFORE = (Entry(id="2608.09001", title="Yesterday's strings"),)
STRINGS = Entry(id="2608.10011", title="Strings at finite temperature")
SURVEY = Entry(id="2608.10002", title="A survey of branes")
CROSSED = Entry(id="2608.10020", title="Black holes", kind="cross", categories=("gr-qc", "hep-th"))
REPLACED = Entry(id="2605.00001", title="An old one", kind="replace")


@dataclass(slots=True)
class Arxiv2026:
    """A local arXiv: its feed and page are those of a day, its API knows every paper."""

    feed: bytes
    page: bytes
    #: the categories of the feeds that were asked for
    categories: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        if asked.path.startswith("/atom/"):
            self.categories.append(asked.path.removeprefix("/atom/"))
            return Reply(body=self.feed)
        if asked.path.startswith("/list/"):
            return Reply(body=self.page)
        return Reply(body=feed([_known(id) for id in asked.query["id_list"].split(",")]))

    def announce(self, day: date, *entries: Entry) -> None:
        """Serve a new list."""
        self.feed, self.page = atom(entries), page(day, entries)


def _known(id: str) -> str:
    """A paper as the API tells of it, with a link to its code."""
    told = entry(
        f"http://arxiv.org/abs/{id}v1", published="2026-08-11T17:00:00Z", arxiv_comment="github.com/owner/tool"
    )
    others, primary = ("hep-th", "gr-qc") if id == CROSSED.id else ("math-ph", "hep-th")
    return told.replace("cs.LG", others).replace("cs.CL", primary)


@dataclass(slots=True)
class Day:
    """An installation whose clock the tests set."""

    app: App
    sources: Sources
    arxiv: Arxiv2026
    box: Postbox
    now: datetime

    async def say(self, text: str) -> Page:
        return await self.app.commands(self.sources).handle(typed(text, CHAT, person="ada", may_manage=True))

    async def at(self, now: datetime) -> None:
        """Let everything happen that happens at a moment: collecting and delivering."""
        self.now = now
        collector: Collector = self.app.collector(self.sources)
        await collector.tick(now, timedelta(minutes=30))
        await worker(self.app.store, self.box).round(now)

    async def subscribe(self, words: str) -> None:
        offer = await self.say(f"/subscribe {words}")
        save = next(action.command for action in offer.actions if " save" in f" {action.command}")
        await self.say(f"/{save}")
        assert len(await self.app.store.subscriptions.of(CHAT)) == 1


@asynccontextmanager
async def opened(directory: Path, **chosen: object) -> AsyncIterator[Day]:
    arxiv = Arxiv2026(atom(BEFORE), page(WEDNESDAY, BEFORE))
    day: Day
    settings = Settings.model_validate({"data_dir": directory, "offline": False, **chosen})
    async with (
        LocalHttp(arxiv) as server,
        ArxivListings(server.url, server.url, manners=AT_ONCE) as listings,
        Arxiv(server.url, manners=AT_ONCE) as api,
        open_app(settings, lambda: day.now, searching=False) as app,
    ):
        day = Day(app, Sources(completing=api, by_category=[listings]), arxiv, Postbox(), AFTERNOON)
        yield day


@pytest.fixture
async def physics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Day]:
    monkeypatch.chdir(tmp_path)
    async with opened(tmp_path) as day:
        yield day


async def test_a_physics_group_gets_the_new_papers_of_its_category(physics: Day) -> None:
    await physics.subscribe("cat:hep-th -survey at 9:00 Europe/Berlin")
    await physics.at(AFTERNOON + MINUTE)
    physics.arxiv.announce(THURSDAY, STRINGS, SURVEY, CROSSED, REPLACED)
    await physics.at(REBUILT)
    await physics.at(NINE)

    assert set(physics.arxiv.categories) == {"hep-th"}
    (message,) = physics.box.arrived
    assert set(message.paper_ids) == {STRINGS.id, CROSSED.id, BEFORE[0].id}
    cards = {card.key: card for card in message.page.cards}
    urls = {link.url for link in cards[STRINGS.id].links}
    assert urls == {f"https://arxiv.org/abs/{STRINGS.id}", "https://github.com/owner/tool"}
    # what is said of a paper is true: no votes, new in one category, cross-listed from another
    assert "hep-th" in str(cards[STRINGS.id].reason)
    assert "gr-qc" in str(cards[CROSSED.id].reason)
    assert not any("vote" in str(card.reason) for card in cards.values())


async def test_the_next_digest_has_only_what_is_new(physics: Day) -> None:
    await physics.subscribe("cat:hep-th at 9:00 Europe/Berlin")
    await physics.at(AFTERNOON + MINUTE)
    await physics.at(datetime(2026, 8, 13, 6, 59, tzinfo=UTC))
    physics.arxiv.announce(THURSDAY, STRINGS, CROSSED)
    await physics.at(NINE)
    physics.arxiv.announce(date(2026, 8, 14), SURVEY, Entry(id="2608.11000"))
    await physics.at(datetime(2026, 8, 14, 4, 6, tzinfo=UTC))
    await physics.at(datetime(2026, 8, 14, 7, tzinfo=UTC))

    assert [set(each.paper_ids) for each in physics.box.arrived][1] >= {"2608.11000"}
    assert not set(physics.box.arrived[0].paper_ids) & set(physics.box.arrived[1].paper_ids)


async def test_without_cross_lists_only_the_primary_category_counts(physics: Day) -> None:
    await physics.subscribe("cat:hep-th cross:no at 9:00 Europe/Berlin")
    await physics.at(AFTERNOON + MINUTE)
    physics.arxiv.announce(THURSDAY, STRINGS, CROSSED)
    await physics.at(REBUILT)
    await physics.at(NINE)

    assert set(physics.box.arrived[0].paper_ids) == {STRINGS.id, BEFORE[0].id}


async def test_on_announce_follows_arxiv_and_waits_for_a_late_feed(physics: Day) -> None:
    await physics.subscribe("cat:hep-th on announce in Europe/Berlin")
    (subscription,) = await physics.app.store.subscriptions.of(CHAT)
    due = datetime(2026, 8, 13, 4, 25, tzinfo=UTC)
    await physics.at(AFTERNOON + MINUTE)
    for minutes in (0, 15, 60):
        await physics.at(due + minutes * MINUTE)
    early = len(physics.box.arrived)
    physics.arxiv.announce(THURSDAY, STRINGS)
    await physics.at(due + 80 * MINUTE)

    assert subscription.next_at == due
    assert early == 0
    assert STRINGS.id in physics.box.arrived[0].paper_ids


async def test_a_stale_list_is_told_and_is_no_quiet_day(physics: Day) -> None:
    await physics.subscribe("cat:hep-th at 15:00 UTC")
    await physics.at(AFTERNOON + MINUTE)
    await physics.at(datetime(2026, 8, 13, 13, tzinfo=UTC))
    status = await physics.say("/status")
    rows = " ".join(str(row.text) for section in status.sections for row in section.rows)
    (state,) = await physics.app.store.category_lists.all()
    await physics.at(datetime(2026, 8, 13, 15, tzinfo=UTC))
    await physics.at(datetime(2026, 8, 14, 15, tzinfo=UTC))

    assert state.outcome is BatchOutcome.STALE
    assert "hep-th" in rows
    assert "arXiv listings" in str(status.intro)
    told = str(physics.box.arrived[-1].page.intro)
    assert "hep-th" in told
    assert "/status" in told


async def test_a_saturday_is_quiet(physics: Day) -> None:
    await physics.subscribe("cat:hep-th at 9:00 Europe/Berlin daily")
    await physics.at(AFTERNOON + MINUTE)
    physics.arxiv.announce(THURSDAY, STRINGS)
    await physics.at(REBUILT)
    physics.arxiv.announce(date(2026, 8, 14), Entry(id="2608.11000"))
    await physics.at(REBUILT + timedelta(days=1))
    physics.arxiv.feed, asked = rss(), len(physics.arxiv.categories)
    await physics.at(datetime(2026, 8, 15, 13, tzinfo=UTC))
    status = await physics.say("/status")

    assert len(physics.arxiv.categories) == asked
    assert "arXiv listings" not in str(status.intro)


async def test_a_category_that_nothing_lists_is_refused_before_it_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(tmp_path, arxiv_feed_url="") as day:
        refused = await day.say("/subscribe cat:hep-th at 9:00 Europe/Berlin save")
        assert await day.app.store.subscriptions.of(CHAT) == []
        assert "hep-th" in str(refused.title)
    async with opened(tmp_path / "other") as day:
        retired = await day.say("/subscribe cat:cmp-lg at 9:00 Europe/Berlin save")
        assert "cmp-lg" in str(retired.title)
        await day.say("/subscribe cat:hep-th at 9:00 Europe/Berlin save")
        assert len(await day.app.store.subscriptions.of(CHAT)) == 1
