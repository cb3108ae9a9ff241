from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest

from bot.domain.errors import FetchError, RateLimited
from bot.domain.ports import Catalogue, DailyLists
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult, Rejected
from bot.sources.huggingface import HuggingFace
from tests.builders import NOON, TODAY
from tests.local_http import Answering, Asked, LocalHttp, Reply, in_turn, json_reply
from tests.sources.bodies import AT_ONCE, item, items

NEXT = '<https://somewhere.example/api/daily_papers?p=1>; rel="next"'


@asynccontextmanager
async def served(answer: Answering | Reply) -> AsyncIterator[tuple[HuggingFace, LocalHttp]]:
    async with LocalHttp(answer) as server, HuggingFace(server.url, manners=AT_ONCE) as source:
        yield source, server


async def today(answer: Answering | Reply) -> FetchResult:
    async with served(answer) as (source, _):
        return await source.day(TODAY, NOON)


async def trouble(answer: Answering | Reply) -> SourceTrouble:
    with pytest.raises(FetchError) as caught:
        await today(answer)
    return caught.value.trouble


def ids(harvest: FetchResult) -> list[str]:
    return [paper.id for paper in harvest.papers]


async def test_it_is_a_source_of_daily_lists_and_a_catalogue() -> None:
    async with served(json_reply([])) as (source, _):
        lists: DailyLists = source
        catalogue: Catalogue = source

        assert (lists.name, catalogue.name) == ("huggingface", "huggingface")


async def test_a_list_is_asked_for_by_its_day_a_hundred_at_a_time() -> None:
    async with served(json_reply([])) as (source, server):
        await source.day(TODAY, NOON)

    assert server.asked[0].path == "/api/daily_papers"
    assert server.asked[0].query == {"date": "2026-04-24", "limit": "100", "p": "0"}


async def test_a_list_brings_its_papers_listings_and_observations_at_that_moment() -> None:
    harvest = await today(json_reply(items(3)))

    assert ids(harvest) == ["2604.00001", "2604.00002", "2604.00003"]
    assert (harvest.source, harvest.day, harvest.seen_at) == ("huggingface", TODAY, NOON)
    assert {listing.day for listing in harvest.listings} == {TODAY}
    assert {observation.seen_at for observation in harvest.observations} == {NOON}
    assert harvest.requests == 1


async def test_a_weekend_without_a_list_is_no_failure() -> None:
    async with served(json_reply([])) as (source, server):
        harvest = await source.day(date(2026, 4, 25), NOON + timedelta(days=1))

    assert (harvest.papers, harvest.rejected, harvest.day) == ((), (), date(2026, 4, 25))
    assert len(server.asked) == 1


async def test_pages_are_read_while_there_is_a_next_one_however_short_they_are() -> None:
    pages = in_turn(json_reply(items(3), Link=NEXT), json_reply(items(2, first=4), Link=NEXT), json_reply(items(1, 6)))
    async with served(pages) as (source, server):
        harvest = await source.day(TODAY, NOON)

    assert len(ids(harvest)) == 6
    assert [asked.query["p"] for asked in server.asked] == ["0", "1", "2"]
    assert harvest.requests == 3


async def test_an_empty_page_is_the_last_one_even_if_it_names_a_next() -> None:
    harvest = await today(in_turn(json_reply(items(3), Link=NEXT), json_reply([], Link=NEXT)))

    assert harvest.requests == 2


async def test_a_full_page_is_followed_even_if_it_names_no_next() -> None:
    harvest = await today(in_turn(json_reply(items(100)), json_reply(items(2, first=101))))

    assert len(ids(harvest)) == 102


async def test_a_paper_that_moved_to_the_next_page_meanwhile_is_not_doubled() -> None:
    second = json_reply([item("2604.00003", upvotes=1), *items(1, first=4)])

    harvest = await today(in_turn(json_reply(items(3), Link=NEXT), second))

    assert ids(harvest) == ["2604.00001", "2604.00002", "2604.00003", "2604.00004"]
    assert [observation.votes for observation in harvest.observations] == [7, 7, 7, 7]
    assert len(harvest.listings) == 4


async def test_a_source_that_repeats_its_first_page_for_ever_is_not_asked_for_ever() -> None:
    harvest = await today(json_reply(items(100), Link=NEXT))

    assert (len(ids(harvest)), harvest.requests) == (100, 2)


async def test_a_list_without_end_is_left_after_twenty_pages() -> None:
    def endless(asked: Asked) -> Reply:
        return json_reply(items(2, first=2 * int(asked.query["p"]) + 1), Link=NEXT)

    assert (await today(endless)).requests == 20


async def test_a_partial_list_read_again_brings_what_came_since_and_new_votes_for_what_was_there() -> None:
    async with served(in_turn(json_reply(items(2)), json_reply([item(upvotes=9), *items(4, first=3)]))) as (source, _):
        morning = await source.day(TODAY, NOON - timedelta(hours=4))
        evening = await source.day(TODAY, NOON + timedelta(hours=4))

    assert [(one.votes, one.seen_at.hour) for one in morning.observations] == [(7, 8), (7, 8)]
    assert (evening.observations[0].votes, evening.observations[0].seen_at.hour) == (9, 16)
    assert len(evening.papers) == 5


async def test_an_unchanged_list_is_an_observation_all_the_same() -> None:
    named = json_reply(items(2), ETag='"one"')
    async with served(in_turn(named, Reply(status=304))) as (source, _):
        await source.day(TODAY, NOON)
        again = await source.day(TODAY, NOON + timedelta(hours=1))

    assert [one.seen_at for one in again.observations] == [NOON + timedelta(hours=1)] * 2


async def test_one_malformed_paper_does_not_fail_the_list() -> None:
    untitled = item("2604.00009", title="", around={"title": ""})

    harvest = await today(json_reply([*items(1), untitled, "nonsense", *items(1, first=2)]))

    assert ids(harvest) == ["2604.00001", "2604.00002"]
    assert harvest.rejected == (
        Rejected("2604.00009", "it has no title"),
        Rejected("item 3", "it is not an object"),
    )


async def test_a_malformed_paper_on_a_later_page_is_called_by_its_place_on_the_whole_list() -> None:
    harvest = await today(in_turn(json_reply(items(100), Link=NEXT), json_reply([None])))

    assert [rejected.what for rejected in harvest.rejected] == ["item 101"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(body=json.dumps(items(2)).encode()[:-50]), SourceTrouble(TroubleCode.NOT_JSON)),
        (Reply(body=b""), SourceTrouble(TroubleCode.EMPTY)),
        (Reply(body=b"[" * 100_000), SourceTrouble(TroubleCode.NOT_JSON)),
        (Reply(body=b'["\xff"]'), SourceTrouble(TroubleCode.NOT_JSON)),
        (Reply(body=b"\n<!DOCTYPE html><html>Bad Gateway</html>"), SourceTrouble(TroubleCode.WEB_PAGE)),
        (json_reply({"papers": []}), SourceTrouble(TroubleCode.NOT_A_LIST)),
        (
            Reply(status=400, body=b'{"error": "Too big:\\n 101"}'),
            SourceTrouble(TroubleCode.STATUS, "400 (Too big: 101)"),
        ),
        (Reply(status=403, body=b"<html>Forbidden</html>"), SourceTrouble(TroubleCode.STATUS, "403")),
        (Reply(status=404, body=b"[]"), SourceTrouble(TroubleCode.STATUS, "404")),
        (Reply(status=500, body=b"<html>Oops</html>"), SourceTrouble(TroubleCode.STATUS, "500")),
        (Reply(body=json.dumps(items(2)).encode(), cut_after=100), SourceTrouble(TroubleCode.CONNECTION_LOST)),
    ],
)
async def test_an_answer_that_is_not_a_list_is_a_clear_failure(reply: Reply, expected: SourceTrouble) -> None:
    assert await trouble(reply) == expected


async def test_a_trouble_on_a_later_page_is_a_trouble_of_the_list() -> None:
    assert await trouble(in_turn(json_reply(items(2), Link=NEXT), Reply(body=b"<html>"))) == (
        SourceTrouble(TroubleCode.WEB_PAGE)
    )


async def test_a_page_that_was_sent_by_mistake_with_a_tag_is_not_believed_to_be_unchanged() -> None:
    mistake = Reply(body=b"<html>", headers={"ETag": '"one"'})
    async with served(in_turn(mistake, json_reply(items(1)))) as (source, server):
        with pytest.raises(FetchError):
            await source.day(TODAY, NOON)
        harvest = await source.day(TODAY, NOON)

    assert "if-none-match" not in server.asked[1].headers
    assert len(harvest.papers) == 1


async def test_a_list_that_is_refused_for_now_says_when_to_come_back() -> None:
    with pytest.raises(RateLimited) as caught:
        await today(Reply(status=429, headers={"RateLimit": '"api";r=0;t=55'}))

    assert caught.value.retry_at == NOON + timedelta(seconds=56)


async def test_papers_are_asked_for_one_by_one_under_their_plain_ids() -> None:
    def known(asked: Asked) -> Reply:
        return json_reply(item(asked.path.rpartition("/")[2])["paper"])

    async with served(known) as (source, server):
        harvest = await source.papers(["2604.00001v2", "arXiv:2604.00002", "2604.00001"], NOON)

    assert server.paths == ["/api/papers/2604.00001", "/api/papers/2604.00002"]
    assert ids(harvest) == ["2604.00001", "2604.00002"]
    assert (len(harvest.observations), harvest.requests) == (2, 2)


async def test_a_paper_that_is_not_indexed_is_simply_absent() -> None:
    async with served(Reply(status=404, body=b'{"error": "Paper not found"}')) as (source, _):
        harvest = await source.papers(["2604.00001"], NOON)

    assert (harvest.papers, harvest.rejected, harvest.requests) == ((), (), 1)


async def test_an_id_that_is_none_is_not_asked_for() -> None:
    async with served(json_reply({})) as (source, server):
        harvest = await source.papers(["../../etc/passwd"], NOON)

    assert server.asked == []
    assert harvest.rejected == (Rejected("../../etc/passwd", "'../../etc/passwd' is not an arXiv id"),)


async def test_a_paper_that_cannot_be_read_does_not_cost_the_others() -> None:
    async with served(in_turn(json_reply({"id": "2604.00001"}), json_reply(item("2604.00002")["paper"]))) as (
        source,
        _,
    ):
        harvest = await source.papers(["2604.00001", "2604.00002"], NOON)

    assert ids(harvest) == ["2604.00002"]
    assert harvest.rejected == (Rejected("2604.00001", "it has no title"),)


async def test_a_search_asks_within_the_limits_and_keeps_the_order() -> None:
    async with served(json_reply([item("2604.00002"), item("2604.00001")])) as (source, server):
        harvest = await source.search("  made \n up " + "word " * 100, 500, NOON)

    assert server.asked[0].path == "/api/papers/search"
    assert server.asked[0].query["limit"] == "120"
    assert server.asked[0].query["q"].startswith("made up word word")
    assert len(server.asked[0].query["q"]) == 250
    assert ids(harvest) == ["2604.00002", "2604.00001"]
    assert harvest.day is None


async def test_a_search_that_brings_more_than_was_asked_for_is_cut() -> None:
    async with served(json_reply(items(5))) as (source, _):
        harvest = await source.search("made up", 2, NOON)

    assert ids(harvest) == ["2604.00001", "2604.00002"]
    assert len(harvest.observations) == 2


@pytest.mark.parametrize(("words", "limit"), [("  ", 5), ("made up", 0)])
async def test_a_search_for_nothing_asks_nobody(words: str, limit: int) -> None:
    async with served(json_reply([])) as (source, server):
        harvest = await source.search(words, limit, NOON)

    assert (harvest.papers, harvest.requests, server.asked) == ((), 0, [])
