"""Two chats, and lists with and without votes: Hugging Face and arXiv, from the subscription to the digest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.cli.app import App, Sources, open_app
from bot.app.settings import Settings
from bot.commands.typed import typed
from bot.domain.pages import Page
from bot.domain.repositories import RepositoryStars, StarDay
from bot.domain.requests import Chat
from bot.domain.sources import FetchResult
from bot.domain.stories import Story
from bot.services.digests import DigestService
from bot.sources.arxiv import Arxiv
from bot.sources.arxiv_listings import ArxivListings
from bot.sources.huggingface import HuggingFace
from tests.local_http import Asked, LocalHttp, Reply, json_reply
from tests.services.ledger import worker
from tests.services.postbox import Postbox
from tests.sources.bodies import AT_ONCE, entry, feed, item
from tests.sources.listing_bodies import Entry, atom, page

PHYSICS, MIXED, ELSEWHERE = Chat("test", "1"), Chat("test", "2"), Chat("test", "3")
WEDNESDAY, THURSDAY, FRIDAY = date(2026, 8, 12), date(2026, 8, 13), date(2026, 8, 14)
AFTERNOON = datetime(2026, 8, 12, 15, tzinfo=UTC)
#: the feed is rebuilt at Eastern midnight, and 9:00 in Berlin is 7:00 in UTC
REBUILT, NINE = datetime(2026, 8, 13, 4, 6, tzinfo=UTC), datetime(2026, 8, 13, 7, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

BEFORE = Entry(id="2608.09001", title="Yesterday's strings")
STRINGS = Entry(id="2608.10011", title="Strings at finite temperature")
BRANES = Entry(id="2608.10012", title="Branes")
SURVEY = Entry(id="2608.10002", title="A survey of strings")
CROSSED = Entry(id="2608.10020", title="Cosmic strings", kind="cross", categories=("gr-qc", "hep-th"))
LATER = Entry(id="2608.11001", title="Strings on Friday")
MONDAYS = Entry(id="2608.12001", title="Strings on Monday")
OF_PHYSICS = {each.id for each in (BEFORE, STRINGS, BRANES, SURVEY, CROSSED, LATER, MONDAYS)}


@dataclass(slots=True)
class Web:
    """A local arXiv and Hugging Face; the API of arXiv knows every paper."""

    feed: bytes = atom((BEFORE,))
    page: bytes = page(WEDNESDAY, (BEFORE,))
    #: numbers of Hugging Face's papers by list day; a paper has ten votes for each step of its number
    daily: dict[str, range] = field(default_factory=dict)
    #: whether Hugging Face fails
    broken: bool = False

    def __call__(self, asked: Asked) -> Reply:
        if self.broken and asked.path == "/api/daily_papers":
            return Reply(status=500)
        if asked.path.startswith("/atom/"):
            return Reply(body=self.feed)
        if asked.path.startswith("/list/"):
            return Reply(body=self.page)
        if asked.path == "/api/daily_papers":
            numbers = self.daily.get(asked.query["date"], range(0)) if asked.query["p"] == "0" else range(0)
            return json_reply([_voted(asked.query["date"], number) for number in numbers])
        return Reply(body=feed([_known(id) for id in asked.query["id_list"].split(",")]))

    def announce(self, day: date, *entries: Entry) -> None:
        self.feed, self.page = atom(entries), page(day, entries)


def _voted(day: str, number: int) -> dict[str, object]:
    title = f"Strings in code {number}" if number % 2 else f"Video {number}"
    listed = {"submittedOnDailyAt": f"{day}T00:00:00.000Z", "publishedAt": "2026-08-10T00:00:00.000Z"}
    return item(f"2608.01{number:03}", around={"title": title}, title=title, upvotes=10 * number, **listed)


def _known(id: str) -> str:
    told = entry(f"http://arxiv.org/abs/{id}v1", published="2026-08-11T17:00:00Z")
    primary, other = ("gr-qc", "hep-th") if id == CROSSED.id else ("hep-th", "math-ph")
    return told.replace("cs.LG", other).replace("cs.CL", primary) if id in OF_PHYSICS else told


@dataclass(slots=True)
class Installation:
    """Two chats; the tests set the clock."""

    app: App
    sources: Sources
    web: Web
    box: Postbox
    now: datetime = AFTERNOON

    async def say(self, text: str, chat: Chat) -> Page:
        return await self.app.commands(self.sources).handle(typed(text, chat, person="ada", may_manage=True))

    async def at(self, now: datetime) -> None:
        self.now = now
        await self.app.collector(self.sources).tick(now, timedelta(minutes=30))
        await worker(self.app.store, self.box).round(now)

    async def subscribe(self, chat: Chat, words: str) -> None:
        offer = await self.say(f"/subscribe {words}", chat)
        await self.say(f"/{next(each.command for each in offer.actions if ' save' in f' {each.command}')}", chat)

    def sent(self, chat: Chat) -> list[tuple[str, ...]]:
        return [message.paper_ids for message in self.box.arrived if message.chat == chat]


@pytest.fixture
async def lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    """Wednesday's subscriptions and the digests of Thursday and Friday."""
    monkeypatch.chdir(tmp_path)
    web, clock = Web(), list[Installation]()
    settings = Settings.model_validate({"data_dir": tmp_path, "offline": False})
    async with (
        LocalHttp(web) as server,
        HuggingFace(server.url, manners=AT_ONCE) as hub,
        ArxivListings(server.url, server.url, manners=AT_ONCE) as listings,
        Arxiv(server.url, manners=AT_ONCE) as api,
        open_app(settings, lambda: clock[0].now, searching=False) as app,
    ):
        sources = Sources(lists=[hub], completing=api, by_category=[listings])
        installation = Installation(app, sources, web, Postbox())
        clock.append(installation)
        web.daily[f"{WEDNESDAY}"] = range(1, 17)
        await installation.subscribe(PHYSICS, "cat:hep-th -survey at 9:00 Europe/Berlin")
        await installation.subscribe(MIXED, "strings at 9:00 Europe/Berlin")
        await installation.at(AFTERNOON + MINUTE)
        web.announce(THURSDAY, BRANES, STRINGS, SURVEY, CROSSED)
        web.daily[f"{THURSDAY}"] = range(17, 25)
        await installation.at(REBUILT)
        yield installation


async def lived_until_friday(installation: Installation) -> None:
    await installation.at(NINE)
    installation.web.announce(FRIDAY, LATER)
    installation.web.daily[f"{FRIDAY}"] = range(25, 29)
    await installation.at(REBUILT + DAY)
    await installation.at(NINE + DAY)


async def test_a_physics_group_gets_its_category_the_best_first(lived: Installation) -> None:
    await lived.at(NINE)

    (digest,) = lived.sent(PHYSICS)
    assert digest == (BRANES.id, STRINGS.id, BEFORE.id, CROSSED.id)


async def test_a_mixed_digest_has_papers_of_both_kinds_each_in_its_own_order(lived: Installation) -> None:
    await lived.at(NINE)

    (digest,) = lived.sent(MIXED)
    voted = [id for id in digest if id not in OF_PHYSICS]
    assert voted == sorted(voted, key=lambda id: -int(id[-3:]))
    assert digest[0] == voted[0]
    assert {STRINGS.id, CROSSED.id} <= set(digest)
    assert BRANES.id not in digest


async def test_the_forecast_is_what_was_delivered(lived: Installation) -> None:
    await lived_until_friday(lived)
    afternoon = NINE + DAY + timedelta(hours=5)

    for chat in (PHYSICS, MIXED):
        (mine,) = await lived.app.store.subscriptions.of(chat)
        asked = replace(mine, chat=ELSEWHERE, next_at=None, created_at=afternoon)
        forecast = await DigestService(lived.app.store).forecast(asked, afternoon)
        days = [tuple(paper.id for paper in day.papers) for day in forecast.days if day.papers]
        assert days == lived.sent(chat)


async def test_preview_and_trending_have_the_papers_of_the_digest(lived: Installation) -> None:
    lived.now = NINE - MINUTE
    previews = {chat: await lived.say("/preview", chat) for chat in (PHYSICS, MIXED)}
    trending = await lived.say("/trending strings", MIXED)
    await lived.at(NINE)

    for chat, preview in previews.items():
        assert (tuple(card.key for card in preview.cards),) == tuple(lived.sent(chat))
    # a list asked for by hand has five papers
    assert tuple(card.key for card in trending.cards)[:5] == lived.sent(MIXED)[0][:5]


async def test_why_tells_the_parts_of_a_paper_without_votes(lived: Installation) -> None:
    await lived.at(NINE)
    await _told(lived)
    lived.now = NINE + 5 * MINUTE

    page = await lived.say(f"/why {STRINGS.id}", MIXED)

    text = " ".join(str(row.text) for section in page.sections for row in section.rows)
    places = " ".join(str(section.text) for section in page.sections)
    assert "strings" in text
    assert "9 stars" in text
    assert "70 points" in text
    assert "expected votes" not in text + str(page.footer)
    assert "arXiv listings" in places
    assert "Hugging Face" not in places
    numbers = [float(row.label) for section in page.sections for row in section.rows]
    assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.3)


async def test_why_compares_papers_with_votes_among_themselves(lived: Installation) -> None:
    await lived.at(NINE)
    best = max((id for id in lived.sent(MIXED)[0] if id not in OF_PHYSICS), key=lambda id: int(id[-3:]))

    page = await lived.say(f"/why {best}", MIXED)

    places = " ".join(str(section.text) for section in page.sections)
    assert "24 papers with votes" in places
    assert "Hugging Face" in places
    assert "expected votes" in str(page.footer)


async def test_the_page_of_a_paper_without_votes_says_that_its_stars_count(lived: Installation) -> None:
    await _told(lived)
    lived.now = NINE - MINUTE
    pages = [await lived.say(f"/paper {id}", MIXED) for id in (STRINGS.id, "2608.01016")]

    headings = [" ".join(str(section.heading) for section in page.sections) for page in pages]
    assert "tars" in headings[0]
    assert "not scored" not in headings[0]


async def test_a_silent_source_of_votes_does_not_stop_the_forecast_of_a_category(lived: Installation) -> None:
    lived.web.broken = True
    await lived.at(NINE)
    lived.web.announce(FRIDAY, LATER)
    await lived.at(REBUILT + DAY)
    await lived.at(NINE + DAY)
    lived.web.announce(FRIDAY + 3 * DAY, MONDAYS)
    await lived.at(REBUILT + 4 * DAY)
    await lived.at(NINE + 4 * DAY)
    monday = NINE + 4 * DAY + timedelta(hours=5)
    (mine,) = await lived.app.store.subscriptions.of(PHYSICS)
    asked = replace(mine, chat=ELSEWHERE, next_at=None, created_at=monday)

    forecast = await DigestService(lived.app.store).forecast(asked, monday)

    assert [tuple(paper.id for paper in day.papers) for day in forecast.days if day.papers] == lived.sent(PHYSICS)
    assert len(lived.sent(PHYSICS)) == 3


async def test_signals_change_the_order_only_where_they_are_switched_on(lived: Installation) -> None:
    await _told(lived, BEFORE.id)
    lived.now = NINE - MINUTE

    on = await lived.say("/preview", PHYSICS)
    off = await Installation(
        replace(
            lived.app, settings=lived.app.settings.model_copy(update={"github_stars": False, "hacker_news": False})
        ),
        lived.sources,
        lived.web,
        lived.box,
    ).say("/preview", PHYSICS)

    assert on.cards[0].key == BEFORE.id
    assert [card.key for card in off.cards] == [BRANES.id, STRINGS.id, BEFORE.id, CROSSED.id]


async def _told(lived: Installation, paper_id: str = STRINGS.id) -> None:
    """Store what the signal sources say of a paper: nine stars a day, and a story."""
    store = lived.app.store
    (paper,) = await store.papers.many([paper_id])
    days = tuple(StarDay(THURSDAY - age * DAY, 9) for age in range(10, -1, -1))
    stars = RepositoryStars(repository="lab/code", asked_at=REBUILT, first_day=days[0].day, days=days)
    story = Story(paper_id=paper_id, story_id="7", points=70, comments=30, posted_at=REBUILT)
    await store.keep(
        FetchResult(
            source="huggingface", seen_at=REBUILT, papers=(replace(paper, code_url="https://github.com/lab/code"),)
        )
    )
    await store.keep(FetchResult(source="github", seen_at=REBUILT, repositories=(stars,)))
    await store.keep(FetchResult(source="hackernews", seen_at=REBUILT, stories=(story,)))
