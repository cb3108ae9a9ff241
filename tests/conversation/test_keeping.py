"""Votes, saved papers and citations."""

from __future__ import annotations

import pytest

from bot.domain.pages import Trouble
from bot.domain.requests import Chat, Tally
from bot.storage import Store
from tests.conversation.conftest import Say

HERE = Chat("console", "terminal")


async def test_a_vote_counts_once_and_the_same_again_changes_nothing(say: Say, sample_store: Store) -> None:
    shown = await say("/trending")

    (first, *_) = shown.keys
    for line, tally in (
        ("/vote 1", Tally(1, 0)),
        ("/vote 1 up", Tally(1, 0)),
        ("/vote 1 down", Tally(0, 1)),
        ("/vote 1 👎", Tally(0, 1)),
    ):
        await say(line)
        assert await sample_store.votes.tallies(HERE, [first]) == {first: tally}


@pytest.mark.parametrize("none", ["none", "NONE", "ｎｏｎｅ", "no\u200dne", "0"])
async def test_a_vote_is_removed_by_its_own_word(say: Say, sample_store: Store, none: str) -> None:
    shown = await say("/trending")
    await say("/vote 1")

    for line in (f"/vote 1 {none}", "/vote 1 none"):
        assert not (await say(line)).refused
        assert await sample_store.votes.tallies(HERE, shown.keys) == {}


async def test_a_vote_wants_a_paper(say: Say) -> None:
    for line in ("/vote", "/vote down"):
        answer = await say(line)
        assert answer.refused
        assert "/vote 3 down" in answer


@pytest.mark.parametrize("word", ["sideways", "please", "100", "yes"])
async def test_a_word_that_is_no_vote_is_refused_as_such(say: Say, sample_store: Store, word: str) -> None:
    shown = await say("/trending")

    for paper in ("1", shown.keys[0]):
        answer = await say(f"/vote {paper} {word}")
        assert answer.refused
        assert f"“{word}”" in answer
        assert f"/vote {paper} down" in answer
    assert await sample_store.votes.tallies(HERE, shown.keys) == {}


async def test_a_saved_paper_is_there_with_its_bibtex_until_it_is_taken_away(say: Say) -> None:
    shown = await say("/trending")
    await say("/save 2")
    await say("/save 2")

    kept = await say("/saved")
    await say("/unsave 1")
    again, nothing = await say("/unsave 1"), await say("/saved")

    assert kept.keys == [shown.keys[1]]
    assert "@misc{" in kept.verbatim
    assert again.trouble is Trouble.NONE
    assert nothing.keys == []


async def test_a_paper_can_be_cited(say: Say) -> None:
    await say("/trending")

    assert "archivePrefix = {arXiv}" in await say("/bibtex 1")


async def test_a_person_is_forgotten_without_the_chat(say: Say, sample_store: Store) -> None:
    shown = await say("/trending")
    await say("/save 1")
    await say("/vote 1")

    await say("/forget me")

    assert await sample_store.saved.of("console", str(HERE)) == []
    assert await sample_store.votes.tallies(HERE, shown.keys) == {}
    assert not (await say("/forget me")).refused
    assert await sample_store.shown.last(HERE)


@pytest.mark.parametrize("agreed", ["me yes", "me, please", "ME ok", "what:me now"])
async def test_words_that_only_agree_change_nothing_about_what_is_forgotten(
    say: Say, sample_store: Store, agreed: str
) -> None:
    await say("/trending")
    await say("/save 1")

    await say(f"/forget {agreed}")

    assert await sample_store.saved.of("console", str(HERE)) == []
    assert await sample_store.shown.last(HERE)


@pytest.mark.parametrize("part", ["me not", "everything about agents", "me and my votes"])
async def test_part_of_what_can_be_forgotten_is_refused(say: Say, sample_store: Store, part: str) -> None:
    await say("/trending")
    await say("/save 1")

    answer = await say(f"/forget {part}")

    assert answer.refused
    assert "/forget me" in answer
    assert await sample_store.saved.of("console", str(HERE)) != []
