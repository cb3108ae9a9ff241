"""bioRxiv and medRxiv: paging, versions, licenses, outcomes and faults."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.category_listings import BatchOutcome, CategoryBatch, CategoryDemand, CategoryState
from bot.domain.errors import FetchError, RateLimited
from bot.domain.papers import Listing, Paper
from bot.domain.ports import Catalogue, CategoryListings, PaperLookup
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.sources.biorxiv import MANNERS, Biorxiv
from tests.builders import NOON, TODAY
from tests.local_http import Answering, Asked, LocalHttp, Reply, in_turn, json_reply
from tests.shared import SHARED, needs_shared
from tests.sources.bodies import AT_ONCE, NO_DETAILS, Json, details, preprint

NEUROSCIENCE = CategoryState(source="biorxiv", category="bioRxiv neuroscience")
WHOLE = CategoryState(source="biorxiv", category="bioRxiv")
YESTERDAY = TODAY - timedelta(days=1)


def doi(number: int) -> str:
    return f"10.64898/2026.04.23.{600_000 + number}"


class Api:
    """The API over some rows, which counts pages in its own size and may ignore the area asked for."""

    def __init__(self, rows: Sequence[Json], size: int = 30, *, filters: bool = True) -> None:
        self.rows = list(rows)
        self.size = size
        self.filters = filters

    def __call__(self, asked: Asked) -> Reply:
        _, _, server, *rest = asked.path.split("/")
        rows = [row for row in self.rows if str(row["server"]).lower() == server]
        if rest[-2] == "na":
            found = [row for row in rows if row["doi"] == "/".join(rest[:-2])]
            return json_reply(details(*found) if found else NO_DETAILS)
        first, last, cursor = rest[0], rest[1], int(rest[2])
        area = asked.query.get("category", "").replace("_", " ") if self.filters else ""
        within = [
            row for row in rows if first <= str(row["date"]) <= last and row["category"] == (area or row["category"])
        ]
        page = within[cursor : cursor + self.size]
        facts = {"category": area or "all", "interval": f"{first}:{last}"}
        return json_reply(details(*page, cursor=cursor, total=len(within), **facts) if page else NO_DETAILS)


@asynccontextmanager
async def served(answer: Answering | Reply) -> AsyncIterator[tuple[Biorxiv, LocalHttp]]:
    async with LocalHttp(answer) as server, Biorxiv(server.url, manners=AT_ONCE) as source:
        yield source, server


async def batch(answer: Answering | Reply, state: CategoryState = NEUROSCIENCE, now: datetime = NOON) -> CategoryBatch:
    async with served(answer) as (source, _):
        return await source.batch(state, now)


async def paper(**facts: object) -> Paper:
    (found,) = (await batch(Api([preprint(**facts)]), WHOLE)).result.papers  # type: ignore[arg-type]
    return found


async def lookup(answer: Answering | Reply, *ids: str) -> FetchResult:
    async with served(answer) as (source, _):
        return await source.papers(ids, NOON)


def test_it_lists_by_category_and_looks_up_once_a_second_over_one_connection() -> None:
    source = Biorxiv("http://127.0.0.1:9")

    assert isinstance(source, CategoryListings)
    assert isinstance(source, PaperLookup)
    assert not isinstance(source, Catalogue)
    assert (MANNERS.pace, MANNERS.connections, MANNERS.turns) == (1, 1, "biorxiv")


class RecordedTurns:
    """Turns that are free at once, and remembered."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, float]] = []

    @asynccontextmanager
    async def turn(self, name: str, pace: float, lease: float) -> AsyncIterator[None]:
        self.taken.append((name, pace))
        yield


async def test_every_request_takes_a_turn_that_all_processes_share() -> None:
    turns, manners = RecordedTurns(), replace(AT_ONCE, pace=0.01, turns=MANNERS.turns)
    async with (
        LocalHttp(Api([preprint()])) as server,
        Biorxiv(server.url, turns=turns, manners=manners) as source,
    ):
        await source.batch(NEUROSCIENCE, NOON)
        await source.papers([doi(1)], NOON)

    assert turns.taken == [("biorxiv", 0.01)] * 2


@pytest.mark.parametrize(
    ("demand", "wanted"),
    [
        (CategoryDemand(("neuroscience",)), ("bioRxiv neuroscience",)),
        (CategoryDemand(("pathology", "hep-th")), ("bioRxiv pathology", "medRxiv pathology")),
        (CategoryDemand(("pathology",), ("medrxiv",)), ("medRxiv pathology",)),
        (CategoryDemand((), ("biorxiv",)), ("bioRxiv",)),
        (CategoryDemand((), ("biorxiv", "medrxiv")), ("bioRxiv", "medRxiv")),
        (CategoryDemand(("hep-th",)), ()),
        (CategoryDemand(("neuroscience",), ("arxiv",)), ()),
        (CategoryDemand(("neuroscience",), ("medrxiv",)), ()),
        (CategoryDemand((), ("arxiv",)), ()),
        (CategoryDemand(), ()),
    ],
)
def test_only_areas_of_the_servers_that_are_asked_for_are_wanted(
    demand: CategoryDemand, wanted: tuple[str, ...]
) -> None:
    assert Biorxiv("http://127.0.0.1:9").wanted(demand) == wanted


def test_an_area_is_looked_at_every_two_hours() -> None:
    source = Biorxiv("http://127.0.0.1:9")

    assert source.next_look(NEUROSCIENCE, NOON) == NOON
    assert source.next_look(replace(NEUROSCIENCE, succeeded_at=NOON), NOON) == NOON + timedelta(hours=2)
    # after a failure the collector decides when to try again
    assert source.next_look(replace(NEUROSCIENCE, tried_at=NOON), NOON) == NOON
    # a clock that was set back
    assert source.next_look(replace(NEUROSCIENCE, succeeded_at=NOON + timedelta(days=9)), NOON) == NOON


async def test_a_new_preprint_is_on_the_list_of_the_day_on_which_it_was_posted() -> None:
    found = await batch(Api([preprint(published="10.1038/S41586-026-00001-1")]))

    (one,) = found.result.papers
    assert (one.id, one.server, one.aliases) == (doi(1), "biorxiv", ("10.1038/s41586-026-00001-1",))
    assert one.url == f"https://www.biorxiv.org/content/{doi(1)}"
    assert one.authors == ("A. Lovelace", "C. J. Babbage")
    assert (one.abstract, one.categories) == ("A made up abstract.", ("neuroscience",))
    assert one.published_at == datetime(2026, 4, 23, tzinfo=UTC)
    assert found.result.listings == (Listing(paper_id=doi(1), source="biorxiv", day=YESTERDAY),)
    assert (found.outcome, found.day, found.result.requests) == (BatchOutcome.NEW, YESTERDAY, 1)


@pytest.mark.parametrize("size", [1, 7, 30, 100])
async def test_the_cursor_follows_the_size_of_the_pages(size: int) -> None:
    rows = [preprint(doi(number)) for number in range(61)]
    async with served(Api(rows, size)) as (source, server):
        found = await source.batch(NEUROSCIENCE, NOON)

    assert [each.id for each in found.result.papers] == [doi(number) for number in range(61)]
    assert [asked.path.split("/")[-2] for asked in server.asked] == [str(start) for start in range(0, 61, size)]
    assert {asked.query["category"] for asked in server.asked} == {"neuroscience"}


async def test_an_empty_page_ends_a_list_that_states_no_total() -> None:
    pages = [details(preprint(doi(1))), details(preprint(doi(2))), details()]
    for page in pages:
        page["messages"] = [{"status": "ok"}]

    found = await batch(in_turn(*map(json_reply, pages)), WHOLE)

    assert [each.id for each in found.result.papers] == [doi(1), doi(2)]


async def test_a_server_that_repeats_its_first_page_ends_the_list() -> None:
    found = await batch(json_reply(details(preprint(), total=500)), WHOLE)

    assert (len(found.result.papers), found.result.requests) == (1, 2)


async def test_versions_are_one_paper_as_of_the_highest_dated_by_the_first() -> None:
    rows = [
        preprint(version=2, date="2026-04-24", title="Second"),
        preprint(version=10, date="2026-04-24", title="Tenth"),
        preprint(version=1, date="2026-04-22", title="First"),
    ]

    found = await batch(Api(rows))

    (one,) = found.result.papers
    assert (one.title, one.listed_on) == ("Tenth", date(2026, 4, 22))
    assert [listing.day for listing in found.result.listings] == [date(2026, 4, 22)]


@pytest.mark.parametrize(
    "rows",
    [
        [preprint(version=2)],
        [preprint(type="withdrawn")],
        [preprint(), preprint(version=2, type="withdrawn")],
        [preprint(version=2, type="withdrawn"), preprint(version=3)],
        [preprint(title="WITHDRAWN: A Made Up Preprint")],
        [preprint(category="genetics")],
    ],
)
async def test_revisions_withdrawn_preprints_and_other_areas_are_no_news(rows: list[Json]) -> None:
    found = await batch(Api(rows, filters=False))

    assert (found.result.papers, found.result.listings, found.outcome) == ((), (), BatchOutcome.QUIET)


@pytest.mark.parametrize("written", ["{}", "{}v3", "{}V1", "https://doi.org/{}", "{}v2.full"])
@pytest.mark.parametrize("id", [doi(1), "10.1101/600001", "10.1101/2023.12.30.23300673"])
async def test_the_id_is_the_doi_without_a_version(id: str, written: str) -> None:
    assert (await paper(doi=written.format(id))).id == id


@pytest.mark.parametrize(
    ("license", "shown"),
    [
        ("cc_by", True),
        ("CC_BY_NC_ND", True),
        ("cc_by_nd", True),
        ("cc0", True),
        ("cc0_ng", False),
        ("cc_no", False),
        ("", False),
        ("NA", False),
        (None, False),
        (7, False),
    ],
)
async def test_the_license_decides_whether_the_abstract_is_kept(license: object, shown: bool) -> None:
    one = await paper(license=license)

    assert bool(one.abstract) is shown
    assert one.title
    assert one.authors


@pytest.mark.parametrize("server", ["bioRxiv", "biorxiv", "BIORXIV"])
async def test_the_row_says_which_server_hosts_a_preprint(server: str) -> None:
    assert (await paper(server=server)).server == "biorxiv"


async def test_a_row_of_the_other_server_leads_there() -> None:
    async with served(json_reply(details(preprint(server="medRxiv")))) as (source, _):
        (one,) = (await source.batch(WHOLE, NOON)).result.papers

    assert one.url == f"https://www.medrxiv.org/content/{doi(1)}"


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Wright, K. M.; Gaudinier, A.", ("K. M. Wright", "A. Gaudinier")),
        ("ENIGMA Consortium; van der Berg, J.", ("ENIGMA Consortium", "J. van der Berg")),
        ("King, M. L., Jr; ; ", ("M. L. King Jr",)),
        ("", ()),
        (None, ()),
    ],
)
async def test_names_are_in_printed_order(authors: object, names: tuple[str, ...]) -> None:
    assert (await paper(authors=authors)).authors == names


async def test_a_row_that_cannot_be_used_costs_only_itself() -> None:
    rows = [preprint(), preprint(doi(2), version=0), preprint(doi(3), title=""), preprint("nonsense"), preprint(doi(4))]

    found = await batch(Api(rows))

    assert [each.id for each in found.result.papers] == [doi(1), doi(4)]
    assert [piece.what for piece in found.result.rejected] == [doi(2), doi(3), "row 4"]


@pytest.mark.parametrize("lost", ["version", "doi", "date", "title", "category"])
async def test_rows_whose_fields_have_changed_are_a_failure_and_no_quiet_day(lost: str) -> None:
    rows = [{key: value for key, value in preprint(doi(n)).items() if key != lost} for n in range(3)]

    with pytest.raises(FetchError) as caught:
        await batch(json_reply(details(*rows)))

    assert caught.value.trouble == SourceTrouble(TroubleCode.UNREADABLE)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(body=b""), SourceTrouble(TroubleCode.EMPTY)),
        (Reply(body=b" \n"), SourceTrouble(TroubleCode.EMPTY)),
        (Reply(body=b"<html>Just a moment...</html>"), SourceTrouble(TroubleCode.WEB_PAGE)),
        (Reply(body=b'{"messages": [{"sta'), SourceTrouble(TroubleCode.NOT_JSON)),
        (json_reply([]), SourceTrouble(TroubleCode.NOT_A_LIST)),
        (json_reply({"collection": []}), SourceTrouble(TroubleCode.NOT_A_LIST)),
        (json_reply({"messages": [], "collection": []}), SourceTrouble(TroubleCode.NOT_A_LIST)),
        (json_reply({"messages": [{"status": "ok"}]}), SourceTrouble(TroubleCode.NOT_A_LIST)),
        (json_reply(details(total=12)), SourceTrouble(TroubleCode.UNREADABLE)),
        (json_reply({"messages": [{"status": "busy"}]}), SourceTrouble(TroubleCode.STATUS, "200 (busy)")),
        (Reply(status=403, body=b"no"), SourceTrouble(TroubleCode.STATUS, "403")),
        (Reply(status=500), SourceTrouble(TroubleCode.STATUS, "500")),
        (
            Reply(body=json.dumps(details(preprint())).encode(), cut_after=80),
            SourceTrouble(TroubleCode.CONNECTION_LOST),
        ),
    ],
)
async def test_an_answer_that_is_no_list_is_a_clear_failure(reply: Reply, expected: SourceTrouble) -> None:
    with pytest.raises(FetchError) as caught:
        await batch(reply)

    assert caught.value.trouble == expected


async def test_a_failure_on_a_later_page_fails_the_whole_batch() -> None:
    with pytest.raises(FetchError):
        await batch(in_turn(json_reply(details(preprint(), total=60)), Reply(body=b"")))


async def test_too_many_requests_says_when_to_return() -> None:
    with pytest.raises(RateLimited) as caught:
        await batch(Reply(status=429, headers={"Retry-After": "3600"}))

    assert caught.value.retry_at - NOON == timedelta(seconds=3601)


@pytest.mark.parametrize("reply", [json_reply(NO_DETAILS), json_reply({"messages": [{"status": "No posts found"}]})])
async def test_a_list_without_rows_is_a_quiet_day(reply: Reply) -> None:
    found = await batch(reply)

    assert (found.result.papers, found.outcome) == ((), BatchOutcome.QUIET)


@pytest.mark.parametrize(
    ("state", "first"),
    [
        (NEUROSCIENCE, TODAY - timedelta(days=3)),
        (replace(NEUROSCIENCE, succeeded_at=NOON - timedelta(days=1)), YESTERDAY - timedelta(days=2)),
        # an area without new preprints for long is not read from its last one on
        (replace(NEUROSCIENCE, succeeded_at=NOON, day=TODAY - timedelta(days=9)), TODAY - timedelta(days=2)),
        # after a long pause
        (replace(NEUROSCIENCE, succeeded_at=NOON - timedelta(days=90)), TODAY - timedelta(days=14)),
        # a clock that was set back
        (replace(NEUROSCIENCE, succeeded_at=NOON + timedelta(days=90)), TODAY),
    ],
)
async def test_the_days_since_the_last_look_are_read_with_two_before(state: CategoryState, first: date) -> None:
    async with served(json_reply(NO_DETAILS)) as (source, server):
        await source.batch(state, NOON)

    assert server.paths == [f"/details/biorxiv/{first}/{TODAY}/0/json"]


async def test_a_batch_is_new_only_if_it_has_more_than_the_last_one() -> None:
    api = Api([preprint(doi(1)), preprint(doi(2), date="2026-04-22")])
    first = await batch(api)
    known = replace(NEUROSCIENCE, mark=first.mark, day=first.day)

    again = await batch(api, known)
    api.rows.append(preprint(doi(3)))
    more = await batch(api, known)

    assert [each.outcome for each in (first, again, more)] == [BatchOutcome.NEW, BatchOutcome.QUIET, BatchOutcome.NEW]


@pytest.mark.parametrize(
    ("state", "days", "outcome"),
    [
        (WHOLE, 4, BatchOutcome.QUIET),
        (WHOLE, 5, BatchOutcome.STALE),
        (NEUROSCIENCE, 21, BatchOutcome.QUIET),
        (NEUROSCIENCE, 22, BatchOutcome.STALE),
    ],
)
async def test_a_list_that_does_not_move_for_days_is_stale(
    state: CategoryState, days: int, outcome: BatchOutcome
) -> None:
    known = replace(state, mark="x", day=TODAY - timedelta(days=days))

    assert (await batch(json_reply(NO_DETAILS), known)).outcome is outcome


async def test_areas_are_read_from_the_whole_server_if_it_ignores_them() -> None:
    rows = [preprint(doi(n), category=area) for n, area in enumerate(("neuroscience", "genetics", "ecology"))]
    async with served(Api(rows, filters=False)) as (source, server):
        batches = [
            await source.batch(CategoryState(source="biorxiv", category=f"bioRxiv{area}"), NOON)
            for area in (" neuroscience", " genetics", "")
        ]
        requests = len(server.asked)
        await source.batch(NEUROSCIENCE, NOON + timedelta(minutes=11))

    found = [[each.id for each in one.result.papers] for one in batches]
    assert found == [[doi(0)], [doi(1)], [doi(0), doi(1), doi(2)]]
    assert (requests, len(server.asked)) == (1, 2)


async def test_many_areas_are_read_at_once() -> None:
    areas = ("neuroscience", "genetics", "ecology", "zoology", "physiology")
    rows = [preprint(doi(n), category=area) for n, area in enumerate(areas)]
    async with served(Api(rows)) as (source, server):
        batches = [
            await source.batch(CategoryState(source="biorxiv", category=f"bioRxiv {area}"), NOON) for area in areas
        ]

    assert [[each.id for each in one.result.papers] for one in batches] == [[doi(n)] for n in range(5)]
    assert [asked.query.get("category", "") for asked in server.asked] == ["neuroscience", "genetics", "ecology", ""]


async def test_a_date_in_the_future_is_today() -> None:
    assert (await batch(json_reply(details(preprint(date="2027-01-01"))), WHOLE)).day == TODAY


async def test_a_preprint_is_looked_up_by_doi_on_the_server_that_has_it() -> None:
    rows = [preprint("10.1101/2023.12.30.23300673", server="medRxiv"), preprint(doi(1)), preprint(doi(1), version=2)]
    async with served(Api(rows)) as (source, server):
        found = await source.papers(["10.1101/2023.12.30.23300673", doi(1), doi(9), "2604.01234"], NOON)

    assert [(each.id, each.server) for each in found.papers] == [
        ("10.1101/2023.12.30.23300673", "medrxiv"),
        (doi(1), "biorxiv"),
    ]
    assert found.listings == ()
    assert server.paths == [
        "/details/medrxiv/10.1101/2023.12.30.23300673/na/json",
        f"/details/biorxiv/{doi(1)}/na/json",
        f"/details/biorxiv/{doi(9)}/na/json",
        f"/details/medrxiv/{doi(9)}/na/json",
    ]


async def test_a_long_list_of_dois_is_not_looked_up_for_minutes() -> None:
    async with served(json_reply(details(preprint()))) as (source, server):
        await source.papers([doi(number) for number in range(100)], NOON)

    assert len(server.asked) == 20


@needs_shared
@pytest.mark.parametrize(("server", "preprints"), [("biorxiv", 19), ("medrxiv", 25)])
async def test_recorded_rows_are_read_whole(server: str, preprints: int) -> None:
    body = (SHARED / "data" / "sources" / "biorxiv" / f"details_{server}_2024_first25.json").read_bytes()
    rows = json.loads(body)["collection"]
    page = json_reply(details(*rows))
    now = datetime(2024, 12, 31, 12, tzinfo=UTC)

    async with served(page) as (source, _):
        found = await source.batch(CategoryState(source="biorxiv", category=server), now)
        one = await source.papers([rows[0]["doi"]], now)

    assert found.result.rejected == ()
    assert len({row["doi"] for row in rows}) == preprints
    # what is a first version, and no revision of an older preprint
    assert len(found.result.papers) == sum(row["version"] == "1" for row in rows)
    assert len(one.papers) == preprints
    assert all(each.authors and each.categories and each.server == server for each in one.papers)
    closed = {row["doi"] for row in rows if row["license"] in ("", "cc_no")}
    assert closed
    assert not any(each.abstract for each in one.papers if each.id in closed)
