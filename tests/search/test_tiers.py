from __future__ import annotations

import pytest

from bot.query import parse
from bot.search.tiers import Candidate, chosen, close, matching
from bot.search.topic import THRESHOLD, Judgement, Relevance, topic_of
from tests.builders import TODAY, paper

TITLES = ("Robots walk", "Robots swim", "A robot", "Cooking at home", "A machine")
ABSTRACTS = (*TITLES[:4], "We compare it with a robot.")
PAPERS = [
    (paper(f"2604.0000{at}", title=title, abstract=abstract), 0)
    for at, (title, abstract) in enumerate(zip(TITLES, ABSTRACTS, strict=True))
]


def order(closeness: dict[str, float], text: str = "robots") -> list[str]:
    close_to = {f"2604.0000{at}": close for at, close in closeness.items()}.get
    return [each.paper.id[-1] for each in chosen(topic_of(parse(text, TODAY)), PAPERS, None, close_to)]


def test_among_papers_of_like_relevance_those_that_are_close_in_meaning_come_first() -> None:
    assert order({"0": 2.0, "1": 5.0, "2": 3.5}) == ["1", "2", "0"]


def test_a_paper_that_mentions_a_topic_matches_if_it_is_close_in_meaning() -> None:
    assert "4" not in order({})
    assert "4" in order({"4": 5.0})
    assert "4" not in order({"4": 1.0})


def test_a_paper_that_is_far_in_meaning_does_not_match() -> None:
    assert "0" in order({})
    assert "0" not in order({"0": -3.0})


def test_a_paper_without_any_mention_does_not_match_however_close_it_is() -> None:
    assert "3" not in order({"3": 9.0})


def test_a_paper_without_a_vector_is_judged_by_words() -> None:
    assert set(order({"0": 3.0})) == set(order({}))


@pytest.mark.parametrize("text", ["robots strict:yes", "robots or swimming", "robots that walk and swim at home alone"])
def test_meaning_does_not_count_for_literal_queries_alternatives_and_descriptions(text: str) -> None:
    far = {str(at): -9.0 for at in range(5)}

    assert order(far, text) == order({}, text)
    assert not topic_of(parse(text, TODAY)).by_meaning


def test_papers_that_come_close_stand_in_the_order_of_their_relevance() -> None:
    scores = {"a": 0.2, "b": THRESHOLD, "c": 0.4, "d": 0.01}
    judged = [
        Candidate(id, 0, 0, Judgement(Relevance(score), matches=score >= THRESHOLD)) for id, score in scores.items()
    ]

    assert matching(judged, None) == ["b"]
    assert close(judged) == ["c", "a"]
