from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.digest import LATE_RISERS, SIZE, Digest, compose, moment
from bot.models import History
from bot.query import parse
from bot.trending import Sort, Window
from tests.builders import NOON, TODAY, history

YESTERDAY, LONG_AGO = TODAY - timedelta(days=1), TODAY - timedelta(days=4)
DAYS = [TODAY, YESTERDAY, LONG_AGO]


def digest(*histories: History, window: Window = Window.DAY, typed: str = "", **options: Any) -> Digest:
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


def test_a_late_riser_has_its_place_and_is_marked() -> None:
    riser = history("2604.77777", (3, 8, 386), title="Sleeper", listed_on=LONG_AGO)

    found = digest(*many(30), riser)

    (late,) = [pick for pick in found.picks if pick.late]
    assert late.trend.paper.id == "2604.77777"
    assert found.picks[-1] == late


def test_late_risers_never_fill_the_digest() -> None:
    risers = [history(f"2604.7777{n}", (3, 8, 386 + n), title=f"Sleeper{n}", listed_on=LONG_AGO) for n in range(9)]

    found = digest(*many(30), *risers)

    assert sum(pick.late for pick in found.picks) == LATE_RISERS


def test_what_was_shown_is_not_shown_again() -> None:
    found = digest(*many(5), shown=frozenset({"2604.00004", "2604.00002"}))

    assert ids(found) == ["2604.00003", "2604.00001"]


def test_one_house_does_not_fill_the_list_while_others_wait() -> None:
    house = many(12, organization="Big Lab")
    others = [history(f"2604.8888{n}", (0, 1), title=f"Small{n}", organization=f"Lab {n}") for n in range(7)]

    found = digest(*house, *others)

    assert sum(pick.trend.paper.organization == "Big Lab" for pick in found.picks) == 3
    assert len(found.picks) == SIZE


def test_one_house_fills_the_list_where_nobody_else_is() -> None:
    assert len(digest(*many(12, organization="Big Lab")).picks) == SIZE


def test_two_papers_about_the_same_do_not_stand_side_by_side_while_others_wait() -> None:
    twins = [history(f"2604.9999{n}", (10, 90), title="Grasping transparent objects robustly") for n in range(2)]

    found = digest(*twins, *many(20))

    assert sum(pick.trend.paper.title.startswith("Grasping") for pick in found.picks) == 1


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
    assert digest(*many(25)).id != digest(*many(25), window=Window.WEEK).id
    assert digest(*many(25)).id.startswith("2026-04-24-")


def test_an_empty_day_is_a_digest_too() -> None:
    found = digest()

    assert (found.picks, found.considered, found.sources) == ((), 0, frozenset())


def test_the_moment_is_now_while_knowledge_is_fresh() -> None:
    assert moment(NOON, None) == NOON
    assert moment(NOON, NOON - timedelta(hours=35)) == NOON
    assert moment(NOON, NOON - timedelta(hours=37)) == NOON - timedelta(hours=37)


def test_a_day_without_papers_of_its_own_is_empty() -> None:
    risers = [history(f"2604.7777{n}", (3, 8, 386 + n), title=f"Sleeper{n}", listed_on=LONG_AGO) for n in range(3)]

    assert digest(*risers).picks == ()
