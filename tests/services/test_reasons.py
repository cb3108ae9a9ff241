"""Reasons as people read them: without the names of exceptions, at most 500 characters, never empty."""

from __future__ import annotations

import pytest

from bot.services.delivery.reasons import UNKNOWN, readable


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("no answer (ReadTimeout)", "no answer"),
        ("ReadTimeout: no answer", "no answer"),
        ("no answer (TooManyRedirects)", "no answer"),
        ("no answer from TooManyRedirects('here')", "no answer from"),
        ("JavaScript is off", "JavaScript is off"),
        ("asked by (someone)", "asked by (someone)"),
        ("Timeout", "Timeout"),
        ("the Error page", "the Error page"),
        ("two   words", "two words"),
        ("httpx.ReadTimeout('x')", UNKNOWN),
        ("Exception('boo')", UNKNOWN),
        ("ConnectionResetError(104, 'Connection reset by peer')", UNKNOWN),
        ("TimedOut", UNKNOWN),
        (" : ", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_reason_is_told_without_the_names_of_exceptions(told: str, read: str) -> None:
    assert readable(told) == read


@pytest.mark.parametrize(("length", "kept"), [(499, True), (500, True), (501, False), (9_000, False)])
def test_a_reason_has_at_most_500_characters(length: int, kept: bool) -> None:
    told = "x" * length

    assert (readable(told) == told) is kept
    assert len(readable(told)) == min(length, 500)
