from __future__ import annotations

from datetime import timedelta

from bot.search.prior import Prior
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
