"""Whatever is asked for, the fault is never ours: every route, with whatever parameters."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from adapters.kit.tls import trusted
from adapters.web.site import SiteOptions, site
from adapters.web.surface import Web
from bot.commands.facade import BotService
from tests.adapters.web.conftest import free_port

DAYS = (
    *("0001-01-01", "0001-01-03", "0001-01-07", "0001-01-30", "0001-03-01", "0000-01-01", "-001-01-01", "1899-12-31"),
    *("1900-01-01", "9999-12-31", "9999-12-01", "9999-01-01", "10000-01-01", "2026-02-30", "2026-W17-5", "20260424"),
    *("2024-02-29", "\u0661\u0669\u0669\u0669-01-01", "2026-04-24T00:00", "yesterday", "None", "1e9", "\x00", ""),
)
QUERIES = (
    *("after:0001-01-01", "before:0001-01-01", "before:9999-12-31", "after:9999-12-31", "since 0001", "until 9999"),
    *("in 0001", "last 99999999999 days", "last 99999 years", "0001-01-01 agents", "9999-12-31", "year:99999", "top:0"),
    *("top:999999999", "votes:>=" + "9" * 400, "more:1", "agents more:999", "agents more:" + "9" * 400, '"', "\x00"),
)
WINDOWS = ("/", "/week", "/month")
ANY_DAY = st.sampled_from(DAYS) | st.dates().map(str) | st.text(max_size=12)
ANY_TEXT = st.sampled_from((*QUERIES, *DAYS)) | st.text(max_size=40)
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "day": ANY_DAY,
        "q": ANY_TEXT | ANY_DAY.map(lambda day: f"{day} agents"),
        "window": st.sampled_from(["day", "week", "month", "", "bogus"]) | st.text(max_size=8),
        "sort": st.sampled_from(["votes", "new", "rising", "trending"]) | ANY_DAY | st.text(max_size=25),
        "say": ANY_TEXT,
    },
)
DIGESTS = ANY_DAY.map(lambda day: f"{day}-aaaaaaaa")


def routes(desk: BotService) -> list[str]:
    """The path of every route that the site has."""
    return [route.path for route in site(desk, SiteOptions(url="http://x")).routes if isinstance(route, Route)]


def filled(path: str, id: str) -> str:
    """A path with an id in it, whatever that is, encoded as browsers do it."""
    for name in ("{id:path}", "{id}", "{token}"):
        path = path.replace(name, quote(id, safe="", errors="replace") or "x")
    return path


@pytest.mark.parametrize("path", WINDOWS)
async def test_a_day_at_the_edge_of_the_calendar_has_an_answer(browser: httpx.AsyncClient, path: str) -> None:
    # a day means another range in each window; what is asked for, and the order, are read alike, so they are shared out
    asked = [{"day": day} for day in DAYS]
    asked += [{"q": query} for query in (*QUERIES, *DAYS)[WINDOWS.index(path) :: len(WINDOWS)]]
    asked += [{"sort": sort} for sort in DAYS[WINDOWS.index(path) :: len(WINDOWS)]]

    for parameters in asked:
        assert (await browser.get(path, params=parameters)).status_code in {200, 404}, parameters


async def test_no_route_fails_whatever_is_asked(browser: httpx.AsyncClient, desk: BotService) -> None:
    paths = routes(desk)
    for day in DAYS:
        for path in paths:
            for id in (day, f"{day}-aaaaaaaa") if "{" in path else (day,):
                answer = await browser.get(filled(path, id), params={"day": day, "q": day, "say": day})
                assert answer.status_code < 500, (path, id)


async def test_no_parameters_make_a_fault(desk: BotService, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    serving = asyncio.create_task(Web("127.0.0.1", port, pages_per_second=0).listen(desk))
    paths = routes(desk)

    @settings(max_examples=120, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(paths), DIGESTS | ANY_TEXT, PARAMETERS)
    def walk(path: str, id: str, parameters: dict[str, str]) -> None:
        query = urlencode(parameters, errors="replace")
        answer = client.get(f"{filled(path, id)}?{query}")
        assert answer.status_code < 500, (path, id, parameters)

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, verify=trusted()) as client:
        while not serving.done():
            try:
                await asyncio.to_thread(client.get, "/robots.txt")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.02)
        await asyncio.to_thread(walk)
    serving.cancel()
    await asyncio.wait([serving])

    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
