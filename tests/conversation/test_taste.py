"""/taste and /recommended: learned from votes, open to the one whose taste it is, and to nobody else."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

import pytest

from bot.commands import Commands
from bot.commands.facade import BotService
from bot.domain.pages import Page
from bot.domain.papers import ListRange, Paper
from bot.domain.requests import Chat, Request
from bot.services.bundle import build_services
from bot.storage import Store
from bot.storage.taste import Owner
from tests.builders import NOON, listing, observation, paper
from tests.conversation.conftest import OnePaper
from tests.storage.harvests import harvest

GROUP, ADA_ALONE, BOB_ALONE = Chat("telegram", "-100"), Chat("telegram", "7"), Chat("telegram", "8")
ADA, BOB, EVE = "7", "8", "9"
#: words that no page of the bot has by itself
FIELDS = ("zebrafish genomics", "quasar spectra", "violin acoustics")


class House:
    """What answers requests of several people."""

    def __init__(self, store: Store, *, from_opened: bool = False, catalogue: OnePaper | None = None) -> None:
        services = build_services(store, [catalogue] if catalogue else [], taste_from_opened=from_opened)
        self._commands = Commands(services, lambda: NOON)
        self.service = BotService(services, lambda: NOON)

    async def ask(self, line: str, chat: Chat = ADA_ALONE, person: str = ADA, *, manages: bool = True) -> Page:
        command, _, argument = line.removeprefix("/").partition(" ")
        return await self._commands.handle(
            Request(chat=chat, person=person, may_manage=manages, command=command, argument=argument)
        )


def text(page: Page) -> str:
    """Everything that is on a page."""
    return repr(page)


def ids(page: Page) -> list[str]:
    return [card.key for card in page.cards]


def of_field(field: int, count: int = 8) -> list[str]:
    return [f"2604.{field}{number:04}" for number in range(count)]


@pytest.fixture
async def papers(sqlite_store: Store) -> Sequence[Paper]:
    made = [
        paper(id, title=f"{FIELDS[field]} {number}", abstract=FIELDS[field])
        for field in range(3)
        for number, id in enumerate(of_field(field))
    ]
    seen = [observation(each.id, votes=200 - place) for place, each in enumerate(made)]
    await sqlite_store.keep(harvest(*made, *(listing(each.id) for each in made), *seen))
    return made


@pytest.fixture
def house(sqlite_store: Store, papers: Sequence[Paper]) -> House:
    return House(sqlite_store)


async def like(house: House, paper_ids: Sequence[str], chat: Chat = ADA_ALONE, person: str = ADA) -> None:
    for id in paper_ids:
        await house.ask(f"/vote {id} up", chat, person)


async def test_five_votes_change_the_list_and_it_is_told_why(house: House) -> None:
    before = ids(await house.ask("/trending top 5"))
    await like(house, of_field(1)[3:])

    after = await house.ask("/trending top 5")

    assert before == of_field(0)[:5]
    assert len(set(ids(after)) & set(of_field(1))) >= 3
    assert before[0] in ids(after)
    why = text(await house.ask(f"/why {of_field(1)[0]}"))
    assert "taste +" in why
    assert "quasar" in why
    shown = text(await house.ask("/taste"))
    assert "quasar" in shown
    assert "in 5 of 5 likes" in shown
    assert all(id in shown for id in of_field(1)[3:])


async def test_one_like_is_told_as_one_and_changes_nothing(house: House) -> None:
    before = ids(await house.ask("/trending top 5"))
    await like(house, of_field(1)[:1])

    shown = text(await house.ask("/taste"))

    assert "1 paper" in shown
    assert "quasar" not in shown
    assert ids(await house.ask("/trending top 5")) == before


async def test_only_votes_down_and_words_that_were_said_are_under_less(house: House) -> None:
    await like(house, of_field(1)[:4])
    assert "Less" not in (await house.ask("/taste")).intro

    for id in of_field(2)[:2]:
        await house.ask(f"/vote {id} down")
    await house.ask("/taste less zebrafish")
    await house.ask("/taste less zebrafish")

    intro = (await house.ask("/taste")).intro
    assert "violin" in intro
    assert re.search(r"zebrafish\b.*\b2 times", intro)


async def test_words_can_be_said_and_taken_back_without_any_vote(house: House) -> None:
    said = await house.ask("/taste more violin acoustics")
    assert ids(await house.ask("/trending top 2")) == of_field(2)[:2]

    undo = next(action.command for action in said.actions if "unsay" in action.command)
    await house.ask(undo)

    assert ids(await house.ask("/trending top 2")) == of_field(0)[:2]


@pytest.mark.parametrize("line", ["more", "more the", "less a", f"more {'x' * 80}", "bogus", "more 2026", "chat more"])
async def test_what_taste_cannot_use_is_refused_with_the_next_step(house: House, line: str) -> None:
    page = await house.ask(f"/taste {line}")

    assert page.refused
    assert "/taste" in text(page)


@pytest.mark.parametrize("line", ["off", "reset"])
async def test_taste_ends_when_a_person_says_so(house: House, line: str) -> None:
    before = ids(await house.ask("/trending top 5"))
    await like(house, of_field(1))

    await house.ask(f"/taste {line}")

    assert ids(await house.ask("/trending top 5")) == before
    if line == "off":
        await house.ask("/taste strong")
        assert ids(await house.ask("/trending top 5")) != before


async def test_what_is_recommended_fits_and_was_neither_seen_here_nor_voted_on(house: House) -> None:
    assert "/taste start" in text(await house.ask("/recommended"))
    await like(house, of_field(1)[:3])

    page = await house.ask("/recommended")

    assert ids(page)[:5] == of_field(1)[3:]
    assert not set(of_field(1)[:3]) & set(ids(page))
    assert page.cards[0].reason.startswith("taste +")
    assert (await house.ask("/paper 1")).cards[0].key == of_field(1)[3]


async def test_a_start_offers_ten_papers_of_different_fields(house: House) -> None:
    page = await house.ask("/taste start")

    assert len(page.cards) == 10
    assert {id[5] for id in ids(page)[:2]} == {"0", "1"}
    assert any(action.command.startswith("vote ") for action in page.cards[0].actions)


async def test_liked_papers_can_be_pasted_also_those_that_are_fetched(
    sqlite_store: Store, papers: Sequence[Paper]
) -> None:
    house = House(sqlite_store, catalogue=OnePaper(paper("2501.00001", title="quasar spectra", abstract="quasar")))
    text_pasted = (
        f"2501.00001 2501.99999 @misc{{a, eprint={{{of_field(1)[0]}}}}} @misc{{b, title={{quasar spectra 4}}}}"
    )

    page = await house.ask(f"/taste like {text_pasted}")

    assert page.title.startswith("3 papers")
    assert ids(await house.ask("/recommended"))[0] in of_field(1)
    assert (await house.ask("/taste like nothing")).refused


async def test_what_was_exported_can_be_typed_again(house: House, sqlite_store: Store) -> None:
    await like(house, of_field(1)[:3])
    for line in ("more violin", "less zebrafish", "mild"):
        await house.ask(f"/taste {line}")
    exported = (await house.ask("/taste export")).sections[0].verbatim
    await house.ask("/forget me")
    assert "quasar" not in text(await house.ask("/taste"))

    for line in exported.splitlines():
        await house.ask(line)

    assert sorted((await house.ask("/taste export")).sections[0].verbatim.splitlines()) == sorted(exported.splitlines())


async def test_what_a_chat_exports_has_its_words_and_nothing_of_a_person(house: House) -> None:
    await like(house, of_field(1)[:3], GROUP, ADA)
    await house.ask("/taste less zebrafish", GROUP, ADA)
    await house.ask("/taste chat more violin", GROUP, BOB)

    exported = text(await house.ask("/export", GROUP, BOB))

    assert "/taste chat more violin" in exported
    assert "zebrafish" not in exported
    assert not any(id in exported for id in of_field(1)[:3])
    assert "/taste less zebrafish" in text(await house.ask("/export", ADA_ALONE, ADA))


@pytest.mark.parametrize("line", ["/forget me", "/forget everything"])
async def test_forgetting_leaves_nothing_of_a_taste(house: House, sqlite_store: Store, line: str) -> None:
    await like(house, of_field(1)[:3])
    await house.ask("/taste more violin")
    await house.ask(f"/taste like {of_field(1)[4]}")

    await house.ask(line)

    assert await sqlite_store.tastes.owners() == set()
    assert "violin" not in text(await house.ask("/taste"))


@pytest.mark.parametrize("allowed", [False, True])
async def test_opened_papers_count_only_where_that_is_allowed(
    sqlite_store: Store, papers: Sequence[Paper], allowed: bool
) -> None:
    house = House(sqlite_store, from_opened=allowed)
    for id in of_field(1)[:3]:
        await house.ask(f"/paper {id}")

    assert ("quasar" in text(await house.ask("/taste"))) == allowed
    assert ("open count as liked" in text(await house.ask("/privacy"))) == allowed


async def test_a_chats_taste_is_of_all_who_vote_there_and_open_to_them(house: House) -> None:
    await like(house, of_field(1)[:3], GROUP, ADA)
    await like(house, of_field(1)[3:5], GROUP, BOB)

    for person in (ADA, BOB, EVE):
        shown = text(await house.ask("/taste chat", GROUP, person))
        assert "quasar" in shown
        assert "votes of 2 people" in shown
    assert ids(await house.ask("/trending top 2", GROUP, EVE)) == of_field(1)[:2]


async def test_only_managers_change_a_chats_taste(house: House, sqlite_store: Store) -> None:
    refused = await house.ask("/taste chat more violin", GROUP, BOB, manages=False)
    assert refused.refused
    assert await sqlite_store.tastes.owners() == set()

    await house.ask("/taste chat more violin", GROUP, BOB, manages=True)
    assert await sqlite_store.tastes.owners() == {Owner.of_chat(GROUP)}
    assert ids(await house.ask("/trending top 2", GROUP, EVE)) == of_field(2)[:2]


async def everything_others_see(house: House) -> str:
    """All that Bob and Eve can ask for, in the group and alone."""
    asked = [
        await house.ask(line, chat, person)
        for chat, person in ((GROUP, BOB), (GROUP, EVE), (BOB_ALONE, BOB))
        for line in (
            "/taste",
            "/taste chat",
            "/taste export",
            "/taste start",
            "/recommended",
            "/trending top 5",
            f"/why {of_field(1)[0]}",
            "/why 1",
            "/paper 1",
            "/export",
            "/saved",
            "/status",
            "/subscriptions",
            "/privacy",
            "/preview everything",
        )
    ]
    feeds = [await house.service.feed(ListRange.WEEK, ""), await house.service.feed(None, "quasar")]
    return "\n".join([*map(text, asked), *map(repr, feeds), repr(await house.service.figures())])


def told_of_taste(pages: str) -> bool:
    """Whether any page names words or reasons of a taste."""
    return "taste +" in pages or "in 5 of 5 likes" in pages or "violin acoustics, as you asked" in pages


async def test_nobody_sees_the_taste_of_another_person(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    before = await everything_others_see(house)
    await like(house, of_field(1)[3:])
    for line in ("more violin acoustics", "less zebrafish", f"like {of_field(2)[7]}"):
        await house.ask(f"/taste {line}")
    for line in ("/taste", "/recommended", "/taste start", "/taste export", "/trending top 5"):
        # in a private answer within the group as well
        await house.ask(line, GROUP if line != "/trending top 5" else ADA_ALONE, ADA)

    after = await everything_others_see(house)

    assert after == before
    assert not told_of_taste(after)
    told = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "adapters"))]
    assert not [line for line in told if "violin" in line or "zebrafish" in line]


async def test_what_one_persons_votes_taught_a_group_is_shown_in_words_to_that_person_alone(house: House) -> None:
    await like(house, of_field(1)[3:], GROUP, ADA)

    assert "in 5 of 5 likes" in text(await house.ask("/taste chat", GROUP, ADA))
    assert "taste +" in text(await house.ask(f"/why {of_field(1)[0]}", GROUP, ADA))
    for page in (await house.ask("/taste chat", GROUP, BOB), await house.ask("/trending top 5", GROUP, ADA)):
        assert "in 5 of 5 likes" not in text(page)
        assert all("quasar" not in card.reason for card in page.cards)
    why = await house.ask(f"/why {of_field(1)[0]}", GROUP, BOB)
    assert "taste +" in text(why)
    assert "+: quasar" not in text(why).replace("quasar spectra 0", "")
