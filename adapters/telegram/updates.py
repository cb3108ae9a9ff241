"""Dispatch updates to their handlers through the inbound queues; malformed updates are logged and skipped."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from telegram import Message, Update
from telegram.error import TelegramError

from adapters.kit.answering import answering
from adapters.kit.dedupe import RecentIds
from adapters.kit.queues import Admission, InboundQueue, Job
from adapters.kit.retry import Failed, Failure, Impact, RetryPolicy, retry_answer
from adapters.telegram.callback_data import CommandLine
from adapters.telegram.callbacks import answer_overloaded, press
from adapters.telegram.channels import picked
from adapters.telegram.chats import NAME, is_public
from adapters.telegram.guest import answer_guest
from adapters.telegram.inline import inline
from adapters.telegram.membership import changed, migrated, reopened
from adapters.telegram.message_handler import incoming_command, respond
from adapters.telegram.message_parser import MessageRequest, RequestKind, requests_in
from adapters.telegram.origins import to_text
from adapters.telegram.outbound import NoTurn
from adapters.telegram.responder import Responder
from adapters.telegram.senders import key_of
from adapters.telegram.validation import check
from bot.domain.errors import StoreError
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.pages import Page

log = Log(__name__)

#: the update types that are requested from Telegram
WANTED = ("message", "callback_query", "inline_query", "my_chat_member", "guest_message")
#: larger than any update id; acknowledging a larger one would skip all later updates
_MOST = 1 << 31
#: maximum queued membership events of one chat
_MAX_EVENTS = 1_000
#: seconds that a request waits for an earlier membership event
_EVENT_WAIT_SECONDS = 5.0
#: deadline in seconds for storing a membership event, and its retry policy
_STORED_WITHIN, _STORE_POLICY = 600.0, RetryPolicy(first=1, factor=2, longest=30)
_BUSY = Page(
    title=tr("One at a time, please"),
    intro=tr("I'm still working on your earlier messages, so I skipped the last one. Send it again in a moment."),
)


def update_id(raw: object) -> int | None:
    """Return the id of a raw update; None if it is no update."""
    id = raw.get("update_id") if isinstance(raw, dict) else None
    return id if isinstance(id, int) and not isinstance(id, bool) and 0 <= id < _MOST else None


class Updates:
    """Receive raw updates, and queue them per sender."""

    def __init__(self, responder: Responder, queue: InboundQueue) -> None:
        self._responder = responder
        self._queue = queue
        self._seen = RecentIds()
        #: an album arrives as one message per picture, and is answered once
        self._albums = RecentIds(256)

    def receive(self, raw: object) -> bool:
        """Queue an update; duplicates are ignored. Return False if it is no update.

        Never raise: a malformed update is logged with a reference and skipped.
        """
        id = update_id(raw)
        if id is None:
            log.warning("malformed update", surface=NAME, type=type(raw).__name__)
            return False
        try:
            if self._seen.add(id) and (update := self._responder.api.parsed(raw)) is not None:
                self._dispatch(update, raw)
        except Exception:
            log.exception("update skipped", surface=NAME, update=id, reference=os.urandom(4).hex())
        return True

    def _dispatch(self, update: Update, raw: object) -> None:
        check(update)
        key, responder = key_of(update), self._responder
        message, query, inline_query, change = (
            update.message,
            update.callback_query,
            update.inline_query,
            update.my_chat_member,
        )
        if message is not None:
            self._dispatch_message(key, update.update_id, message, raw)
        elif query is not None:
            job = self._answering(query.id, partial(press, responder, query, origin=to_text(raw, query.id)))
            if self._put(key, job) is Admission.OVERLOADED:
                self._queue.start(_log_errors(partial(answer_overloaded, responder, query, _BUSY)))
        elif inline_query is not None:
            # clients send a query per keystroke; a dropped one needs no notice
            self._put(key, partial(inline, responder, inline_query))
        elif update.guest_message is not None:
            # too late for a notice when it is dropped: one query has one answer
            self._put(key, partial(answer_guest, responder, update.guest_message))
        elif change is not None:
            self._put_event(key, change.chat.id, partial(changed, responder, change))

    def _dispatch_message(self, key: str, update: int, message: Message, raw: object) -> None:
        responder = self._responder
        if message.chat_shared is not None:
            self._put(key, partial(picked, responder, message))
            return
        if _is_service(message):
            self._put_event(key, message.chat.id, partial(_handle_service_message, responder, message))
            return
        parts = requests_in(message, responder.parser_context, responder.answers.prompts.of(message))
        for number, part in enumerate(parts):
            if not self._is_new_album(message, part):
                continue
            interaction = f"{update}/{number}" if number else str(update)
            origin = to_text(raw, interaction, part.line, part.door)
            job = self._answering(interaction, partial(respond, responder, message, part, interaction, origin=origin))
            if self._put(key, job) is Admission.OVERLOADED:
                self._queue.start(_log_errors(partial(_send_overload_notice, responder, message)))

    def _is_new_album(self, message: Message, part: MessageRequest) -> bool:
        album = message.media_group_id
        return part.kind is not RequestKind.UNREADABLE or not album or self._albums.add((message.chat.id, album))

    def _put_event(self, key: str, chat: int, job: Job) -> None:
        """Queue a membership event: in order per chat, independent of people's requests.

        Later requests of the same sender wait for it, so that they see the chat's new state.
        """
        done = asyncio.Event()

        async def work() -> None:
            try:
                await _retry_until_stored(_log_errors(job))
            finally:
                done.set()

        async def wait() -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVENT_WAIT_SECONDS):
                    await done.wait()

        if self._queue.put(f"chat {chat}", work, limit=_MAX_EVENTS, keep=True) is Admission.QUEUED:
            self._queue.put(key, wait)
        else:
            log.error("membership event dropped", surface=NAME, chat=str(chat))

    def _answering(self, interaction: str, job: Job) -> Job:
        """Return a job that records when the interaction was answered."""

        async def answer() -> None:
            with answering(self._responder.service, NAME, interaction):
                await job()

        return answer

    def _put(self, key: str, job: Job) -> Admission:
        admission = self._queue.put(key, _log_errors(job))
        if admission is Admission.OVERLOADED:
            log.warning("too many requests of one person", surface=NAME)
        return admission


def _is_service(message: Message) -> bool:
    """Whether it is a service message about the chat."""
    facts = (message.migrate_to_chat_id, message.migrate_from_chat_id, message.forum_topic_reopened)
    return any(fact is not None for fact in facts)


async def _handle_service_message(responder: Responder, message: Message) -> None:
    if not await migrated(responder.service, message):
        await reopened(responder.service, message)


async def _send_overload_notice(responder: Responder, message: Message) -> None:
    incoming = incoming_command(message, CommandLine(""))
    page = await responder.in_language(incoming, _BUSY)
    reply_to = message.message_id if is_public(incoming.chat) else None
    await responder.outbound.say(incoming.chat, page, silent=True, reply_to=reply_to)


async def _retry_until_stored(job: Job) -> None:
    """Retry while the database fails: Telegram sends each event once, and handling it twice is harmless."""
    deadline = time.monotonic() + _STORED_WITHIN
    outcome = await retry_answer(job, _store_failure, deadline=deadline, policy=_STORE_POLICY)
    if isinstance(outcome, Failed):
        log.error("membership event lost", surface=NAME, reason=outcome.failure.reason)


def _store_failure(error: Exception) -> Failure | None:
    return Failure(impact=Impact.NONE, reason=str(error)) if isinstance(error, StoreError) else None


def _log_errors(job: Job) -> Callable[[], Awaitable[None]]:
    """Log Telegram errors in one line; a traceback might contain a URL with the token."""

    async def quiet() -> None:
        try:
            await job()
        except TelegramError as error:
            log.warning("not answered", surface=NAME, reason=f"{type(error).__name__}: {error.message[:120]}")
        except NoTurn as error:
            log.warning("not answered", surface=NAME, reason=str(error))

    return quiet
