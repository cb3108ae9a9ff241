from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import FetchError, RateLimited
from bot.domain.ports import Catalogue
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult, Rejected
from bot.sources.arxiv import MANNERS, Arxiv, search_query
from tests.builders import NOON
from tests.local_http import Answering, LocalHttp, Reply, in_turn
from tests.sources.bodies import AT_ONCE, entry, feed


def atom(*entries: str, status: int = 200) -> Reply:
    return Reply(status=status, headers={"Content-Type": "application/atom+xml"}, body=feed(entries))


ERROR = entry("https://arxiv.org/api/errors#incorrect_id", "Error", summary="incorrect id format\nfor abc")


@asynccontextmanager
async def served(answer: Answering | Reply) -> AsyncIterator[tuple[Arxiv, LocalHttp]]:
    async with LocalHttp(answer) as server, Arxiv(server.url, manners=AT_ONCE) as source:
        yield source, server


async def one(answer: Answering | Reply) -> FetchResult:
    async with served(answer) as (source, _):
        return await source.papers(["2604.00001"], NOON)


async def trouble(answer: Answering | Reply) -> SourceTrouble:
    with pytest.raises(FetchError) as caught:
        await one(answer)
    return caught.value.trouble


async def test_it_is_a_catalogue_that_is_asked_once_in_three_seconds_over_one_connection() -> None:
    async with served(atom()) as (source, _):
        catalogue: Catalogue = source

    assert catalogue.name == "arxiv"
    assert (MANNERS.pace, MANNERS.connections) == (3, 1)


async def test_a_paper_comes_with_its_categories_the_primary_one_first() -> None:
    harvest = await one(atom(entry()))

    (paper,) = harvest.papers
    assert paper.id == "2604.00001"
    assert paper.title == "A Made Up Title"
    assert paper.abstract == "A made up abstract."
    assert paper.authors == ("Ada Lovelace",)
    assert paper.categories == ("cs.CL", "cs.LG")
    assert paper.published_at == datetime(2026, 4, 23, 17, 59, 46, tzinfo=UTC)
    assert (harvest.listings, harvest.observations, harvest.requests) == ((), (), 1)


async def test_a_paper_without_a_primary_category_keeps_the_order_of_the_others() -> None:
    harvest = await one(atom(entry().replace('<arxiv:primary_category term="cs.CL"/>', "")))

    assert harvest.papers[0].categories == ("cs.LG", "cs.CL")


async def test_papers_are_asked_for_a_hundred_at_a_time_and_each_once() -> None:
    ids = [f"2604.{number:05}" for number in range(1, 151)]
    async with served(atom()) as (source, server):
        harvest = await source.papers([*ids, "2604.00001v3"], NOON)

    assert [len(asked.query["id_list"].split(",")) for asked in server.asked] == [100, 50]
    assert [asked.query["max_results"] for asked in server.asked] == ["100", "50"]
    assert harvest.requests == 2


async def test_an_id_that_is_none_does_not_spoil_the_request_for_the_others() -> None:
    async with served(atom(entry())) as (source, server):
        harvest = await source.papers(["abc", "2604.00001"], NOON)

    assert server.asked[0].query["id_list"] == "2604.00001"
    assert harvest.rejected == (Rejected("abc", "'abc' is not an arXiv id"),)
    assert len(harvest.papers) == 1


async def test_an_unknown_id_is_simply_absent() -> None:
    assert (await one(atom())).papers == ()


async def test_a_paper_from_before_2007_keeps_its_old_id() -> None:
    harvest = await one(atom(entry("http://arxiv.org/abs/cs/0112017v1")))

    assert harvest.papers[0].id == "cs/0112017"


async def test_the_code_is_found_in_the_comment_or_in_the_abstract() -> None:
    commented = entry(arxiv_comment="12 pages. Code: https://github.com/owner/repo")
    described = entry("http://arxiv.org/abs/2604.00002v1", summary="See https://github.com/owner/other.")

    harvest = await one(atom(commented, described))

    assert [paper.code_url for paper in harvest.papers] == [
        "https://github.com/owner/repo",
        "https://github.com/owner/other",
    ]


async def test_signs_that_look_like_markup_are_text() -> None:
    harvest = await one(atom(entry(title="Let's <think> & $\\alpha$-test", summary="Is a < b or <b> bold?")))

    assert harvest.papers[0].title == "Let's <think> & α-test"
    assert harvest.papers[0].abstract.startswith("Is a < b")


async def test_one_entry_that_cannot_be_used_does_not_cost_the_others() -> None:
    harvest = await one(atom(entry("http://arxiv.org/abs/2604.00009v1", title=""), entry("nonsense"), entry()))

    assert [paper.id for paper in harvest.papers] == ["2604.00001"]
    assert harvest.rejected == (
        Rejected("2604.00009", "it has no title"),
        Rejected("entry 2", "'nonsense' is not an arXiv id"),
    )


async def test_a_character_that_xml_forbids_does_not_cost_the_feed() -> None:
    body = feed([entry(summary="A made up\x0b abstract."), entry("http://arxiv.org/abs/2604.00002v1")])

    harvest = await one(Reply(body=body))

    assert [paper.id for paper in harvest.papers] == ["2604.00001", "2604.00002"]


async def test_a_feed_with_a_remark_behind_it_is_whole() -> None:
    harvest = await one(Reply(body=feed([entry()]) + b"<!-- from a cache -->"))

    assert len(harvest.papers) == 1


async def test_an_answer_that_is_the_name_of_a_file_here_does_not_open_it(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(feed([entry()]))

    assert await trouble(Reply(body=str(path).encode())) == SourceTrouble(TroubleCode.NOT_A_FEED)


async def test_a_date_of_next_year_is_not_believed() -> None:
    harvest = await one(atom(entry(published="2027-04-23T17:59:46Z")))

    assert harvest.papers[0].published_at is None


@pytest.mark.parametrize("published", ["", "yesterday", "0000-00-00T00:00:00Z"])
async def test_a_date_that_is_none_does_not_cost_the_paper(published: str) -> None:
    harvest = await one(atom(entry(published=published)))

    assert harvest.papers[0].id == "2604.00001"


async def test_three_thousand_three_hundred_and_three_authors_are_all_there() -> None:
    authors = "".join(f"<author><name>Author {number}</name></author>" for number in range(3_302))

    harvest = await one(atom(entry().replace("</entry>", f"{authors}</entry>")))

    assert len(harvest.papers[0].authors) == 3_303


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (atom(ERROR, status=400), SourceTrouble(TroubleCode.STATUS, "400 (incorrect id format for abc)")),
        (atom(ERROR), SourceTrouble(TroubleCode.STATUS, "200 (incorrect id format for abc)")),
        (Reply(status=400, body=b"<html>Bad Request</html>"), SourceTrouble(TroubleCode.STATUS, "400")),
        (atom(status=403), SourceTrouble(TroubleCode.STATUS, "403")),
        (
            Reply(body=b"<!DOCTYPE html><html><body>Rate exceeded</body></html>"),
            SourceTrouble(TroubleCode.WEB_PAGE),
        ),
        (Reply(body=b"Rate exceeded."), SourceTrouble(TroubleCode.NOT_A_FEED)),
        (Reply(body=b""), SourceTrouble(TroubleCode.NOT_A_FEED)),
        (Reply(body=feed([entry()])[:-60]), SourceTrouble(TroubleCode.INCOMPLETE_FEED)),
        (Reply(status=500), SourceTrouble(TroubleCode.STATUS, "500")),
        (Reply(body=feed([entry()]), cut_after=50), SourceTrouble(TroubleCode.CONNECTION_LOST)),
    ],
)
async def test_an_answer_that_is_not_a_feed_of_papers_is_a_clear_failure(reply: Reply, expected: SourceTrouble) -> None:
    assert await trouble(reply) == expected


async def test_too_many_requests_without_a_word_mean_an_hour() -> None:
    manners = replace(AT_ONCE, refused=MANNERS.refused)
    async with LocalHttp(Reply(status=429)) as server, Arxiv(server.url, manners=manners) as source:
        with pytest.raises(RateLimited) as caught:
            await source.papers(["2604.00001"], NOON)

    assert caught.value.retry_at - NOON == timedelta(hours=1)


async def test_classes_of_other_schemes_are_no_categories() -> None:
    classes = '<category term="14J28 (Primary)" scheme="http://arxiv.org/schemas/atom"/><category term="I.2.7"/>'

    (paper,) = (await one(Reply(body=feed([entry().replace("<author>", f"{classes}<author>")])))).papers

    assert paper.categories == ("cs.CL", "cs.LG")


async def test_a_flaky_answer_is_tried_again() -> None:
    harvest = await one(in_turn(Reply(status=503), atom(entry())))

    assert (len(harvest.papers), harvest.requests) == (1, 2)


async def test_a_search_asks_for_papers_that_hold_every_word() -> None:
    async with served(atom(entry(), entry("http://arxiv.org/abs/2604.00002v1"))) as (source, server):
        harvest = await source.search("diffusion models", 1, NOON)

    assert server.asked[0].path == "/api/query"
    assert server.asked[0].query == {
        "search_query": "all:diffusion AND all:models",
        "max_results": "1",
        "sortBy": "relevance",
    }
    assert [paper.id for paper in harvest.papers] == ["2604.00001"]


@pytest.mark.parametrize(("words", "limit"), [(" ()\"' AND ", 5), ("diffusion", 0)])
async def test_a_search_for_nothing_asks_nobody(words: str, limit: int) -> None:
    async with served(atom()) as (source, server):
        harvest = await source.search(words, limit, NOON)

    assert (harvest.papers, server.asked) == ((), [])


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("Graph-of-Thought", "all:graph AND all:of AND all:thought"),
        ('au:Lovelace ANDNOT "all"', "all:au AND all:lovelace AND all:all"),
        ("a) OR (b* [1 TO 2]", "all:a AND all:b AND all:1 AND all:to AND all:2"),
        ("twice Twice", "all:twice"),
        ("Größe 大型模型", "all:größe AND all:大型模型"),
        ("", ""),
    ],
)
def test_the_signs_of_the_query_language_are_only_words_apart(words: str, query: str) -> None:
    assert search_query(words) == query


def test_a_long_question_is_cut_to_twenty_words() -> None:
    assert search_query(" ".join(f"w{number}" for number in range(50))).count("all:") == 20
