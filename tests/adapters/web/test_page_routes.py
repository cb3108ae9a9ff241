"""The pages that anybody may read."""

from __future__ import annotations

import random
import re
from html import unescape
from urllib.parse import quote

import feedparser
import httpx
import pytest

from bot.domain.sources import FetchResult
from bot.sources import sample
from bot.storage import Store
from tests.builders import listing, observation, paper

KNOWN = "2604.20796"


async def test_the_list_of_the_day_has_a_reason_for_each_paper(browser: httpx.AsyncClient) -> None:
    home = await browser.get("/")

    assert home.status_code == 200
    assert "Fri 24 Apr 2026" in home.text
    assert home.text.count('<li class="paper"') == 10
    assert len(re.findall(r'class="reason"[^>]*>[^<]*[0-9]+ votes?', home.text)) == 10


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/week", 'href="/week?day=2026-04-17"'),
        ("/month", 'aria-current="page">'),
        ("/?day=2026-04-23", 'href="/?day=2026-04-22"'),
        ("/week?q=agents", 'value="agents"'),
        ("/search?q=agents", "/search?q=agents+sort%3Anew"),
        (f"/papers/{KNOWN}/why", f"/papers/{KNOWN}"),
        (f"/papers/{KNOWN}/similar", '<li class="paper"'),
        (f"/papers/{KNOWN}/bibtex", "@misc{"),
        ("/help", "/trending"),
    ],
)
async def test_every_page_can_be_read_at_its_own_address(browser: httpx.AsyncClient, path: str, told: str) -> None:
    answer = await browser.get(path)

    assert answer.status_code == 200
    assert told in answer.text


async def test_a_paper_has_its_votes_its_likes_and_its_reference_on_one_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/papers/{KNOWN}")

    assert answer.status_code == 200
    assert all(f'id="{part}"' in answer.text for part in ("why", "similar", "cite"))
    assert '<svg class="plot"' in answer.text
    assert "@misc{" in answer.text
    assert f"https://arxiv.org/abs/{KNOWN}" in answer.text


async def test_days_lead_back_and_forth(browser: httpx.AsyncClient) -> None:
    before = (await browser.get("/?day=2026-04-23")).text

    assert 'href="/?day=2026-04-24"' in before
    assert 'href="/?day=2026-04-22"' in before


@pytest.mark.parametrize("path", ["/nowhere", "/papers/2604.99999", "/papers/nonsense", "/digests/2026-04-24-aaaaaaaa"])
async def test_what_is_not_there_is_said_on_a_page_of_ours(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert "Paperboy" in answer.text


@pytest.mark.parametrize("path", ["/", "/week", "/search?q=agents", f"/papers/{KNOWN}", "/help", "/chat"])
async def test_pages_are_small_and_need_neither_script_nor_strangers(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path, headers={"accept-encoding": "identity"})

    assert len(answer.content) < 50_000
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]*\.(?:css|js|woff2?|png)', answer.text)


async def test_a_hostile_title_is_only_text(browser: httpx.AsyncClient, sample_store: Store) -> None:
    nasty = paper("2604.90001", title='</a><script>alert(1)</script>"onload=x', abstract="<img src=x onerror=y>")
    hidden = paper("2604.90002", title="Code", code_url="javascript:alert(1)")
    await sample_store.keep(
        FetchResult(
            source="huggingface",
            seen_at=sample.AS_OF,
            papers=(nasty, hidden),
            listings=(listing("2604.90001"), listing("2604.90002")),
            observations=(observation("2604.90001", votes=9_000), observation("2604.90002", votes=8_000)),
        )
    )

    pages = [(await browser.get(path)).text for path in ("/papers/2604.90001", "/papers/2604.90002", "/search?q=alert")]

    assert all("<script" not in page and "<img src=x" not in page and "javascript:" not in page for page in pages)
    assert "&lt;script&gt;" in pages[0]


async def test_feeds_are_valid_and_keep_their_entries(browser: httpx.AsyncClient) -> None:
    for path in ("/feed.atom?window=week", "/feed.atom?window=day&q=agents", "/feed.atom?q=agents"):
        answer = await browser.get(path)
        read = feedparser.parse(answer.content)

        assert answer.headers["content-type"].startswith("application/atom+xml")
        assert not read.bozo
        assert read.entries
        assert read.feed.id.endswith(path)
        assert all(entry.id.startswith("https://arxiv.org/abs/") for entry in read.entries)
        assert all(entry.updated == entry.updated.split("+")[0] + "+00:00" for entry in read.entries)


async def test_a_crowd_is_answered_from_one_look(browser: httpx.AsyncClient, desk: object) -> None:
    first = await browser.get("/week")
    second = await browser.get("/week")

    assert first.content == second.content
    assert (await browser.get("/metrics")).text.count('paperboy_command_seconds_count{command="trending"') == 1
    assert 'command="trending",surface="web"} 1.0' in (await browser.get("/metrics")).text


async def test_the_site_says_whether_all_is_well(browser: httpx.AsyncClient, sample_store: Store) -> None:
    well = await browser.get("/healthz")

    assert well.status_code == 200
    assert well.json()["writing"] == "the database can be written"
    assert "paperboy_papers 126.0" in (await browser.get("/metrics")).text


@pytest.mark.parametrize(
    "query",
    ["a" * 20_000, "%00%01%7f", "((((((((" * 200, '"' * 500, "%F0%9F%A6%84", "%ff%fe", "sort:%3Cb%3E", "-" * 3000],
)
async def test_any_question_has_an_answer(browser: httpx.AsyncClient, query: str) -> None:
    for path in ("/search", "/", "/feed.atom"):
        assert (await browser.get(f"{path}?q={query}")).status_code in {200, 404}
    assert (await browser.get(f"/papers/{query[:50]}")).status_code == 404


async def test_a_day_that_is_none_is_today(browser: httpx.AsyncClient) -> None:
    for day in ("nonsense", "2026-02-30", "9999-12-31", "0000-00-00"):
        assert "Fri 24 Apr 2026" in (await browser.get(f"/?day={day}")).text


async def test_no_address_is_a_fault_of_ours(browser: httpx.AsyncClient) -> None:
    chance = random.Random(7)
    letters = "abc/?&=%.:;\\'\"<>{}[]#+- \u00e9\u200b\U0001f984\x01"
    fixed = ["/", "/week", "/search", "/papers/", "/digests/", "/chat", "/feed.atom", "/style.css"]
    for _ in range(60):
        tail = "".join(chance.choices(letters, k=chance.randrange(40)))
        path = chance.choice(fixed) + quote(tail, safe="/?&=;'+-")
        for method in ("GET", "POST", "PUT"):
            answer = await browser.request(method, path)
            assert answer.status_code < 500, (method, path)


PREPRINT, JOURNAL = "10.1101/2024.01.02.573456", "10.1038/s41586-024-07487-w"
LONG = "10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2"


@pytest.mark.parametrize("named", [PREPRINT, f"{PREPRINT}v2", JOURNAL, f"https://doi.org/{JOURNAL}", LONG])
async def test_a_paper_with_a_doi_has_its_pages(browser: httpx.AsyncClient, sample_store: Store, named: str) -> None:
    await sample_store.keep(
        FetchResult(
            source="biorxiv",
            seen_at=sample.AS_OF,
            papers=(
                paper(PREPRINT, server="biorxiv", aliases=(JOURNAL,), title="Neurons of zebrafish"),
                paper(LONG, server="", title="Neurons in trials"),
            ),
        )
    )
    answer = await browser.get(f"/papers/{quote(named)}")

    assert answer.status_code == 200
    assert "Neurons" in answer.text
    # every link to a page of the site leads to one
    for path in re.findall(r'href="(/papers/[^"]*)"', answer.text):
        assert (await browser.get(unescape(path))).status_code == 200
    for page in ("why", "similar", "bibtex"):
        assert (await browser.get(f"/papers/{quote(named)}/{page}")).status_code == 200


async def test_a_feed_names_a_paper_by_its_doi(browser: httpx.AsyncClient, sample_store: Store) -> None:
    told = paper(PREPRINT, server="biorxiv", title="Zebrafish larvae", listed_on=None)
    await sample_store.keep(FetchResult(source="biorxiv", seen_at=sample.AS_OF, papers=(told,)))

    [entry] = feedparser.parse((await browser.get("/feed.atom?q=zebrafish")).content).entries

    assert entry.id == f"https://doi.org/{PREPRINT}"
    assert entry.link == told.url
