"""Papers that no source counts votes for: what orders them, and how they are mixed with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.candidates import relevances
from bot.digests.composition import Digest, compose
from bot.digests.matching import asked_for
from bot.domain.observations import History
from bot.domain.papers import ListRange
from bot.domain.repositories import RepositoryStars, StarDay
from bot.domain.stories import Story
from bot.domain.trending import Measure, Sort, Trend, field_of, rank
from bot.messages import trending as view
from bot.query import parse
from tests.builders import NOON, TODAY, history, paper

DAY = timedelta(days=1)
FEED = ("arxiv_feed",)


def unvoted(id: str, category: str = "hep-th", **facts: Any) -> History:
    """A paper of a list of new papers."""
    return History(paper(id, **{"categories": (category,), "listed_by": FEED, **facts}))


def voted(id: str, votes: int, category: str = "cs.LG", **facts: Any) -> History:
    return history(id, (votes,), **{"categories": (category,), **facts})


def ids(histories: Sequence[History], typed: str = "", window: ListRange = ListRange.DAY) -> list[str]:
    return [trend.paper.id for trend in ranked(histories, typed, window=window)]


def ranked(histories: Sequence[History], typed: str, sort: Sort = Sort.TRENDING, **options: Any) -> list[Trend]:
    query = parse(typed, TODAY)
    return rank(histories, NOON, sort, asked=asked_for(query, relevances(histories, query, NOON)), **options)


def points(known: History, typed: str = "", window: ListRange = ListRange.DAY) -> dict[Measure, float]:
    (trend,) = ranked([known], typed, window=window)
    assert trend.score == sum(part.points for part in trend.parts)
    return {part.measure: part.points for part in trend.parts}


def digest(histories: Sequence[History], typed: str = "", **options: Any) -> Digest:
    return compose(histories, [TODAY], NOON, window=ListRange.DAY, query=parse(typed, TODAY), **options)


def starred(known: History, a_day: int, usual: int = 0) -> History:
    """The same paper, whose code gains stars."""
    days = [StarDay(TODAY - DAY * age, a_day if age <= 7 else usual) for age in range(40)]
    stars = RepositoryStars(repository="lab/code", asked_at=NOON, first_day=days[-1].day, days=tuple(reversed(days)))
    return replace(known, repository=stars)


def discussed(known: History, story_points: int) -> History:
    told = Story(paper_id=known.paper.id, story_id="1", points=story_points, comments=1, posted_at=NOON - DAY)
    return replace(known, stories=(told,))


# what orders them


def test_the_best_match_comes_first() -> None:
    vague = unvoted("2604.00002", title="A theory of everything", abstract="It mentions wormholes once.")
    central = unvoted("2604.00001", title="Traversable wormholes", abstract="Wormholes are wormholes.")

    assert ids([vague, central], "wormholes") == ["2604.00001", "2604.00002"]


def test_a_primary_category_matches_better_than_a_cross_list() -> None:
    crossed = unvoted("2604.00002", "gr-qc", categories=("gr-qc", "hep-th"))

    assert ids([crossed, unvoted("2604.00001")], "cat:hep-th") == ["2604.00001", "2604.00002"]
    assert ids([crossed, unvoted("2604.00001")], "cat:hep-th,gr-qc") == ["2604.00002", "2604.00001"]


def test_todays_list_comes_before_what_was_left_over() -> None:
    yesterday = unvoted("2604.00002", listed_on=TODAY - DAY)

    assert ids([yesterday, unvoted("2604.00001")]) == ["2604.00001", "2604.00002"]
    assert Measure.NEWNESS not in points(yesterday, window=ListRange.WEEK)


@pytest.mark.parametrize(
    "known", [unvoted("2604.00001"), unvoted("2604.00001", code_url="https://github.com/lab/code")]
)
def test_stars_discussion_and_lists_help_and_their_absence_costs_nothing(known: History) -> None:
    plain = unvoted("2604.00002", categories=known.paper.categories)

    assert points(known).keys() == points(plain).keys() == {Measure.NEWNESS}
    for better in (
        starred(known, 8),
        discussed(known, 100),
        replace(known, paper=replace(known.paper, listed_by=("arxiv_feed", "somewhere"))),
    ):
        assert ids([plain, better]) == ["2604.00001", "2604.00002"]


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 100_000))
def test_no_signal_counts_without_limit_or_below_zero(a_day: int, usual: int, story_points: int) -> None:
    found = points(discussed(starred(unvoted("2604.00001"), a_day, usual), story_points))

    assert 0 <= found[Measure.STARS] <= 5
    assert 0 <= found[Measure.DISCUSSION] <= 5
    # a big old repository that gains what it always gains is no news
    assert found[Measure.STARS] == 0 or a_day > usual


def test_what_happens_later_counts_later() -> None:
    known = discussed(unvoted("2604.00001"), 100)
    told = replace(known, stories=(replace(known.stories[0], posted_at=NOON + DAY),))

    assert Measure.DISCUSSION not in points(told)


# how they are mixed

FIELDS = ("cs.LG", "cs.CL", "math.AG", "hep-th", "q-bio.NC", "eess.SP")


@st.composite
def mixtures(draw: st.DrawFn) -> list[History]:
    numbers = draw(st.lists(st.integers(1, 99_999), unique=True, min_size=1, max_size=30))
    found = []
    for number in numbers:
        id, category = f"2604.{number:05}", draw(st.sampled_from(FIELDS))
        votes = draw(st.none() | st.integers(0, 500))
        found.append(unvoted(id, category) if votes is None else voted(id, votes, category))
    return found


QUERIES = st.sampled_from(["", "-survey", "paper", "cat:cs,math,hep-th,q-bio,eess", "server:arxiv"])


@given(mixtures(), QUERIES)
def test_the_order_of_papers_with_votes_does_not_depend_on_others(known: list[History], typed: str) -> None:
    with_votes = [each for each in known if each.observations]
    own = {each.paper.id for each in with_votes}

    assert [id for id in ids(known, typed) if id in own] == [trend.paper.id for trend in rank(with_votes, NOON)]


@given(mixtures(), QUERIES, st.sampled_from(Sort))
def test_every_paper_is_ranked_once(known: list[History], typed: str, sort: Sort) -> None:
    found = ranked(known, typed, sort)

    assert sorted(trend.paper.id for trend in found) == sorted(each.paper.id for each in known)


@given(mixtures(), QUERIES)
def test_the_order_within_a_field_is_that_of_its_papers_alone(known: list[History], typed: str) -> None:
    found = ids(known, typed)
    for name in {field_of(each.paper) for each in known}:
        alone = [each for each in known if field_of(each.paper) == name and not each.observations]
        own = {each.paper.id for each in alone}

        assert [id for id in found if id in own] == ids(alone, typed)


@pytest.mark.parametrize("field", ["math.AG", "q-bio.NC"])
@pytest.mark.parametrize("few", [1, 3, 8])
@pytest.mark.parametrize("many", [30, 60])
@pytest.mark.parametrize("with_votes", [True, False])
def test_a_small_field_is_not_drowned_by_a_large_one(field: str, few: int, many: int, *, with_votes: bool) -> None:
    large = [voted(f"2604.1{n:04}", n + 1) if with_votes else unvoted(f"2604.1{n:04}", "cs.LG") for n in range(many)]
    small = [unvoted(f"2604.0{n:04}", field) for n in range(few)]

    first = ids([*large, *small], "paper")[:10]
    share = sum(id < "2604.1" for id in first)

    assert 1 <= share <= max(1, few / 2 + 1)
    # as many as in proportion, or more
    assert share >= int(10 * few / (few + many))


def test_a_list_with_its_cross_lists_is_one_field() -> None:
    own = [unvoted(f"2604.1{n:04}") for n in range(30)]
    crossed = [
        unvoted(f"2604.2{n:04}", primary, categories=(primary, "hep-th"))
        for n, primary in enumerate(("gr-qc", "hep-ph", "math-ph", "quant-ph", "cond-mat.str-el"))
    ]

    assert all(id < "2604.2" for id in ids([*own, *crossed], "cat:hep-th")[:30])


def test_preprints_of_another_server_are_a_field_of_their_own() -> None:
    cells = History(
        paper("10.1101/2026.04.23.600001", server="biorxiv", categories=("cell biology",), listed_by=("biorxiv",))
    )
    machines = [voted(f"2604.1{n:04}", n + 1) for n in range(40)]

    assert "10.1101/2026.04.23.600001" in ids([*machines, cells], "paper")[:10]


def test_in_a_list_of_everything_one_place_of_five_is_for_papers_without_votes() -> None:
    lists = [*(voted(f"2604.1{n:04}", n + 1) for n in range(30)), *(unvoted(f"2604.0{n:04}") for n in range(300))]

    first = ids(lists)[:20]

    assert [place for place, id in enumerate(first, 1) if id < "2604.1"] == [5, 10, 15, 20]


def test_nothing_is_lost_where_one_kind_runs_out() -> None:
    lists = [*(voted(f"2604.1{n:04}", n + 1) for n in range(3)), *(unvoted(f"2604.0{n:04}") for n in range(9))]

    assert len(ids(lists)) == 12
    assert ids(lists)[:3] == ["2604.10002", "2604.10001", "2604.10000"]


@given(mixtures(), QUERIES, st.integers(1, 20))
def test_a_smaller_digest_is_the_beginning_of_a_larger_one(known: list[History], typed: str, size: int) -> None:
    larger, smaller = digest(known, typed, size=25), digest(known, typed, size=size)

    assert [pick.trend for pick in smaller.picks] == [pick.trend for pick in larger.picks][:size]


# which papers are candidates


def test_a_digest_is_never_empty_where_a_list_had_papers_on_its_topic() -> None:
    lists = [unvoted("2604.00001", title="Wormholes"), *(voted(f"2604.1{n:04}", 50 + n) for n in range(30))]

    assert [pick.trend.paper.id for pick in digest(lists, "wormholes").picks] == ["2604.00001"]


def test_a_list_counts_from_when_it_was_read_unless_it_was_read_long_after() -> None:
    early, late = NOON - timedelta(hours=6), NOON + timedelta(hours=6)
    read = [replace(unvoted("2604.00001"), first_seen_at=at) for at in (early, late, NOON + 10 * DAY)]

    assert [bool(digest([each]).picks) for each in read] == [True, False, True]


def test_the_days_of_other_sources_do_not_hide_the_last_list() -> None:
    # on a Monday the last list of one source is that of Friday, of the other that of Sunday
    monday = NOON + 3 * DAY
    friday = [voted(f"2604.1{n:04}", 5) for n in range(3)]
    sunday = History(
        paper("10.1101/2026.04.26.600001", server="biorxiv", listed_by=("biorxiv",), listed_on=TODAY + 2 * DAY)
    )

    found = compose([*friday, sunday], [TODAY + 2 * DAY, TODAY], monday, window=ListRange.DAY)

    assert len(found.picks) == 4
    assert found.first == TODAY


def test_lists_of_others_do_not_make_a_day_without_a_list_a_day_with_one() -> None:
    hep = unvoted("2604.00001", listed_on=TODAY - 3 * DAY)
    found = compose(
        [hep, voted("2604.10000", 3)],
        [TODAY, TODAY - 3 * DAY],
        NOON,
        window=ListRange.DAY,
        query=parse("cat:hep-th", TODAY),
        first=TODAY,
        earliest=TODAY - 5 * DAY,
    )

    assert not found.picks
    assert found.funnel.listed == 0


# what is said


def page_text(found: Digest) -> str:
    page = view.digest(found, (), NOON)
    return "\n".join([str(page.title), str(page.intro), *(str(card.reason) for card in page.cards)])


def test_what_is_said_of_papers_without_votes_is_true() -> None:
    lists = [
        discussed(starred(unvoted("2604.00001", title="Wormholes"), 8), 120),
        unvoted("2604.00002", title="Wormholes"),
    ]
    found = digest(lists, "wormholes")
    page = view.digest(found, (), NOON)
    first, second = (str(card.reason) for card in page.cards)

    assert "hep-th" in first
    assert "wormholes" in first.casefold()
    assert "8 stars" in first
    assert "120 points" in first
    assert "Hacker News" in first
    assert "star" not in second
    assert "Hacker News" not in second
    for word in ("match", "stars", "discussion", "newness"):
        assert word in str(page.intro)
    assert "trending" not in page_text(found).casefold()
    assert "votes," not in page_text(found)


def test_what_counted_for_none_of_the_papers_is_not_said() -> None:
    text = page_text(digest([unvoted("2604.00001")], "cat:hep-th"))

    assert "primary category" in text
    assert not any(word in text for word in ("stars", "discussion", "taste", "other lists"))


def test_a_digest_of_papers_with_votes_says_nothing_of_others() -> None:
    text = page_text(digest([voted("2604.10000", 3)]))

    assert "without votes" not in text
    assert "no votes" not in text
