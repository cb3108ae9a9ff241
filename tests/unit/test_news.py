"""Old papers that were cross-listed are new where they were added, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.digests.composition import compose
from bot.domain.observations import History
from bot.domain.papers import Listing, ListingKind, ListRange, Paper
from bot.query import parse
from tests.builders import NOON, TODAY, paper

FEED = ("arxiv_feed",)
OLD, NEW = NOON - timedelta(days=40), NOON - timedelta(days=2)


def listed(**facts: object) -> Paper:
    return paper(
        **{"categories": ("cs.LG", "cs.AI", "stat.ML"), "published_at": OLD, "listed_by": FEED, **facts}  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("found", "query", "is_news"),
    [
        (listed(), "cat:cs.AI", True),
        (listed(), "cat:stat", True),
        (listed(), "cat:cs.LG", False),
        (listed(), "cat:cs.LG OR cat:stat.ML", True),
        (listed(), "", False),
        (listed(published_at=NEW), "cat:cs.LG", True),
        (listed(published_at=NEW), "", True),
        (listed(published_at=None), "cat:cs.LG", True),
        # Hugging Face lists old papers too, and that is news
        (listed(listed_by=("arxiv_feed", "huggingface")), "cat:cs.LG", True),
        (listed(listed_by=("huggingface",)), "", True),
    ],
)
def test_an_old_cross_list_is_news_in_its_secondary_categories(found: Paper, query: str, is_news: bool) -> None:
    digest = compose([History(found)], [TODAY], NOON, window=ListRange.DAY, query=parse(query, TODAY))

    assert bool(digest.picks) is is_news


YESTERDAY = TODAY - timedelta(days=1)


def on(category: str, kind: str, day: date = TODAY) -> Listing:
    return Listing(paper_id="2604.00001", source="arxiv_feed", day=day, category=category, kind=ListingKind(kind))


def read(found: Paper, *listings: Listing) -> Paper:
    known = tuple(replace(each, paper_id=found.id) for each in listings)
    days = [each.day for each in known]
    return replace(found, listings=known, listed_on=max(days), listed_by=tuple({each.source for each in known}))


def witness(category: str, day: date = TODAY) -> Paper:
    """Return another paper, which shows that the list of a category was read that day."""
    return read(paper("2604.00099", categories=(category,), published_at=NEW), on(category, "new", day))


@pytest.mark.parametrize(
    ("published_at", "listings", "query", "is_news"),
    [
        # an old paper that was added to cs.AI today is no news for stat.ML, which it has been in for long
        (OLD, [on("cs.AI", "cross")], "cat:cs.AI", True),
        (OLD, [on("cs.AI", "cross")], "cat:cs", True),
        (OLD, [on("cs.AI", "cross")], "cat:stat.ML", False),
        (OLD, [on("cs.AI", "cross")], "cat:stat", False),
        (OLD, [on("cs.AI", "cross")], "cat:cs.LG", False),
        (OLD, [on("cs.AI", "cross")], "cat:cs.LG OR cat:cs.AI", True),
        (OLD, [on("cs.AI", "cross")], "", False),
        # a list that was read and lacks it
        (NEW, [on("cs.LG", "new")], "cat:stat.ML", False),
        # a list that was not read: what is known of the others stands for it
        (NEW, [on("cs.LG", "new")], "cat:cs.AI", True),
        (NEW, [on("cs.LG", "new")], "", True),
        # a paper that was held for a month is new all the same
        (OLD, [on("cs.LG", "new")], "cat:cs.LG", True),
        (OLD, [on("cs.LG", "new")], "", True),
        (OLD, [on("cs.LG", "new"), on("cs.AI", "cross")], "cat:cs.AI cross:no", False),
        (OLD, [on("cs.LG", "new"), on("cs.AI", "cross")], "cat:cs.LG cross:no", True),
        (NEW, [on("cs.AI", "cross")], "cat:cs.AI cross:no", False),
        # rows from before categories were kept
        (OLD, [on("", "")], "cat:stat.ML", True),
        (OLD, [on("", "")], "cat:cs.LG", False),
        (OLD, [on("", ""), on("cs.AI", "cross")], "", False),
        # Hugging Face's list is not of a category
        (OLD, [replace(on("", ""), source="huggingface"), on("cs.AI", "cross")], "cat:stat.ML", True),
    ],
)
def test_a_paper_is_news_in_the_categories_that_list_it_that_day(
    published_at: datetime, listings: Sequence[Listing], query: str, is_news: bool
) -> None:
    found = read(listed(published_at=published_at), *listings)
    histories = [History(found), History(witness("stat.ML"))]

    digest = compose(histories, [TODAY], NOON, window=ListRange.DAY, query=parse(query, TODAY))

    assert (found.id in {pick.trend.paper.id for pick in digest.picks}) is is_news


def test_a_category_counts_the_day_of_its_own_list() -> None:
    found = read(listed(published_at=NEW), on("cs.LG", "new", YESTERDAY), on("cs.AI", "cross"))
    histories = [History(found), *map(History, (witness("cs.LG"), witness("cs.LG", YESTERDAY)))]

    def days(query: str) -> dict[str, date | None]:
        digest = compose(histories, [TODAY, YESTERDAY], NOON, window=ListRange.WEEK, query=parse(query, TODAY))
        return {pick.trend.paper.id: pick.trend.paper.listed_on for pick in digest.picks}

    assert days("cat:cs.LG")[found.id] == YESTERDAY
    assert days("cat:cs.AI")[found.id] == TODAY


def test_what_was_listed_later_does_not_hide_a_paper_from_an_earlier_moment() -> None:
    found = read(listed(published_at=NEW), on("cs.LG", "new", YESTERDAY), on("cs.AI", "cross"))
    then = NOON - timedelta(days=1)

    digest = compose([History(found)], [TODAY, YESTERDAY], then, window=ListRange.DAY, query=parse("", TODAY))

    assert [pick.trend.paper.listed_on for pick in digest.picks] == [YESTERDAY]
