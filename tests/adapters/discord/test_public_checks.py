"""What the doctor says of a Discord bot that anybody may add."""

from __future__ import annotations

import pytest

from adapters.discord.config import DiscordConfig
from adapters.discord.permissions import INVITED, invitation
from adapters.discord.surface import Discord
from bot.domain.health import HealthCheck
from bot.domain.operator import Operator
from bot.domain.rate_limits import Allowance
from tests.adapters.discord.scene import Scene
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.world import APPLICATION

OPERATOR = Operator(name="Ada", contact="ada@example.org", site="https://papers.example.org")
LINK = invitation(APPLICATION)


async def findings(discord: Discord, operator: Operator = OPERATOR) -> dict[str, HealthCheck]:
    return {each.name: each for each in await discord.examine_public(operator)}


async def test_an_application_that_is_new_is_told_what_to_set(local: LocalDiscord, discord: Discord) -> None:
    found = await findings(discord)

    assert all(each.ok for each in found.values())
    assert LINK in found["discord install"].detail
    assert "https://papers.example.org/privacy" in found["discord privacy"].detail
    assert "https://papers.example.org/terms" in found["discord terms"].detail
    assert "paperboy run" in found["discord locales"].detail


async def test_without_a_site_the_settings_are_named(local: LocalDiscord, discord: Discord) -> None:
    found = await findings(discord, Operator())

    assert "PAPERBOY_PUBLIC_URL" in found["discord privacy"].detail


@pytest.mark.parametrize(
    ("scopes", "permissions", "ok"),
    [
        (["bot", "applications.commands"], int(INVITED), True),
        (["bot", "applications.commands"], int(INVITED) | 1 << 3, True),
        (["applications.commands"], int(INVITED), False),
        (["bot", "applications.commands"], 0, False),
        (["bot", "applications.commands"], int(INVITED) & ~(1 << 38), False),
    ],
)
@pytest.mark.parametrize("form", ["install_params", "integration_types_config"])
async def test_the_install_link_needs_scopes_and_permissions(
    local: LocalDiscord, discord: Discord, scopes: list[str], permissions: int, ok: bool, form: str
) -> None:
    params = {"scopes": scopes, "permissions": str(permissions)}
    local.application = {form: params if form == "install_params" else {"0": {"oauth2_install_params": params}}}

    found = (await findings(discord))["discord install"]

    assert (found.ok, LINK in found.detail) == (ok, not ok)


async def test_a_private_bot_needs_no_install_link(local: LocalDiscord, discord: Discord) -> None:
    local.application = {"bot_public": False}

    assert "Public Bot" in (await findings(discord))["discord install"].detail


async def test_an_interactions_endpoint_takes_the_commands_away(local: LocalDiscord, discord: Discord) -> None:
    assert (await findings(discord))["discord endpoint"].ok
    local.application = {"interactions_endpoint_url": "https://elsewhere.example/"}

    assert not (await findings(discord))["discord endpoint"].ok


@pytest.mark.parametrize(
    ("flags", "named"), [(1 << 18, "message content"), (1 << 15, "server members"), (1 << 12, "presences")]
)
async def test_privileged_intents_are_named(local: LocalDiscord, discord: Discord, flags: int, named: str) -> None:
    local.application = {"flags": flags}

    assert named in (await findings(discord))["discord intents"].detail


async def test_a_bot_in_many_servers_needs_both_policies(local: LocalDiscord, discord: Discord) -> None:
    local.application = {"approximate_guild_count": 80, "privacy_policy_url": "https://papers.example.org/privacy"}

    found = await findings(discord)

    assert (found["discord privacy"].ok, found["discord terms"].ok) == (True, False)


async def test_commands_are_looked_at_in_every_language(here: Scene) -> None:
    found = {each.name: each for each in await here.discord.examine_public(OPERATOR)}

    assert "de" in found["discord locales"].detail
    for each in here.local.world.commands:
        each["description_localizations"] = None
    found = {each.name: each for each in await here.discord.examine_public(OPERATOR)}
    assert "not registered in de" in found["discord locales"].detail


async def test_a_refused_token_is_left_to_the_other_checks(local: LocalDiscord) -> None:
    config = DiscordConfig(token="another", api=local.url)  # noqa: S106 - a wrong one
    async with Discord(config, allowance=Allowance()) as refused:
        assert await refused.examine_public(OPERATOR) == ()
