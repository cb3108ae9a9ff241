"""A neuroscience lab subscribes to bioRxiv: from the command to the digest, as every surface shows it."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest_asyncio

from adapters.console.surface import show
from adapters.discord.render import RenderContext, box
from adapters.discord.render import parts as discord_parts
from adapters.email.render import html as mail_html
from adapters.email.render import text as mail_text
from adapters.telegram.render import formatted
from adapters.telegram.render import parts as telegram_parts
from adapters.web.render import PageContext, html
from bot.commands import Commands
from bot.domain.mail import ActionLinks
from bot.domain.pages import Page
from bot.domain.subject_areas import AREAS
from bot.services.bundle import build_services
from bot.services.collecting import Collector
from bot.sources.biorxiv import Biorxiv
from bot.storage import Store, open_store
from tests.conversation.conftest import Say, talking
from tests.local_http import LocalHttp, Reply
from tests.services.ledger import worker
from tests.services.postbox import Postbox
from tests.sources.bodies import AT_ONCE, preprint
from tests.sources.test_biorxiv import Api, doi

SUBSCRIBED, COLLECTED, DUE = (
    datetime(2026, 4, 23, 12, tzinfo=UTC),
    datetime(2026, 4, 24, 6, 50, tzinfo=UTC),
    datetime(2026, 4, 24, 7, 0, 30, tzinfo=UTC),
)
SPINDLES, REPLAY = doi(1), doi(2)
NEUROLOGY = "10.1101/2026.04.23.26350001"
ROWS = (
    preprint(SPINDLES, title="Sleep spindles in mice", license="cc_no", abstract="A closed text."),
    preprint(REPLAY, date="2026-04-24", title="Replay in the <i>hippocampus</i>", abstract="BackgroundReplay is fast."),
    preprint(doi(3), title="A survey of sleep"),
    preprint(doi(4), title="Genes", category="genetics"),
    preprint(doi(5), version=2, title="An older preprint, revised"),
    preprint(doi(6), title="Gone", type="withdrawn"),
    preprint(NEUROLOGY, title="Patients asleep", server="medRxiv", category="neurology"),
)


class Terminal(Postbox):
    """The console as a platform that is delivered to."""

    name = "console"


@dataclass
class Lab:
    """A chat on the console, with the sources, and a clock that is set by hand."""

    store: Store
    source: Biorxiv
    server: LocalHttp
    now: datetime = SUBSCRIBED
    box: Terminal = field(default_factory=Terminal)
    say: Say = field(init=False)

    def __post_init__(self) -> None:
        services = build_services(self.store, listed=frozenset(AREAS))
        self.say = talking(Commands(services, lambda: self.now))

    async def subscribe(self, words: str) -> None:
        self.now = SUBSCRIBED
        offered = await self.say(words)
        [save] = [command for command in offered.commands if command.startswith("subscribe save")]
        assert not (await self.say(f"/{save}")).refused

    async def digest(self) -> Page:
        self.now = COLLECTED
        await Collector(self.store, by_category=[self.source]).round(self.now)
        self.now = DUE
        await worker(self.store, self.box).round(self.now)
        [message] = self.box.arrived
        return message.page


@pytest_asyncio.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with (
        open_store(f"sqlite:///{tmp_path / 'papers.db'}") as store,
        LocalHttp(Api(ROWS)) as server,
        Biorxiv(server.url, manners=AT_ONCE) as source,
    ):
        yield Lab(store, source, server)


def on_console(page: Page) -> str:
    out = io.StringIO()
    show(page, out)
    return out.getvalue()


def on_discord(page: Page) -> str:
    return json.dumps([box(part, RenderContext()).json for part in discord_parts(page)], ensure_ascii=False)


def on_telegram(page: Page) -> str:
    return "\n".join(formatted(part).html for part in telegram_parts(page))


def on_the_web(page: Page) -> str:
    return unescape(html("page.html", PageContext(), page=page, title=page.title).decode())


def by_mail(page: Page) -> str:
    return unescape(mail_html(page, ActionLinks()))


def by_plain_mail(page: Page) -> str:
    return mail_text(page, ActionLinks())


SURFACES = (on_console, on_discord, on_telegram, on_the_web, by_mail, by_plain_mail)


async def test_the_digest_has_the_new_preprints_of_the_area(lab: Lab) -> None:
    await lab.subscribe("/subscribe server:biorxiv cat:neuroscience -survey at 9:00 Berlin")

    page = await lab.digest()

    assert [card.key for card in page.cards] == [REPLAY, SPINDLES]
    assert [card.url for card in page.cards] == [f"https://www.biorxiv.org/content/{id}" for id in (REPLAY, SPINDLES)]
    assert [[link.label for link in card.links] for card in page.cards] == [["bioRxiv"], ["bioRxiv"]]
    assert all("neuroscience" in card.reason for card in page.cards)
    assert [card.body for card in page.cards] == ["Background: Replay is fast.", ""]
    assert {asked.query["category"] for asked in lab.server.asked} == {"neuroscience"}


async def test_every_surface_shows_the_preprints_with_their_links(lab: Lab) -> None:
    await lab.subscribe("/subscribe server:biorxiv cat:neuroscience -survey at 9:00 Berlin")
    page = await lab.digest()

    for rendered in SURFACES:
        check(rendered(page))


def check(shown: str) -> None:
    assert "Replay in the hippocampus" in shown
    assert "Sleep spindles in mice" in shown
    assert shown.count("new in neuroscience") == 2
    assert " votes " not in shown.replace("no votes", "").replace("without votes", "")
    assert f"https://www.biorxiv.org/content/{REPLAY}" in shown
    assert f"https://www.biorxiv.org/content/{SPINDLES}" in shown
    assert "arxiv.org" not in shown.replace("biorxiv.org", "")
    assert "huggingface" not in shown
    assert not any(other in shown for other in ("closed text", "survey of sleep", "Genes", "older preprint", "Gone"))


async def test_a_subscription_in_english_to_a_whole_server_gets_all_of_its_day(lab: Lab) -> None:
    await lab.subscribe("/subscribe new on bioRxiv every morning at 9:00 Berlin")

    page = await lab.digest()

    assert {card.key for card in page.cards} == {REPLAY, SPINDLES, doi(3), doi(4)}
    assert [path.split("/")[2] for path in lab.server.paths] == ["biorxiv"]


async def test_plain_english_proposes_the_same(lab: Lab) -> None:
    offered = await lab.say("new neuroscience preprints from bioRxiv every morning at 9 Berlin")

    assert "cat:neuroscience server:biorxiv" in offered
    assert any(command.startswith("subscribe save") for command in offered.commands)


async def test_both_servers_are_read_where_the_area_is_on_both(lab: Lab) -> None:
    await lab.subscribe("/subscribe cat:neuroscience,neurology -survey at 9:00 Berlin")

    page = await lab.digest()

    assert {card.url for card in page.cards} == {
        f"https://www.biorxiv.org/content/{REPLAY}",
        f"https://www.biorxiv.org/content/{SPINDLES}",
        f"https://www.medrxiv.org/content/{NEUROLOGY}",
    }


async def test_nobody_is_asked_without_a_subscription(lab: Lab) -> None:
    await lab.subscribe("/subscribe agents at 9:00 Berlin")
    lab.now = COLLECTED

    assert await Collector(lab.store, by_category=[lab.source]).round(lab.now) == ()
    assert lab.server.asked == []


async def test_a_list_that_fails_is_tried_again_and_told(lab: Lab) -> None:
    await lab.subscribe("/subscribe server:biorxiv cat:neuroscience -survey at 9:00 Berlin")
    working, lab.server.answer = lab.server.answer, lambda _: Reply(body=b"")
    collector = Collector(lab.store, by_category=[lab.source])
    lab.now = COLLECTED - timedelta(hours=1)

    [failed] = await collector.round(lab.now)
    status = await lab.say("/status")
    lab.server.answer = working
    page = await lab.digest()

    assert failed.trouble
    assert "empty response" in status
    assert [card.key for card in page.cards] == [REPLAY, SPINDLES]


async def test_a_digest_without_its_list_says_which_one_is_missing(lab: Lab) -> None:
    await lab.subscribe("/subscribe server:biorxiv cat:neuroscience -survey at 9:00 Berlin")
    lab.server.answer = lambda _: Reply(body=b"")

    page = await lab.digest()

    assert not page.cards
    assert "bioRxiv neuroscience" in on_console(page)


async def test_a_paper_page_says_that_the_abstract_may_not_be_shown(lab: Lab) -> None:
    await lab.subscribe("/subscribe server:biorxiv cat:neuroscience -survey at 9:00 Berlin")
    await lab.digest()

    closed, free = await lab.say(f"/paper {SPINDLES}"), await lab.say(f"/paper {REPLAY}v3")

    assert "license" in closed
    assert "closed text" not in closed
    assert "license" not in free
    assert "Replay is fast." in free
