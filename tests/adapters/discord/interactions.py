"""What people do: commands, presses, choices, forms; and how the bot answers each within its time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.adapters.discord.bodies import EPHEMERAL
from tests.adapters.discord.world import Json, Message, World

#: seconds for the first word, and of the token's life
DEADLINE, LIFE = 3.0, 900.0
#: the flag of a message that "is thinking"
LOADING = 1 << 7
SAY, DEFER, DEFER_UPDATE, UPDATE, COMPLETE, FORM = 4, 5, 6, 7, 8, 9


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One thing that a person did."""

    id: str
    token: str
    person: str
    channel: str
    #: the loop's clock
    at: float
    #: the message that a button was pressed on
    on: Message | None = None
    #: the type of the first answer; 0 before there was one
    answered: int = 0
    #: seconds until then
    took: float = 0.0
    #: choices of a completion, or a form
    data: Json = field(default_factory=dict)
    #: what the person sees for it, the answer first
    messages: list[Message] = field(default_factory=list)
    #: set when the answer has come, whole
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Refused(Exception):
    """An answer that Discord does not take."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Interactions:
    """Those under way."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[str, Interaction] = {}
        #: seconds for the first word; tests that are not about it are not held to it, as the machine may be busy
        self.deadline = DEADLINE

    def begin(self, person: str, channel: str, now: float, on: Message | None = None) -> Interaction:
        """A person did something just now."""
        made = Interaction(
            id=self.world.id(), token=f"token{self.world.id()}", person=person, channel=channel, at=now, on=on
        )
        self.known[made.token] = made
        return made

    def answer(self, token: str, kind: int, data: Json, now: float) -> Interaction:
        """The first answer."""
        found = self.known.get(token)
        if found is None or (not found.answered and now - found.at > self.deadline):
            raise Refused(404, 10062, "Unknown interaction")
        if found.answered:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        found.answered, found.took, found.data = kind, now - found.at, data
        if kind == SAY:
            self._say(found, data)
        elif kind == DEFER:
            found.messages.append(self._message(found, {"flags": data.get("flags", 0) | LOADING}))
        elif kind == UPDATE and found.on is not None:
            found.on.body = found.on.body | data
            found.messages.append(found.on)
        elif kind == DEFER_UPDATE and found.on is not None:
            found.messages.append(found.on)
        if kind in (SAY, UPDATE, COMPLETE, FORM):
            found.done.set()
        return found

    def original(self, token: str, now: float) -> Message:
        """The first answer, or the message that a button was pressed on."""
        found = self._alive(token, now)
        if not found.messages or found.messages[0].deleted:
            raise Refused(404, 10008, "Unknown Message")
        return found.messages[0]

    def edit(self, token: str, body: Json, now: float) -> Message:
        """The first answer says something else from now on."""
        found = self._alive(token, now)
        if not found.messages:
            raise Refused(404, 10008, "Unknown Message")
        flags = (found.messages[0].body.get("flags") or 0) | (body.get("flags") or 0)
        found.messages[0].body = found.messages[0].body | body | {"flags": flags & ~LOADING}
        found.done.set()
        return found.messages[0]

    def follow(self, token: str, body: Json, now: float) -> Message:
        """One more message."""
        found = self._alive(token, now)
        message = self._say(found, body)
        found.done.set()
        return message

    def remove(self, token: str, now: float) -> None:
        """The first answer is gone."""
        found = self._alive(token, now)
        if not found.messages:
            raise Refused(404, 10008, "Unknown Message")
        found.messages.pop(0).deleted = True

    def _alive(self, token: str, now: float) -> Interaction:
        found = self.known.get(token)
        if found is None or now - found.at > LIFE:
            raise Refused(401, 50027, "Invalid Webhook Token")
        if not found.answered:
            raise Refused(404, 10015, "Unknown Webhook")
        return found

    def _say(self, found: Interaction, body: Json) -> Message:
        message = self._message(found, body)
        found.messages.append(message)
        return message

    def _message(self, found: Interaction, body: Json) -> Message:
        alone = found.person if (body.get("flags") or 0) & EPHEMERAL else ""
        message = Message(id=self.world.id(), channel=found.channel, body=body, only_for=alone)
        self.world.messages.append(message)
        return message
