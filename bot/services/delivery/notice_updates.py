"""Edits notices of uncertain digests once it is known what became of the digests, so that no button stays for ever."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.ports import EditableSurface
from bot.domain.standings import Doubt
from bot.messages import notices as view
from bot.messages.notices import NoticedDoubt
from bot.services.delivery.faults import log_fault
from bot.services.delivery.notice_sender import NOT_TAKEN, edit_notice
from bot.services.delivery.notices import chat_language
from bot.services.delivery.sender import Sender
from bot.storage.sent_notices import SentNotice

log = Log(__name__)

#: after this time a notice has no buttons any more
LAPSES = timedelta(days=7)
#: notices that are edited at once
_AT_ONCE = 5
#: attempts after which a notice is left as it is
_TRIES = 5


async def update_notices(sender: Sender) -> None:
    """Edit some notices of which something has become known."""
    if not isinstance(sender.surface, EditableSurface):
        return
    now, config = sender.monotonic(), sender.config
    claimed = await sender.store.sent_notices.claim(sender.surface.name, now, config.lease, now - LAPSES, _AT_ONCE)
    await asyncio.gather(*(_update_or_put_off(each, sender) for each in claimed))


async def _update_or_put_off(notice: SentNotice, sender: Sender) -> None:
    """Edit one notice. Errors do not affect others; it is claimed again when the lease expires."""
    try:
        await _update(notice, sender)
    except StoreError as error:
        log.warning("notice not updated", notice=notice.id, reason=str(error))
    except Exception as error:
        reference = log_fault("notice not updated", error, chat=str(notice.chat))
        log.info("notice put off", notice=notice.id, reference=reference)
        await _put_off(notice, NOT_TAKEN, sender)


async def _update(notice: SentNotice, sender: Sender) -> None:
    lapsed = sender.monotonic() - notice.sent_at >= LAPSES
    known = {each.id: each for each in await sender.store.subscriptions.of(notice.chat)}
    found = [
        NoticedDoubt(Doubt(each.number, each.delivery, known.get(each.delivery.subscription_id)), each.over)
        for each in notice.digests
    ]
    page = view.updated(found, lapsed=lapsed) if found else view.outdated()
    wait = await edit_notice(sender, notice, page, await chat_language(sender, notice.chat))
    if wait is not None and notice.failures + 1 < _TRIES:
        await _put_off(notice, wait, sender)
        return
    over = [each.number for each in notice.digests if each.over]
    close = lapsed or len(over) == len(found)
    await sender.with_retries(lambda: sender.store.sent_notices.told(notice, over, close=close))


async def _put_off(notice: SentNotice, wait: timedelta, sender: Sender) -> None:
    # without a turn, nothing was tried
    failed, at = wait >= NOT_TAKEN, sender.monotonic() + wait
    try:
        await sender.with_retries(lambda: sender.store.sent_notices.put_off(notice, at, failed=failed))
    except StoreError as error:
        log.warning("notice not put off", notice=notice.id, reason=str(error))
