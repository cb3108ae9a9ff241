"""Dialogues in plain text: what was said before decides what a short line means."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.commands import Commands
from bot.commands.typed import typed
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store

HERE = Chat("telegram", "7")


class Dialogue:
    """One private chat with one person."""

    def __init__(self, store: Store) -> None:
        self._commands = Commands(build_services(store), lambda: sample.AS_OF)

    async def say(self, *lines: str) -> Page:
        """Say some lines; return the answer to the last."""
        for line in lines:
            page = await self._commands.handle(typed(line, HERE, person="ada", may_manage=True))
        return page


@pytest.fixture
async def dialogue(sample_store: Store) -> Dialogue:
    return Dialogue(sample_store)


def keys(page: Page) -> Sequence[str]:
    return [card.key for card in page.cards]


def commands(page: Page) -> Sequence[str]:
    return [action.command for action in page.actions]


async def test_more_brings_the_papers_behind_those_that_were_shown(dialogue: Dialogue) -> None:
    first = keys(await dialogue.say("agents"))
    second = keys(await dialogue.say("more"))
    third = keys(await dialogue.say("next please"))

    assert second
    assert not set(first) & set(second)
    assert not (set(first) | set(second)) & set(third)


async def test_trending_goes_on_too(dialogue: Dialogue) -> None:
    first = keys(await dialogue.say("what's trending this week"))
    second = keys(await dialogue.say("show me more"))

    assert len(first) == 10
    assert second
    assert not set(first) & set(second)


async def test_a_refinement_keeps_the_topic(dialogue: Dialogue) -> None:
    page = await dialogue.say("agents", "newest first")

    assert "agents sort:new" in page.title


async def test_a_number_in_words_is_the_paper_of_the_last_list(dialogue: Dialogue) -> None:
    shown = keys(await dialogue.say("agents"))

    assert keys(await dialogue.say("abstract of the second")) == [shown[1]]
    assert shown[1] in str(await dialogue.say("why is it here"))
    assert shown[1] in (await dialogue.say("bibtex please")).sections[0].verbatim


async def test_a_zone_that_was_asked_for_completes_the_subscription(dialogue: Dialogue) -> None:
    asked = await dialogue.say("subscribe world models at 9:00")
    proposed = await dialogue.say("Kyoto")
    saved = await dialogue.say("looks good, save it")

    assert not any(command.startswith("subscribe save") for command in commands(asked))
    assert any(command.startswith("subscribe save") for command in commands(proposed))
    exported = (await dialogue.say("/export")).sections[0].verbatim
    assert "Asia/Tokyo" in exported
    assert saved.trouble == "none"


async def test_save_without_a_zone_asks_again_and_saves_nothing(dialogue: Dialogue) -> None:
    page = await dialogue.say("subscribe world models at 9:00", "/subscribe save")

    assert all("world models" in command for command in commands(page))
    assert "subscribe" not in str((await dialogue.say("/export")).sections)


async def test_a_proposal_can_be_changed_before_it_is_saved(dialogue: Dialogue) -> None:
    await dialogue.say("send me agents papers every weekday 9am berlin", "rather at 7", "top 3", "yes")

    exported = (await dialogue.say("/export")).sections[0].verbatim
    assert "agents top:3 weekdays at 07:00 Europe/Berlin" in exported


async def test_stop_asks_which_and_ends_nothing(dialogue: Dialogue) -> None:
    await dialogue.say("/subscribe agents 9:00 Berlin save", "/subscribe robots 9:00 Berlin save")
    page = await dialogue.say("stop")

    assert all(command.startswith("unsubscribe id:") for command in commands(page))
    assert len((await dialogue.say("/export")).sections[0].verbatim.splitlines()) == 2


@pytest.mark.parametrize("line", ["thanks", "👍", "hello", "good bot", "never mind", "谢谢", "привет"])
async def test_small_talk_is_answered_in_a_line_and_is_no_topic(dialogue: Dialogue, line: str) -> None:
    page = await dialogue.say(line)

    assert not page.cards
    assert not any(command.startswith(("subscribe", "papers")) for command in commands(page))


@pytest.mark.parametrize(
    "line", ["translate 2 to german", "how many citations does 1 have", "order a printed copy of 3"]
)
async def test_what_cannot_be_done_leads_to_the_paper_itself(dialogue: Dialogue, line: str) -> None:
    shown = keys(await dialogue.say("agents"))
    page = await dialogue.say(line)

    assert not page.cards
    assert commands(page)[0] in [f"paper {number}" for number in range(1, len(shown) + 1)]


async def test_another_place_of_the_same_name_is_a_button(dialogue: Dialogue) -> None:
    page = await dialogue.say("/subscribe agents 9:00 Cambridge")

    assert any(command.endswith("America/Toronto") for command in commands(page))
