"""Old papers that were cross-listed are new where they were added, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.digests.composition import compose
from bot.domain.observations import History
from bot.domain.papers import ListRange, Paper
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
