"""Discord's REST API: one question, one answer, and every wait and every doubt told to whoever asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
from pydantic import BaseModel, TypeAdapter, ValidationError

from adapters.discord.schema import Trouble
from adapters.kit.breaker import CircuitBreaker
from bot.logs import Log
from bot.version import VERSION

log = Log(__name__)
T = TypeVar("T")

#: of one question; several of them go into the time that a delivery has
ANSWER_SECONDS = 12.0
_CONNECTIONS = 64
#: refused requests in ten minutes after which we stop by ourselves. Discord bans an address at 10,000, for all who
#: share it, so that several workers must stay below that together
MOST_REFUSED, _WINDOW = 1_000, 600.0
#: the answer of who stands in front of Discord is a ban; it is told again only after so long
_BANNED, _REVOKED = 600.0, 900.0


@dataclass(kw_only=True, eq=False)
class Refusal(Exception):
    """The API answered, and not with what was asked for."""

    status: int
    trouble: Trouble
    #: it came from something in front of Discord, in no form that Discord uses
    foreign: bool = False

    def __str__(self) -> str:
        told = self.trouble.message or "no reason was given"
        return f"{told} ({self.status}, code {self.trouble.code})" if self.trouble.code else f"{told} ({self.status})"


@dataclass(eq=False)
class Waiting(Exception):
    """Nothing was asked, as nothing may be for so many seconds."""

    seconds: float
    reason: str


@dataclass(eq=False)
class Unanswered(Exception):
    """The connection failed. `reached` where Discord may have acted all the same."""

    reason: str
    reached: bool


class Rest:
    """Open inside `async with`. Nothing is asked before somebody asks."""

    def __init__(self, base: str, token: str, *, contact: str = "", answer_seconds: float = ANSWER_SECONDS) -> None:
        """`contact` is where Discord finds who runs this."""
        self.breaker = CircuitBreaker(
            most_refused=MOST_REFUSED,
            window=_WINDOW,
            reason=f"Discord has refused {MOST_REFUSED:,} requests in ten minutes; we wait, to be spared its ban",
        )
        plain = "".join(sign for sign in contact if sign.isascii() and sign.isprintable())
        self._agent = f"DiscordBot ({plain or 'https://example.org/paperboy'}, {VERSION})"
        self._base = base
        self._token = token
        self._seconds = answer_seconds
        #: when a channel takes the next message, by the loop's clock
        self._open_at: dict[str, float] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=self._seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str, form: type[T], **query: str) -> T:
        """What is there. Raises `Refusal`, `Waiting`, `Unanswered`."""
        return _read(await self._asked("GET", path, query=query), form)

    async def put(self, path: str, content: object) -> None:
        """Put something in the place of what is there. Raises as above."""
        await self._asked("PUT", path, content)

    async def post(self, path: str, content: object, form: type[T]) -> T:
        """Make something; `content` is None for a request without a body. Raises as above."""
        return _read(await self._asked("POST", path, content), form)

    async def tell(self, method: str, path: str, content: object) -> None:
        """Answer a person: the path holds the right to do so, and no limit counts it. Raises as above."""
        await self._asked(method, path, content, freely=True)

    def open_in(self, channel: str) -> float:
        """Seconds until a channel takes another message, as far as its headers told."""
        return max(0.0, self._open_at.get(channel, 0.0) - self._now)

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _asked(
        self, method: str, path: str, content: object = None, *, query: Mapping[str, str] = {}, freely: bool = False
    ) -> str:
        if self._session is None:
            raise RuntimeError("Discord is asked inside `async with` only")
        if not freely and (found := self.breaker.state(self._now)):
            raise Waiting(found.seconds, found.reason)
        headers = {} if freely else {"Authorization": f"Bot {self._token}"}
        data = None
        if content is not None:
            data, headers = json.dumps(content).encode(), headers | {"Content-Type": "application/json"}
        try:
            async with self._session.request(
                method, f"{self._base}{path}", data=data, headers=headers, params=query or None
            ) as response:
                self._note_bucket(path, response.headers)
                text = await response.text(errors="replace")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unanswered(f"Discord cannot be reached: {error}", reached=False) from error
        except TimeoutError as error:
            raise Unanswered(f"no answer from Discord within {self._seconds:g} s", reached=True) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unanswered(f"the connection to Discord broke: {type(error).__name__}", reached=True) from error
        if response.status < 300:
            return text
        raise self._refused(response, text, freely=freely)

    def _refused(self, response: aiohttp.ClientResponse, text: str, *, freely: bool) -> Refusal:
        status, trouble = response.status, _trouble(text)
        refusal = Refusal(status=status, trouble=trouble or Trouble(), foreign=trouble is None)
        if freely:
            return refusal
        shared = response.headers.get("X-RateLimit-Scope") == "shared"
        if status in (401, 403) or (status == 429 and not shared):
            self.breaker.count_refusal(self._now)
        if trouble is None and status in (403, 429):
            self._close(_BANNED, f"Discord's door is shut to this address ({status} from something in front of it)")
        elif status == 401:
            self._close(_REVOKED, "Discord does not take the token any more; put a new one into PAPERBOY_DISCORD_TOKEN")
        elif status == 429 and refusal.trouble.everywhere:
            self.breaker.trip(
                self._now, refusal.trouble.retry_after or 1.0, "Discord's limit for the whole bot is reached"
            )
        return refusal

    def _close(self, seconds: float, reason: str) -> None:
        log.error("Discord is left alone", seconds=seconds, reason=reason)
        self.breaker.trip(self._now, seconds, reason)

    def _note_bucket(self, path: str, headers: Mapping[str, str]) -> None:
        """A channel that takes no more for a moment; the others are not asked about it."""
        match path.split("/"):
            case ["", "channels", channel, "messages"] if headers.get("X-RateLimit-Remaining") == "0":
                try:
                    self._open_at[channel] = self._now + float(headers.get("X-RateLimit-Reset-After", "0"))
                except ValueError:
                    return
            case ["", "channels", channel, "messages"]:
                self._open_at.pop(channel, None)


def _trouble(text: str) -> Trouble | None:
    try:
        return Trouble.model_validate_json(text)
    except ValidationError:
        return None


def _read(text: str, form: type[T]) -> T:
    try:
        if issubclass(form, BaseModel):
            return form.model_validate_json(text)
        return TypeAdapter(form).validate_json(text)
    except ValidationError as error:
        raise Unanswered(f"Discord's answer cannot be read: {error.error_count()} faults", reached=True) from error
