"""Tells whoever subscribed something about a subscription, once and as privately as the platform allows."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

from bot.domain.errors import DeliveryError
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.ports import ManagerContacts
from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.services.delivery.notice_sender import Notified, SentMessage, send_notice
from bot.services.delivery.sender import Sender
from bot.services.delivery.worker_config import Notify

log = Log(__name__)


async def tell_manager(sender: Sender, subscription: Subscription, page: Page, key: str) -> None:
    """Send a page to the first of these that takes it: the person's private chat, else the chat itself.

    `key` identifies what is told, so that a platform that drops duplicates shows it once.
    """
    if sender.config.notify is Notify.NONE:
        return
    async for chat, person in _recipients(sender, subscription):
        choice = await sender.store.languages.of(chat, person)
        nonce = hashlib.blake2b(f"{key}|{chat}".encode(), digest_size=12).hexdigest()
        outcome = await send_notice(sender, chat, page, choice.person or choice.chat or "en", nonce)
        if isinstance(outcome, SentMessage) or outcome is Notified.UNKNOWN:
            log.info("manager told", chat=str(chat), subscription=subscription.id)
            return
    log.warning("nobody to tell", chat=str(subscription.chat), subscription=subscription.id)


async def _recipients(sender: Sender, subscription: Subscription) -> AsyncIterator[tuple[Chat, str]]:
    """Yield chats, each with the person whose private chat it is."""
    surface = sender.surface
    if subscription.person and isinstance(surface, ManagerContacts):
        try:
            yield await surface.private_chat(subscription.person), subscription.person
        except DeliveryError as error:
            log.info("no private chat", reason=error.reason)
    yield subscription.chat, ""
