"""Sends notices: short pages that are no digests, within the rate limits, and says whether one may be sent again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from enum import Enum, auto
from functools import partial

from bot.domain.errors import DeliveryError
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.messages.localization import localized
from bot.services.delivery.retry_policy import Retry
from bot.services.delivery.sender import Sender

log = Log(__name__)

#: the shortest wait after a refused notice
NOT_TAKEN = timedelta(minutes=5)


class Notified(Enum):
    """What became of a notice that is not to be sent again."""

    SENT = auto()
    #: the chat can never be told
    REFUSED = auto()
    #: it may have arrived
    UNKNOWN = auto()


async def send_notice(sender: Sender, chat: Chat, page: Page, language: str, nonce: str) -> Notified | timedelta:
    """Send a notice. Return how long to wait if certainly nothing arrived and it can be sent again."""
    (part, *_) = sender.surface.parts(localized(page, language))
    (turn,) = await sender.rate_limiter.acquire([chat])
    waits = turn if isinstance(turn, Retry) else await sender.with_retries(partial(sender.rate_limiter.wait, turn))
    if waits:
        return max(waits.at - sender.monotonic(), timedelta(0))
    try:
        async with asyncio.timeout(sender.config.timeout.total_seconds()):
            await sender.surface.send(chat, part, nonce=nonce, silent=True, role="")
    except DeliveryError as error:
        log.warning("notice not sent", chat=str(chat), reason=error.reason)
        if error.permanent:
            return Notified.REFUSED
        if error.gateway or not error.ambiguous:
            return max(error.retry_after or NOT_TAKEN, NOT_TAKEN)
        return Notified.UNKNOWN
    return Notified.SENT
