"""Resume interactions that a process has acknowledged and not answered before it died."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from adapters.discord.interaction_reply import AnswerFailed, Deadlines, InteractionReply, NotAcknowledged
from adapters.discord.interactions import IncomingInteraction, from_origin
from adapters.discord.responder import DiscordResponder
from adapters.discord.rest import Rest
from adapters.kit.takeover import NotAnswered, UnreadableOrigin
from bot.commands.facade import BotService
from bot.domain.log import Log
from bot.domain.requests import AbandonedInteraction

log = Log(__name__)

NAME = "discord"
#: how long Discord accepts follow-ups
ANSWERED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class InteractionResumer:
    """Answer abandoned interactions that Discord still accepts an answer to.

    The three seconds for the callback are over, so an interaction that was not acknowledged can no longer be answered:
    the person was shown that it failed, and unless it is done, nothing was changed.
    """

    rest: Rest
    service: BotService
    responder: DiscordResponder
    deadlines: Deadlines

    async def resume(self, abandoned: AbandonedInteraction) -> None:
        """Run an interaction and answer it, unless it cannot be answered. Raise as a handler of `Takeover`."""
        try:
            incoming = from_origin(abandoned.origin)
        except ValueError as error:
            raise UnreadableOrigin(str(error)) from None
        reply = InteractionReply(
            rest=self.rest, incoming=incoming, deadlines=self.deadlines, age=self._age_seconds(incoming)
        )
        if not reply.alive:
            _log_unanswerable(incoming, "its token has expired")
            return
        try:
            original = await reply.original_message()
        except NotAcknowledged as error:
            _log_unanswerable(incoming, str(error))
            return
        except AnswerFailed as error:
            raise NotAnswered(str(error)) from None
        if original is not None and not original.loading and original.id != incoming.message:
            _log_unanswerable(incoming, "the person has an answer already")
            return
        await self.responder.take_up(incoming, reply, original, done=abandoned.done)

    def _age_seconds(self, incoming: IncomingInteraction) -> float:
        # the clocks of Discord and of this machine may differ
        return max(0.0, (self.service.now() - incoming.made_at).total_seconds())


def _log_unanswerable(incoming: IncomingInteraction, reason: str) -> None:
    log.warning("interaction not taken up", chat=str(incoming.chat), interaction=incoming.id, reason=reason)
