"""Everything that Telegram tells, each thing to whom it concerns."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from telegram import CallbackQuery, Message, Update
from telegram.error import TelegramError

from adapters.telegram.addressed import NAME
from adapters.telegram.answering import Answering
from adapters.telegram.inline import inline
from adapters.telegram.membership import changed, migrated, reopened
from adapters.telegram.messages import hear
from adapters.telegram.presses import press
from adapters.telegram.queues import Queues
from bot.logs import Log

log = Log(__name__)

#: what is asked of Telegram; everything else is none of our business
WANTED = ("message", "callback_query", "inline_query", "my_chat_member")
#: updates of which it is known that they have come; a webhook may bring one twice
_REMEMBERED = 1_000
_BUSY = "One after the other, please."


class Updates:
    """Takes updates as they come, and lets nobody wait for anybody else."""

    def __init__(self, answering: Answering, queues: Queues) -> None:
        self._answering = answering
        self._queues = queues
        self._seen: OrderedDict[int, None] = OrderedDict()

    def take(self, update: Update) -> None:
        """See that it is dealt with soon; the same one twice is one."""
        if update.update_id in self._seen:
            return
        self._seen[update.update_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        whose = update.effective_user or update.effective_chat
        key = str(whose.id if whose else update.update_id)
        if not self._queues.put(key, lambda: _safely(self._work(update))):
            self._too_many(update)

    def _work(self, update: Update) -> Callable[[], Awaitable[None]]:
        answering, message, query, asked = self._answering, update.message, update.callback_query, update.inline_query
        change = update.my_chat_member

        async def work() -> None:
            if message is not None:
                await _heard(answering, message)
            elif query is not None:
                await press(answering, query)
            elif asked is not None:
                await inline(answering, asked)
            elif change is not None:
                await changed(answering, change)

        return work

    def _too_many(self, update: Update) -> None:
        log.warning("person slowed down", surface=NAME, update=update.update_id)
        if (query := update.callback_query) is not None:
            self._queues.start(_safely(lambda: _busy(query)))


async def _heard(answering: Answering, message: Message) -> None:
    """What a place says of itself, or what a person says."""
    if not await migrated(answering.desk, message) and not await reopened(answering.desk, message):
        await hear(answering, message)


async def _busy(query: CallbackQuery) -> None:
    await query.answer(_BUSY)


async def _safely(work: Callable[[], Awaitable[None]]) -> None:
    """One update that fails takes no other with it."""
    try:
        await work()
    except TelegramError as error:
        log.warning("not answered", surface=NAME, reason=f"{type(error).__name__}: {error.message[:120]}")
    except Exception:
        # whatever one update brings up, the next person must be heard
        log.exception("not answered", surface=NAME)
