from __future__ import annotations

import pytest

from bot.search.feedback import StemWeights, learned

#: how many of a thousand papers have each stem
FREQUENCY = {"protein": 20, "fold": 30, "chaperon": 10, "model": 900, "name": 1}
TEACHERS = [(10.0, ["protein", "fold", "chaperon", "model", "name"]), (9.0, ["protein", "chaperon", "model"])]


def learn(asked: dict[str, float], papers: int = 1_000) -> dict[str, float]:
    return learned(asked, TEACHERS, weights(papers))


def weights(papers: int = 1_000) -> StemWeights:
    return StemWeights(lambda stem: FREQUENCY.get(stem, 0), papers)


def test_what_the_best_answers_share_and_nobody_asked_for_is_learned() -> None:
    assert set(learn({"protein": 1.0})) == {"fold", "chaperon"}


def test_what_both_say_is_worth_more_than_what_one_says() -> None:
    found = learn({"protein": 1.0})

    assert found["chaperon"] > found["fold"] > 0


def test_common_stems_and_names_are_not_learned() -> None:
    assert not {"model", "name"} & set(learn({"protein": 1.0}))


def test_all_together_are_worth_less_than_what_was_asked() -> None:
    assert sum(learn({"protein": 1.0}).values()) == pytest.approx(0.7)
    assert sum(learn({"protein": 1.0, "other": 1.0}).values()) == pytest.approx(1.4)


def test_little_is_learned_where_little_is_new() -> None:
    asked = {"protein": 1.0, "fold": 1.0, "more": 1.0, "stems": 1.0, "than": 1.0, "that": 1.0}

    assert sum(learn(asked).values()) < 0.7 * sum(asked.values())


@pytest.mark.parametrize("words", [1, 10, 200])
def test_no_learned_stem_outweighs_an_asked_one(words: int) -> None:
    asked = {"protein": 1.0} | {f"word{number}": 1.0 for number in range(words)}

    assert max(learn(asked).values()) <= 1.0


def test_a_first_answer_that_stands_out_teaches_nearly_alone() -> None:
    far = learned({"a": 1.0}, [(10.0, ["fold"]), (6.0, ["chaperon"])], weights())

    assert far["fold"] > 50 * far["chaperon"]


def test_papers_of_the_same_score_teach_the_same_however_rare_their_stems_are() -> None:
    found = learned({"a": 1.0}, [(5.0, ["fold"]), (5.0, ["chaperon"])], weights())

    assert found["fold"] == pytest.approx(found["chaperon"])


def test_few_papers_teach_nothing() -> None:
    assert learn({"protein": 1.0}, papers=199) == {}
    assert learn({"protein": 1.0}, papers=200) != {}
