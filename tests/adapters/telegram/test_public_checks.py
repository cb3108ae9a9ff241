"""What the doctor says of a Telegram bot that anybody may add."""

from __future__ import annotations

import pytest

from adapters.telegram.menus import publish
from adapters.telegram.surface import Telegram
from bot.commands import COMMANDS
from bot.domain.health import HealthCheck
from bot.domain.operator import Operator
from tests.adapters.telegram.server import LocalTelegram

OPERATOR = Operator(site="https://papers.example.org")


async def findings(surface: Telegram, operator: Operator = OPERATOR) -> dict[str, HealthCheck]:
    return {each.name: each for each in await surface.examine_public(operator)}


@pytest.mark.parametrize("reads_all", [True, False])
async def test_privacy_mode_is_looked_at(server: LocalTelegram, surface: Telegram, reads_all: bool) -> None:
    server.methods.reads_all = reads_all

    assert ("/setprivacy" in (await findings(surface))["telegram privacy mode"].detail) == reads_all


@pytest.mark.parametrize("on", [True, False])
async def test_inline_mode_is_looked_at(server: LocalTelegram, surface: Telegram, on: bool) -> None:
    server.methods.modes = {"supports_inline_queries": on}

    found = (await findings(surface))["telegram inline mode"]

    assert (found.ok, "/setinline" in found.detail) == (on, not on)


@pytest.mark.parametrize("on", [True, False])
async def test_guest_mode_is_looked_at(server: LocalTelegram, surface: Telegram, on: bool) -> None:
    server.methods.modes = {"supports_guest_queries": on}

    found = (await findings(surface))["telegram guest mode"]

    assert found.detail.startswith("on:" if on else "off;")


async def test_the_menus_are_compared_in_every_language(server: LocalTelegram, surface: Telegram) -> None:
    before = (await findings(surface))["telegram commands"].detail
    assert "paperboy run" in before
    assert all(scope in before for scope in ("all_private_chats en", "all_private_chats de", "all_group_chats de"))

    await publish(surface._api.bot, COMMANDS)
    assert (await findings(surface))["telegram commands"].detail == "set in every language"

    server.methods.commands["all_private_chats", "de"].pop()
    assert "all_private_chats de" in (await findings(surface))["telegram commands"].detail


async def test_the_privacy_page_is_named_or_the_settings_that_it_needs(surface: Telegram) -> None:
    assert "https://papers.example.org/privacy" in (await findings(surface))["telegram policy"].detail
    assert "PAPERBOY_PUBLIC_URL" in (await findings(surface, Operator()))["telegram policy"].detail


async def test_a_refused_token_is_left_to_the_other_checks(server: LocalTelegram, surface: Telegram) -> None:
    server.revoked = True

    assert await surface.examine_public(OPERATOR) == ()
