"""Options that only some surfaces have, what a person sees who starts the bot, and help by task."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS, Commands
from bot.domain.features import Feature, supports
from bot.domain.pages import Page, RowKind, Trouble
from bot.domain.requests import Chat, Request
from bot.messages import help as view
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store


async def ask(store: Store, line: str, surface: str = "discord", locale: str = "en") -> Page:
    command, _, argument = line.removeprefix("/").partition(" ")
    commands = Commands(build_services(store), lambda: sample.AS_OF)
    chat = Chat(surface, "1")
    return await commands.handle(
        Request(chat=chat, person="7", may_manage=True, command=command, argument=argument, locale=locale)
    )


def labels(page: Page) -> set[str]:
    return {row.label for section in page.sections for row in section.rows}


@pytest.mark.parametrize("surface", ["discord", "telegram", "email", "web", "cli"])
@pytest.mark.parametrize(("option", "feature"), [("living:yes", Feature.EDITS), ("thread:yes", Feature.THREADS)])
async def test_an_option_that_has_no_effect_somewhere_is_refused_with_what_to_do(
    sample_store: Store, surface: str, option: str, feature: Feature
) -> None:
    possible = supports(surface, feature)
    saved = await ask(sample_store, f"/subscribe agents at 9:00 Berlin {option} save", surface)
    there = await sample_store.subscriptions.of(Chat(surface, "1"))
    await ask(sample_store, "/subscribe video at 9:00 Berlin save", surface)
    number = len(there) + 1
    edited = await ask(sample_store, f"/subscriptions edit {number} {option}", surface)
    imported = await ask(sample_store, f"/import robots at 9:00 Berlin {option}", surface)

    assert [each.trouble is Trouble.NONE for each in (saved, edited, imported)] == [possible] * 3
    found = await sample_store.subscriptions.of(Chat(surface, "1"))
    on = [each.living if feature is Feature.EDITS else each.discussion for each in found]
    assert on == ([True] * 3 if possible else [False])
    if not possible:
        assert all(option in f"{each.title} {each.intro}" for each in (saved, edited, imported))


async def test_options_are_shown_only_where_they_have_an_effect(sample_store: Store) -> None:
    forms = {}
    for surface in ("discord", "telegram", "cli"):
        await ask(sample_store, "/subscribe agents at 9:00 Berlin save", surface)
        page = await ask(sample_store, "/subscriptions form 1", surface)
        forms[surface] = [each.command.split()[-1] for each in page.actions]

    assert [("living" in form, "thread" in form) for form in forms.values()] == [
        (True, True),
        (True, False),
        (False, False),
    ]


@pytest.mark.parametrize("typed", ["living:maybe", "thread:sometimes"])
async def test_neither_yes_nor_no_is_refused(sample_store: Store, typed: str) -> None:
    page = await ask(sample_store, f"/subscribe agents at 9:00 Berlin {typed} save")

    assert page.trouble is Trouble.REFUSED
    assert typed in page.intro + page.title


async def test_who_starts_the_bot_sees_three_buttons_and_one_example(sample_store: Store) -> None:
    page = await ask(sample_store, "/start", "telegram")

    assert len(page.actions) == 3
    assert sum(section.text.count("/") for section in page.sections) == 2
    for action in page.actions:
        answer = await ask(sample_store, f"/{action.command}", "telegram")
        assert answer.trouble is Trouble.NONE
    assert labels(await ask(sample_store, f"/{page.actions[2].command}", "telegram"))


async def test_help_names_every_command_once_under_what_it_is_for(sample_store: Store) -> None:
    page = view.overview(COMMANDS)

    named = [row.label for section in page.sections for row in section.rows if row.kind is RowKind.COMMAND]
    assert sorted(named) == sorted(f"/{command.name}" for command in COMMANDS)
    assert len(page.sections) == 4
    assert all(section.heading and section.text.count("/") >= 1 and section.rows for section in page.sections)
    for section in page.sections:
        example = f"/{section.text.partition('/')[2]}"
        answer = await ask(sample_store, example)
        assert answer.trouble in (Trouble.NONE, Trouble.REFUSED)
        assert "no command" not in answer.title


@pytest.mark.parametrize(
    ("locale", "zone"), [("de", "Europe/Berlin"), ("pt-BR", "America/Sao_Paulo"), ("ko", "Asia/Seoul")]
)
async def test_a_zone_is_offered_by_language_and_taken_only_when_it_is_chosen(
    sample_store: Store, locale: str, zone: str
) -> None:
    asked = await ask(sample_store, "/subscribe agents at 9:00", locale=locale)
    first = asked.actions[0].command
    proposed = await ask(sample_store, "/subscribe save", locale=locale)
    before = await sample_store.subscriptions.of(Chat("discord", "1"))
    await ask(sample_store, f"/{first} save", locale=locale)

    assert first.endswith(zone)
    assert proposed.actions[0].command.endswith(zone)
    assert before == []
    (saved,) = await sample_store.subscriptions.of(Chat("discord", "1"))
    assert saved.schedule.zone == zone
