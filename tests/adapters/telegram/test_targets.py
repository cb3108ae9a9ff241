from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.callback_data import CommandLine, split_target
from adapters.telegram.targets import address, is_invitation, target


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("@papers_chan", "@papers_chan"),
        ("-1001234567890", "-1001234567890"),
        ("-1001234567890/7", "-1001234567890/7"),
        ("t.me/papers_chan", "@papers_chan"),
        ("https://t.me/papers_chan", "@papers_chan"),
        ("http://T.me/Papers_Chan/", "@Papers_Chan"),
        ("https://www.t.me/papers_chan", "@papers_chan"),
        ("https://telegram.me/papers_chan", "@papers_chan"),
        ("https://telegram.dog/papers_chan", "@papers_chan"),
        ("https://t.me/s/papers_chan", "@papers_chan"),
        ("https://t.me/papers_chan/55", "@papers_chan/55"),
        ("https://t.me/papers_chan/7/55?single", "@papers_chan/7"),
        ("https://papers_chan.t.me", "@papers_chan"),
        ("https://t.me/c/1234567890", "-1001234567890"),
        ("t.me/c/1234567890/7", "-1001234567890/7"),
        ("https://t.me/c/1234567890/7/991", "-1001234567890/7"),
        ("<https://t.me/c/1234567890/7>,", "-1001234567890/7"),
        ("tg://resolve?domain=papers_chan", "@papers_chan"),
        ("https://web.telegram.org/a/#-1001234567890", "-1001234567890"),
        ("https://web.telegram.org/a/#-1001234567890_7", "-1001234567890/7"),
        ("https://web.telegram.org/k/#@papers_chan", "@papers_chan"),
        ("https://t.me/+AbCdEf0123", "https://t.me/+AbCdEf0123"),
        ("t.me/joinchat/AbCdEf0123", "t.me/joinchat/AbCdEf0123"),
    ],
)
def test_every_form_in_which_people_have_a_place_is_one(word: str, place: str) -> None:
    assert target(word) == place


@pytest.mark.parametrize(
    "word",
    ["agents", "@me", "@1abc", "-100", "-survey", "t.me", "https://t.me/", "t.me/ab", "https://t.me/share/url?url=x",
     "https://t.me/addstickers/Cats", "https://t.me/c/abc", "https://example.com/t.me/papers", "nott.me/papers_chan",
     "https://arxiv.org/abs/2506.13759", "t.me/papers chan", "", "@" + "a" * 300],
)  # fmt: skip
def test_everything_else_is_none(word: str) -> None:
    assert target(word) == ""


def test_an_address_may_stand_at_the_end_and_a_name_may_not() -> None:
    there = CommandLine("subscribe", "agents at 9:00 Berlin", "@papers_chan")

    assert split_target("subscribe", "https://t.me/papers_chan agents at 9:00 Berlin") == there
    assert split_target("subscribe", "agents at 9:00 Berlin t.me/papers_chan") == there
    assert split_target("subscribe", "t.me/c/1234567890/7") == CommandLine("subscribe", "", "-1001234567890/7")
    assert split_target("subscribe", "agents role @papers_chan") == CommandLine("subscribe", "agents role @papers_chan")


def test_an_invitation_is_told_from_an_address() -> None:
    assert is_invitation(target("https://t.me/+AbCdEf0123"))
    assert not is_invitation(target("https://t.me/papers_chan"))


@given(st.text(max_size=80))
def test_any_word_is_a_place_or_none(word: str) -> None:
    assert address(word) == "" or target(word)
