"""In which category a paper is listed, and as what: stored, read with histories, and migrated."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.papers import Listing, ListingKind
from bot.storage import Store, open_store
from tests.builders import NOON, TODAY, listing, paper
from tests.storage.former import CREATED, add_row, former_schema
from tests.storage.harvests import harvest

DAY = timedelta(days=1)
ID = "2604.00001"
NEW = Listing(paper_id=ID, source="arxiv_feed", day=TODAY - DAY, category="hep-ph", kind=ListingKind.NEW)
CROSS = replace(NEW, day=TODAY, category="cs.LG", kind=ListingKind.CROSS)
PAPER = dict.fromkeys(
    ("abstract", "summary", "summary_by", "organization", "code_url", "project_url"), ""
) | dict.fromkeys(("authors", "categories", "keywords"), "[]")


async def test_a_paper_is_kept_with_the_categories_that_list_it(store: Store) -> None:
    other = replace(CROSS, category="hep-th")
    kept = await store.keep(harvest(paper(ID), NEW, CROSS, other))
    again = await store.keep(harvest(paper(ID), replace(CROSS, kind=ListingKind.NONE), replace(NEW, day=TODAY)))

    (found,) = await store.histories(TODAY - DAY, TODAY, NOON, NOON)
    (today,) = await store.histories(TODAY, TODAY, NOON, NOON)

    assert (kept.listings, again.listings) == (3, 1)
    assert set(found.paper.listings) == {NEW, CROSS, other, replace(NEW, day=TODAY)}
    assert (found.paper.listed_on, found.paper.listed_by) == (TODAY, ("arxiv_feed",))
    assert {each.category for each in today.paper.listings} == {"hep-ph", "cs.LG", "hep-th"}


async def test_lists_without_a_category_are_read_only_where_they_are_to_be_told_apart(store: Store) -> None:
    await store.keep(harvest(paper(ID), paper("2604.00002"), CROSS, listing(ID), listing("2604.00002")))

    found = {each.paper.id: each.paper.listings for each in await store.histories(TODAY, TODAY, NOON, NOON)}

    assert {each.source for each in found[ID]} == {"arxiv_feed", "huggingface"}
    assert found["2604.00002"] == ()


async def test_listings_of_earlier_versions_stay_with_what_is_known(database_url: str) -> None:
    with former_schema(database_url, "0026") as connection:
        for id in (ID, "2604.00002"):
            add_row(connection, "papers", id=id, title="T", first_seen_at=CREATED, last_seen_at=CREATED, **PAPER)
        for id, source, day in (
            (ID, "arxiv_feed", TODAY - DAY),
            (ID, "arxiv_feed", TODAY),
            (ID, "huggingface", TODAY),
            ("2604.00002", "huggingface", TODAY),
        ):
            add_row(connection, "listings", paper_id=id, source=source, day=day)

    async with open_store(database_url) as store:
        before = await store.histories(TODAY - DAY, TODAY, NOON, NOON)
        await store.keep(harvest(paper(ID), CROSS))
        after = {each.paper.id: each.paper for each in await store.histories(TODAY - DAY, TODAY, NOON, NOON)}

    assert {each.paper.id: each.paper.listed_by for each in before} == {
        ID: ("arxiv_feed", "huggingface"),
        "2604.00002": ("huggingface",),
    }
    assert sorted((each.source, each.day, each.category) for each in after[ID].listings) == [
        ("arxiv_feed", TODAY - DAY, ""),
        ("arxiv_feed", TODAY, ""),
        ("arxiv_feed", TODAY, "cs.LG"),
        ("huggingface", TODAY, ""),
    ]
