from __future__ import annotations

import re

import pytest

from bot.domain.search_results import SearchResults
from bot.messages.papers import no_more
from bot.query import Query
from tests.builders import paper


@pytest.mark.parametrize(
    ("exact", "listed", "numbers"),
    [(1_900, 100, ["1.9k", "100"]), (12, 12, ["12"]), (0, 1, ["1"])],
)
def test_the_end_of_a_list_says_how_many_match(exact: int, listed: int, numbers: list[str]) -> None:
    papers = [paper(f"2604.{number:05}") for number in range(listed)]

    page = no_more(Query(words=("agents",)), SearchResults(papers=papers, exact=exact))

    assert re.findall(r"[0-9][0-9.]*[0-9]k?|[0-9]+", page.intro) == numbers
