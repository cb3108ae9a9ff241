"""Sends notices: short pages that are no digests, within the rate limits, and says whether one may be sent again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from functools import partial

from bot.domain.errors import DeliveryError
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.ports import EditableSurface
from bot.domain.requests import Chat
from bot.messages.localization import localized
from bot.services.delivery.retry_policy import Retry
from bot.services.delivery.sender import Sender
from bot.storage.sent_notices import SentNotice

log = Log(__name__)

#: the shortest wait after a refused notice
NOT_TAKEN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A notice was sent, and has this id on the platform."""

    message_id: str


class Notified(Enum):
    """What became of a notice that was not sent and is not to be sent again."""

    #: the chat can never be told
    REFUSED = auto()
    #: it may have arrived
    UNKNOWN = auto()


async def send_notice(
    sender: Sender, chat: Chat, page: Page, language: str, nonce: str
) -> SentMessage | Notified | timedelta:
    """Send a notice. Return how long to wait if certainly nothing arrived and it can be sent again."""
    (part, *_) = sender.surface.parts(localized(page, language))
    (turn,) = await sender.rate_limiter.acquire([chat])
    waits = turn if isinstance(turn, Retry) else await sender.with_retries(partial(sender.rate_limiter.wait, turn))
    if waits:
        return max(waits.at - sender.monotonic(), timedelta(0))
    try:
        async with asyncio.timeout(sender.config.timeout.total_seconds()):
            return SentMessage(await sender.surface.send(chat, part, nonce=nonce, silent=True, role=""))
    except DeliveryError as error:
        log.warning("notice not sent", chat=str(chat), reason=error.reason)
        if error.permanent:
            return Notified.REFUSED
        if error.gateway or not error.ambiguous:
            return max(error.retry_after or NOT_TAKEN, NOT_TAKEN)
        return Notified.UNKNOWN


async def edit_notice(sender: Sender, notice: SentNotice, page: Page, language: str) -> timedelta | None:
    """Replace the page of a notice; nothing happens where messages cannot be edited.

    Return None if it was replaced or never can be, else how long to wait until it is tried again.
    """
    surface, chat = sender.surface, notice.chat
    if not isinstance(surface, EditableSurface):
        return None
    (part, *_) = sender.surface.parts(localized(page, language))
    (turn,) = await sender.rate_limiter.acquire([chat])
    waits = turn if isinstance(turn, Retry) else await sender.with_retries(partial(sender.rate_limiter.wait, turn))
    if waits:
        return max(waits.at - sender.monotonic(), timedelta(0))
    try:
        async with asyncio.timeout(sender.config.timeout.total_seconds()):
            await surface.edit(chat, notice.message_id, part, nonce=notice.nonce, role="", tallies={})
    except TimeoutError:
        return NOT_TAKEN
    except DeliveryError as error:
        log.info("notice not edited", chat=str(chat), reason=error.reason)
        return None if error.permanent else max(error.retry_after or NOT_TAKEN, NOT_TAKEN)
    return None
