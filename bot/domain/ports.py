"""Ports: protocols that sources, encoders and adapters implement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.domain.category_listings import CategoryBatch, CategoryDemand, CategoryState
from bot.domain.health import HealthCheck
from bot.domain.mail import OutgoingMail
from bot.domain.operator import Operator
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, Tally
from bot.domain.sources import FetchResult, Quota


@runtime_checkable
class DailyLists(Protocol):
    """A source with a list of papers for each day, whose votes change over time."""

    @property
    def name(self) -> str:
        """Name of the source in the store and in logs: "huggingface"."""
        ...

    async def day(self, day: date, now: datetime) -> FetchResult:
        """Return the list of `day` (UTC) as of `now`; empty for a day without a list.

        Raise `FetchError`. Malformed papers do not raise; they are in `FetchResult.rejected`.
        """
        ...


@runtime_checkable
class PaperLookup(Protocol):
    """A source that can be queried by id."""

    @property
    def name(self) -> str:
        """Name of the source in the store and in logs: "biorxiv"."""
        ...

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        """Return the papers that the source knows, in any order. Raise `FetchError`."""
        ...


@runtime_checkable
class Catalogue(PaperLookup, Protocol):
    """A source that can be queried by id and by words."""

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        """Return at most `limit` papers on a topic, best first. Raise `FetchError`."""
        ...


@runtime_checkable
class StarHistories(Protocol):
    """A source that knows the stars of code repositories by day."""

    @property
    def name(self) -> str:
        """Name of the source in the store and in logs: "github"."""
        ...

    @property
    def has_token(self) -> bool:
        """Whether requests carry a token, which allows more of them."""
        ...

    async def stars(self, repository: str, moved_to: str, now: datetime) -> FetchResult:
        """Return the stars of "owner/name"; `moved_to` is its path as returned before. Raise `FetchError`."""
        ...

    async def quota(self, now: datetime) -> Quota:
        """Return how many requests are left. Raise `FetchError`."""
        ...


@runtime_checkable
class Discussions(Protocol):
    """A source of stories about papers."""

    @property
    def name(self) -> str:
        """Name of the source in the store and in logs: "hackernews"."""
        ...

    async def recent(self, since: datetime, now: datetime) -> FetchResult:
        """Return the stories about any papers since a moment. Raise `FetchError`."""
        ...

    async def about(self, paper_ids: Sequence[str], now: datetime) -> FetchResult:
        """Return all stories about some papers. Raise `FetchError`."""
        ...


@runtime_checkable
class CategoryListings(Protocol):
    """A source with a list of new papers per category; only categories that a subscription asks for are fetched."""

    @property
    def name(self) -> str:
        """Name of the source in the store and in logs: "arxiv_feed"."""
        ...

    def wanted(self, demand: CategoryDemand) -> Sequence[str]:
        """Return the categories to fetch for one query, in the source's own names; empty if it serves none of it."""
        ...

    def next_look(self, state: CategoryState, now: datetime) -> datetime:
        """Return when to look at a category again, not after `now` if it is due. Pure.

        `state` is empty but for its names if the category was never fetched. Waits after failures are not its task.
        """
        ...

    async def batch(self, state: CategoryState, now: datetime) -> CategoryBatch:
        """Look at the category of a state. Raise `FetchError`; malformed papers are in `FetchResult.rejected`."""
        ...


class SourceTurns(Protocol):
    """Turns of sources whose terms allow one request at a time to all processes of an installation."""

    def turn(self, name: str, pace: float, lease: float) -> AbstractAsyncContextManager[None]:
        """Wait for a turn and hold it for one request; the next one begins `pace` seconds after its end.

        A turn that is not given back, as its process has died, ends after `lease` seconds.
        """
        ...


class Encoder(Protocol):
    """Text encoder: similar texts get similar embeddings. Blocks."""

    @property
    def key(self) -> str:
        """Key of the embeddings; those with different keys are not comparable."""
        ...

    @property
    def calibrated(self) -> bool:
        """Whether the weights of the fusion were chosen for its cosines."""
        ...

    def papers(self, texts: Sequence[str]) -> Sequence[bytes]:
        """Return one vector of unit length per text of a paper, as little-endian float16 bytes."""
        ...

    def question(self, text: str) -> bytes:
        """Return the vector of a question, as `papers` does."""
        ...


@runtime_checkable
class Surface(Protocol):
    """A platform that delivers messages to chats."""

    @property
    def name(self) -> str:
        """Same as `Chat.surface`: "discord"."""
        ...

    @property
    def allowance(self) -> Allowance:
        """Rate limits of the platform."""
        ...

    @property
    def nonced(self) -> bool:
        """Whether the platform drops messages with a recently used nonce and returns the first one instead."""
        ...

    def parts(self, page: Page) -> Sequence[Page]:
        """Split the page into messages that the platform accepts; at least one."""
        ...

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        """Send one part and return the platform's message id. Raise `DeliveryError`.

        `nonce` has at most 25 letters and digits and is the same for every attempt. `role` is the role to mention,
        or "".
        """
        ...


@runtime_checkable
class Slow(Protocol):
    """A platform that may take minutes to confirm a message."""

    @property
    def answers_within(self) -> timedelta:
        """Timeout for the confirmation."""
        ...


@runtime_checkable
class MailSurface(Surface, Protocol):
    """A surface without commands and buttons: its readers only have links in the message.

    Each message contains links to change or end this reader's subscription. The page itself is shared by all
    readers.
    """

    async def post(self, letter: OutgoingMail) -> str:
        """Send like `send`, with action links."""
        ...


@runtime_checkable
class DeliveryLookup(Protocol):
    """A platform on which sent messages can be looked up, to resolve uncertain deliveries."""

    async def reread(self, chat: Chat, part: Page, *, nonce: str, since: datetime) -> str | None:
        """Return the message id of a part, "" if it was certainly not sent, None if that is unknown.

        Raise `DeliveryError`.
        """
        ...


@runtime_checkable
class EditableSurface(Protocol):
    """A platform on which sent messages can be changed without notifying anybody."""

    async def edit(
        self, chat: Chat, message_id: str, part: Page, *, nonce: str, role: str, tallies: Mapping[str, Tally]
    ) -> None:
        """Replace the page of a message that `send` returned the id of. `tallies` are the chat's votes by paper.

        The same page again is no error. Raise `DeliveryError`; a permanent one means that this message can't be
        changed any more, and says nothing about the chat.
        """
        ...


@runtime_checkable
class ThreadedSurface(Protocol):
    """A platform on which a message can have a thread for its discussion."""

    async def open_thread(self, chat: Chat, message_id: str, name: str) -> bool:
        """Open the thread of a message; if it has one, do nothing.

        Return False if messages of this chat have no threads of their own, because the chat is a thread or a forum.
        Raise `DeliveryError`; a permanent one means that a person has to allow it first.
        """
        ...


@runtime_checkable
class ManagerContacts(Protocol):
    """A platform on which people can be told something elsewhere than in the chat that it is about."""

    @property
    def manages_privately(self) -> bool:
        """Whether subscriptions of other chats can be managed in a private chat."""
        ...

    async def private_chat(self, person: str) -> Chat:
        """Return the private chat with a person. Raise `DeliveryError`."""
        ...

    async def admin_chat(self, space: str) -> Chat | None:
        """Return where the administrators of a server are told something; None if there is no such chat.

        Raise `DeliveryError`.
        """
        ...


@runtime_checkable
class Diagnosable(Protocol):
    """A surface with health checks."""

    async def examine(self) -> Sequence[HealthCheck]:
        """Return the results of health checks against the platform, for `paperboy doctor`."""
        ...


@runtime_checkable
class PublicDiagnosable(Protocol):
    """A surface on which a bot can be public: anybody may add it."""

    async def examine_public(self, operator: Operator) -> Sequence[HealthCheck]:
        """Return what a public bot needs and whether it is set up, each with what to do; for `paperboy doctor`."""
        ...
