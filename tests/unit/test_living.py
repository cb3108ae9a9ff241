"""When a digest is updated, what its update says, and which time zones a language suggests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.composition import compose
from bot.digests.paper_news import paper_news, with_news
from bot.domain.follow_ups import BETWEEN_EDITS, MOST_EDITS, decoded, edit_times, encoded
from bot.domain.papers import ListRange
from bot.domain.schedule import zone_names
from bot.messages.likely_zones import likely_zones
from bot.messages.living import updated
from bot.services.delivery.follow_up_plans import day_ends_at
from tests.builders import NOON, TODAY, history
from tests.storage.ledger import BERLIN_AT_NINE, DUE, HOUR, subscription


@given(st.integers(0, 24 * 60))
def test_a_digest_is_edited_at_most_three_times_before_the_day_ends(minutes: int) -> None:
    ends = NOON + timedelta(minutes=minutes)

    times = edit_times(NOON, ends)

    assert len(times) <= MOST_EDITS
    gaps = [after - before for before, after in zip((NOON, *times), (*times, ends), strict=True)]
    assert not times or min(gaps) >= BETWEEN_EDITS
    assert minutes < 120 or len(times) >= 2


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Europe/Berlin", 15), ("UTC", 17), ("America/Los_Angeles", 24), ("Asia/Tokyo", 8), ("Pacific/Apia", 4)],
)
def test_the_day_is_that_of_the_subscription(zone: str, hours: int) -> None:
    there = subscription(schedule=replace(BERLIN_AT_NINE, zone=zone))

    # 7:00 UTC
    assert day_ends_at(there, DUE) - DUE == timedelta(hours=hours)


def test_a_day_with_a_changed_clock_ends_at_its_own_midnight() -> None:
    spring = datetime.fromisoformat("2026-03-29T00:30:00+00:00")

    assert day_ends_at(subscription(), spring) == datetime.fromisoformat("2026-03-29T22:00:00+00:00")


def test_an_update_keeps_the_numbers_and_says_who_moved() -> None:
    papers = [history(f"2604.0000{number}", (60 - 10 * number,)) for number in (1, 2, 3)]
    days: list[date] = [TODAY]
    sent = compose(papers, days, NOON, window=ListRange.DAY)
    ids = [pick.trend.paper.id for pick in sent.picks]
    last = papers[[each.paper.id for each in papers].index(ids[-1])]
    later = NOON + 3 * HOUR
    seen = replace(last.observations[-1], votes=500, seen_at=later)
    now = [replace(last, observations=(*last.observations, seen)) if each is last else each for each in papers]

    news = decoded(encoded(paper_news(sent, now, later)))
    page = updated(sent, subscription(), news, composed_at=NOON, as_of=later)

    assert [each.moved for each in news] == [-1, -1, 2]
    assert [card.key for card in page.cards] == ids
    assert [card.number for card in page.cards] == [1, 2, 3]
    assert [card.reason[:3] for card in page.cards] == ["▼ 1", "▼ 1", "▲ 2"]
    assert "500" in page.cards[2].reason
    assert [pick.trend.signals.votes for pick in with_news(sent, news).picks][2] == 500
    assert with_news(sent, ()) == sent


@pytest.mark.parametrize(
    ("tag", "first"),
    [
        ("de", "Europe/Berlin"),
        ("de-AT", "Europe/Vienna"),
        ("ja", "Asia/Tokyo"),
        ("pt-BR", "America/Sao_Paulo"),
        ("fr", "Europe/Paris"),
        ("en-GB", "Europe/London"),
        ("hi", "Asia/Kolkata"),
        ("ko", "Asia/Seoul"),
        ("zh-TW", "Asia/Taipei"),
        ("zh-Hant-HK", "Asia/Hong_Kong"),
    ],
)
def test_a_language_suggests_where_its_readers_live(tag: str, first: str) -> None:
    assert likely_zones(tag)[0] == first


@pytest.mark.parametrize("tag", ["", "en", "xx", "x-y-z", "😀", "de-" * 50])
def test_a_language_that_says_nothing_suggests_nothing_that_is_no_zone(tag: str) -> None:
    assert set(likely_zones(tag)) <= set(zone_names())
    assert tag.startswith("de") or likely_zones(tag) == ()
