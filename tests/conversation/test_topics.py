"""Asking for papers on a topic, over the console, with the index."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Commands
from bot.domain.pages import ACTION_BYTES, Page, Trouble
from bot.domain.requests import Chat, Request
from bot.search.finder import Finder
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from tests.builders import NOON, paper
from tests.conversation.conftest import Say, talking
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
def say(commands: Commands) -> Say:
    return talking(commands)


@pytest.fixture
def press(commands: Commands) -> Press:
    async def pressed(command: str) -> Page:
        name, _, argument = command.partition(" ")
        return await commands.handle(Request(chat=Chat("console", "terminal"), command=name, argument=argument))

    return pressed


async def test_the_answer_begins_with_what_was_understood(say: Say) -> None:
    reply = await say("papers on zebrafish difusion by Kaiming He since 2024, top 3, top:9")

    assert 'zebrafish difusion author:"kaiming he" after:2024-01-01 top:3' in reply.page.title
    assert str(len(DIFFUSION)) in reply.page.intro
    # a word that is not known, with the likely one, and what was ignored
    assert all(fact in reply for fact in ("diffusion", "difusion", "top:9"))
    assert len(reply.keys) == 3


def commands_of(page: Page) -> list[str]:
    return [action.command for action in page.actions]


async def test_the_next_page_goes_on_where_the_first_ended(press: Press) -> None:
    first = await press("papers zebrafish")
    assert "papers zebrafish more:8" in commands_of(first)
    second = await press("papers zebrafish more:8")
    behind = await press("papers zebrafish more:90")

    seen = [card.key for page in (first, second) for card in page.cards]
    assert len(seen) == len(set(seen)) == len(DIFFUSION)
    assert not any("more:" in command for command in commands_of(second))
    assert behind.cards == ()
    assert str(len(DIFFUSION)) in behind.intro


async def test_order_and_window_are_one_press_away(press: Press) -> None:
    page = await press("papers zebrafish")

    newest = await press("papers zebrafish sort:new")
    week = await press("papers zebrafish after:2026-04-18")

    assert commands_of(page) == [
        "subscribe zebrafish",
        "papers zebrafish more:8",
        "papers zebrafish sort:new",
        "papers zebrafish sort:votes",
        "papers zebrafish after:2026-04-18",
        "papers zebrafish after:2026-03-26",
        "papers zebrafish after:2025-04-25",
    ]
    assert [card.key for card in newest.cards] == [each.id for each in DIFFUSION[:8]]
    assert "papers zebrafish sort:new" not in commands_of(newest)
    assert len(week.cards) == 7
    assert "papers zebrafish" in commands_of(week)
    assert all(len(command.encode()) <= ACTION_BYTES for command in commands_of(week))


async def test_where_nothing_is_found_wider_queries_are_offered_with_their_counts(press: Press) -> None:
    page = await press("papers zebrafish author:nobody votes:>=3")

    (section,) = page.sections
    assert "zebrafish author:nobody votes:>=3" in page.title
    assert [row.label for row in section.rows] == ["/papers zebrafish"]
    assert str(len(DIFFUSION)) in section.rows[0].text


async def test_one_wish_too_many_is_left_out(press: Press) -> None:
    page = await press("papers zebrafish author:nobody")

    (section,) = page.sections
    assert [row.label for row in section.rows] == ["/papers zebrafish"]
    assert "papers zebrafish" in commands_of(page)


async def test_words_that_no_paper_has_together_bring_those_that_come_closest(say: Say) -> None:
    closest, exact = await say("zebrafish quaternions of Ulm"), await say("zebrafish")

    assert closest.keys
    assert closest.page.intro.partition("\n")[0] != exact.page.intro.partition("\n")[0]


async def test_papers_like_one_paper_are_asked_for_by_number_and_in_words(say: Say) -> None:
    shown = await say("/papers zebrafish")
    like = await say("/similar 1")

    assert shown.keys[0] in like.page.title
    assert shown.keys[0] not in like.keys
    assert await say("papers similar to 2604.90003") == await say("/similar 2604.90003")


async def test_a_query_can_be_followed_as_it_was_understood(say: Say, sample_store: Store) -> None:
    await say('/subscribe "diffusion of zebrafish" by He -eggs at 9:00 Berlin save')

    (saved,) = await sample_store.subscriptions.of(Chat("console", "terminal"))
    assert saved.query == '"diffusion of zebrafish" author:he -eggs'


@pytest.mark.parametrize("line", ["", "top:5", "-zebrafish", "sort:new", "''", '"', "()"])
async def test_where_nothing_is_asked_for_a_topic_is_asked_for(say: Say, line: str) -> None:
    answer = await say(f"/papers {line}")

    assert answer.refused
    assert "/papers " in answer.page.intro


async def test_a_question_in_another_language_is_read_by_its_terms(say: Say) -> None:
    reply = await say("Artikel über Sprachmodelle")

    assert "language models" in reply.page.title
    assert "language models" in reply.page.intro


async def test_words_that_are_not_known_in_english_are_refused_with_help(press: Press) -> None:
    page = await press("papers Привет как дела")

    assert page.trouble is Trouble.REFUSED
    assert "Статьи написаны на английском" in page.intro


async def test_what_has_no_words_is_nothing_to_look_for(press: Press) -> None:
    page = await press("papers 👍")

    assert page.trouble is Trouble.REFUSED
    assert "👍" in page.title


async def test_papers_like_one_are_asked_for_by_its_title(say: Say) -> None:
    assert await say("similar to Diffusion of zebrafish, part 3") == await say("/similar 2604.90003")


async def test_a_topic_of_the_past_is_followed_without_its_dates(press: Press) -> None:
    page = await press("papers zebrafish after:2026-04-01 before:2026-04-20")

    assert "subscribe zebrafish" in commands_of(page)


async def test_a_guess_is_said_and_is_one_press_away_from_a_filter(press: Press) -> None:
    line = "which of the studies extended the work of Müller et al. on the diffusion of zebrafish in rivers and lakes"

    page = await press(f"papers {line}")

    assert "author:müller" in page.intro
    assert "papers author:müller" in commands_of(page)
