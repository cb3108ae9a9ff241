"""Find channels and threads that were deleted while no process was connected."""

from __future__ import annotations

from collections.abc import Collection

from adapters.discord.rest import ApiError, NoResponse, RequestDeferred, Rest
from adapters.discord.schema import Channel
from bot.commands.facade import BotService
from bot.domain.i18n import tr
from bot.domain.log import Log

log = Log(__name__)

_NAME = "discord"
_UNKNOWN_CHANNEL = 10003


async def pause_deleted(service: BotService, rest: Rest, server: str, present: Collection[str]) -> None:
    """Pause the subscriptions of a server's deleted channels. `present` are the ids of the channels that it lists.

    A server lists neither archived threads nor private ones that the bot is not in, and perhaps no channels that the
    bot may not see. So Discord is asked for each missing one: only "Unknown Channel" means that it was deleted.
    """
    missing = await service.missing_chats(_NAME, server, present)
    deleted = [channel for channel in missing if await _is_deleted(rest, channel)]
    if deleted:
        log.info("channels deleted meanwhile", server=server, channels=len(deleted))
        await service.lost(_NAME, deleted, tr("the channel was deleted"), removed=True)


async def _is_deleted(rest: Rest, channel: str) -> bool:
    """Return whether Discord certainly knows no such channel."""
    try:
        await rest.get(f"/channels/{channel}", Channel)
    except ApiError as error:
        return error.status == 404 and error.trouble.code == _UNKNOWN_CHANNEL
    except (RequestDeferred, NoResponse) as error:
        log.warning("missing channel not looked up", channel=channel, reason=str(error))
    return False
