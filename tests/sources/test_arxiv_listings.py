"""arXiv's new listings: the feed, the page of a list, and when a batch is new, late, or not there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.category_listings import BatchOutcome, CategoryBatch, CategoryDemand, CategoryState
from bot.domain.errors import FetchError, RateLimited
from bot.domain.ports import CategoryListings
from bot.domain.source_troubles import TroubleCode
from bot.sources.arxiv_feed import CAP, read_listing_feed
from bot.sources.arxiv_listings import MANNERS, NAME, ArxivListings
from bot.sources.arxiv_page import InvalidPage, read_listing_page
from tests.local_http import Answering, Asked, LocalHttp, Reply
from tests.shared import SHARED, needs_shared
from tests.sources.bodies import AT_ONCE
from tests.sources.listing_bodies import Entry, atom, page, rss

WEDNESDAY = date(2026, 8, 12)
#: five minutes after the Eastern midnight, in summer
OPENS = datetime(2026, 8, 12, 4, 5, tzinfo=UTC)
AFTERNOON = datetime(2026, 8, 12, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)
#: the batch of Tuesday is stored
TUESDAY = CategoryState(
    source=NAME,
    category="hep-th",
    mark="2608.09900",
    day=date(2026, 8, 11),
    tried_at=OPENS - 24 * HOUR,
    succeeded_at=OPENS - 24 * HOUR,
    new_at=OPENS - 24 * HOUR,
    outcome=BatchOutcome.NEW,
)
FIRST = CategoryState(source=NAME, category="hep-th")
OLD = (Entry(id="2608.09900"), Entry(id="2608.09100"))
NEW = (
    Entry(id="2608.10011"),
    Entry(id="2608.10002"),
    Entry(id="2608.10020", kind="cross", categories=("gr-qc", "hep-th")),
)
NOT_FOUND = Reply(status=404, body=b"<html>Not found</html>")


class Arxiv:
    """A local arXiv: a feed and a page, each answering as told."""

    def __init__(self, feed: Reply | bytes, listing: Reply | bytes = NOT_FOUND) -> None:
        self.feed = feed if isinstance(feed, Reply) else Reply(body=feed)
        self.listing = listing if isinstance(listing, Reply) else Reply(body=listing)

    def __call__(self, asked: Asked) -> Reply:
        return self.feed if asked.path.startswith("/atom/") else self.listing


@asynccontextmanager
async def served(answer: Answering) -> AsyncIterator[tuple[ArxivListings, LocalHttp]]:
    manners = replace(AT_ONCE, tries=2)
    async with LocalHttp(answer) as server, ArxivListings(server.url, server.url, manners=manners) as source:
        yield source, server


async def look(
    feed: Reply | bytes, listing: Reply | bytes = NOT_FOUND, state: CategoryState = TUESDAY, now: datetime = OPENS
) -> CategoryBatch:
    async with served(Arxiv(feed, listing)) as (source, _):
        return await source.batch(state, now)


def ids(batch: CategoryBatch) -> list[str]:
    return [paper.id for paper in batch.result.papers]


async def test_it_lists_by_category_and_is_asked_once_in_three_seconds() -> None:
    async with served(Arxiv(atom())) as (source, _):
        listings: CategoryListings = source

    assert listings.name == NAME
    assert (MANNERS.pace, MANNERS.connections, MANNERS.turns) == (3, 1, "arxiv")


@pytest.mark.parametrize("write", [atom, rss])
async def test_a_moved_batch_brings_new_papers_and_cross_lists_with_their_day(write: object) -> None:
    assert callable(write)
    replaced = Entry(id="2605.00001", kind="replace"), Entry(id="2605.00002", kind="replace-cross")

    batch = await look(write((*NEW, *replaced)))

    assert batch.outcome is BatchOutcome.NEW
    assert ids(batch) == ["2608.10011", "2608.10002", "2608.10020"]
    assert (batch.mark, batch.day) == ("2608.10011", WEDNESDAY)
    assert {(each.source, each.day) for each in batch.result.listings} == {(NAME, WEDNESDAY)}
    assert (batch.result.requests, batch.result.rejected, batch.result.observations) == (1, (), ())


async def test_texts_are_cleaned_and_the_primary_category_comes_first() -> None:
    entry = Entry(
        id="2608.10011",
        title=r"Masses below $10^{-3}$",
        abstract="We show p < 0.05 & more. Code: https://github.com/owner/tool",
        authors=r"Paulo Andr\'e Lima (CERN, Geneva), J\"urgen M\"uller, Sammy Davis, Jr.",
        categories=("gr-qc", "hep-th"),
        doi="10.1000/XYZ",
    )

    batch = await look(atom([entry]))

    (paper,) = batch.result.papers
    assert paper.authors == ("Paulo André Lima", "Jürgen Müller", "Sammy Davis, Jr.")
    assert paper.abstract == "We show p < 0.05 & more. Code: https://github.com/owner/tool"
    assert (paper.categories, paper.listed_on) == (("gr-qc", "hep-th"), WEDNESDAY)
    assert (paper.aliases, paper.code_url) == (("10.1000/xyz",), "https://github.com/owner/tool")


@pytest.mark.parametrize(
    ("now", "outcome"),
    [(OPENS, BatchOutcome.PENDING), (AFTERNOON, BatchOutcome.STALE)],
)
async def test_a_batch_whose_highest_new_id_is_known_is_late_and_not_a_quiet_day(
    now: datetime, outcome: BatchOutcome
) -> None:
    # cross-lists and replacements have higher ids: they do not move a batch
    feed = atom((*OLD, Entry(id="2608.10500", kind="cross"), Entry(id="2608.10600", kind="replace")))

    batch = await look(feed, now=now)

    assert (batch.outcome, batch.result.papers) == (outcome, ())


async def test_an_empty_feed_on_a_weekday_is_deferred_after_noon() -> None:
    assert (await look(rss())).outcome is BatchOutcome.PENDING
    assert (await look(rss(), now=AFTERNOON)).outcome is BatchOutcome.DEFERRED


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 8, 15, 13, tzinfo=UTC),
        datetime(2026, 8, 16, 13, tzinfo=UTC),
        # Labor Day, and the day after
        datetime(2026, 9, 7, 13, tzinfo=UTC),
        datetime(2026, 9, 8, 13, tzinfo=UTC),
        datetime(2026, 12, 25, 13, tzinfo=UTC),
    ],
)
async def test_empty_weekends_and_holidays_are_normal(now: datetime) -> None:
    for state in (FIRST, replace(TUESDAY, day=now.date() - timedelta(days=3))):
        assert (await look(rss(), state=state, now=now)).outcome is BatchOutcome.QUIET


async def test_a_holiday_of_another_year_is_set() -> None:
    now, state = datetime(2027, 1, 2, 13, tzinfo=UTC), replace(TUESDAY, day=date(2026, 12, 30))
    monday = datetime(2027, 1, 18, 13, tzinfo=UTC)
    async with LocalHttp(Arxiv(rss())) as server:
        async with ArxivListings(server.url, server.url, manners=AT_ONCE) as unset:
            assert (await unset.batch(state, monday)).outcome is BatchOutcome.DEFERRED
        async with ArxivListings(server.url, server.url, holidays="2027-01-18", manners=AT_ONCE) as known:
            assert (await known.batch(state, monday)).outcome is BatchOutcome.QUIET
            assert (await known.batch(state, now)).outcome is BatchOutcome.QUIET


async def test_the_page_of_the_list_helps_out_where_the_feed_is_stale() -> None:
    listing = page(WEDNESDAY, (*NEW, Entry(id="2605.00001", kind="replace")))

    batch = await look(atom(OLD), listing)

    assert (batch.outcome, batch.mark, batch.day) == (BatchOutcome.NEW, "2608.10011", WEDNESDAY)
    assert ids(batch) == ["2608.10011", "2608.10002", "2608.10020"]
    assert batch.result.papers[2].categories == ("gr-qc", "hep-th")
    assert batch.result.requests == 2


async def test_a_page_of_yesterday_is_no_news() -> None:
    batch = await look(atom(OLD), page(date(2026, 8, 11), OLD), now=AFTERNOON)

    assert (batch.outcome, batch.result.papers) == (BatchOutcome.STALE, ())


async def test_a_page_of_today_without_entries_confirms_a_quiet_day() -> None:
    assert (await look(rss(), page(WEDNESDAY), now=AFTERNOON)).outcome is BatchOutcome.QUIET


async def test_a_day_with_cross_lists_only_is_new_by_the_date_of_the_page() -> None:
    crossed = Entry(id="2608.10020", kind="cross", categories=("gr-qc", "hep-th"))

    batch = await look(atom([crossed]), page(WEDNESDAY, [crossed]))

    assert (batch.outcome, ids(batch), batch.mark) == (BatchOutcome.NEW, ["2608.10020"], "2608.09900")


async def test_a_first_look_takes_the_day_that_the_page_states() -> None:
    friday = date(2026, 8, 14)

    # the feed is one day behind, which only the page can tell
    behind = await look(atom(OLD), page(date(2026, 8, 11), OLD), state=FIRST)
    saturday = await look(rss(), page(friday, NEW), state=FIRST, now=datetime(2026, 8, 15, 12, tzinfo=UTC))
    alone = await look(atom(NEW), state=FIRST)

    assert (behind.outcome, behind.day, behind.mark) == (BatchOutcome.NEW, date(2026, 8, 11), "2608.09900")
    assert (saturday.outcome, saturday.day) == (BatchOutcome.NEW, friday)
    assert (alone.outcome, alone.day) == (BatchOutcome.NEW, WEDNESDAY)


async def test_after_a_gap_a_moved_feed_may_be_the_one_of_yesterday() -> None:
    monday = replace(TUESDAY, day=date(2026, 8, 10), mark="2608.08000")

    behind = await look(atom(OLD), page(date(2026, 8, 11), OLD), state=monday)
    ahead = await look(atom(NEW), page(date(2026, 8, 11), OLD), state=monday)
    alone = await look(atom(OLD), state=monday)
    weekend = await look(
        atom(NEW), state=replace(TUESDAY, day=date(2026, 8, 7)), now=datetime(2026, 8, 10, 4, 6, tzinfo=UTC)
    )

    assert (behind.day, behind.mark) == (date(2026, 8, 11), "2608.09900")
    assert (ahead.day, ahead.mark) == (WEDNESDAY, "2608.10011")
    assert (alone.day, alone.mark) == (WEDNESDAY, "2608.09900")
    # no list is missing between Friday's and Monday's, so the page is not asked
    assert (weekend.day, weekend.result.requests) == (date(2026, 8, 10), 1)


async def test_a_capped_feed_is_completed_from_the_page_or_says_so() -> None:
    many = [Entry(id=f"2608.{10_100 + number}") for number in range(CAP)]
    everything = [*many[:3], *NEW]

    completed = await look(atom(many), page(WEDNESDAY, everything))
    alone = await look(atom(many))
    cut = await look(atom(many), page(WEDNESDAY, everything, totals={"new": 2_500}))

    assert set(ids(completed)) == {entry.id for entry in everything}
    assert completed.result.rejected == ()
    assert len(ids(alone)) == CAP
    assert [batch.result.rejected[0].what for batch in (alone, cut)] == ["list of hep-th"] * 2


@pytest.mark.parametrize(
    ("feed", "code"),
    [
        (Reply(body=b"<!DOCTYPE html><html><body>Please wait</body></html>"), TroubleCode.WEB_PAGE),
        (Reply(body=b""), TroubleCode.NOT_A_FEED),
        (Reply(body=b'{"error": "no"}'), TroubleCode.NOT_A_FEED),
        (Reply(body=atom(NEW)[:-600]), TroubleCode.INCOMPLETE_FEED),
        (Reply(body=atom(NEW), cut_after=500), TroubleCode.CONNECTION_LOST),
        (Reply(status=500), TroubleCode.STATUS),
        (Reply(status=404, body=b"<html></html>"), TroubleCode.STATUS),
    ],
)
async def test_an_invalid_feed_is_a_failure_unless_the_page_helps_out(feed: Reply, code: TroubleCode) -> None:
    with pytest.raises(FetchError) as caught:
        await look(feed)
    assert caught.value.trouble.code is code

    helped = await look(feed, page(WEDNESDAY, NEW))
    assert len(ids(helped)) == 3


async def test_an_unknown_category_is_refused_with_the_reason_of_the_feed() -> None:
    said = rss(title="Feed error for query: http://rss.arxiv.org/rss/cs.XX", description="Bad subject class 'XX'.")
    async with served(Arxiv(Reply(status=400, body=said), page(WEDNESDAY, NEW))) as (source, server):
        with pytest.raises(FetchError) as caught:
            await source.batch(TUESDAY, OPENS)

    assert caught.value.trouble.detail == "400 (Bad subject class 'XX'.)"
    assert len(server.asked) == 1


@pytest.mark.parametrize(("feed", "listing"), [(Reply(status=429), NOT_FOUND), (atom(OLD), Reply(status=429))])
async def test_too_many_requests_are_told(feed: Reply | bytes, listing: Reply) -> None:
    with pytest.raises(RateLimited):
        await look(feed, listing)


async def test_entries_whose_fields_have_changed_cost_themselves_and_all_of_them_the_batch() -> None:
    broken = atom(NEW).replace(b"oai:arXiv.org:2608.10002v1", b"x").replace(b"/abs/2608.10002", b"/x")
    broken = broken.replace(b"arXiv:2608.10002v1 Announce", b"Announce")
    renamed = atom(NEW).replace(b"announce_type", b"kind").replace(b"Announce Type", b"Kind")

    batch = await look(broken)

    assert ids(batch) == ["2608.10011", "2608.10020"]
    assert len(batch.result.rejected) == 1
    with pytest.raises(FetchError) as caught:
        await look(renamed, page(WEDNESDAY, NEW).replace(b"/abs/", b"/x/"))
    assert caught.value.trouble.code is TroubleCode.INCOMPLETE_LIST


@pytest.mark.parametrize(
    "body",
    [
        page(WEDNESDAY, NEW).replace(b"Showing new listings for", b"Papers of"),
        page(WEDNESDAY, NEW).replace(b"showing 2 of 2", b"showing 3 of 3"),
        page(WEDNESDAY, NEW)[:1500],
        b"",
        b"\xff\xfe<h3>New submissions (showing 1 of 1 entries)</h3>",
        page(WEDNESDAY, NEW).replace(b"New submissions", b"Fresh submissions"),
        page(WEDNESDAY, NEW).replace(b"(showing 2 of 2 entries)", b"(2)"),
    ],
)
def test_a_page_that_cannot_be_read_in_full_is_no_empty_day(body: bytes) -> None:
    with pytest.raises(InvalidPage):
        read_listing_page(body)


def test_numbers_of_a_page_may_have_separators() -> None:
    read = read_listing_page(page(WEDNESDAY, NEW).replace(b"showing 2 of 2", b"showing first 2 of 1,234"))

    assert (len(read.entries), read.left_out) == (3, 1_232)


async def test_an_id_of_a_month_to_come_is_left_out_and_does_not_count_as_the_highest() -> None:
    batch = await look(atom([*NEW, Entry(id="2712.00001"), Entry(id="9912.99999")]))

    assert (ids(batch), batch.mark) == ([entry.id for entry in NEW], "2608.10011")
    assert [each.what for each in batch.result.rejected] == ["2712.00001", "9912.99999"]


async def test_a_page_of_a_day_to_come_is_invalid_as_no_later_list_would_be_read() -> None:
    with pytest.raises(FetchError):
        await look(b"", page(date(2036, 8, 12), NEW))


@pytest.mark.parametrize("years", [1, 10])
async def test_a_state_that_was_stored_while_a_clock_was_ahead_is_not_believed(years: int) -> None:
    ahead = timedelta(days=365 * years)
    state = replace(
        TUESDAY,
        mark=f"{26 + years}08.00001",
        day=WEDNESDAY + ahead,
        tried_at=OPENS + ahead,
        succeeded_at=OPENS + ahead,
    )

    batch = await look(atom(NEW), page(WEDNESDAY, NEW), state)

    assert _next(state, OPENS) <= OPENS + HOUR
    assert (batch.outcome, batch.mark, batch.day) == (BatchOutcome.NEW, "2608.10011", WEDNESDAY)


@pytest.mark.parametrize(
    ("before", "day", "outcome"),
    [
        (date(2026, 8, 11), WEDNESDAY, BatchOutcome.NEW),
        (date(2026, 8, 10), WEDNESDAY, BatchOutcome.GAP),
        (date(2026, 8, 7), date(2026, 8, 10), BatchOutcome.NEW),
        (date(2026, 7, 1), date(2026, 8, 10), BatchOutcome.GAP),
        # no list on the day after Thanksgiving
        (date(2026, 11, 26), date(2026, 11, 30), BatchOutcome.NEW),
    ],
)
async def test_lists_that_were_missed_are_told(before: date, day: date, outcome: BatchOutcome) -> None:
    entries = [Entry(id=f"{day:%y%m}.19000")]
    now = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)

    batch = await look(atom(entries), page(day, entries), replace(TUESDAY, day=before, mark="2606.00001"), now)

    assert (batch.outcome, batch.day) == (outcome, day)


@pytest.mark.parametrize(
    ("doi", "aliases"),
    [
        ("https://doi.org/10.1103/PhysRevD.1.2", ("10.1103/physrevd.1.2",)),
        ("10.1103/A.1 10.1103/B.2,", ("10.1103/a.1", "10.1103/b.2")),
        ("10.1101/2024.01.02.573456v2", ("10.1101/2024.01.02.573456",)),
        ("10.48550/arXiv.2608.10011", ()),
        ("10.nothing", ()),
    ],
)
async def test_a_doi_is_understood_as_everywhere(doi: str, aliases: tuple[str, ...]) -> None:
    (paper,) = (await look(atom([Entry(id="2608.10011", doi=doi)]))).result.papers

    assert paper.aliases == aliases


def test_a_page_links_the_code_of_a_comment() -> None:
    comment = "9 pages. <a href='https://github.com/owner/tool' class='link-https'>this https URL</a>"

    (entry,) = read_listing_page(page(WEDNESDAY, [Entry(id="2608.10011", comment=comment)])).entries

    assert "https://github.com/owner/tool" in entry.comment
    assert (entry.title.strip(), entry.authors) == ("A Made Up Title", ("Ada Lovelace", "Charles Babbage"))


def test_an_archive_stands_for_its_categories_each_with_a_list_of_its_own() -> None:
    source = ArxivListings("http://127.0.0.1:9", "http://127.0.0.1:9")

    assert source.wanted(CategoryDemand(("hep-th", "q-bio.NC"))) == ("hep-th", "q-bio.NC")
    assert {"astro-ph.CO", "astro-ph.GA"} <= set(source.wanted(CategoryDemand(("astro-ph",))))
    assert "cs" not in source.wanted(CategoryDemand(("cs",)))
    assert source.wanted(CategoryDemand(("cmp-lg", "neuroscience"))) == ()
    assert source.wanted(CategoryDemand(("hep-th",), ("biorxiv",))) == ()
    assert source.wanted(CategoryDemand(("hep-th",), ("arxiv",))) == ("hep-th",)


def _next(state: CategoryState, now: datetime) -> datetime:
    return ArxivListings("http://127.0.0.1:9", "http://127.0.0.1:9").next_look(state, now)


def test_a_category_is_looked_at_every_quarter_of_an_hour_until_its_batch_has_moved() -> None:
    pending = replace(TUESDAY, tried_at=OPENS, succeeded_at=OPENS, outcome=BatchOutcome.PENDING)
    moved = replace(pending, day=WEDNESDAY, outcome=BatchOutcome.NEW)
    stale = replace(TUESDAY, tried_at=AFTERNOON, succeeded_at=AFTERNOON, outcome=BatchOutcome.STALE)

    assert _next(FIRST, AFTERNOON) == AFTERNOON
    assert _next(TUESDAY, OPENS - HOUR) == OPENS
    assert _next(TUESDAY, OPENS) <= OPENS
    assert _next(pending, OPENS) == OPENS + timedelta(minutes=15)
    assert _next(moved, AFTERNOON) == OPENS + 24 * HOUR
    assert _next(stale, AFTERNOON) == AFTERNOON + HOUR


def test_after_friday_the_next_look_is_on_monday_also_when_the_clocks_change() -> None:
    friday = replace(TUESDAY, day=date(2026, 10, 30), tried_at=datetime(2026, 10, 30, 4, 5, tzinfo=UTC))

    assert _next(friday, datetime(2026, 10, 31, 12, tzinfo=UTC)) == datetime(2026, 11, 2, 5, 5, tzinfo=UTC)


def test_the_day_after_a_holiday_is_looked_at_too() -> None:
    thursday = replace(TUESDAY, day=date(2026, 11, 26), tried_at=datetime(2026, 11, 26, 5, 5, tzinfo=UTC))
    quiet = replace(thursday, outcome=BatchOutcome.QUIET, succeeded_at=datetime(2026, 11, 27, 5, 5, tzinfo=UTC))

    assert _next(thursday, datetime(2026, 11, 26, 12, tzinfo=UTC)) == datetime(2026, 11, 27, 5, 5, tzinfo=UTC)
    assert _next(quiet, datetime(2026, 11, 27, 6, tzinfo=UTC)) == datetime(2026, 11, 27, 11, 5, tzinfo=UTC)


async def test_a_feed_with_papers_on_a_saturday_is_the_list_of_friday() -> None:
    batch = await look(atom(NEW), state=FIRST, now=datetime(2026, 8, 15, 12, tzinfo=UTC))

    assert (batch.outcome, batch.day) == (BatchOutcome.NEW, date(2026, 8, 14))


@needs_shared
def test_recorded_bodies_are_read() -> None:
    bodies = SHARED / "data" / "sources"
    feed = read_listing_feed((bodies / "arxiv_feed" / "atom_cs.AI_2025-08-20.xml").read_bytes())
    first = read_listing_feed((bodies / "arxiv_feed" / "rss_cs.AI_2025-09-18_first_item.xml").read_bytes())
    empty = read_listing_feed((bodies / "arxiv_feed" / "CONSTRUCTED_rss_empty_saturday.xml").read_bytes())
    error = read_listing_feed((bodies / "arxiv_feed" / "CONSTRUCTED_rss_error_400.xml").read_bytes())
    listing = read_listing_page((bodies / "arxiv_listing" / "list_cs.AI_new_2026-08-12.html").read_bytes())

    assert [entry.kind for entry in feed.entries] == ["cross"] * 5 + ["new"] * 2
    assert feed.entries[0].categories == ("cs.CL", "cs.AI")
    assert (first.entries[0].kind, empty.entries, empty.error) == ("new", (), "")
    assert error.error.startswith("Bad subject class 'XX'")
    assert (listing.day, [entry.kind for entry in listing.entries]) == (
        WEDNESDAY,
        ["new", "new", "cross", "cross", "replace", "replace"],
    )
    assert listing.entries[2].categories == ("cs.LG", "cs.AI")
