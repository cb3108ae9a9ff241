"""Every operation of every command through every door: who may change what, told from copies of all tables."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.commands import Commands
from bot.commands.dispatch import needs_right
from bot.commands.operations import Controller, Operation
from bot.commands.table import CONTROLLERS, find
from bot.domain.deliveries import DeliveryState
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, ChatDetails, Door, Effect, Request
from bot.domain.subscriptions import Pause
from bot.services.bundle import build_services
from bot.services.mailboxes.mailing import build_mailing
from bot.storage import Store, open_store
from bot.storage.schema import metadata
from bot.storage.taste import Owner
from tests.builders import NOON, listing, observation, paper
from tests.databases import made_sqlite, sqlite_rows
from tests.selection import shared_out
from tests.services.pillarbox import Pillarbox
from tests.services.post import LINKS
from tests.storage.harvests import harvest
from tests.storage.ledger import DUE, LEASE, subscription

HERE, OTHER = Chat("console", "terminal"), Chat("console", "elsewhere")
#: where a subscription can be moved
BESIDE = ChatDetails(Chat("console", "terminal", "beside"), "Beside")
ADA, BOB = "ada", "bob"

#: at least one line for every operation; the walk fails for one that has none
LINES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "trending": {"trending": ("", "week agents")},
    "digest": {"digest": ("2026-04-24-k7d2q5ab",)},
    "papers": {"papers": ("agents",)},
    "paper": {"paper": ("1",)},
    "similar": {"similar": ("1",)},
    "why": {"why": ("1",)},
    "vote": {"set": ("1", "1 up", "1 down", "2 👎", "1 +1"), "remove": ("1 none", "1 0")},
    "save": {"save": ("2",)},
    "unsave": {"unsave": ("1",)},
    "saved": {"saved": ("",)},
    "bibtex": {"bibtex": ("1",)},
    "taste": {
        "show": ("", "chat"),
        "start": ("start",),
        "export": ("export",),
        "like": ("like 2604.00002",),
        "more": ("more agents",),
        "less": ("less robots",),
        "unsay": ("unsay planning",),
        "reset": ("reset",),
        "strength": ("off", "on"),
        "chat more": ("chat more agents",),
        "chat less": ("chat less robots",),
        "chat unsay": ("chat unsay planning",),
        "chat reset": ("chat reset",),
        "chat strength": ("chat mild",),
    },
    "recommended": {"recommended": ("",)},
    "subscribe": {
        "propose": ("robots at 9:00 Berlin",),
        "save": ("robots at 9:00 Berlin save", "robots save at 8:00", "robots at 7:00 save!"),
        "step": ("fewer",),
        "save draft": ("save",),
    },
    "email": {"email": ("you@example.org agents at 9:00 Berlin",)},
    "preview": {"preview": ("1", "robots at 9:00 UTC")},
    "subscriptions": {
        "list": ("", "list"),
        "here": ("here",),
        "all": ("all", "all 2"),
        "show": ("show 1",),
        "form": ("form 1", "form 1 size"),
        "export": ("export 1",),
        "edit": ("edit 1 top 3", "change 1 top 3"),
        "set": ("set 1 planning top:3 daily at 08:00 Europe/Berlin",),
        "move": ("move 1", "move 1 to there"),
        "pause": ("pause 1", "pause all"),
        "resume": ("resume 2", "resume all"),
        "remove": ("remove 1", "remove all", "delete 1"),
        "preview": ("preview 1",),
    },
    "pause": {"pause": ("1", "all")},
    "resume": {"resume": ("2", "all")},
    "unsubscribe": {"remove": ("1", "agents", "all")},
    "stop": {"stop": ("",), "remove": ("1",)},
    "status": {"status": ("",)},
    "resend": {"list": ("",), "resend": ("1",), "skip": ("skip 1",)},
    "language": {
        "show": ("", "chat", "for:me"),
        "own": ("de", "for:me Deutsch"),
        "chat": ("chat de", "de for:chat"),
    },
    "export": {"export": ("",)},
    "import": {"import": ("vision top:5 weekdays at 09:00 Europe/Berlin",)},
    "forget": {"ask": ("", "all of it"), "me": ("me",), "everything": ("everything",)},
    "help": {"help": ("", "trending")},
    "privacy": {"privacy": ("",)},
}
#: how a word can be written so that it looks alike
SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "full width": lambda line: "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in line),
    "zero width": lambda line: "\u200d".join(line),
    "soft hyphen": lambda line: "\u00ad".join(line),
}
LOOKALIKE = [name for name in SPELLINGS if name != "plain"]
#: tables with what was said of a taste, and those with rows of one person
TASTE = ("taste_settings", "taste_words")
PERSONAL = ("votes", "saved_papers", "languages", "taste_papers", *TASTE)
SHOW_ONLY = (Door.LINK, Door.INLINE)

Rows = Mapping[str, frozenset[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Step:
    """An operation with a line that asks for it."""

    controller: Controller
    operation: Operation[Any]
    argument: str

    def __str__(self) -> str:
        return f"{self.controller.command.name} {self.argument} ({self.operation.name})"


STEPS = [
    Step(controller, operation, argument)
    for controller in CONTROLLERS
    for operation in controller.operations
    for argument in LINES.get(controller.command.name, {}).get(operation.name, ())
]


READING = [step for step in STEPS if step.operation.effect is Effect.READS]
CHANGING = [step for step in STEPS if step.operation.effect is not Effect.READS]


@dataclass(frozen=True, slots=True)
class House:
    """A store with something of everybody, and what answers there."""

    url: str
    store: Store
    commands: Commands
    box: Pillarbox

    async def ask(self, step: Step, door: Door, *, manages: bool, spelling: str = "plain") -> Page:
        """The answer to a request of Bob's."""
        spelled = SPELLINGS[spelling]
        command, argument = spelled(step.controller.command.name), spelled(step.argument)
        return await self.commands.handle(
            Request(
                chat=HERE,
                person=BOB,
                may_manage=manages,
                command=command,
                argument=argument,
                door=door,
                destination=BESIDE,
            )
        )

    def rows(self) -> Rows:
        """Everything that is stored."""
        return sqlite_rows(self.url)


async def fill(store: Store) -> None:
    """Subscriptions, a digest in doubt, a draft, a list, votes and saved papers: of this chat and of another one."""
    listed = [paper(f"2604.0000{number}", title=f"Agents that plan {number}") for number in range(1, 5)]
    await store.keep(
        harvest(*listed, *(listing(each.id) for each in listed), *(observation(each.id) for each in listed))
    )
    for chat in (OTHER, HERE):
        await store.subscriptions.add(subscription(chat=chat, query="agents"))
        paused = await store.subscriptions.add(subscription(chat=chat, query="robots", next_at=None))
        await store.subscriptions.pause(paused.id, Pause.PERSON, NOON)
        await store.drafts.put(chat, "vision weekdays at 09:00 Europe/Berlin", NOON)
        await store.shown.remember(chat, [each.id for each in listed], NOON)
        for person in (ADA, BOB):
            await store.votes.put(chat, person, listed[0].id, -1, NOON)
            await store.saved.add(chat.surface, person, listed[0].id, NOON)
            await store.tastes.say(Owner.of_person(chat.surface, person), "planning", 1, NOON)
        await store.tastes.say(Owner.of_chat(chat), "planning", 1, NOON)
        await store.languages.choose_for_chat(chat, "en", NOON)
    for person in (ADA, BOB):
        await store.languages.choose_for_person("console", person, "en", NOON)
    await store.deliveries.plan(DUE)
    for delivery in await store.deliveries.claim("console", "a", DUE, LEASE, 5):
        await store.deliveries.end([delivery.attempt], DeliveryState.UNCERTAIN, "no answer", DUE)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all of that, to be copied."""
    directory = tmp_path_factory.mktemp("filled")
    url = made_sqlite(directory)

    async def make() -> None:
        async with open_store(url) as store:
            await fill(store)

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, make()).result()
    return directory / "papers.db"


@asynccontextmanager
async def open_house(filled: Path, directory: Path) -> AsyncIterator[House]:
    """A copy, just as it was made."""
    copy = directory / "copy.db"
    shutil.copy(filled, copy)
    url = f"sqlite:///{copy}"
    async with open_store(url) as store:
        box = Pillarbox()
        engine = build_services(store, mailboxes=build_mailing(store, box, LINKS, lambda: NOON))
        yield House(url, store, Commands(engine, lambda: NOON), box)


def changed(before: Rows, after: Rows) -> dict[str, frozenset[tuple[str, ...]]]:
    """By table, the rows that are not the same."""
    return {name: before[name] ^ after[name] for name in before if before[name] != after[name]}


def holes(controllers: Sequence[Controller], lines: Mapping[str, Mapping[str, Sequence[str]]]) -> list[str]:
    """What is not wholly registered: operations without a line, lines and choices that lead elsewhere."""
    found = []
    for controller in controllers:
        name, known = controller.command.name, {each.name: each for each in controller.operations}
        told = lines.get(name, {})
        found += [f"{name}: no line for {each}" for each in known.keys() - {key for key, some in told.items() if some}]
        for operation, some in told.items():
            for argument in some:
                meant = controller.parse(argument, NOON).operation
                if known.get(operation) is not meant:
                    found.append(f"{name} {argument}: {meant.name} instead of {operation}")
        action = controller.command.options[:1] and controller.command.options[0]
        if action and action.choices and len(known) > 1:
            found += [
                f"{name} {choice}: not registered"
                for choice in action.choices
                if controller.parse(choice, NOON).operation not in controller.operations
            ]
    return found


def test_every_operation_is_registered_with_a_line_that_leads_to_it() -> None:
    assert holes(CONTROLLERS, LINES) == []
    assert LINES.keys() == {controller.command.name for controller in CONTROLLERS}


def test_a_half_registered_operation_is_found() -> None:
    whole = find("subscriptions")
    without_pause = replace(whole, operations=tuple(each for each in whole.operations if each.name != "pause"))
    without_lines = {"subscriptions": {**LINES["subscriptions"], "remove": ()}}

    assert "subscriptions pause: not registered" in holes([without_pause], LINES)
    assert "subscriptions: no line for remove" in holes([whole], without_lines)


@pytest.mark.parametrize("effect", [Effect.OWN, Effect.CHAT, Effect.DESTROYS])
def test_what_changes_something_must_be_able_to_ask(effect: Effect) -> None:
    whole = find("forget").operations[-1]

    with pytest.raises(ValueError, match="a page that asks"):
        replace(whole, effect=effect, ask=None)


def test_what_changes_the_chat_needs_the_right_whatever_is_said_of_the_command() -> None:
    changing = {
        f"{each.controller.command.name} {each.operation.name}"
        for each in STEPS
        if each.operation.effect in (Effect.CHAT, Effect.DESTROYS)
    }

    assert all(step.operation.needs_right for step in STEPS if step.operation.effect in (Effect.CHAT, Effect.DESTROYS))
    assert changing == {
        "subscribe save",
        "subscribe save draft",
        "subscriptions edit",
        "subscriptions set",
        "subscriptions move",
        "subscriptions pause",
        "subscriptions resume",
        "subscriptions remove",
        "stop remove",
        "pause pause",
        "resume resume",
        "unsubscribe remove",
        "resend resend",
        "resend skip",
        "language chat",
        "taste chat more",
        "taste chat less",
        "taste chat unsay",
        "taste chat reset",
        "taste chat strength",
        "import import",
        "forget everything",
    }


async def test_what_reads_writes_nothing_but_the_list_that_numbers_mean(filled: Path, tmp_path: Path) -> None:
    async with open_house(filled, tmp_path) as house:
        before = house.rows()

        for step in READING:
            for door in SHOW_ONLY:
                for manages in (True, False):
                    page = await house.ask(step, door, manages=manages)
                    assert page.trouble is not Trouble.FAULT, step
        assert changed(before, house.rows()) == {}

        for step in READING:
            for manages in (True, False):
                page = await house.ask(step, Door.TYPED, manages=manages)
                assert page.trouble is not Trouble.FAULT, step
                refused = step.controller.command.manages or step.operation.needs_right
                assert (page.trouble is Trouble.NOT_ALLOWED) == (refused and not manages), step
        difference = changed(before, house.rows())
        assert difference.keys() <= {"shown_lists", "conversations"}
        assert all(HERE.id in row for row in difference.get("shown_lists", ()))


@pytest.mark.parametrize(("step", "lookalike"), shared_out(CHANGING, LOOKALIKE), ids=str)
async def test_a_link_or_an_inline_query_changes_nothing_and_asks(
    step: Step, lookalike: str, filled: Path, tmp_path: Path
) -> None:
    async with open_house(filled, tmp_path) as house:
        before = house.rows()

        for door in SHOW_ONLY:
            for spelling in ("plain", lookalike):
                asked = await house.ask(step, door, manages=True, spelling=spelling)
                refused = await house.ask(step, door, manages=False, spelling=spelling)

                assert asked.trouble is Trouble.NONE, asked
                assert asked.actions or f"/{step.controller.command.name}" in f"{asked.intro} {asked.footer}", asked
                assert (refused.trouble is Trouble.NOT_ALLOWED) == step.operation.needs_right, refused

        assert changed(before, house.rows()) == {}
        assert not house.box.letters


@pytest.mark.parametrize(("step", "lookalike"), shared_out(CHANGING, LOOKALIKE), ids=str)
async def test_members_change_only_their_own(step: Step, lookalike: str, filled: Path, tmp_path: Path) -> None:
    async with open_house(filled, tmp_path) as house:
        before = house.rows()

        for door in (Door.TYPED, Door.BUTTON, Door.FORM):
            for spelling in ("plain", lookalike):
                page = await house.ask(step, door, manages=False, spelling=spelling)

                assert page.trouble is not Trouble.FAULT
                assert page.trouble is Trouble.NOT_ALLOWED or not step.operation.needs_right

        difference = changed(before, house.rows())
        assert difference.keys() <= {*PERSONAL, "mail_requests", "budgets"}
        for table in PERSONAL:
            assert all(BOB in row for row in difference.get(table, ()))


@pytest.mark.parametrize(("step", "door"), shared_out(CHANGING, [Door.TYPED, Door.BUTTON, Door.FORM]), ids=str)
async def test_a_manager_changes_what_the_operation_declares(
    step: Step, door: Door, filled: Path, tmp_path: Path
) -> None:
    async with open_house(filled, tmp_path) as house:
        before = house.rows()

        page = await house.ask(step, door, manages=True)

        difference = changed(before, house.rows())
        assert page.trouble is Trouble.NONE
        match step.operation.effect:
            case Effect.OWN:
                assert difference.keys() <= {*PERSONAL, "drafts", "mail_requests", "budgets"}
            case Effect.CHAT:
                assert difference.keys() & {"subscriptions", "deliveries", "languages", *TASTE}
            case Effect.DESTROYS:
                assert difference
        for table in metadata.sorted_tables:
            if {"surface", "chat", "thread"} <= set(table.c.keys()):
                assert all(HERE.id in row or BOB in row for row in difference.get(table.name, ())), table.name


@pytest.mark.parametrize("words", ["robots at 9:00 Berlin", "robots at 9:00 Berlin SAVE", "robots SAVE"])
async def test_the_button_of_a_proposal_by_link_saves_what_was_shown(filled: Path, tmp_path: Path, words: str) -> None:
    async with open_house(filled, tmp_path) as house:
        subscribe = find("subscribe")
        shown = await house.ask(Step(subscribe, subscribe.operations[0], words), Door.LINK, manages=True)
        (save,) = shown.actions
        command, _, argument = save.command.partition(" ")

        saved = await house.commands.handle(
            Request(chat=HERE, may_manage=True, command=command, argument=argument, door=Door.BUTTON)
        )

        assert saved.trouble is Trouble.NONE
        assert [each.query for each in await house.store.subscriptions.of(HERE)] == ["agents", "robots", "robots"]


async def test_no_button_of_a_link_saves_at_once_where_only_the_zone_is_asked_for(sqlite_store: Store) -> None:
    commands = Commands(build_services(sqlite_store), lambda: NOON)
    asked = await commands.handle(
        Request(chat=HERE, may_manage=True, command="subscribe", argument="spam at 9:00 SAVE", door=Door.LINK)
    )

    assert asked.actions
    for action in asked.actions:
        command, _, argument = action.command.partition(" ")
        await commands.handle(Request(chat=HERE, may_manage=True, command=command, argument=argument, door=Door.BUTTON))
    assert await sqlite_store.subscriptions.of(HERE) == []


async def test_numbers_mean_the_list_of_a_link_though_nothing_was_written(filled: Path, tmp_path: Path) -> None:
    async with open_house(filled, tmp_path) as house:
        await house.store.shown.remember(HERE, ["2604.00004"], NOON)
        before = house.rows()

        await house.commands.handle(Request(chat=HERE, command="trending", door=Door.LINK))
        unwritten = changed(before, house.rows())
        third = await house.commands.handle(Request(chat=HERE, command="paper", argument="3"))

        assert unwritten == {}
        assert third.trouble is Trouble.NONE


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_surface_is_told_whether_the_right_has_to_be_asked_for(step: Step) -> None:
    request = Request(chat=HERE, command=step.controller.command.name.upper(), argument=step.argument)

    assert needs_right(request, NOON) == (step.controller.command.manages or step.operation.needs_right)


async def test_rights_are_checked_before_the_words_are_looked_at(filled: Path, tmp_path: Path) -> None:
    async with open_house(filled, tmp_path) as house:
        answers = [
            await house.commands.handle(Request(chat=HERE, command=command, argument=argument))
            for command in ("unsubscribe", "pause", "resume", "resend", "preview", "export", "import", "subscribe")
            for argument in ("", "1", "agents", "99", "gibberish", "id:1")
        ]

        assert {answer.trouble for answer in answers} == {Trouble.NOT_ALLOWED}
        assert len({answer.intro for answer in answers}) == 1
