"""Health checks for `paperboy doctor`: is the token valid, how many servers is the bot in, and the invitation link."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.discord.permissions import invitation
from adapters.discord.rest import ApiError, NoResponse, RequestDeferred, Rest
from adapters.discord.schema import Application, GatewayAddress
from bot.domain.health import HealthCheck

_NAME = "discord"


async def examine(rest: Rest) -> Sequence[HealthCheck]:
    """Return the results of the checks."""
    try:
        application = await rest.get("/applications/@me", Application)
        address = await rest.get("/gateway/bot", GatewayAddress)
    except (ApiError, RequestDeferred, NoResponse) as error:
        token = isinstance(error, ApiError) and error.status == 401
        hint = "; create a new token in the developer portal, under Bot, for PAPERBOY_DISCORD_TOKEN" if token else ""
        return (HealthCheck(_NAME, False, f"{error}{hint}"),)
    servers, starts = application.approximate_guild_count or 0, address.session_start_limit.remaining
    login = f"logged in as {application.name}; servers: {servers}, session starts left today: {starts}"
    return (
        HealthCheck(_NAME, True, login),
        HealthCheck(
            _NAME,
            True,
            f"invitation link, with the permissions that it needs: {invitation(application.id)}",
        ),
    )
