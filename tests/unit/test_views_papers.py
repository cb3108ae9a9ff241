from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.domain.search_results import SearchResults
from bot.messages.papers import hits, no_more
from bot.query import Query
from tests.builders import TODAY, paper


@pytest.mark.parametrize(
    ("exact", "listed", "numbers"),
    [(1_900, 100, ["1.9k", "100"]), (12, 12, ["12"]), (0, 1, ["1"])],
)
def test_the_end_of_a_list_says_how_many_match(exact: int, listed: int, numbers: list[str]) -> None:
    ids = [f"2604.{number:05}" for number in range(listed)]

    page = no_more(Query(words=("agents",)), SearchResults(ids=ids, exact=exact))

    assert re.findall(r"[0-9][0-9.]*[0-9]k?|[0-9]+", page.intro) == numbers


def test_near_papers_stand_behind_the_matching_ones_with_numbers_that_go_on() -> None:
    match, near = paper("2604.00001"), paper("2604.00002")
    found = SearchResults(ids=[match.id, near.id], exact=1, near=frozenset({near.id}))

    matching, related = hits(Query(words=("agents",)), found, [match, near], 0, TODAY).sections

    assert [(card.number, card.key) for card in matching.cards] == [(1, match.id)]
    assert [(card.number, card.key) for card in related.cards] == [(2, near.id)]
    assert related.heading
    assert not matching.heading


def test_a_misspelled_topic_is_followed_as_it_was_looked_up() -> None:
    match = paper("2604.00001")
    found = SearchResults(ids=[match.id], exact=1, corrected={"agnets": "agents"})

    page = hits(Query(words=("agnets",)), found, [match], 0, TODAY)

    assert page.actions[0].command == "subscribe agents"


def test_where_only_the_best_candidates_were_judged_the_number_is_a_lower_bound() -> None:
    match, query = paper("2604.00001"), Query(words=("agents",))
    found = SearchResults(ids=[match.id], exact=250)
    exact, at_least = [hits(query, replace(found, at_least=bound), [match], 0, TODAY).intro for bound in (False, True)]

    assert "250" in exact
    assert "250" in at_least
    assert exact != at_least
