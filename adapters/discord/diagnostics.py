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
        hint = "; the developer portal shows a new token, under Bot, for PAPERBOY_DISCORD_TOKEN" if token else ""
        return (HealthCheck(_NAME, False, f"{error}{hint}"),)
    where = f"in {application.approximate_guild_count or 0} servers"
    left = address.session_start_limit.remaining
    return (
        HealthCheck(_NAME, True, f"the token is {application.name}'s, {where}; {left} sessions are left today"),
        HealthCheck(
            _NAME,
            True,
            f"to invite it, with what it needs and no privileged intent: {invitation(application.id)}",
        ),
    )
