"""The chat in the browser."""

from __future__ import annotations

import re

import httpx

from adapters.web.conversations import WebConversations
from bot.commands.facade import BotService
from tests.adapters.web.test_feeds import site


async def say(browser: httpx.AsyncClient, line: str) -> str:
    """Type a line into the form as it stands, and read the page that comes."""
    page = await browser.get("/chat")
    (token, *_) = re.findall(r'name="token" value="([^"]+)"', page.text)
    answer = await browser.post("/chat", data={"token": token, "line": line}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


async def test_a_newcomer_talks_to_the_bot(browser: httpx.AsyncClient) -> None:
    page = await say(browser, "/trending week")

    assert 'value="/trending day"' in page
    assert 'value="/why ' in page


async def test_a_button_is_a_line_that_somebody_else_has_typed(browser: httpx.AsyncClient) -> None:
    first = await say(browser, "/trending")
    (why, *_) = re.findall(r'name="line" value="(/why [^"]+)"', first)

    page = await say(browser, why)

    assert f'value="/paper {why.removeprefix("/why ")}"' in page
    assert page.count('class="said"') == 2


async def test_votes_and_saved_papers_are_those_of_the_browser(browser: httpx.AsyncClient) -> None:
    await say(browser, "/trending")

    assert "👍 1 · 👎 0" in await say(browser, "/vote 1")
    await say(browser, "/save 2")
    assert "@misc{" in await say(browser, "/saved")
    browser.cookies.clear()
    assert "@misc{" not in await say(browser, "/saved")


async def test_five_votes_change_what_the_browser_is_shown_and_it_can_read_why(browser: httpx.AsyncClient) -> None:
    def numbered(page: str) -> list[str]:
        return list(dict.fromkeys(re.findall(r'value="/why ([^"]+)"', page.rpartition('class="said"')[2])))

    before = numbered(await say(browser, "/trending"))
    for number in range(4, 9):
        await say(browser, f"/vote {number}")

    after = numbered(await say(browser, "/trending"))

    assert after != before
    assert "taste +" in await say(browser, f"/why {before[5]}")
    assert "of 5 likes" in await say(browser, "/taste")
    browser.cookies.clear()
    assert numbered(await say(browser, "/trending")) == before


async def test_a_link_only_writes_into_the_form(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/chat?say=/vote+1")

    assert 'value="/vote 1"' in page.text
    assert 'class="said"' not in page.text


async def test_who_only_looks_throws_away_nobodys_conversation(browser: httpx.AsyncClient, desk: BotService) -> None:
    async with site(desk, pages_per_second=0) as crowd:  # type: ignore[arg-type]
        await say(crowd, "/trending")
        mine = dict(crowd.cookies)
        for _ in range(1_005):
            crowd.cookies.clear()
            assert (await crowd.get("/chat")).status_code == 200

        crowd.cookies.update(mine)
        assert (await say(crowd, "/trending week")).count('class="said"') == 2


def test_who_begins_a_thousand_conversations_throws_away_their_own() -> None:
    kept = WebConversations()
    ids = [kept.valid_id("") for _ in range(2_010)]
    quiet, flood, late = ids[:5], ids[5:2_005], ids[2_005:]
    for id in quiet:
        kept.begun(id, "192.0.2.0/24")
    for id in flood:
        kept.begun(id, "198.51.100.0/24")
    for id in late:
        kept.begun(id, "203.0.113.0/24")

    assert len(kept) == 1_000
    assert all(kept.find(id) for id in (*quiet, *late))
    assert kept.find(flood[0]) is None
    assert kept.find(flood[-1]) is not None


def test_where_no_network_has_more_the_newcomers_own_go_first() -> None:
    kept = WebConversations()
    ids = [kept.valid_id("") for _ in range(1_002)]
    for number, id in enumerate(ids):
        kept.begun(id, f"10.{number % 500}.0.0/24")

    assert [kept.find(id) is None for id in (ids[0], ids[1], ids[2])] == [True, True, False]


def test_an_id_is_one_of_ours_and_a_form_is_of_its_id() -> None:
    kept = WebConversations()
    id, other = kept.valid_id(""), kept.valid_id("short")

    assert len({id, other, kept.valid_id("x" * 33), kept.valid_id("a\0" * 16)}) == 4
    assert kept.valid_id(id) == id
    assert kept.genuine(id, kept.token(id))
    assert not kept.genuine(other, kept.token(id))
    assert not kept.genuine("", kept.token(""))
    assert not kept.genuine(id, "é")
    assert kept.find(id) is None


async def test_a_form_of_somebody_else_is_refused(browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")

    forged = await browser.post("/chat", data={"token": "guessed", "line": "/forget everything"})
    browser.cookies.clear()
    bare = await browser.post("/chat", data={"line": "/trending"})

    assert (forged.status_code, bare.status_code) == (403, 403)
    assert 'href="/chat"' in forged.text


async def test_the_cookie_goes_nowhere_else(browser: httpx.AsyncClient) -> None:
    cookie = (await browser.get("/chat")).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/chat" in cookie


async def test_what_is_too_much_is_refused(browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")

    long = await browser.post("/chat", content=b"line=" + b"a" * 200_000)
    odd = await browser.post("/chat", content=b"&".join(b"a=1" for _ in range(500)))

    assert (long.status_code, odd.status_code) == (413, 400)


async def test_hostile_lines_are_only_text(browser: httpx.AsyncClient) -> None:
    page = await say(browser, "<script>alert(1)</script>")

    assert "<script" not in page
    assert "&lt;script&gt;" in page
