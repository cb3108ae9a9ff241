"""The language of the site: what is asked for, what the reader chose, what the browser accepts."""

from __future__ import annotations

import re

import feedparser
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.languages import accepted_language
from adapters.web.render import PageContext, html
from adapters.web.urls import local_target
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.messages.catalogue import available
from bot.messages.localization import text_in
from tests.adapters.web.test_chat_routes import say

GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
PATHS = ("/", "/week", "/search?q=agents", "/papers/2604.20796", "/help", "/privacy", "/terms", "/chat", "/nowhere")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("xx, de;q=0.3, en;q=0.2", "de"),
        ("en;q=0.4, de;q=0.8", "de"),
        ("en, de", "en"),
        ("en-GB,de;q=0.9", "en"),
        ("de;q=0, en", "en"),
        ("*", "en"),
        ("de;q=x, en", "en"),
        ("DE_de", "de"),
    ],
)
def test_the_first_accepted_language_that_there_is_wins(header: str, tag: str) -> None:
    assert accepted_language(header) == tag


@given(st.text())
def test_any_header_has_a_language(header: str) -> None:
    assert accepted_language(header) in available()


@pytest.mark.parametrize("path", PATHS)
async def test_every_page_says_its_language_and_what_it_depends_on(browser: httpx.AsyncClient, path: str) -> None:
    for headers, tag in (({}, "en"), (GERMAN, "de")):
        answer = await browser.get(path, headers=headers)

        assert f'<html lang="{tag}" dir="ltr">' in answer.text
        assert answer.headers["content-language"] == tag
        assert {"accept-language", "cookie"} <= set(re.split(r",\s*", answer.headers["vary"].lower()))


async def test_the_labels_of_the_site_and_the_page_are_in_one_language(browser: httpx.AsyncClient) -> None:
    german = (await browser.get("/", headers=GERMAN)).text
    english = (await browser.get("/")).text

    assert text_in(tr("Search papers"), "de") in german
    # as Babel writes the date in German
    assert "24. Apr. 2026" in german
    assert "24. Apr. 2026" not in english


async def test_the_cache_keeps_languages_apart(browser: httpx.AsyncClient) -> None:
    bodies = [(await browser.get("/week", headers=headers)).text for headers in ({}, GERMAN, {}, GERMAN)]

    assert bodies[0] == bodies[2] != bodies[1] == bodies[3]


async def test_a_shared_link_has_the_language_that_it_names(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/week?lang=de")).headers["content-language"] == "de"
    assert (await browser.get("/week?lang=en", headers=GERMAN)).headers["content-language"] == "en"
    assert (await browser.get("/week?lang=xx", headers=GERMAN)).headers["content-language"] == "de"


async def test_the_switch_at_the_foot_leads_back_to_the_same_page_in_that_language(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/week?q=agents")
    (link,) = re.findall(r'href="(/language/de[^"]+)"', page.text)

    chosen = await browser.get(link.replace("&amp;", "&"))
    back = await browser.get(chosen.headers["location"])

    assert chosen.status_code == 303
    assert chosen.headers["location"] == "/week?q=agents"
    assert chosen.headers["cache-control"] == "no-store"
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(chosen.headers["set-cookie"].split("; "))
    assert back.headers["content-language"] == "de"
    assert (await browser.get("/help", headers={"accept-language": "en"})).headers["content-language"] == "de"


async def test_a_language_that_is_none_is_not_chosen(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/language/xx?to=/week")

    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("/week?q=a%26b&lang=de", "/week?q=a%26b"),
        ("/chat#newest", "/chat"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("evil.example", "/"),
        ("/week\r\nset-cookie:a=b", "/"),
        ("/é", "/"),
    ],
)
def test_the_switch_leads_to_no_other_site(url: str, target: str) -> None:
    assert local_target(url, without="lang") == target


@given(st.text())
def test_whatever_is_asked_for_stays_on_the_site(url: str) -> None:
    target = local_target(url, without="lang")

    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))
    assert target.isprintable()


async def test_a_feed_is_the_same_for_all_readers_of_its_address(browser: httpx.AsyncClient) -> None:
    plain = await browser.get("/feed.atom?window=day")
    accepted = await browser.get("/feed.atom?window=day", headers=GERMAN)
    german = await browser.get("/feed.atom?window=day&lang=de")
    again = await browser.get("/feed.atom?window=day&lang=de", headers={"if-none-match": german.headers["etag"]})
    feeds = [feedparser.parse(answer.content).feed for answer in (plain, german)]

    assert plain.content == accepted.content
    assert [feed.language for feed in feeds] == ["en", "de"]
    assert feeds[1].id == f"{feeds[0].id}&lang=de"
    assert plain.headers["etag"] != german.headers["etag"]
    assert again.status_code == 304
    entries = [[entry.id for entry in feedparser.parse(answer.content).entries] for answer in (plain, german)]
    assert entries[0] == entries[1]


async def test_a_page_links_to_the_feed_in_its_language(browser: httpx.AsyncClient) -> None:
    assert "/feed.atom?window=week&amp;lang=de" in (await browser.get("/week", headers=GERMAN)).text
    assert "lang=" not in re.findall(r'/feed\.atom[^"]*', (await browser.get("/week")).text)[0]


async def test_the_chat_answers_in_the_language_of_the_page(browser: httpx.AsyncClient) -> None:
    browser.headers.update(GERMAN)

    assert "24. Apr. 2026" in await say(browser, "/trending")


def test_a_page_in_a_language_that_is_written_from_right_to_left_says_so() -> None:
    page = html("page.html", PageContext(language="ar"), page=Page(title="T"), title="T").decode()

    assert '<html lang="ar" dir="rtl">' in page
