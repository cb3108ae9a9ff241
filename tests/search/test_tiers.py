from __future__ import annotations

from bot.query import parse
from bot.search.tiers import chosen
from bot.search.topic import topic_of
from tests.builders import TODAY, paper

TITLES = ("Robots walk", "Robots swim", "A robot", "Cooking at home")
PAPERS = [(paper(f"2604.0000{at}", title=title, abstract=title), 0) for at, title in enumerate(TITLES)]


def order(closeness: dict[str, float]) -> list[str]:
    return [each.paper.id[-1] for each in chosen(topic_of(parse("robots", TODAY)), PAPERS, None, closeness)]


def test_among_papers_of_like_relevance_those_that_are_close_in_meaning_come_first() -> None:
    near = {"2604.00000": 1.0, "2604.00001": 4.0, "2604.00002": 2.5}

    assert order(near) == ["1", "2", "0"]


def test_closeness_does_not_decide_what_matches() -> None:
    assert set(order({"2604.00003": 9.0, "2604.00000": -9.0})) == set(order({})) == {"0", "1", "2"}


def test_a_paper_without_a_vector_is_neither_first_nor_last() -> None:
    assert order({"2604.00000": 3.0, "2604.00002": 0.0}) == ["0", "1", "2"]
