from __future__ import annotations

import time as clocks
from datetime import UTC, datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.pages import Layout
from bot.domain.requests import Chat
from bot.domain.schedule import WEEKDAYS, Reading, Schedule
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.domain.taste import Strength
from bot.query import MOST_PAPERS
from bot.query.subscriptions.format import safe, show
from bot.query.subscriptions.parser import change, read
from bot.query.subscriptions.spec import SubscriptionSpec

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 4, 24, tzinfo=UTC)
BASE = Subscription(
    id=0,
    chat=Chat("console", "here"),
    query="",
    schedule=Schedule(at=time(9), zone="UTC", days=WEEKDAYS),
    next_at=None,
    created_at=NOW,
)


def reading(text: str) -> SubscriptionSpec:
    return read(text, NOW)


def changing(text: str) -> SubscriptionSpec:
    return change(text, NOW)


def test_a_line_holds_everything_in_any_order() -> None:
    wish = SubscriptionSpec(
        when=Reading(at=time(9), zone=BERLIN, days=WEEKDAYS),
        query="agents -survey",
        size=5,
        threshold=20,
        empty=EmptyDay.BEST,
        repeat_days=30,
        silent=True,
        role="@readers",
    )

    assert (
        reading(
            "agents -survey at 9:00 Europe/Berlin weekdays top 5 votes:>=20 empty:best repeat:30 role:@readers silent"
        )
        == wish
    )
    assert (
        reading("silent:yes role:@readers weekdays agents repeat:30 empty:best 9:00 Berlin threshold:20 size:5 -survey")
        == wish
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("top 5", SubscriptionSpec(size=5)),
        ("top:5", SubscriptionSpec(size=5)),
        ("count:5", SubscriptionSpec(size=5)),
        ("size: 5", SubscriptionSpec(size=5)),
        ("SIZE:500", SubscriptionSpec(size=MOST_PAPERS)),
        ("size:0", SubscriptionSpec(size=1)),
        ("votes:20", SubscriptionSpec(threshold=20)),
        ("votes>=20", SubscriptionSpec(threshold=20)),
        ("Votes:≥20", SubscriptionSpec(threshold=20)),
        ("votes:>20", SubscriptionSpec(threshold=21)),
        ("threshold:20", SubscriptionSpec(threshold=20)),
        ("votes:9999999", SubscriptionSpec(threshold=1_000_000)),
        ("empty:nothing", SubscriptionSpec(empty=EmptyDay.NOTHING)),
        ("empty:Skip", SubscriptionSpec(empty=EmptyDay.NOTHING)),
        ("empty: best", SubscriptionSpec(empty=EmptyDay.BEST)),
        ("repeat:7", SubscriptionSpec(repeat_days=7)),
        ("repeat:week", SubscriptionSpec(repeat_days=7)),
        ('repeat:"30 days"', SubscriptionSpec(repeat_days=30)),
        ("repeat:never", SubscriptionSpec(repeat_days=0)),
        ("silent", SubscriptionSpec(silent=True)),
        ("quietly.", SubscriptionSpec(silent=True)),
        ("silent:no", SubscriptionSpec(silent=False)),
        ("taste:off", SubscriptionSpec(taste=Strength.OFF)),
        ("taste: Mild", SubscriptionSpec(taste=Strength.MILD)),
        ("agents taste:strong", SubscriptionSpec(query="agents", taste=Strength.STRONG)),
        ("layout:full", SubscriptionSpec(layout=Layout.FULL)),
        ("layout:Cards", SubscriptionSpec(layout=Layout.CARDS)),
        ("agents thumbnails:no", SubscriptionSpec(query="agents", thumbnails=False)),
        ("agents thumbnails: on", SubscriptionSpec(query="agents", thumbnails=True)),
        ("agents layout: Compact", SubscriptionSpec(query="agents", layout=Layout.COMPACT)),
        ("role:@readers", SubscriptionSpec(role="@readers")),
        ('role:"@Reading group"', SubscriptionSpec(role="@Reading group")),
        ("role:<@&123>", SubscriptionSpec(role="<@&123>")),
        ("role:none", SubscriptionSpec(role="")),
        ("query:agents", SubscriptionSpec(query="agents")),
        ('query:"world models"', SubscriptionSpec(query='"world models"')),
        ("query:world models count:3", SubscriptionSpec(query="world models", size=3)),
        ("query:everything", SubscriptionSpec(query="")),
        ("everything", SubscriptionSpec(query="")),
        ("save", SubscriptionSpec(save=True)),
        ("agents save", SubscriptionSpec(query="agents", save=True)),
        ("agents silent save", SubscriptionSpec(query="agents", silent=True, save=True)),
        ("", SubscriptionSpec()),
    ],
)
def test_each_option_says_one_thing(typed: str, said: SubscriptionSpec) -> None:
    assert reading(typed) == said


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("silent speech", "silent speech"),
        ("save the whales", "save the whales"),
        ('"weekly planning"', '"weekly planning"'),
        ('author:"kaiming he" "since"', '"since" author:"kaiming he"'),
        ('energy "save"', 'energy "save"'),
        ("energy word:save", "energy save"),
        ("foo:bar", "foo:bar"),
        ("-silent agents", "agents -silent"),
    ],
)
def test_words_of_a_topic_are_no_options(typed: str, topic: str) -> None:
    assert reading(typed) == SubscriptionSpec(query=topic)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("size:many", "top 5"),
        ("votes:lots", "votes:>=20"),
        ("empty:party", "empty:note"),
        ("repeat:12", "repeat:30"),
        ("taste:none", "taste:mild"),
        ("silent:maybe", "silent:yes"),
        ("role:", "role:@readers"),
        ("size:٣", "top 5"),
    ],
)
def test_what_cannot_be_met_is_answered_with_what_can(typed: str, offered: str) -> None:
    [complaint] = reading(f"agents {typed}").complaints

    assert typed in complaint
    assert offered in complaint


def test_what_was_not_understood_is_remembered() -> None:
    assert reading("agents ()").ignored == ("()",)


@pytest.mark.parametrize("place", ["Berlin", "in Berlin", "europe/berlin", "tz:Berlin"])
def test_a_place_alone_changes_the_zone_of_a_subscription(place: str) -> None:
    assert changing(place).over(BASE).schedule.zone == BERLIN
    assert changing(place).query is None


def test_a_place_beside_a_zone_is_a_topic() -> None:
    assert changing("berlin tz:Tokyo").query == "berlin"


def test_only_what_is_said_changes() -> None:
    before = reading("agents at 9:00 Europe/Berlin top 5 votes:20 repeat:7 role:@readers silent").over(BASE)

    after = changing("at 18:30").over(before)

    assert show(after) == show(before).replace("09:00", "18:30")


def test_every_option_can_be_taken_back() -> None:
    rich = reading("agents votes:20 repeat:7 role:@readers empty:best silent").over(BASE)

    bare = changing("query:everything votes:0 repeat:never role:none empty:note silent:no").over(rich)

    assert bare == BASE


def test_a_subscription_fits_a_wish_that_would_change_nothing() -> None:
    mine = reading("agents at 9:00 Europe/Berlin").over(BASE)

    assert reading("agents").fits(mine)
    assert reading("in Berlin at 9:00").fits(mine)
    assert not reading("agents top 3").fits(mine)


def test_a_subscription_is_shown_in_words() -> None:
    mine = reading('agents -survey 9:00 Berlin top 5 votes:>=20 empty:best repeat:7 role:"@Reading group" silent').over(
        BASE
    )

    assert show(mine) == (
        "agents -survey top:5 votes:>=20 empty:best repeat:7 "
        'role:"@Reading group" silent:yes weekdays at 09:00 Europe/Berlin'
    )
    assert show(BASE) == "everything top:10 weekdays at 09:00 UTC"


TYPED = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            'agents weekly "weekly 9:00 at in Berlin silent save query: size: votes:>=20 role:@a" -weekly every monday '
            '-"x ” top 5 everything world foo:bar since on the 3rd query:at tz:Tokyo votes>=2 "silent" a"b '
            "taste:off taste: mild".split()
        ),
        max_size=14,
    ).map(" ".join),
)


@given(TYPED)
@example('"weekly planning" top 3')
@example('energy "save"')
@example('"role:@x" "size:5" "votes>=3" agents')
@example('"everything silent"')
def test_what_is_shown_reads_back_to_the_same(typed: str) -> None:
    understood = reading(typed).over(BASE)

    again = reading(show(understood))

    assert again.over(BASE) == understood
    assert not again.complaints
    assert not again.ignored
    assert not again.save


@given(TYPED)
def test_a_safe_query_is_read_as_one_and_nothing_else(typed: str) -> None:
    words = reading(typed).query or ""

    assert reading(safe(words)) == SubscriptionSpec(query=words or None)


@pytest.mark.parametrize(
    "text",
    ["agents " * 15_000, "size:" * 20_000, '"' * 100_001, 'role:"' + "x" * 100_000, "a" * 100_000, '" a' * 33_333],
)
def test_a_hundred_kilobytes_are_read_at_once(text: str) -> None:
    started = clocks.process_time()

    wish = reading(text)

    assert clocks.process_time() - started < 2  # 0.1 s alone; the rest is for coverage
    assert "4,096" in wish.ignored[-1]
    assert all(len(complaint) < 200 for complaint in wish.complaints)
    assert len(show(wish.over(BASE))) < 1_500
