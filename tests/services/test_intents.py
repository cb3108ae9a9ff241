"""How long before its turn the intent of a message is written."""

from __future__ import annotations

from datetime import timedelta

from bot.services.delivery.intents import Lead

MILLISECOND = timedelta(milliseconds=1)


def test_before_anything_was_measured_the_lead_is_55_milliseconds() -> None:
    assert Lead().length == 55 * MILLISECOND


def test_the_lead_follows_what_writes_take_and_is_never_above_200_milliseconds() -> None:
    quick, slow = Lead(), Lead()
    for _ in range(60):
        quick.took(0.002)
        slow.took(5.0)

    assert 2 * MILLISECOND <= quick.length < 4 * MILLISECOND
    assert slow.length == 200 * MILLISECOND


def test_writes_that_vary_need_a_longer_lead_than_steady_ones_of_the_same_mean() -> None:
    steady, varying = Lead(), Lead()
    for number in range(60):
        steady.took(0.02)
        varying.took(0.01 if number % 2 else 0.03)

    assert varying.length > steady.length
