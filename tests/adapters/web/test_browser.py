"""The site in a real browser, driven as a person would use it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = (
    "/",
    "/week?q=agents",
    "/search?q=agents",
    "/papers/2604.20796",
    "/help",
    "/privacy",
    "/terms",
    "/chat",
    "/nowhere",
)


@pytest.fixture
async def chromium(browser: httpx.AsyncClient) -> AsyncIterator[Browser]:
    """Debian's own Chromium; the site is up."""
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield opened
        await opened.close()


async def test_pages_fit_a_phone_and_a_desk_and_nothing_is_blocked(
    chromium: Browser, browser: httpx.AsyncClient
) -> None:
    complaints: list[str] = []
    page = await chromium.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(f"{request.url} {request.failure}"))
    for path in PAGES:
        await page.set_viewport_size({"width": 390, "height": 900})
        await page.goto(f"{browser.base_url}{path}")
        for width in (390, 1280):
            await page.set_viewport_size({"width": width, "height": 900})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} px wide"

    # a picture that is still on its way when the next page is opened is no complaint
    assert [each for each in complaints if "404" not in each and "net::ERR_ABORTED" not in each] == []


async def test_a_newcomer_finds_a_paper_and_talks_to_the_bot_without_script(
    chromium: Browser, browser: httpx.AsyncClient
) -> None:
    context = await chromium.new_context(java_script_enabled=False, base_url=str(browser.base_url))
    page = await context.new_page()
    await page.goto("/")

    await page.get_by_role("searchbox").fill("agents since 2026-04-20")
    await page.get_by_role("searchbox").press("Enter")
    await page.locator(".paper h2 a").first.click()
    assert await page.locator("#why").is_visible()

    await page.locator("nav a[href='/chat']").click()
    await page.locator("input[name=line]").fill("/trending week")
    await page.locator(".ask button").click()
    await page.locator("button[value^='/why ']").first.click()

    assert await page.locator(".said").count() == 2
    assert await page.locator(".answer").last.locator("h2").is_visible()


async def test_everything_can_be_reached_with_the_keyboard(chromium: Browser, browser: httpx.AsyncClient) -> None:
    page = await chromium.new_page()
    await page.goto(f"{browser.base_url}/")

    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    await page.keyboard.press("Enter")

    assert page.url.endswith("#content")
