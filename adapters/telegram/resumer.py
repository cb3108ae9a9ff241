"""Resume updates that a process has claimed and not answered before it died."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from telegram import Update
from telegram.error import TelegramError

from adapters.kit.takeover import NotAnswered, UnreadableOrigin
from adapters.telegram.callbacks import press
from adapters.telegram.message_handler import respond
from adapters.telegram.message_parser import MessageRequest, RequestKind
from adapters.telegram.origins import Origin, from_text
from adapters.telegram.outbound import NoTurn
from adapters.telegram.responder import Responder
from adapters.telegram.validation import check
from bot.domain.requests import AbandonedInteraction

#: an answer that is later than this would surprise people; Telegram sets no limit
ANSWERED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class UpdateResumer:
    """Run abandoned requests, and post their answers."""

    responder: Responder

    async def resume(self, abandoned: AbandonedInteraction) -> None:
        """Run a request and answer it. Raise as a handler of `Takeover`."""
        found, update = self._read(abandoned.origin)
        try:
            await self._answer(found, update, abandoned)
        except TelegramError as error:
            raise NotAnswered(f"{type(error).__name__}: {error.message[:120]}") from None
        except NoTurn as error:
            raise NotAnswered(str(error)) from None

    async def _answer(self, found: Origin, update: Update, abandoned: AbandonedInteraction) -> None:
        origin, done = abandoned.origin, abandoned.done
        if update.callback_query is not None:
            await press(self.responder, update.callback_query, origin=origin, taken_up=True, done=done)
        elif update.message is not None and found.line is not None:
            request = MessageRequest(RequestKind.LINE, found.line, found.door)
            await respond(
                self.responder, update.message, request, found.interaction, origin=origin, taken_up=True, done=done
            )
        else:
            raise UnreadableOrigin("neither a message nor a press")

    def _read(self, origin: str) -> tuple[Origin, Update]:
        try:
            found = from_text(origin)
            update = self.responder.api.parsed(found.update)
            if update is not None:
                check(update)
                return found, update
        except ValueError as error:
            raise UnreadableOrigin(str(error)) from None
        except Exception as error:
            # the library's parsers raise anything; their messages may quote the update
            raise UnreadableOrigin(type(error).__name__) from None
        raise UnreadableOrigin("no update")
