"""Vote counts on messages that everybody sees: coalesced redraws, so that many votes cost few edits."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from adapters.discord.interaction_reply import AnswerFailed, InteractionReply
from adapters.discord.interactions import IncomingInteraction
from adapters.discord.message_updates import papers_with_votes, with_counts
from adapters.discord.rest import ApiError
from adapters.kit.coalescing import Coalescer
from bot.commands.facade import BotService
from bot.domain.log import Log
from bot.domain.requests import Chat

log = Log(__name__)
K = TypeVar("K")
V = TypeVar("V")

#: seconds between two edits of one message: the first vote is shown at once, the following ones together
_SPACING = 0.4
#: number of remembered messages and votes
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class CountedMessage:
    """A message with vote counts, and a reply whose token may edit it."""

    reply: InteractionReply
    chat: Chat


class VoteCounts:
    """Redraw the vote counts of messages, one edit at a time per message."""

    def __init__(self, service: BotService, coalescer: Coalescer) -> None:
        self._service = service
        self._coalescer = coalescer
        #: the newest token for each message
        self._messages: OrderedDict[str, CountedMessage] = OrderedDict()
        #: the message on which a person voted last, by channel, person and paper
        self._votes: OrderedDict[tuple[str, str, str], str] = OrderedDict()
        #: the time of the last edit of the newest messages
        self._written_at: OrderedDict[str, float] = OrderedDict()

    def voted(self, incoming: IncomingInteraction, reply: InteractionReply, chat: Chat) -> None:
        """Redraw the counts of the message on which somebody has voted."""
        remember(self._messages, incoming.message, CountedMessage(reply, chat))
        for paper in papers_with_votes(incoming.components) & set(incoming.data.custom_id.split()):
            remember(self._votes, (incoming.channel, incoming.person, paper), incoming.message)
        self._redraw(incoming.message)

    def changed(self, incoming: IncomingInteraction) -> None:
        """Redraw them although this press gives no token for the message, if an earlier press did."""
        self._redraw(incoming.message)

    def changed_elsewhere(self, incoming: IncomingInteraction) -> None:
        """Redraw the counts after a vote changed on another page, if the message with the counts is known."""
        for word in incoming.data.custom_id.split():
            self._redraw(self._votes.get((incoming.channel, incoming.person, word), ""))

    def _redraw(self, message: str) -> None:
        shown = self._messages.get(message)
        if shown is not None and shown.reply.alive:
            self._coalescer.request(message, lambda: self._rewrite(message, shown))

    async def _rewrite(self, message: str, shown: CountedMessage) -> None:
        reply, incoming, deadlines = shown.reply, shown.reply.incoming, shown.reply.deadlines
        last = self._written_at.get(message, -math.inf)
        await deadlines.sleep(max(0.0, last + _SPACING - deadlines.clock()))

        async def write() -> None:
            # read the counts just before writing, so that the last edit has the final counts
            tallies = await self._service.tallies(shown.chat, papers_with_votes(incoming.components))
            await reply.rest.tell("PATCH", reply.original, with_counts(incoming.components, tallies))

        try:
            await reply.retry(write)
        except (AnswerFailed, ApiError) as error:
            log.warning("vote counts not updated", chat=str(shown.chat), reason=str(error))
        remember(self._written_at, message, deadlines.clock())


def remember(known: OrderedDict[K, V], key: K, value: V, most: int = _REMEMBERED) -> None:
    """Store a value, and drop the oldest if there are more than `most`."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > most:
        known.popitem(last=False)
