"""The counts below papers that everybody sees: however many vote at once, a message is rewritten a few times only."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from adapters.discord.asked import Asked
from adapters.discord.relabelling import relabelled, voted_on
from adapters.discord.replying import GivenUp, Reply
from adapters.discord.rest import Refusal
from adapters.kit.coalescing import Coalescer
from bot.desk import Desk
from bot.logs import Log
from bot.models import Chat

log = Log(__name__)
K = TypeVar("K")
V = TypeVar("V")

#: seconds between two edits of one message: the first vote shows at once, those that follow it together
_SPACING = 0.4
#: messages and votes that are remembered
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
        #: the newest right to rewrite each message
        self._places: OrderedDict[str, Place] = OrderedDict()
        #: the message on which a person has voted last, by channel, person and paper
        self._votes: OrderedDict[tuple[str, str, str], str] = OrderedDict()
        #: when the newest messages were rewritten last
        self._written: OrderedDict[str, float] = OrderedDict()

    def voted(self, asked: Asked, reply: Reply, chat: Chat) -> None:
        """Have the counts of the message shown anew on which somebody has voted."""
        remember(self._places, asked.message, Place(reply, chat))
        for paper in voted_on(asked.components) & set(asked.data.custom_id.split()):
            remember(self._votes, (asked.channel, asked.person, paper), asked.message)
        self._redraw(asked.message)

    def changed(self, asked: Asked) -> None:
        """The same where this press gives no right to rewrite the message, if an earlier one does."""
        self._redraw(asked.message)

    def changed_elsewhere(self, asked: Asked) -> None:
        """The same where somebody has changed their vote on another page, and it is known where the counts are."""
        for word in asked.data.custom_id.split():
            self._redraw(self._votes.get((asked.channel, asked.person, word), ""))

    def _redraw(self, message: str) -> None:
        place = self._places.get(message)
        if place is not None and place.reply.alive:
            self._coalescer.request(message, lambda: self._written_anew(message, place))

    async def _written_anew(self, message: str, place: Place) -> None:
        reply, asked, timing = place.reply, place.reply.asked, place.reply.timing
        last = self._written.get(message, -math.inf)
        await timing.sleep(max(0.0, last + _SPACING - timing.clock()))

        async def write() -> None:
            # the counts are read when they are written, so that the last one who writes has counted last
            tallies = await self._desk.tallies(place.chat, voted_on(asked.components))
            await reply.rest.tell("PATCH", reply.original, relabelled(asked.components, tallies))

        try:
            await reply.later(write)
        except (GivenUp, Refusal) as error:
            log.warning("counts not shown", chat=str(place.chat), reason=str(error))
        remember(self._written, message, timing.clock())


def remember(known: OrderedDict[K, V], key: K, value: V, most: int = _REMEMBERED) -> None:
    """Keep a value, and forget the oldest where there are more than `most`."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > most:
        known.popitem(last=False)
