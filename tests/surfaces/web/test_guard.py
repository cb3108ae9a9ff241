"""What stands before every route: the limit for one visitor, who may read the metrics, and headers."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from adapters.kit.networks import is_local
from bot.desk import Desk
from bot.sources import sample
from tests.surfaces.web.test_feeds import site

PAGES = (
    "/",
    "/week",
    "/month",
    "/search?q=a",
    "/papers/2604.20796",
    "/help",
    "/chat",
    "/feed.atom",
    "/nowhere",
    "/style.css",
)


async def ask(client: httpx.AsyncClient, path: str, **headers: str) -> int:
    """Ask over a connection of its own, from a port that was not seen before."""
    return (await client.get(path, headers={"connection": "close", **headers})).status_code


async def test_who_asks_too_much_is_told_to_wait_whatever_port_they_come_from(desk: Desk) -> None:
    # a tenth of a second for each page, ten seconds' worth saved up: the burst is a single page
    async with site(desk, pages_per_second=0.15) as client:  # type: ignore[arg-type]
        first = await ask(client, "/help")
        for path in PAGES:
            answer = await client.get(path, headers={"connection": "close"})
            assert answer.status_code == 429, path
            assert answer.headers["retry-after"] == "5"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
        posted = await client.post("/chat", data={"line": "/help"}, headers={"connection": "close"})

    # the server's own look at itself when it came up was the first of all
    assert first == 429
    assert posted.status_code == 429


async def test_another_address_is_another_visitor_and_an_ipv6_network_is_one(desk: Desk) -> None:
    async with site(desk, pages_per_second=0.15) as client:  # type: ignore[arg-type]
        statuses = [
            await ask(client, "/help", **{"x-forwarded-for": source})
            for source in (
                *("203.0.113.1", "203.0.113.1", "203.0.113.2"),
                *("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:db8:1:2::1"),
            )
        ]

    assert statuses == [200, 429, 200, 200, 429, 200]


async def test_without_a_limit_everything_is_answered(desk: Desk) -> None:
    async with site(desk, pages_per_second=0) as client:  # type: ignore[arg-type]
        assert {(await client.get("/help")).status_code for _ in range(60)} == {200}


async def test_metrics_are_not_for_who_comes_through_a_proxy(browser: httpx.AsyncClient) -> None:
    for name, value in (
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-for", ""),
        ("forwarded", "for=203.0.113.9"),
        ("x-real-ip", "203.0.113.9"),
        ("via", "1.1 proxy"),
    ):
        refused = await browser.get("/metrics", headers={name: value})

        assert refused.status_code == 403, name
        assert "paperboy_papers" not in refused.text
    assert (await browser.get("/metrics")).status_code == 200


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *(("127.0.0.1", True), ("10.0.0.9", True), ("172.17.0.1", True), ("192.168.1.1", True), ("::1", True)),
        *(
            ("fe80::1%eth0", True),
            ("fd00::1", True),
            ("::ffff:10.0.0.1", True),
            ("172.32.0.1", False),
            ("8.8.8.8", False),
        ),
        *(("203.0.113.9", False), ("2001:db8::1", False), ("::ffff:8.8.8.8", False), ("", False), ("localhost", False)),
    ],
)
def test_nearby_is_this_machine_and_private_networks(host: str, local: bool) -> None:
    assert is_local(host) is local


async def test_metrics_with_a_token_are_for_who_shows_it_from_wherever(desk: Desk) -> None:
    token = "let me count \u00e9"  # noqa: S105 - of the test
    async with site(desk, metrics_token=token) as client:
        answers = [
            await client.get("/metrics", headers=headers)
            for headers in (
                {},
                {b"authorization": b"Bearer wrong"},
                {b"authorization": token.encode()},
                {b"authorization": f"Bearer {token}".encode()},
                {b"authorization": f"Bearer {token}".encode(), b"x-forwarded-for": b"203.0.113.9"},
            )
        ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 200, 200]
    assert answers[0].headers["www-authenticate"] == "Bearer"


async def test_pages_are_kept_for_a_minute_and_errors_are_not(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/feed.atom", "/papers/2604.20796"):
        assert (await browser.get(path)).headers["cache-control"] == "public, max-age=60"
    for path in ("/papers/2604.99999", "/papers/2604.99999/why", "/nowhere", "/chat", "/feed.atom?window=x"):
        assert (await browser.get(path)).headers["cache-control"] == "no-store"


async def test_the_day_of_today_is_the_list_of_today_and_a_day_to_come_too(browser: httpx.AsyncClient) -> None:
    today = sample.AS_OF.date()
    lists = [
        (await browser.get("/", params={"day": str(today + timedelta(days=days))})).text.partition("<main")[2]
        for days in (-1, 0, 1, 400)
    ]
    home = (await browser.get("/")).text.partition("<main")[2]

    assert lists[1:] == [home] * 3
    assert lists[0] != home
