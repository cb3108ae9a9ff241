"""Notices of pauses: whoever subscribed is told once that digests cannot be delivered, and once that they are again.

It is said in their private chat; if they cannot be reached there, in a chat of the same server that works, without the
names of other chats.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from bot.domain.errors import DeliveryError, StoreError
from bot.domain.log import Log
from bot.domain.pages import Page
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


class _Audience(Enum):
    #: only people who manage the chats, or the readers of the one chat that it is about
    MANAGERS = auto()
    #: readers of another chat, who may not know the chats that it is about
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class _NoticeRecipient:
    """A chat in which it may be told."""

    chat: Chat
    kind: _Audience
    #: whose private chat it is; empty if it is none
    person: str = ""


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
    async for recipient in _recipients(group, sender):
        chat = recipient.chat
        language = await _language(sender, recipient, group)
        outcome = await send_notice(sender, chat, _page(group, recipient, sender), language, _nonce(group, chat))
        if isinstance(outcome, timedelta):
            return outcome
        if outcome is not Notified.REFUSED:
            log.info("notice of a pause sent", chat=str(chat), subscriptions=ids)
            return None
    log.warning("nobody to tell of a pause", chat=str(group.first), subscriptions=ids)
    return None


def _page(group: _Group, recipient: _NoticeRecipient, sender: Sender) -> Page:
    subscriptions = [each.subscription for each in group.notices]
    if recipient.kind is _Audience.OTHER:
        return view.discreet_notice(subscriptions)
    # what can be pressed in a private chat depends on the platform
    surface = sender.surface
    acts = not recipient.person or (isinstance(surface, ManagerContacts) and surface.manages_privately)
    return view.notice(subscriptions, group.details, acts=acts)


async def _recipients(group: _Group, sender: Sender) -> AsyncIterator[_NoticeRecipient]:
    """Yield where it may be told, best first."""
    surface, store = sender.surface, sender.store
    seen: set[Chat] = set()
    if isinstance(surface, ManagerContacts):
        people = [group.person]
        if sender.config.notify is Notify.ADMINS:
            people = [*await store.known_chats.managers_of(group.first), group.person]
            if admins := await _admin_chat(surface, group.space):
                yield _NoticeRecipient(admins, _Audience.MANAGERS)
        for person in dict.fromkeys(filter(None, people)):
            if chat := await _private_chat(surface, person):
                seen.add(chat)
                yield _NoticeRecipient(chat, _Audience.MANAGERS, person)
    own = {each.subscription.chat for each in group.notices}
    if len(own) == 1 and group.notices[0].subscription.paused is None and group.first not in seen:
        yield _NoticeRecipient(group.first, _Audience.MANAGERS)
    for chat in await _other_chats(group, sender):
        if chat not in seen | own:
            yield _NoticeRecipient(chat, _Audience.OTHER)


async def _other_chats(group: _Group, sender: Sender) -> list[Chat]:
    """Return some chats of the server to which digests are sent."""
    if not group.space:
        return []
    places = await sender.store.known_chats.in_space(sender.surface.name, group.space)
    there = await sender.store.subscriptions.at(sender.surface.name, places)
    return list(dict.fromkeys(each.chat for each in there if not each.paused))[:_OTHERS]


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


async def _language(sender: Sender, recipient: _NoticeRecipient, group: _Group) -> str:
    choice = await sender.store.languages.of(recipient.chat, recipient.person)
    return choice.person or choice.chat or (await sender.store.languages.of(group.first, "")).chat or "en"


def _nonce(group: _Group, chat: Chat) -> str:
    """Return the same nonce for every attempt to tell the same in a chat."""
    states = ",".join(f"{each.subscription.id}|{each.subscription.paused or ''}" for each in group.notices)
    return hashlib.blake2b(f"pause|{chat}|{states}".encode(), digest_size=12).hexdigest()
