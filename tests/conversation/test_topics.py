"""Asking for papers on a topic, over the console, with the index."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.console.surface import Console
from bot.commands import COMMANDS, Commands
from bot.domain.pages import ACTION_BYTES, Page, Trouble
from bot.domain.requests import Chat, Request
from bot.search.finder import Finder
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from tests.builders import NOON, paper
from tests.conversation.conftest import Say
from tests.storage.harvests import harvest

Press = Callable[[str], Awaitable[Page]]

DIFFUSION = [
    paper(
        f"2604.9{number:04}",
        title=f"Diffusion of zebrafish, part {number}",
        categories=("q-bio.BM",),
        authors=("Jürgen Müller", "Kaiming He"),
        published_at=NOON - timedelta(days=number),
    )
    for number in range(12)
]


@pytest.fixture
async def commands(sample_store: Store, tmp_path: Path) -> AsyncIterator[Commands]:
    await sample_store.keep(harvest(*DIFFUSION, seen_at=sample.AS_OF))
    finder = await Finder.open(sample_store, tmp_path)
    await finder.follow()
    yield Commands(build_services(sample_store, (), finder), lambda: sample.AS_OF)
    await finder.close()


@pytest.fixture
def talking(commands: Commands) -> Say:
    console = Console(commands, COMMANDS, Path("unused"))

    async def say(line: str) -> str:
        out = io.StringIO()
        await console.say(line, out)
        return out.getvalue()

    return say


@pytest.fixture
def press(commands: Commands) -> Press:
    async def pressed(command: str) -> Page:
        name, _, argument = command.partition(" ")
        return await commands.handle(Request(chat=Chat("console", "terminal"), command=name, argument=argument))

    return pressed


async def test_the_answer_begins_with_what_was_understood(talking: Say) -> None:
    reply = await talking("papers on zebrafish difusion by Kaiming He since 2024, top 3, top:9")

    title, _, intro, *_ = reply.splitlines()
    assert title == 'Papers on zebrafish difusion author:"kaiming he" after:2024-01-01 top:3'
    assert intro.startswith("12 papers match, best first.")
    assert "Did you mean diffusion for “difusion”? Both were looked for." in reply
    assert "Ignored: top:9" in reply
    assert " 3. " in reply
    assert " 4. " not in reply


def commands_of(page: Page) -> dict[str, str]:
    return {action.label: action.command for action in page.actions}


async def test_the_next_page_goes_on_where_the_first_ended(press: Press) -> None:
    first = await press("papers zebrafish")
    second = await press(commands_of(first)["Next page"])
    behind = await press("papers zebrafish more:90")

    seen = [card.key for page in (first, second) for card in page.cards]
    assert len(seen) == len(set(seen)) == len(DIFFUSION)
    assert "Next page" not in commands_of(second)
    assert behind.intro == "There are no more papers here: the list ends after 12 papers."


async def test_order_and_window_are_one_press_away(press: Press) -> None:
    page = await press("papers zebrafish")

    newest = await press(commands_of(page)["Newest"])
    week = await press(commands_of(page)["Past week"])

    assert commands_of(page) == {
        "Follow this topic": "subscribe zebrafish",
        "Next page": "papers zebrafish more:8",
        "Newest": "papers zebrafish sort:new",
        "Most votes": "papers zebrafish sort:votes",
        "Past week": "papers zebrafish after:2026-04-18",
        "Past month": "papers zebrafish after:2026-03-26",
        "Past year": "papers zebrafish after:2025-04-25",
    }
    assert [card.key for card in newest.cards] == [each.id for each in DIFFUSION[:8]]
    assert "Newest" not in commands_of(newest)
    assert week.intro.startswith("7 papers match")
    assert commands_of(week)["Any time"] == "papers zebrafish"
    assert all(len(command.encode()) <= ACTION_BYTES for command in commands_of(week).values())


async def test_where_nothing_is_found_wider_queries_are_offered_with_their_counts(press: Press) -> None:
    page = await press("papers zebrafish author:nobody votes:>=3")

    (section,) = page.sections
    assert page.title == "No papers on zebrafish author:nobody votes:>=3"
    assert [(row.label, row.text) for row in section.rows] == [("/papers zebrafish", "12 papers")]


async def test_one_wish_too_many_is_left_out(press: Press) -> None:
    page = await press("papers zebrafish author:nobody")

    (section,) = page.sections
    assert [(row.label, row.text) for row in section.rows] == [("/papers zebrafish", "12 papers")]
    assert commands_of(page)["12 papers: zebrafish"] == "papers zebrafish"


async def test_words_that_no_paper_has_together_bring_those_that_come_closest(talking: Say) -> None:
    assert "No stored paper is clearly about this; these come closest." in await talking("zebrafish quaternions of Ulm")


async def test_papers_like_one_paper_are_asked_for_by_number_and_in_words(talking: Say) -> None:
    await talking("/papers zebrafish")
    like = await talking("/similar 1")

    assert like.startswith("Papers like 2604.9")
    assert await talking("papers similar to 2604.90003") == await talking("/similar 2604.90003")


async def test_a_query_can_be_followed_as_it_was_understood(talking: Say) -> None:
    reply = await talking('/subscribe "diffusion of zebrafish" by He -eggs at 9:00 Berlin save')

    assert 'Saved as number 1: “"diffusion of zebrafish" author:he -eggs”' in reply


@pytest.mark.parametrize("line", ["", "top:5", "-zebrafish", "sort:new", "''", '"', "()"])
async def test_where_nothing_is_asked_for_a_topic_is_asked_for(talking: Say, line: str) -> None:
    assert "Papers on what?" in await talking(f"/papers {line}")


async def test_a_question_in_another_language_is_read_by_its_terms(talking: Say) -> None:
    reply = await talking("Artikel über Sprachmodelle")

    assert reply.startswith("Papers on language models")
    assert "Read as English: language models. Papers are written in English." in reply


async def test_words_that_are_not_known_in_english_are_refused_with_help(press: Press) -> None:
    page = await press("papers Привет как дела")

    assert page.trouble is Trouble.REFUSED
    assert "Papers are in English" in page.title
    assert "Статьи написаны на английском" in page.intro


async def test_what_has_no_words_is_nothing_to_look_for(press: Press) -> None:
    page = await press("papers 👍")

    assert page.trouble is Trouble.REFUSED
    assert "There is nothing to look for" in page.title


async def test_papers_like_one_are_asked_for_by_its_title(talking: Say) -> None:
    assert await talking("similar to Diffusion of zebrafish, part 3") == await talking("/similar 2604.90003")


async def test_a_topic_of_the_past_is_followed_without_its_dates(press: Press) -> None:
    page = await press("papers zebrafish after:2026-04-01 before:2026-04-20")

    assert commands_of(page)["Follow this topic, at any time"] == "subscribe zebrafish"


async def test_a_guess_is_said_and_is_one_press_away_from_a_filter(press: Press) -> None:
    line = "which of the studies extended the work of Müller et al. on the diffusion of zebrafish in rivers and lakes"

    page = await press(f"papers {line}")

    assert "Preferred, as a guess: author:müller" in page.intro
    assert commands_of(page)["Only author:müller"] == "papers author:müller"
