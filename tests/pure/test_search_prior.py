from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.search.prior import Prior, nearly_tied
from tests.builders import NOON, TODAY, paper

PRIOR = Prior(0.1, TODAY)


def test_a_new_paper_with_many_votes_gains_the_whole_weight() -> None:
    assert PRIOR.factor(paper(published_at=NOON), 9_999) == 1.1


def test_an_old_paper_without_votes_gains_next_to_nothing() -> None:
    assert 1 < PRIOR.factor(paper(published_at=NOON - timedelta(days=3650)), 0) < 1.0001
    assert PRIOR.factor(paper(listed_on=None), 0) == 1


def test_votes_and_age_count_half_each() -> None:
    assert PRIOR.factor(paper(published_at=NOON), 0) == 1.05
    assert PRIOR.factor(paper(listed_on=None), 500) == 1.05
    assert PRIOR.factor(paper(published_at=NOON + timedelta(days=9)), -3) == 1.05


def test_what_is_expected_decides_near_ties_only() -> None:
    factors = {"old": 1.0, "new": 1.1, "worse": 1.1}

    places = nearly_tied([("old", 10.0), ("new", 9.9), ("worse", 9.5)], factors)

    assert sorted(places, key=lambda each: places[each]) == ["new", "old", "worse"]


@given(st.dictionaries(st.text(max_size=3), st.tuples(st.floats(0, 100), st.floats(1, 1.1)), max_size=12))
def test_no_paper_passes_one_that_is_clearly_better(told: dict[str, tuple[float, float]]) -> None:
    places = nearly_tied(
        [(id, score) for id, (score, _) in told.items()], {id: factor for id, (_, factor) in told.items()}
    )

    assert sorted(places.values()) == list(range(len(told)))
    for one, (score, _) in told.items():
        for other, (less, _) in told.items():
            assert not less < 0.97 * score or places[one] < places[other]
