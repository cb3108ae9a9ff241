from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import FetchError, RateLimited
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.sources.http import FetchPolicy, RateLimitedClient, SourceResponse, user_agent
from tests.builders import NOON
from tests.local_http import Answering, Asked, LocalHttp, Reply, in_turn
from tests.sources.bodies import AT_ONCE

FINE = Reply(body=b"fine")
NAMED = Reply(body=b"fine", headers={"ETag": '"one"'})


class Clockwork:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@asynccontextmanager
async def served(
    answer: Answering | Reply, manners: FetchPolicy = AT_ONCE
) -> AsyncIterator[tuple[RateLimitedClient, LocalHttp]]:
    async with LocalHttp(answer) as server:
        web = RateLimitedClient("somewhere", server.url, manners)
        yield web, server
        await web.aclose()


async def ask(web: RateLimitedClient) -> SourceResponse:
    return await web.get("/papers", {}, NOON)


async def reason(answer: Answering | Reply, manners: FetchPolicy = AT_ONCE) -> SourceTrouble:
    async with served(answer, manners) as (web, _):
        with pytest.raises(FetchError) as caught:
            await ask(web)
    return caught.value.trouble


async def test_an_answer_comes_with_its_body_and_the_requests_that_it_took() -> None:
    async with served(FINE) as (web, _):
        answer = await ask(web)

    assert (answer.status, answer.body, answer.requests) == (200, b"fine", 1)


async def test_the_user_agent_says_who_asks_and_where_to_complain() -> None:
    async with LocalHttp(FINE) as server:
        web = RateLimitedClient("somewhere", server.url, AT_ONCE, contact="https://example.org/paperboy")
        await ask(web)
        await web.aclose()

    assert server.asked[0].headers["user-agent"].startswith("Paperboy/")
    assert server.asked[0].headers["user-agent"].endswith(" (+https://example.org/paperboy)")


def test_a_contact_cannot_add_a_header() -> None:
    assert user_agent("me\r\nCookie: ü") == f"{user_agent()} (+meCookie: )"


async def test_words_in_a_query_arrive_as_they_were_meant() -> None:
    async with served(FINE) as (web, server):
        await web.get("/search", {"q": "a & b = ü?#"}, NOON)

    assert server.asked[0].query == {"q": "a & b = ü?#"}


async def test_a_500_is_tried_again_within_the_round() -> None:
    async with served(in_turn(Reply(status=500), Reply(status=502), FINE)) as (web, _):
        answer = await ask(web)

    assert (answer.body, answer.requests) == (b"fine", 3)


async def test_a_source_that_stays_broken_is_given_up_after_three_tries() -> None:
    async with served(Reply(status=500)) as (web, server):
        with pytest.raises(FetchError, match=r"^somewhere: answered 500$"):
            await ask(web)

    assert len(server.asked) == 3


async def test_a_connection_that_is_cut_in_the_middle_of_a_body_is_tried_again() -> None:
    async with served(in_turn(Reply(body=b"fine", cut_after=2), FINE)) as (web, _):
        answer = await ask(web)

    assert (answer.body, answer.requests) == (b"fine", 2)


@pytest.mark.parametrize("cut_after", [0, 2])
async def test_a_connection_that_is_always_cut_is_a_clear_failure(cut_after: int) -> None:
    assert await reason(Reply(body=b"fine", cut_after=cut_after)) == SourceTrouble(TroubleCode.CONNECTION_LOST)


async def test_a_silent_source_is_left_after_the_time_it_has_and_not_tried_again() -> None:
    async with served(Reply(delay=5), replace(AT_ONCE, answer_within=0.05)) as (web, server):
        with pytest.raises(FetchError) as caught:
            await ask(web)

    assert caught.value.trouble == SourceTrouble(TroubleCode.TIMEOUT, "0.05 s")
    assert len(server.asked) == 1


async def test_a_port_on_which_nobody_listens_is_a_clear_failure() -> None:
    async with LocalHttp(FINE) as server:
        web = RateLimitedClient("somewhere", server.url, AT_ONCE)

    with pytest.raises(FetchError) as caught:
        await ask(web)
    assert caught.value.trouble.code is TroubleCode.CONNECT
    await web.aclose()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_very_machine_is_asked_without_a_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with LocalHttp(FINE) as server:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        web = RateLimitedClient("somewhere", server.url.replace("127.0.0.1", host), AT_ONCE)
        answer = await ask(web)
        await web.aclose()

    assert answer.body == b"fine"


async def test_other_machines_are_asked_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with LocalHttp(FINE) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        web = RateLimitedClient("somewhere", "http://papers.example", AT_ONCE)
        await ask(web)
        await web.aclose()

    assert proxy.asked[0].headers["host"] == "papers.example"


async def test_a_body_beyond_the_limit_is_not_read_to_its_end() -> None:
    large = Reply(body=gzip.compress(bytes(5 * 2**20)), headers={"Content-Encoding": "gzip"})

    assert await reason(large, replace(AT_ONCE, largest=2**20)) == SourceTrouble(TroubleCode.TOO_LARGE, "1 MB")


async def test_a_body_that_cannot_be_unpacked_is_a_clear_failure() -> None:
    broken = Reply(body=b"not packed at all", headers={"Content-Encoding": "gzip"})

    assert await reason(broken) == SourceTrouble(TroubleCode.ENCODING)


async def test_an_answer_that_is_no_http_is_a_clear_failure() -> None:
    assert await reason(Reply(headers={"Broken Name": "x"})) == SourceTrouble(TroubleCode.CONNECTION_LOST)


async def test_a_redirect_is_named_and_not_followed() -> None:
    away = Reply(status=302, headers={"Location": "https://elsewhere.example/papers"})

    assert await reason(away) == SourceTrouble(TroubleCode.REDIRECT, "https://elsewhere.example/papers")


async def test_requests_keep_their_pace() -> None:
    clockwork = Clockwork()
    async with LocalHttp(FINE) as server:
        web = RateLimitedClient("somewhere", server.url, FetchPolicy(pace=3), clock=clockwork, sleep=clockwork.sleep)
        for _ in range(3):
            await ask(web)
            clockwork.now += 1
        await web.aclose()

    assert clockwork.slept == [2, 2]


async def test_a_source_with_one_connection_is_asked_one_thing_at_a_time() -> None:
    async with served(Reply(body=b"fine", delay=0.01)) as (web, server):
        await asyncio.gather(*(ask(web) for _ in range(4)))

    assert (server.busiest, server.connections, len(server.asked)) == (1, 1, 4)


async def test_a_source_with_four_connections_is_asked_several_things_at_once() -> None:
    async with served(Reply(body=b"fine", delay=0.05), replace(AT_ONCE, connections=4)) as (web, server):
        await asyncio.gather(*(ask(web) for _ in range(8)))

    assert server.busiest == 4


async def test_the_wait_for_a_turn_does_not_count_as_waiting_for_the_source() -> None:
    # four answers one after the other take longer than one may, and each alone far less
    manners = replace(AT_ONCE, answer_within=1.6)
    async with served(Reply(body=b"fine", delay=0.5), manners) as (web, _):
        answers = await asyncio.gather(*(ask(web) for _ in range(4)))

    assert [answer.body for answer in answers] == [b"fine"] * 4


async def test_an_unchanged_answer_is_not_sent_twice() -> None:
    async with served(in_turn(NAMED, Reply(status=304))) as (web, server):
        await ask(web)
        answer = await web.get("/papers", {}, NOON + timedelta(hours=1))

    assert server.asked[1].headers["if-none-match"] == '"one"'
    assert (answer.status, answer.body) == (200, b"fine")


async def test_an_unchanged_answer_still_knows_of_its_next_page() -> None:
    link = {"Link": '<https://somewhere.example/papers?p=1>; rel="next"'}
    paged = replace(NAMED, headers={**NAMED.headers, **link})
    async with served(in_turn(paged, Reply(status=304))) as (web, _):
        answers = [await ask(web), await ask(web)]

    assert [answer.has_next for answer in answers] == [True, True]


async def test_a_date_of_change_serves_as_well_as_a_tag() -> None:
    changed = "Fri, 24 Apr 2026 10:00:00 GMT"
    dated = Reply(body=b"fine", headers={"Last-Modified": changed})
    async with served(in_turn(dated, Reply(status=304))) as (web, server):
        await ask(web)
        answer = await ask(web)

    assert server.asked[1].headers["if-modified-since"] == changed
    assert answer.body == b"fine"


async def test_an_answer_that_was_unusable_is_asked_for_anew() -> None:
    async with served(NAMED) as (web, server):
        answer = await ask(web)
        error = web.unusable(answer, SourceTrouble(TroubleCode.WEB_PAGE))
        await ask(web)

    assert (error.source, error.trouble.code) == ("somewhere", TroubleCode.WEB_PAGE)
    assert "if-none-match" not in server.asked[1].headers


async def test_only_what_was_given_is_remembered() -> None:
    async with served(replace(NAMED, status=404)) as (web, server):
        await ask(web)
        await ask(web)

    assert "if-none-match" not in server.asked[1].headers


async def test_a_304_that_nobody_asked_for_is_a_clear_failure() -> None:
    assert await reason(Reply(status=304)) == SourceTrouble(TroubleCode.NOT_MODIFIED)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"RateLimit": '"api";r=0;t=55', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}, 56),
        ({"Retry-After": "30"}, 31),
        ({"Retry-After": "Fri, 24 Apr 2026 12:10:00 GMT"}, 601),
        ({}, 300),
    ],
)
async def test_a_429_tells_when_to_come_back(headers: dict[str, str], seconds: int) -> None:
    async with served(Reply(status=429, headers=headers)) as (web, server):
        with pytest.raises(RateLimited) as caught:
            await ask(web)

    assert caught.value.trouble == SourceTrouble(TroubleCode.RATE_LIMIT, "429")
    assert caught.value.retry_at == NOON + timedelta(seconds=seconds)
    assert len(server.asked) == 1


async def test_a_503_with_a_time_is_a_request_for_peace_too() -> None:
    async with served(Reply(status=503, headers={"Retry-After": "60"})) as (web, _):
        with pytest.raises(RateLimited) as caught:
            await ask(web)

    assert caught.value.retry_at == NOON + timedelta(seconds=61)


async def test_a_source_that_asked_for_peace_is_not_asked_before_its_time() -> None:
    async with served(in_turn(Reply(status=429, headers={"Retry-After": "30"}), FINE)) as (web, server):
        with pytest.raises(RateLimited):
            await ask(web)
        with pytest.raises(RateLimited) as caught:
            await web.get("/papers", {}, NOON + timedelta(seconds=30))
        answer = await web.get("/papers", {}, NOON + timedelta(seconds=31))

    assert caught.value.trouble.code is TroubleCode.WAIT
    assert answer.body == b"fine"
    assert len(server.asked) == 2


async def test_a_late_answer_does_not_end_the_peace() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(body=b"fine", delay=0.1) if asked.path == "/late" else Reply(status=429)

    async with served(answer, replace(AT_ONCE, connections=2)) as (web, server):
        late = asyncio.create_task(web.get("/late", {}, NOON))
        with pytest.raises(RateLimited):
            await ask(web)
        await late
        with pytest.raises(RateLimited) as caught:
            await ask(web)

    assert caught.value.trouble.code is TroubleCode.WAIT
    assert len(server.asked) == 2


async def test_the_last_request_of_a_window_is_answered_and_the_next_one_waits() -> None:
    last = Reply(body=b"fine", headers={"RateLimit": '"api";r=0;t=55'})
    async with served(last) as (web, server):
        answer = await ask(web)
        with pytest.raises(RateLimited) as caught:
            await ask(web)

    assert answer.body == b"fine"
    assert caught.value.retry_at == NOON + timedelta(seconds=56)
    assert len(server.asked) == 1


async def test_a_refusal_that_is_the_callers_business_is_handed_on() -> None:
    async with served(Reply(status=404, body=b"Paper not found")) as (web, _):
        answer = await ask(web)

    assert (answer.status, answer.body) == (404, b"Paper not found")
