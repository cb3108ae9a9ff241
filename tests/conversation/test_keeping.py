"""Votes, saved papers and citations."""

from __future__ import annotations

import pytest

from tests.conversation.conftest import Say


async def test_a_vote_counts_once_and_the_same_again_changes_nothing(say: Say) -> None:
    await say("/trending")

    assert "👍 1 · 👎 0" in await say("/vote 1")
    assert "👍 1 · 👎 0" in await say("/vote 1 up")
    assert "👍 0 · 👎 1" in await say("/vote 1 down")
    assert "👍 0 · 👎 1" in await say("/vote 1 👎")


@pytest.mark.parametrize("none", ["none", "NONE", "ｎｏｎｅ", "no\u200dne", "0"])
async def test_a_vote_is_removed_by_its_own_word(say: Say, none: str) -> None:
    await say("/trending")
    await say("/vote 1")

    removed = await say(f"/vote 1 {none}")

    assert "Your vote is removed" in removed
    assert "👍 0 · 👎 0" in removed
    assert "👍 0 · 👎 0" in await say("/vote 1 none")


async def test_a_vote_wants_a_paper(say: Say) -> None:
    assert "A vote for which paper?" in await say("/vote")
    assert "A vote for which paper?" in await say("/vote down")


async def test_a_saved_paper_is_there_with_its_bibtex_until_it_is_taken_away(say: Say) -> None:
    await say("/trending")
    await say("/save 2")
    await say("/save 2")

    kept = await say("/saved")

    assert "1 saved paper" in kept
    assert "@misc{" in kept
    assert "Not saved any more" in await say("/unsave 1")
    assert "It was not saved" in await say("/unsave 1")
    assert "saved no paper yet" in await say("/saved")


async def test_a_paper_can_be_cited(say: Say) -> None:
    await say("/trending")

    assert "archivePrefix = {arXiv}" in await say("/bibtex 1")


async def test_a_person_is_forgotten_without_the_chat(say: Say) -> None:
    await say("/trending")
    await say("/save 1")
    await say("/vote 1")

    assert "1 saved paper and 1 vote are gone" in await say("/forget me")
    assert "Nothing was kept of you" in await say("/forget me")
