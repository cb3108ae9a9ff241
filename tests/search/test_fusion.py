from __future__ import annotations

import pytest

from bot.search.fusion import best_first, blended, fused


def test_lists_are_fused_by_their_places() -> None:
    assert fused(["a", "b", "c"], ["c", "d"]) == ["c", "a", "b", "d"]


def test_scores_count_relative_to_the_best_and_cosines_as_they_are() -> None:
    found = blended({"a": 8.0, "b": 4.0}, {"a": 0.1, "b": 0.5, "c": 0.7}, 2.0)

    assert found == pytest.approx({"a": 1.2, "b": 1.5, "c": 0.45 + 1.4})


def test_whatever_the_scale_of_the_scores_the_result_is_the_same() -> None:
    cosines = {"a": 0.1, "b": 0.4}

    assert blended({"a": 800.0, "b": 400.0}, cosines) == pytest.approx(blended({"a": 8.0, "b": 4.0}, cosines))


def test_without_a_cosine_a_paper_gets_the_lowest_one() -> None:
    assert blended({"a": 2.0, "b": 1.0}, {"a": 0.3, "c": 0.2})["b"] == pytest.approx(0.5 + 0.2)


def test_the_cosines_of_other_models_are_scaled_by_their_spread() -> None:
    near, far = {"a": 0.80, "b": 0.86, "c": 0.83}, {"a": 0.0, "b": 0.6, "c": 0.3}

    scaled = blended({"a": 1.0}, near, calibrated=False)

    assert scaled == pytest.approx(blended({"a": 1.0}, far))
    assert blended({"a": 1.0}, {"a": 0.5, "b": 0.5}, calibrated=False)["a"] == pytest.approx(1.0)


@pytest.mark.parametrize("calibrated", [True, False])
def test_nothing_comes_of_nothing(calibrated: bool) -> None:
    assert blended({}, {}, calibrated=calibrated) == {}
    assert blended({"a": 0.0}, {}, calibrated=calibrated) == {"a": 0.0}


def test_ties_keep_their_order() -> None:
    assert best_first({"b": 1.0, "a": 1.0, "c": 2.0}) == [("c", 2.0), ("b", 1.0), ("a", 1.0)]
