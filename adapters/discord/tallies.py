"""The counts below papers that everybody sees: however many vote at once, a message is rewritten a few times only."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

from adapters.discord.asked import Asked
from adapters.discord.relabelling import relabelled, voted_on
from adapters.discord.replying import GivenUp, Reply
from adapters.discord.rest import Refusal
from adapters.kit.coalescing import Coalescer
from bot.desk import Desk
from bot.logs import Log
from bot.models import Chat

log = Log(__name__)

#: seconds between two edits of one message: the first vote shows at once, those that follow it together
_SPACING = 0.4
#: votes of which it is remembered where they were given
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Place:
    """A message with counts, and the right to rewrite it."""

    reply: Reply
    chat: Chat


class Tallies:
    """Rewrites the counts of messages, one message by one task at a time."""

    def __init__(self, desk: Desk, coalescer: Coalescer) -> None:
        self._desk = desk
        self._coalescer = coalescer
        #: where a person has voted last, by channel, person and paper
        self._votes: OrderedDict[tuple[str, str, str], Place] = OrderedDict()
        #: when the newest messages were rewritten last
        self._written: OrderedDict[str, float] = OrderedDict()

    def voted(self, asked: Asked, reply: Reply, chat: Chat) -> None:
        """Have the counts of the message shown anew on which somebody has voted."""
        place = Place(reply, chat)
        for paper in voted_on(asked.components) & set(asked.data.custom_id.split()):
            self._votes[asked.channel, asked.person, paper] = place
            self._votes.move_to_end((asked.channel, asked.person, paper))
        while len(self._votes) > _REMEMBERED:
            self._votes.popitem(last=False)
        self._redraw(place)

    def voted_again(self, asked: Asked) -> None:
        """The same where somebody has changed their vote elsewhere, and it is known where the counts are."""
        for word in asked.data.custom_id.split():
            place = self._votes.get((asked.channel, asked.person, word))
            if place is not None and place.reply.alive:
                self._redraw(place)

    def _redraw(self, place: Place) -> None:
        reply, asked = place.reply, place.reply.asked

        async def write() -> None:
            # the counts are read when they are written, so that the last one who writes has counted last
            tallies = await self._desk.tallies(place.chat, voted_on(asked.components))
            body = relabelled(asked.components, tallies)
            await reply.rest.tell("PATCH", reply.original, body)

        async def redraw() -> None:
            timing = reply.timing
            last = self._written.pop(asked.message, -math.inf)
            await timing.sleep(max(0.0, last + _SPACING - timing.clock()))
            try:
                await reply.later(write)
            except (GivenUp, Refusal) as error:
                log.warning("counts not shown", chat=str(place.chat), reason=str(error))
            self._written[asked.message] = timing.clock()
            if len(self._written) > _REMEMBERED:
                self._written.popitem(last=False)

        self._coalescer.request(asked.message, redraw)
