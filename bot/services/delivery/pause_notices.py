"""Notices of pauses: whoever subscribed is told once that digests cannot be delivered, and once that they are again.

It is said in their private chat; if they cannot be reached there, in a chat of the same server that works.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import DeliveryError, StoreError
from bot.domain.log import Log
from bot.domain.ports import MailSurface, ManagerContacts
from bot.domain.requests import Chat, ChatDetails
from bot.messages import pauses as view
from bot.services.delivery.faults import log_fault
from bot.services.delivery.notice_sender import NOT_TAKEN, Notified, send_notice
from bot.services.delivery.sender import Sender
from bot.services.delivery.worker_config import Notify
from bot.storage.pause_notices import PauseNotice

log = Log(__name__)

#: notices taken in one transaction, and people told at once
_MOST, _AT_ONCE = 100, 5
#: other chats of a server that are tried
_OTHERS = 3


@dataclass(frozen=True, slots=True)
class _Group:
    """Notices that are told together: those of one person and one server or chat."""

    person: str
    space: str
    notices: tuple[PauseNotice, ...]
    details: dict[str, ChatDetails]

    @property
    def first(self) -> Chat:
        """The chat of the first subscription."""
        return self.notices[0].subscription.chat


async def notify_pauses(sender: Sender) -> None:
    """Tell some people of subscriptions that were paused or that run again."""
    taken = await sender.store.pause_notices.take(sender.surface.name, sender.monotonic(), _MOST)
    if not taken or sender.config.notify is Notify.NONE or isinstance(sender.surface, MailSurface):
        return
    limit = asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(_notify(group, sender, limit) for group in await _grouped(taken, sender)))


async def _grouped(taken: Sequence[PauseNotice], sender: Sender) -> list[_Group]:
    ids = {each.subscription.chat.id for each in taken}
    details = await sender.store.known_chats.of(sender.surface.name, ids)
    found: dict[tuple[str, str, str], list[PauseNotice]] = defaultdict(list)
    for each in taken:
        chat = each.subscription.chat
        known = details.get(chat.id, ChatDetails(chat))
        # with an unknown person or server, one group may only be about one chat
        apart = "" if known.space or each.subscription.person else chat.id
        found[each.subscription.person, known.space, apart].append(each)
    return [_Group(person, space, tuple(some), details) for (person, space, _), some in found.items()]


async def _notify(group: _Group, sender: Sender, limit: asyncio.Semaphore) -> None:
    """Tell one person. Errors do not affect others."""
    async with limit:
        try:
            wait = await _tell_first_reachable(group, sender)
        except (StoreError, DeliveryError) as error:
            log.warning("notice of a pause postponed", chat=str(group.first), reason=str(error))
            wait = NOT_TAKEN
        except Exception as error:
            log_fault("notice of a pause failed", error, chat=str(group.first))
            return
        if wait is not None:
            at = sender.monotonic() + wait
            await sender.with_retries(lambda: sender.store.pause_notices.put_off(group.notices, at))


async def _tell_first_reachable(group: _Group, sender: Sender) -> timedelta | None:
    """Tell it in the first chat that takes it. Return how long to wait if it has to be tried again."""
    ids = [each.subscription.id for each in group.notices]
    async for chat, private in _recipients(group, sender):
        # what can be pressed in a private chat depends on the platform
        acts = not private or (isinstance(sender.surface, ManagerContacts) and sender.surface.manages_privately)
        page = view.notice([each.subscription for each in group.notices], group.details, acts=acts)
        language = await _language(sender, chat, group.person if private else "", group.first)
        outcome = await send_notice(sender, chat, page, language, _nonce(group, chat))
        if isinstance(outcome, timedelta):
            return outcome
        if outcome is not Notified.REFUSED:
            log.info("notice of a pause sent", chat=str(chat), subscriptions=ids)
            return None
    log.warning("nobody to tell of a pause", chat=str(group.first), subscriptions=ids)
    return None


async def _recipients(group: _Group, sender: Sender) -> AsyncIterator[tuple[Chat, bool]]:
    """Yield where it may be told, best first, and whether that is a private chat."""
    surface, store = sender.surface, sender.store
    seen: set[Chat] = set()
    if isinstance(surface, ManagerContacts):
        managers = await store.known_chats.managers_of(group.first)
        people = [group.person, *managers] if sender.config.notify is Notify.SUBSCRIBER else [*managers, group.person]
        if sender.config.notify is Notify.ADMINS and (admins := await _admin_chat(surface, group.space)):
            yield admins, False
        for person in dict.fromkeys(filter(None, people)):
            if chat := await _private_chat(surface, person):
                seen.add(chat)
                yield chat, True
    unreachable = {each.subscription.chat for each in group.notices if each.subscription.paused is not None}
    for chat in await _working_chats(group, sender):
        if chat not in seen | unreachable:
            yield chat, False


async def _working_chats(group: _Group, sender: Sender) -> list[Chat]:
    """Return chats in which the bot can write: those of subscriptions that run again, then others of the server."""
    again = [each.subscription.chat for each in group.notices if each.subscription.paused is None]
    if not group.space:
        return list(dict.fromkeys(again))
    places = await sender.store.known_chats.in_space(sender.surface.name, group.space)
    running = [
        each.chat for each in await sender.store.subscriptions.at(sender.surface.name, places) if not each.paused
    ]
    return list(dict.fromkeys((*again, *running)))[:_OTHERS]


async def _private_chat(surface: ManagerContacts, person: str) -> Chat | None:
    """Return the private chat with a person; None if there is none. Raise `DeliveryError` during an outage."""
    try:
        return await surface.private_chat(person)
    except DeliveryError as error:
        if error.gateway or error.retry_after:
            raise
        log.info("no private chat", reason=error.reason)
        return None


async def _admin_chat(surface: ManagerContacts, space: str) -> Chat | None:
    try:
        return await surface.admin_chat(space) if space else None
    except DeliveryError as error:
        log.info("no chat of the administrators", reason=error.reason)
        return None


async def _language(sender: Sender, chat: Chat, person: str, about: Chat) -> str:
    choice = await sender.store.languages.of(chat, person)
    return choice.person or choice.chat or (await sender.store.languages.of(about, "")).chat or "en"


def _nonce(group: _Group, chat: Chat) -> str:
    """Return the same nonce for every attempt to tell the same in a chat."""
    states = ",".join(f"{each.subscription.id}|{each.subscription.paused or ''}" for each in group.notices)
    return hashlib.blake2b(f"pause|{chat}|{states}".encode(), digest_size=12).hexdigest()
