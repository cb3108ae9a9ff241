"""Star histories: GitHub's answers, whole and broken, from a local server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.domain.errors import FetchError, RateLimited
from bot.domain.ports import StarHistories
from bot.domain.repositories import RepositoryStars, RepositoryState, StarDay, repository_of
from bot.domain.source_troubles import TroubleCode
from bot.sources.github import GitHub
from bot.sources.github_schema import first_day, read_weeks, star_days
from tests.local_http import Answering, LocalHttp, Reply, in_turn, json_reply
from tests.shared import SOURCES, needs_bodies
from tests.sources.bodies import AT_ONCE

#: a Thursday
NOW = datetime(2026, 9, 24, 12, tzinfo=UTC)
SUNDAY = datetime(2026, 9, 20, tzinfo=UTC)
DAY = timedelta(days=1)
#: as GitHub writes them
TOKEN = "ghp_" + 36 * "a"


def week(start: datetime, *days: object) -> dict[str, object]:
    """One week as GitHub writes it."""
    counts = (*days, *(0,) * (7 - len(days)))
    return {"week": int(start.timestamp()), "total": sum(n for n in counts if isinstance(n, int)), "days": counts}


THIS, LAST = week(SUNDAY, 14, 23, 26, 18, 8), week(SUNDAY - 7 * DAY, 11, 19, 22, 25, 20, 12, 11)


@asynccontextmanager
async def served(answer: Answering | Reply, token: str = "") -> AsyncIterator[tuple[GitHub, LocalHttp]]:
    async with LocalHttp(answer) as server, GitHub(server.url, token=SecretStr(token), manners=AT_ONCE) as source:
        yield source, server


async def stars(answer: Answering | Reply, moved_to: str = "") -> RepositoryStars:
    async with served(answer) as (source, _):
        (found,) = (await source.stars("lab/code", moved_to, NOW)).repositories
    return found


async def failure(answer: Answering | Reply) -> FetchError:
    async with served(answer) as (source, _):
        with pytest.raises(FetchError) as caught:
            await source.stars("lab/code", "", NOW)
    return caught.value


async def test_a_repository_is_asked_for_by_its_name_without_a_token() -> None:
    async with served(json_reply([THIS])) as (source, server):
        histories: StarHistories = source
        result = await source.stars("lab/code", "", NOW)

    (asked,) = server.asked
    assert asked.path == "/repos/lab/code/stargazers/history"
    assert asked.headers["accept"] == "application/vnd.github+json"
    assert "authorization" not in asked.headers
    assert (histories.name, histories.has_token, result.source, result.requests) == ("github", False, "github", 1)


async def test_a_token_is_sent_with_every_request() -> None:
    async with served(json_reply([THIS]), token=TOKEN) as (source, server):
        await source.stars("lab/code", "", NOW)

    assert source.has_token
    assert [asked.headers["authorization"] for asked in server.asked] == [f"Bearer {TOKEN}"]


async def test_days_begin_on_sunday_and_end_today() -> None:
    found = await stars(json_reply([THIS, LAST]))

    assert found.days[0] == StarDay(date(2026, 9, 13), 11)
    assert found.days[-1] == StarDay(date(2026, 9, 24), 8)
    assert [each.stars for each in found.days] == [11, 19, 22, 25, 20, 12, 11, 14, 23, 26, 18, 8]
    assert (found.state, found.asked_at, found.moved_to) == (RepositoryState.KNOWN, NOW, "")


@needs_bodies
async def test_the_body_of_the_public_audit_is_read_whole() -> None:
    body = (SOURCES / "github_stars" / "CONSTRUCTED_history.json").read_bytes()

    found = await stars(Reply(body=body))

    assert sum(each.stars for each in found.days) == sum(each["total"] for each in json.loads(body))
    assert found.days[-1].day == NOW.date()


async def test_an_unstarred_repository_is_known_and_has_no_days() -> None:
    found = await stars(json_reply([]))

    assert (found.state, found.days, found.first_day) == (RepositoryState.KNOWN, (), None)


async def test_damaged_weeks_cost_only_themselves() -> None:
    damaged: list[object] = [
        week(SUNDAY, "many"),
        week(SUNDAY, -1),
        {"week": int(SUNDAY.timestamp()), "days": [1, 2]},
        {"days": [1] * 7},
        {"week": 10**30, "days": [1] * 7},
        {"week": "soon", "days": [1] * 7},
        None,
        7,
    ]

    assert await stars(json_reply([*damaged, LAST])) == await stars(json_reply([LAST]))


@pytest.mark.parametrize("hours", [-11, -4, 0, 7, 11])
async def test_a_week_that_does_not_begin_at_midnight_utc_begins_on_the_same_sunday(hours: int) -> None:
    found = await stars(json_reply([week(SUNDAY + timedelta(hours=hours), 5)]))

    assert found.days[0] == StarDay(SUNDAY.date(), 5)


async def test_the_first_star_is_the_first_day_if_there_is_no_older_page() -> None:
    found = await stars(json_reply([THIS, week(SUNDAY - 7 * DAY, 0, 0, 3)]))

    assert found.first_day == date(2026, 9, 15)


@pytest.mark.parametrize(
    ("link", "weeks"),
    [
        ('<https://api.example/x?page=2>; rel="next"', 1),
        ('<https://api.example/x?page=2>; rel="next", <https://api.example/x?page=2>; rel="last"', 1),
        ('<https://api.example/x?page=2>; rel="next", <https://api.example/x?page=9>; rel="last"', 211),
        ('<https://api.example/x?page=2>; rel="next", <https://api.example/x?page=no>; rel="last"', 1),
        ('<https://api.example/x?page=2>; rel="next", <https://[>; rel="last"', 1),
    ],
)
async def test_older_pages_tell_the_age_of_a_repository_without_being_read(link: str, weeks: int) -> None:
    async with served(json_reply([THIS, LAST], Link=link)) as (source, server):
        (found,) = (await source.stars("lab/code", "", NOW)).repositories

    assert found.first_day == date(2026, 9, 13) - 7 * weeks * DAY
    assert len(server.asked) == 1


async def test_an_unchanged_answer_is_free_and_tells_the_same() -> None:
    link = '<https://api.example/x?page=2>; rel="next", <https://api.example/x?page=4>; rel="last"'
    replies = in_turn(json_reply([THIS], ETag='"1"', Link=link), Reply(status=304))
    async with served(replies) as (source, server):
        first = await source.stars("lab/code", "", NOW)
        second = await source.stars("lab/code", "", NOW)

    assert first.repositories == second.repositories
    assert server.asked[1].headers["if-none-match"] == '"1"'


@pytest.mark.parametrize("status", [404, 410, 451])
async def test_a_repository_that_is_gone_is_remembered_as_missing(status: int) -> None:
    found = await stars(Reply(status=status, body=b'{"message":"Not Found"}'))

    assert (found.state, found.days) == (RepositoryState.MISSING, ())


async def test_a_renamed_repository_is_followed_and_its_new_path_remembered() -> None:
    def answer(asked: object) -> Reply:
        path = getattr(asked, "path", "")
        if path.startswith("/repos/"):
            return Reply(status=301, headers={"Location": f"{server.url}/repositories/42/stargazers/history"})
        return json_reply([THIS])

    async with served(answer) as (source, server):
        (found,) = (await source.stars("lab/code", "", NOW)).repositories
        await source.stars("lab/code", found.moved_to, NOW)

    assert (found.repository, found.moved_to, len(found.days)) == ("lab/code", "repositories/42", 5)
    assert server.paths[1:] == ["/repositories/42/stargazers/history"] * 2


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/repositories/42/stargazers/history",
        "/repositories/42",
        "/repos/a/b/../../user/stargazers/history",
        "/login",
    ],
)
async def test_a_redirect_to_anything_else_is_not_followed(location: str) -> None:
    async with served(Reply(status=302, headers={"Location": location})) as (source, server):
        with pytest.raises(FetchError) as caught:
            await source.stars("lab/code", "", NOW)

    assert caught.value.trouble.code is TroubleCode.REDIRECT
    assert len(server.asked) == 1


async def test_redirects_in_a_circle_end_after_one() -> None:
    async with served(Reply(status=301, headers={"Location": "/repositories/1/stargazers/history"})) as (
        source,
        server,
    ):
        with pytest.raises(FetchError):
            await source.stars("lab/code", "", NOW)

    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [403, 429])
async def test_a_used_up_quota_is_kept_until_it_is_reset(status: int) -> None:
    reset = int((NOW + timedelta(minutes=20)).timestamp())
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    replies = in_turn(Reply(status=status, headers=headers), json_reply([THIS]))
    async with served(replies) as (source, server):
        with pytest.raises(RateLimited) as refused:
            await source.stars("lab/code", "", NOW)
        with pytest.raises(RateLimited) as waiting:
            await source.stars("lab/more", "", NOW + timedelta(minutes=19))
        found = await source.stars("lab/more", "", NOW + timedelta(minutes=21))

    assert refused.value.retry_at == waiting.value.retry_at == NOW + timedelta(minutes=20, seconds=1)
    assert len(server.asked) == 2
    assert found.repositories[0].days


async def test_the_last_request_of_the_quota_is_the_last_one() -> None:
    reset = int((NOW + timedelta(minutes=20)).timestamp())
    async with served(json_reply([THIS], X_RateLimit_Remaining="0", X_RateLimit_Reset=str(reset))) as (source, server):
        await source.stars("lab/code", "", NOW)
        with pytest.raises(RateLimited):
            await source.stars("lab/more", "", NOW)

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=401, body=b'{"message":"Bad credentials"}'), TroubleCode.TOKEN),
        (Reply(status=403, body=b'{"message":"Repository access blocked"}'), TroubleCode.STATUS),
        (Reply(status=422, body=b'{"message":"Validation Failed"}'), TroubleCode.STATUS),
        (Reply(status=202, body=b"{}"), TroubleCode.STATUS),
        (Reply(status=500), TroubleCode.STATUS),
        (Reply(body=b"<!DOCTYPE html><html>Unicorn!</html>"), TroubleCode.WEB_PAGE),
        (Reply(body=b'[{"week": 1789862400, "to'), TroubleCode.NOT_JSON),
        (Reply(body=b""), TroubleCode.EMPTY),
        (Reply(body=b"[" * 100_000), TroubleCode.NOT_JSON),
        (json_reply({"weeks": []}), TroubleCode.NOT_A_LIST),
        (json_reply([{"start": 1, "counts": []}]), TroubleCode.NOT_A_LIST),
        (Reply(body=json.dumps([THIS]).encode(), cut_after=30), TroubleCode.CONNECTION_LOST),
    ],
)
async def test_an_answer_that_cannot_be_used_says_why(reply: Reply, code: TroubleCode) -> None:
    error = await failure(reply)

    assert error.trouble.code is code
    assert error.source == "github"


async def test_the_quota_is_told() -> None:
    core = {"limit": 5000, "remaining": 4321, "reset": int(NOW.timestamp())}
    async with served(json_reply({"resources": {"core": core, "search": {}}})) as (source, server):
        quota = await source.quota(NOW)

    assert (quota.limit, quota.remaining, quota.resets_at) == (5000, 4321, NOW)
    assert server.paths == ["/rate_limit"]


@pytest.mark.parametrize("content", [{}, {"resources": {"core": {"limit": "x"}}}, []])
async def test_a_quota_of_another_form_is_an_error(content: object) -> None:
    async with served(json_reply(content)) as (source, _):
        with pytest.raises(FetchError):
            await source.quota(NOW)


@given(st.lists(st.tuples(st.integers(0, 60), st.lists(st.integers(0, 500), min_size=7, max_size=7)), max_size=20))
def test_days_have_no_gaps_none_lies_ahead_and_no_star_is_counted_twice(told: list[tuple[int, list[int]]]) -> None:
    raw = [week(SUNDAY + 7 * DAY * (2 - age), *days) for age, days in told]
    each_week = {age: days for age, days in reversed(told)}

    days = star_days(read_weeks(raw), NOW.date())

    assert all(later.day - earlier.day == DAY for earlier, later in pairwise(days))
    assert all(each.day <= NOW.date() for each in days)
    begun = {SUNDAY.date() + 7 * DAY * (2 - age): counts for age, counts in each_week.items()}
    expected = sum(
        count for start, counts in begun.items() for i, count in enumerate(counts) if start + i * DAY <= NOW.date()
    )
    assert sum(each.stars for each in days) == expected
    assert not days or (first_day(days, has_next=False, last_page="") or NOW.date()) >= days[0].day


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/Lab/Code", "lab/code"),
        ("https://github.com/lab/code.git", "lab/code"),
        ("http://www.github.com/lab/code/tree/main?x=1", "lab/code"),
        ("https://github.com/lab/code#readme", "lab/code"),
        ("https://github.com/lab", ""),
        ("https://github.com/lab/..", ""),
        ("https://github.com/lab/co de", ""),
        ("https://gitlab.com/lab/code", ""),
        ("https://example.org/github.com/lab/code", ""),
        ("https://github.com.example.org/lab/code", ""),
        ("", ""),
    ],
)
def test_a_repository_is_named_by_its_url(url: str, name: str) -> None:
    assert repository_of(url) == name
