from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.digests.candidates import known_by
from bot.digests.composition import SIZE, Digest, Funnel, compose, moment
from bot.domain.observations import History
from bot.domain.papers import ListRange
from bot.domain.trending import Sort
from bot.query import parse
from tests.builders import NOON, TODAY, history, observation, paper

YESTERDAY, LONG_AGO = TODAY - timedelta(days=1), TODAY - timedelta(days=4)
DAYS = [TODAY, YESTERDAY, LONG_AGO]


def digest(*histories: History, window: ListRange = ListRange.DAY, typed: str = "", **options: Any) -> Digest:
    return compose(histories, DAYS, NOON, window=window, query=parse(typed, TODAY), **options)


def ids(digest: Digest) -> list[str]:
    return [pick.trend.paper.id for pick in digest.picks]


def many(number: int, **facts: Any) -> list[History]:
    return [
        history(f"2604.{place:05}", (place, 2 * place), title=f"Subject{place}", **facts) for place in range(1, number)
    ]


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    found = digest(*many(40))

    assert len(found.picks) == SIZE
    assert found.considered == 39
    assert ids(found)[0] == "2604.00039"


def test_a_number_in_the_query_is_the_size() -> None:
    assert len(digest(*many(40), typed="top 3").picks) == 3


def test_a_day_is_todays_list_and_the_one_before() -> None:
    today, yesterday = history("2604.00001"), history("2604.00002", listed_on=YESTERDAY)
    long_ago = history("2604.00003", (1, 1), listed_on=LONG_AGO)

    found = digest(today, yesterday, *many(30), long_ago)

    assert (found.first, found.last) == (YESTERDAY, TODAY)
    assert "2604.00003" not in ids(found)


def test_a_paper_of_the_lists_before_comes_in_its_place_where_they_are_reached() -> None:
    riser = history("2604.77777", (3, 8, 386), title="Sleeper", listed_on=LONG_AGO)

    found = digest(*many(30), history("2604.00099", listed_on=YESTERDAY), riser, earliest=LONG_AGO)

    assert found.picks[0].trend.paper.id == "2604.77777"
    assert [pick.late for pick in found.picks] == [True] + [False] * (SIZE - 1)
    assert "2604.77777" not in ids(digest(*many(30), history("2604.00099", listed_on=YESTERDAY), riser))


def test_papers_of_the_lists_before_are_not_counted_among_those_of_its_own() -> None:
    riser = history("2604.77777", (3, 8, 386), title="Sleeper", listed_on=LONG_AGO)

    assert digest(*many(30), riser, first=TODAY, earliest=LONG_AGO).considered == 29


def test_what_was_shown_is_not_shown_again() -> None:
    found = digest(*many(5), shown=frozenset({"2604.00004", "2604.00002"}))

    assert ids(found) == ["2604.00003", "2604.00001"]


def test_neither_house_nor_subject_keeps_a_paper_out() -> None:
    twins = many(12, organization="Big Lab")

    assert [pick.trend.signals.votes for pick in digest(*twins).picks] == [22, 20, 18, 16, 14, 12, 10, 8, 6, 4]


def test_other_sorts_keep_their_order_whoever_it_favours() -> None:
    found = digest(*many(12, organization="Big Lab"), sort=Sort.VOTES)

    assert [pick.trend.signals.votes for pick in found.picks] == sorted(
        (pick.trend.signals.votes for pick in found.picks), reverse=True
    )


def test_words_narrow_the_digest() -> None:
    wanted = history("2604.55555", title="Protein folding")

    assert ids(digest(wanted, *many(9), typed="proteins")) == ["2604.55555"]


def test_the_same_facts_make_the_same_digest_whatever_their_order() -> None:
    histories = many(25)

    assert digest(*histories) == digest(*reversed(histories))


def test_other_picks_have_another_id() -> None:
    assert digest(*many(25)).id != digest(*many(24)).id
    assert digest(*many(25)).id != digest(*many(25), window=ListRange.WEEK).id
    assert digest(*many(25)).id.startswith("2026-04-24-")


def test_an_empty_day_is_a_digest_too() -> None:
    found = digest()

    assert (found.picks, found.considered, found.sources) == ((), 0, frozenset())


def test_the_moment_is_now_while_knowledge_is_fresh() -> None:
    assert moment(NOON, None) == NOON
    assert moment(NOON, NOON - timedelta(hours=35)) == NOON
    assert moment(NOON, NOON - timedelta(hours=37)) == NOON - timedelta(hours=37)


def test_a_day_without_a_list_of_its_own_is_empty() -> None:
    risers = [history(f"2604.7777{n}", (3, 8, 386), title=f"Sleeper{n}", listed_on=LONG_AGO) for n in range(3)]

    assert digest(*risers, first=YESTERDAY, earliest=LONG_AGO).picks == ()


def test_what_became_known_later_is_not_on_its_list_yet() -> None:
    later = NOON + timedelta(minutes=1)
    tomorrow = history("2604.00002", listed_on=TODAY + timedelta(days=1))
    afternoon = History(paper("2604.00003"), (observation("2604.00003", votes=900, seen_at=later),))

    found = digest(history("2604.00001"), tomorrow, afternoon)

    assert ids(found) == ["2604.00001"]
    assert (found.funnel.listed, found.last) == (1, TODAY)
    assert ids(compose([afternoon], DAYS, later, window=ListRange.DAY)) == ["2604.00003"]


def test_a_list_that_is_not_out_yet_is_no_list_of_the_day() -> None:
    afternoon = History(paper("2604.00003"), (observation("2604.00003", seen_at=NOON + timedelta(hours=1)),))

    found = digest(afternoon, history("2604.00002", listed_on=YESTERDAY))

    assert (found.first, found.last) == (YESTERDAY, YESTERDAY)


def test_a_paper_of_a_source_that_tells_no_votes_is_on_its_list_from_the_beginning() -> None:
    silent = History(paper("2604.00009"))

    assert known_by([silent], NOON) == [silent]
    assert ids(digest(silent, history("2604.00001"))) == ["2604.00001", "2604.00009"]


def test_each_filter_is_counted() -> None:
    papers = [history(f"2604.0000{votes}", (votes,), title="Agents") for votes in range(1, 8)]
    other = history("2604.00009", (9,), title="Video")

    found = digest(*papers, other, typed="agents", threshold=3, shown=frozenset({"2604.00007"}))

    assert found.funnel == Funnel(listed=8, matching=7, voted=5, unseen=4)
    assert ids(found) == ["2604.00006", "2604.00005", "2604.00004", "2604.00003"]


def test_a_wish_for_votes_is_held_against_the_votes_of_the_moment() -> None:
    few, enough = history("2604.00001", (19,)), history("2604.00002", (20,))

    assert ids(digest(few, enough, typed="votes:>=20")) == ["2604.00002"]
