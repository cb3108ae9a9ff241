"""Europe PMC: search, look-up by DOI, licenses and faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.domain.errors import FetchError, RateLimited
from bot.domain.papers import Paper
from bot.domain.ports import Catalogue
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult, Rejected
from bot.sources.europepmc import MANNERS, EuropePmc, search_query
from tests.builders import NOON
from tests.local_http import Answering, LocalHttp, Reply, in_turn, json_reply
from tests.shared import SHARED, needs_shared
from tests.sources.bodies import AT_ONCE, Json, article, results

DOI = "10.1101/2026.04.01.500001"


@asynccontextmanager
async def served(answer: Answering | Reply) -> AsyncIterator[tuple[EuropePmc, LocalHttp]]:
    # with a path of its own, as the real address has one
    async with LocalHttp(answer) as server, EuropePmc(f"{server.url}/webservices/rest", manners=AT_ONCE) as source:
        yield source, server


async def search(answer: Answering | Reply, words: str = "sleep") -> FetchResult:
    async with served(answer) as (source, _):
        return await source.search(words, 20, NOON)


async def paper(**facts: object) -> Paper:
    (found,) = (await search(json_reply(results(article(**facts))))).papers  # type: ignore[arg-type]
    return found


def test_it_is_a_catalogue_that_is_asked_twice_a_second() -> None:
    assert isinstance(EuropePmc("http://127.0.0.1:9"), Catalogue)
    assert (MANNERS.pace, MANNERS.connections) == (0.5, 2)


async def test_a_search_asks_for_preprints_and_articles_with_every_word() -> None:
    async with served(json_reply(results(article()))) as (source, server):
        found = await source.search("sleep deprivation", 5, NOON)

    assert server.paths == ["/webservices/rest/search"]
    assert server.asked[0].query == {
        "query": "(SRC:PPR OR SRC:MED) AND "
        '(TITLE_ABS:"sleep" OR AUTH:"sleep") AND (TITLE_ABS:"deprivation" OR AUTH:"deprivation")',
        "resultType": "core",
        "format": "json",
        "pageSize": "5",
    }
    assert (len(found.papers), found.requests) == (1, 1)


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("IL-6 TNF/α", ["il-6", "tnf/α"]),
        ('sleep" OR SRC:MED) (x', ["sleep", "or", "src", "med", "x"]),
        ("twice Twice", ["twice"]),
        (" ".join(f"w{number}" for number in range(50)), [f"w{number}" for number in range(12)]),
        ("5'-UTR's", ["5", "utr's"]),
    ],
)
def test_no_word_can_be_an_operator(words: str, terms: list[str]) -> None:
    assert [part.split('"')[1] for part in search_query(words).split("TITLE_ABS:")[1:]] == terms


@pytest.mark.parametrize(("words", "limit"), [('"() *', 5), ("", 5), ("sleep", 0)])
async def test_a_search_for_nothing_asks_nobody(words: str, limit: int) -> None:
    async with served(json_reply(results())) as (source, server):
        assert (await source.search(words, limit, NOON)).papers == ()

    assert server.asked == []


async def test_a_preprint_comes_with_its_server_and_clean_text() -> None:
    one = await paper(keywordList={"keyword": ["Sleep", None, "EEG"]})

    assert (one.id, one.server, one.url) == (DOI, "biorxiv", f"https://www.biorxiv.org/content/{DOI}")
    assert one.title == f"A Made Up Preprint {DOI}"
    assert one.authors == ("Ada Lovelace", "Babbage CJ", "Engine Consortium")
    assert one.abstract == "Background: A made up abstract. Results: CO₂ rose."
    assert one.keywords == ("sleep", "eeg")
    assert one.published_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert one.categories == ()


@pytest.mark.parametrize(
    ("facts", "id", "server"),
    [
        ({"bookOrReportDetails": {"publisher": "medRxiv"}}, DOI, "medrxiv"),
        ({"doi": "10.1038/s41586-026-1"}, "10.1038/s41586-026-1", ""),
        ({"bookOrReportDetails": {"publisher": "preLights"}, "doi": "10.21203/rs.3.rs-1"}, "10.21203/rs.3.rs-1", ""),
        ({"source": "MED", "doi": "10.1038/S41586-026-1", "bookOrReportDetails": None}, "10.1038/s41586-026-1", ""),
        ({"bookOrReportDetails": {"publisher": "arXiv"}, "doi": "10.48550/arXiv.2604.01234"}, "2604.01234", "arxiv"),
    ],
)
async def test_papers_of_every_server_have_their_own_ids(facts: Json, id: str, server: str) -> None:
    one = await paper(**facts)

    assert (one.id, one.server) == (id, server)


@pytest.mark.parametrize(
    ("license", "shown"),
    [
        ("cc by", True),
        ("cc by-nc-nd", True),
        ("cc0", True),
        ("cc-by", True),
        ("", False),
        (None, False),
        ("all rights reserved", False),
        ("author-manuscript", False),
    ],
)
async def test_the_license_decides_what_is_kept(license: object, shown: bool) -> None:
    one = await paper(license=license, keywordList={"keyword": ["sleep"]})

    assert (bool(one.abstract), bool(one.keywords)) == (shown, shown)
    assert one.title
    assert one.authors


async def test_results_that_cannot_be_used_cost_only_themselves() -> None:
    without_doi = {key: value for key, value in article().items() if key != "doi"}
    withdrawn = article("10.1101/500002", title="WITHDRAWN: A Made Up Preprint")

    found = await search(json_reply(results(without_doi, withdrawn, article(), article())))

    assert [each.id for each in found.papers] == [DOI]
    assert found.rejected == (Rejected("PPR100001", "it has no doi"), Rejected("10.1101/500002", "it was withdrawn"))


async def test_a_preprint_and_its_article_know_that_they_are_one_work() -> None:
    relation = {"id": "41792208", "source": "MED", "type": "Preprint of", "orderIn": 1}
    preprint = article(commentCorrectionList={"commentCorrection": [relation, None, {"id": "1", "type": "Comment in"}]})
    published = article("10.1038/S41586-026-1", id="41792208", source="MED")

    both = await search(json_reply(results(preprint, published)))
    alone = await search(json_reply(results(preprint)))

    assert [each.aliases for each in both.papers] == [("10.1038/s41586-026-1",), ()]
    assert [each.aliases for each in alone.papers] == [()]


async def test_results_whose_fields_have_changed_are_a_failure() -> None:
    changed = [{"DOI" if key == "doi" else key: value for key, value in article().items()} for _ in range(5)]

    with pytest.raises(FetchError) as caught:
        await search(json_reply(results(*changed)))

    assert caught.value.trouble == SourceTrouble(TroubleCode.UNREADABLE)


@pytest.mark.parametrize("changed", [{"authorList": None}, {"authorList": []}, {"authorList": {"author": "x"}}])
async def test_changed_authors_are_read_from_their_string(changed: Json) -> None:
    assert (await paper(**changed)).authors == ("Lovelace A", "Babbage CJ")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (
            json_reply({"errCode": 404, "errMsg": "No such thing"}),
            SourceTrouble(TroubleCode.STATUS, "404 (No such thing)"),
        ),
        (Reply(body=b""), SourceTrouble(TroubleCode.EMPTY)),
        (Reply(body=b"<html>Bad Gateway</html>"), SourceTrouble(TroubleCode.WEB_PAGE)),
        (Reply(body=b"Service busy"), SourceTrouble(TroubleCode.NOT_JSON)),
        (json_reply({"hitCount": 0}), SourceTrouble(TroubleCode.NOT_A_LIST)),
        (json_reply({"resultList": {"result": {}}}), SourceTrouble(TroubleCode.NOT_A_LIST)),
        (Reply(status=503, body=b"busy"), SourceTrouble(TroubleCode.STATUS, "503")),
        (Reply(status=400, body=b"x"), SourceTrouble(TroubleCode.STATUS, "400")),
        (Reply(body=b'{"resultList":', cut_after=5), SourceTrouble(TroubleCode.CONNECTION_LOST)),
    ],
)
async def test_an_answer_without_results_is_a_clear_failure(reply: Reply, expected: SourceTrouble) -> None:
    with pytest.raises(FetchError) as caught:
        await search(reply)

    assert caught.value.trouble == expected


async def test_too_many_requests_are_said_so_and_a_busy_moment_is_tried_again() -> None:
    with pytest.raises(RateLimited):
        await search(Reply(status=429))

    assert (await search(in_turn(Reply(status=504), json_reply(results(article()))))).requests == 2


async def test_dois_are_looked_up_twenty_at_a_time() -> None:
    ids = [f"10.1038/s41586-026-{number:05}-1" for number in range(21)]
    async with served(json_reply(results(article(ids[0])))) as (source, server):
        found = await source.papers([*ids, ids[0], "2604.01234"], NOON)

    assert [asked.query["query"].count("DOI:") for asked in server.asked] == [20, 1]
    assert server.asked[1].query["query"] == f'DOI:"{ids[20]}"'
    assert [each.id for each in found.papers] == [ids[0]]


@needs_shared
async def test_recorded_results_are_read_whole() -> None:
    body = (SHARED / "data" / "sources" / "europepmc" / "search_core_2026-03-27.json").read_bytes()

    found = await search(Reply(body=body))

    # the third has no DOI
    assert (len(found.papers), [piece.reason for piece in found.rejected]) == (2, ["it has no doi"])
    assert all(each.authors and each.abstract and each.server == "" and each.keywords for each in found.papers)
    assert not any(each.title.endswith(".") for each in found.papers)
