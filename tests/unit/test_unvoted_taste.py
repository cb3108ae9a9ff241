"""Taste where papers have no votes, alone and among others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.composition import compose
from bot.digests.taste import choose, reordered
from bot.domain.observations import History
from bot.domain.papers import ListRange
from bot.domain.taste import Strength
from bot.domain.trending import Measure, Trend, rank
from bot.messages import trending as view
from bot.query import parse
from tests.builders import NOON, TODAY, paper
from tests.unit.test_taste import FIELDS, about, taste_of

ARCHIVES = {"agents": "cs.AI", "imaging": "physics.med-ph", "video": "eess.IV", "speech": "eess.AS"}


def unvoted(field: str, number: int) -> History:
    words = about(field, number).paper
    return History(
        paper(
            words.id.replace("2604.", "2604.9"),
            title=words.title,
            abstract=words.abstract,
            categories=(ARCHIVES[field],),
            listed_by=("arxiv_feed",),
        )
    )


def pool(number: int = 6) -> list[History]:
    return [unvoted(field, each) for field in FIELDS for each in range(number)]


def ranked(histories: Sequence[History]) -> list[Trend]:
    return rank(histories, NOON, window=ListRange.DAY)


LIKES = [about("imaging", number) for number in range(20, 26)]
TASTE = taste_of(
    [*LIKES, *pool(), *(about(field, each) for field in FIELDS for each in range(6))],
    liked=[each.paper for each in LIKES],
)


def fields(trends: Sequence[Trend]) -> list[str]:
    return [next(name for name in FIELDS if trend.paper.title.startswith(FIELDS[name].split()[0])) for trend in trends]


def test_taste_orders_papers_without_votes() -> None:
    assert fields(reordered(ranked(pool()), TASTE))[:6] == ["imaging"] * 6


def test_taste_orders_both_kinds_together() -> None:
    voted = [about(field, number, 10 + 7 * number) for field in FIELDS for number in range(6)]
    first = reordered(ranked([*voted, *pool()]), TASTE)[:12]

    assert fields(first) == ["imaging"] * 12
    assert {trend.voted for trend in first} == {True, False}


@given(st.lists(st.tuples(st.sampled_from([*FIELDS]), st.integers(0, 99), st.booleans()), unique=True, min_size=1))
def test_nothing_is_lost_and_the_parts_add_up(told: list[tuple[str, int, bool]]) -> None:
    histories = [about(name, number, number) if voted else unvoted(name, number) for name, number, voted in told]
    trends = ranked(histories)
    for strength in (Strength.MILD, Strength.STRONG):
        taste = taste_of([*LIKES, *histories], strength, liked=[each.paper for each in LIKES])
        found = reordered(trends, taste)

        assert sorted(each.paper.id for each in found) == sorted(each.paper.id for each in trends)
        for trend in found:
            assert trend.score == pytest.approx(sum(part.points for part in trend.parts))
            assert trend.parts[-1].measure is Measure.TASTE
        chosen = choose(trends, taste, len(trends))
        assert len({each.trend.paper.id for each in chosen}) == len(trends)


def test_a_digest_does_not_call_a_paper_without_votes_popular() -> None:
    found = compose(pool(3), [TODAY], NOON, window=ListRange.DAY, query=parse("server:arxiv", TODAY), taste=TASTE)
    page = view.digest(found, (), NOON)

    assert any(pick.kept_for for pick in found.picks)
    assert not any("popular" in str(card.reason) or "votes" in str(card.reason) for card in page.cards)
    assert "taste" in str(page.intro)
    assert "by votes" not in str(page.intro)
