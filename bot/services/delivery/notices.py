"""Notices after an outage: one per chat about digests that may be missing, with buttons to send them again."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.domain.deliveries import Delivery
from bot.domain.errors import StoreError
from bot.domain.health import HealthCheck
from bot.domain.log import Log
from bot.domain.ports import Diagnosable, MailSurface, Surface
from bot.domain.requests import Chat
from bot.domain.standings import Doubt
from bot.messages import deliveries as view
from bot.services.delivery.faults import log_fault
from bot.services.delivery.notice_sender import NOT_TAKEN, SentMessage, send_notice
from bot.services.delivery.sender import Sender

log = Log(__name__)

#: no delivery may have become uncertain for this long, because the outage may not be over
QUIET = timedelta(minutes=5)
#: chats that are notified at once
_AT_ONCE = 5
#: the wait until the platform is probed again
_STILL_AWAY = timedelta(minutes=1)
#: after this time /status has to suffice
_GIVEN_UP = timedelta(days=1)
_PROBE_SECONDS = 10.0


async def notify_missing(sender: Sender) -> None:
    """Notify some chats of their uncertain digests if the platform is back."""
    if isinstance(sender.surface, MailSurface):
        return
    deliveries = sender.store.deliveries
    groups = await deliveries.take_notices(sender.surface.name, sender.monotonic(), QUIET, _AT_ONCE)
    if not groups:
        return
    if not await _is_back(sender.surface):
        await _put_off([each for group in groups for each in group], _STILL_AWAY, sender)
        return
    await asyncio.gather(*(_notify(group, sender) for group in groups))


async def _notify(group: Sequence[Delivery], sender: Sender) -> None:
    """Notify one chat. Errors do not affect other chats."""
    try:
        await _send_notice(group, sender)
    except StoreError as error:
        log.warning("notice of an uncertain digest postponed", chat=str(group[0].chat), reason=str(error))
        await _put_off(group, NOT_TAKEN, sender)
    except Exception as error:
        log_fault("notice of an uncertain digest failed", error, chat=str(group[0].chat))


async def _send_notice(group: Sequence[Delivery], sender: Sender) -> None:
    """Notify one chat. A notice that may have arrived is not sent again: /status lists the digests anyway."""
    chat = group[0].chat
    known = {each.id: each for each in await sender.store.subscriptions.of(chat)}
    doubts = [Doubt(number, each, known.get(each.subscription_id)) for number, each in enumerate(group, 1)]
    nonce = _nonce(group)
    outcome = await send_notice(sender, chat, view.missing(doubts), await chat_language(sender, chat), nonce)
    if isinstance(outcome, timedelta):
        await _put_off(group, outcome, sender)
    elif isinstance(outcome, SentMessage):
        ids = [each.id for each in group]
        add = partial(sender.store.sent_notices.add, chat, outcome.message_id, nonce, ids, sender.monotonic())
        await sender.with_retries(add)
        log.info("notice of an uncertain digest sent", chat=str(chat), deliveries=ids)


async def chat_language(sender: Sender, chat: Chat) -> str:
    """Return the tag of the language of a chat's digests."""
    return (await sender.store.languages.of(chat, "")).chat or "en"


async def _put_off(group: Sequence[Delivery], wait: timedelta, sender: Sender) -> None:
    now = sender.monotonic()
    ids = [each.id for each in group if now - each.changed_at < _GIVEN_UP]
    if ids:
        await sender.with_retries(lambda: sender.store.deliveries.put_off_notice(ids, now + wait))


async def _is_back(surface: Surface) -> bool:
    """Return whether the platform responds, if it can be probed without sending a message."""
    if not isinstance(surface, Diagnosable):
        return True
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            findings: Sequence[HealthCheck] = await surface.examine()
    except TimeoutError:
        return False
    except Exception:
        log.exception("not examined", surface=surface.name)
        return False
    return all(finding.ok for finding in findings if finding.name == surface.name)


def _nonce(group: Sequence[Delivery]) -> str:
    """Return the same nonce for every attempt."""
    key = ",".join(f"{each.subscription_id}|{each.local_date}" for each in group)
    return hashlib.blake2b(f"notice|{key}".encode(), digest_size=12).hexdigest()
