"""The places where two things plug in. Each is as small as its users need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.domain.health import HealthCheck
from bot.domain.mail import OutgoingMail
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.domain.sources import FetchResult


class DailyLists(Protocol):
    """A source that publishes a list of papers for each day, with votes that move."""

    @property
    def name(self) -> str:
        """How the source is called in the store and in logs: "huggingface"."""
        ...

    async def day(self, day: date, now: datetime) -> FetchResult:
        """The whole list of `day` (a UTC date) as it stands at `now`; empty on days without a list.

        Raises `FetchError`; malformed papers are in `Harvest.rejected`, never an error.
        """
        ...


class Catalogue(Protocol):
    """A source that knows papers by id and by words."""

    @property
    def name(self) -> str:
        """How the source is called in the store and in logs: "arxiv"."""
        ...

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        """Those of the papers that the source knows, in no particular order. Raises `FetchError`."""
        ...

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        """At most `limit` papers on a topic, best first. Raises `FetchError`."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors that are near to each other where the texts mean the same. It blocks."""

    @property
    def name(self) -> str:
        """Of the model. Vectors of two names cannot be compared."""
        ...

    def encode(self, texts: Sequence[str]) -> Sequence[bytes]:
        """A vector of length one for each text: half-precision floats, little-endian, always as many."""
        ...


@runtime_checkable
class Surface(Protocol):
    """A platform that takes messages for chats."""

    @property
    def name(self) -> str:
        """As in `Chat.surface`: "discord"."""
        ...

    @property
    def allowance(self) -> Allowance:
        """How many messages the platform takes."""
        ...

    @property
    def nonced(self) -> bool:
        """Whether the platform drops a message whose nonce it had in the last minutes, and answers with the first."""
        ...

    def parts(self, page: Page) -> Sequence[Page]:
        """The page cut into messages that the platform takes; at least one."""
        ...

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        """Send one part; the platform's id of the message. Raises `DeliveryError`.

        `nonce` has at most 25 letters and digits and is the same for every try of a part. `role` is empty for nobody.
        """
        ...


@runtime_checkable
class Slow(Protocol):
    """A platform that may take minutes to say whether it has a message."""

    @property
    def answers_within(self) -> timedelta:
        """How long to wait for its answer."""
        ...


@runtime_checkable
class MailSurface(Surface, Protocol):
    """A surface whose readers have no commands and no buttons, only what stands in the message.

    So each message says how this one reader leaves or changes this one subscription. The page stays the same object
    for all who get it; the ways out are beside it, and only this surface is given them.
    """

    async def post(self, letter: OutgoingMail) -> str:
        """As `send`, with the ways out."""
        ...


@runtime_checkable
class DeliveryLookup(Protocol):
    """A platform that can be asked what it has, so that no doubt need remain."""

    async def reread(self, chat: Chat, part: Page, *, nonce: str, since: datetime) -> str | None:
        """The id of the message that a part became; "" where it surely became none, None where that cannot be told.

        Raises `DeliveryError`.
        """
        ...


@runtime_checkable
class Diagnosable(Protocol):
    """A surface that can say whether it could be used."""

    async def examine(self) -> Sequence[HealthCheck]:
        """Ask the platform whether all is well, for `paperboy doctor`."""
        ...
