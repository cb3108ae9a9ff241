"""The platform of the proofs, as Paperboy's port sees it: over a socket, with everything that sockets do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx

from adapters.kit.tls import trusted
from bot.domain.errors import DeliveryError
from bot.domain.pages import Page, paginate
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.messages.plain_text import plain

NAME = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What a worker knows of the platform."""

    url: str
    nonced: bool = False
    #: messages a second that the bot allows itself; 0 is without limit
    per_second: float = 0
    #: messages that the platform takes within any second; 0 is without limit
    taken_per_second: float = 0
    #: papers in one message
    cards: int = 50


class ProofSurface:
    """Takes messages for chats of the surface `proof`."""

    def __init__(self, platform: Platform, client: httpx.AsyncClient) -> None:
        self._platform = platform
        self._client = client

    @property
    def name(self) -> str:
        """As in `Chat.surface`."""
        return NAME

    @property
    def allowance(self) -> Allowance:
        """What the bot allows itself."""
        return Allowance(per_second=self._platform.per_second, taken_per_second=self._platform.taken_per_second)

    @property
    def nonced(self) -> bool:
        """Whether the platform drops doubles."""
        return self._platform.nonced

    def parts(self, page: Page) -> Sequence[Page]:
        """So many cards in each; the titles are numbered, so that the platform can tell the parts apart."""
        parts = paginate(page, lambda part: len(part.cards) <= self._platform.cards)
        return [replace(part, title=f"{number} of {len(parts)}") for number, part in enumerate(parts, 1)]

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        """The platform's id of the message. Raises `DeliveryError`."""
        wish = {"chat": chat.id, "part": part.title, "nonce": nonce, "text": plain(part)}
        try:
            answer = await self._client.post("/send", json=wish)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise DeliveryError(chat, f"the platform cannot be reached ({type(error).__name__})") from error
        except httpx.TransportError as error:
            raise DeliveryError(chat, f"no answer ({type(error).__name__})", ambiguous=True) from error
        return _taken(chat, answer)


def _taken(chat: Chat, answer: httpx.Response) -> str:
    match answer.status_code:
        case 200:
            return str(answer.json()["id"])
        case 429:
            wait = timedelta(seconds=float(answer.headers["Retry-After"]))
            raise DeliveryError(chat, "too many messages", retry_after=wait)
        case 403:
            raise DeliveryError(chat, "the bot may not write there", permanent=True)
        case status:
            raise DeliveryError(chat, f"the platform answered with {status}", ambiguous=True)


@asynccontextmanager
async def open_surface(platform: Platform) -> AsyncIterator[ProofSurface]:
    """The surface with its connections, closed at the end."""
    async with httpx.AsyncClient(base_url=platform.url, timeout=10, verify=trusted()) as client:
        # every real surface has logged in before its first message
        await client.get("/record")
        yield ProofSurface(platform, client)
