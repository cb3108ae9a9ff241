from __future__ import annotations

import pytest

from bot.domain.search_results import SearchResults
from bot.messages.papers import no_more
from bot.query import Query
from tests.builders import paper


@pytest.mark.parametrize(
    ("exact", "listed", "told"),
    [
        (1_900, 100, "1.9k papers match, and the list ends after the first 100."),
        (12, 12, "the list ends after 12 papers."),
        (0, 1, "the list ends after 1 paper."),
    ],
)
def test_the_end_of_a_list_says_how_many_match(exact: int, listed: int, told: str) -> None:
    papers = [paper(f"2604.{number:05}") for number in range(listed)]

    page = no_more(Query(words=("agents",)), SearchResults(papers=papers, exact=exact))

    assert told in page.intro
