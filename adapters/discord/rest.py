"""A small client for Discord's REST API: one attempt per request; rate limits, refusals and lost connections are
raised, and a circuit breaker stops requests near Discord's ban limit.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
from pydantic import BaseModel, TypeAdapter, ValidationError

from adapters.discord.schema import ErrorBody
from adapters.kit.breaker import CircuitBreaker
from bot.domain.errors import PlatformError
from bot.domain.log import Log
from bot.version import VERSION

log = Log(__name__)
T = TypeVar("T")

#: time-out of one request in seconds; several fit into the deadline of a delivery
ANSWER_SECONDS = 12.0
_CONNECTIONS = 64
#: invalid requests in ten minutes (401, 403, 429) after which the circuit breaker opens. Discord bans an IP address at
#: 10,000, so all workers behind one address must stay below that together
MOST_REFUSED, _WINDOW = 1_000, 600.0
#: seconds without requests after an answer by Cloudflare (a ban), and after a revoked token
_BANNED, _REVOKED = 600.0, 900.0


@dataclass(kw_only=True, eq=False)
class ApiError(PlatformError):
    """The API answered with an error."""

    status: int
    trouble: ErrorBody
    #: the answer came from a proxy in front of Discord, not from its API
    foreign: bool = False

    def __str__(self) -> str:
        message = self.trouble.message or "no message"
        code = f", code {self.trouble.code}" if self.trouble.code else ""
        return f"{message} ({self.status}{code})"


@dataclass(eq=False)
class RequestDeferred(PlatformError):
    """No request was made, as a rate limit or the circuit breaker allows none for `seconds`."""

    seconds: float
    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class NoResponse(PlatformError):
    """The connection failed; `reached` if Discord may have acted on the request."""

    reason: str
    reached: bool

    def __str__(self) -> str:
        return self.reason


class Rest:
    """An API client. Use it in `async with`; entering makes no request."""

    def __init__(self, base: str, token: str, *, contact: str = "", answer_seconds: float = ANSWER_SECONDS) -> None:
        """`contact` identifies the operator in the User-Agent header."""
        self.breaker = CircuitBreaker(
            most_refused=MOST_REFUSED,
            window=_WINDOW,
            reason=f"Discord refused {MOST_REFUSED:,} requests within ten minutes; pausing to avoid a ban",
        )
        plain = "".join(sign for sign in contact if sign.isascii() and sign.isprintable())
        self._agent = f"DiscordBot ({plain or 'https://example.org/paperboy'}, {VERSION})"
        self._base = base
        self._token = token
        self._seconds = answer_seconds
        #: when a channel accepts the next message, by the loop's clock
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
        """Return a resource. Raise `ApiError`, `RequestDeferred`, `NoResponse`."""
        return _read(await self._request("GET", path, query=query), form)

    async def put(self, path: str, content: object) -> None:
        """Replace a resource. Raise as `get`."""
        await self._request("PUT", path, content)

    async def post(self, path: str, content: object, form: type[T]) -> T:
        """Create a resource; `content` is None for a request without a body. Raise as `get`."""
        return _read(await self._request("POST", path, content), form)

    async def patch(self, path: str, content: object, form: type[T]) -> T:
        """Change a resource. Raise as `get`."""
        return _read(await self._request("PATCH", path, content), form)

    async def tell(self, method: str, path: str, content: object) -> None:
        """Answer an interaction: the path holds the token, and no rate limit applies. Raise as `get`."""
        await self._request(method, path, content, unlimited=True)

    async def look_up(self, path: str, form: type[T]) -> T:
        """Return a resource of an interaction, as `tell`. Raise as `get`."""
        return _read(await self._request("GET", path, unlimited=True), form)

    def open_in(self, channel: str) -> float:
        """Return the seconds until a channel accepts another message, according to its rate limit headers."""
        return max(0.0, self._open_at.get(channel, 0.0) - self._now)

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _request(
        self, method: str, path: str, content: object = None, *, query: Mapping[str, str] = {}, unlimited: bool = False
    ) -> str:
        if self._session is None:
            raise RuntimeError("use the client inside `async with`")
        if not unlimited and (found := self.breaker.state(self._now)):
            raise RequestDeferred(found.seconds, found.reason)
        headers = {} if unlimited else {"Authorization": f"Bot {self._token}"}
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
            raise NoResponse(f"can't reach Discord: {error}", reached=False) from error
        except TimeoutError as error:
            raise NoResponse(f"no answer from Discord within {self._seconds:g} s", reached=True) from error
        except (aiohttp.ClientError, OSError) as error:
            raise NoResponse(f"the connection to Discord broke: {type(error).__name__}", reached=True) from error
        if response.status < 300:
            return text
        raise self._refusal(response, text, unlimited=unlimited)

    def _refusal(self, response: aiohttp.ClientResponse, text: str, *, unlimited: bool) -> ApiError:
        status, trouble = response.status, _error_body(text)
        refusal = ApiError(status=status, trouble=trouble or ErrorBody(), foreign=trouble is None)
        if unlimited:
            return refusal
        shared = response.headers.get("X-RateLimit-Scope") == "shared"
        if status in (401, 403) or (status == 429 and not shared):
            self.breaker.count_refusal(self._now)
        if trouble is None and status in (403, 429):
            self._trip(_BANNED, f"Discord blocks this IP address ({status} from a proxy in front of it)")
        elif status == 401:
            self._trip(_REVOKED, "Discord rejects the token; set a new one in PAPERBOY_DISCORD_TOKEN")
        elif status == 429 and refusal.trouble.everywhere:
            self.breaker.trip(self._now, refusal.trouble.retry_after or 1.0, "Discord's global rate limit is reached")
        return refusal

    def _trip(self, seconds: float, reason: str) -> None:
        log.error("requests to Discord suspended", seconds=seconds, reason=reason)
        self.breaker.trip(self._now, seconds, reason)

    def _note_bucket(self, path: str, headers: Mapping[str, str]) -> None:
        """Note the rate limit bucket of a channel; other channels are not delayed by it."""
        match path.split("/"):
            case ["", "channels", channel, "messages"] if headers.get("X-RateLimit-Remaining") == "0":
                try:
                    self._open_at[channel] = self._now + float(headers.get("X-RateLimit-Reset-After", "0"))
                except ValueError:
                    return
            case ["", "channels", channel, "messages"]:
                self._open_at.pop(channel, None)


def _error_body(text: str) -> ErrorBody | None:
    try:
        return ErrorBody.model_validate_json(text)
    except ValidationError:
        return None


def _read(text: str, form: type[T]) -> T:
    try:
        if issubclass(form, BaseModel):
            return form.model_validate_json(text)
        return TypeAdapter(form).validate_json(text)
    except ValidationError as error:
        raise NoResponse(f"Discord's response can't be parsed: {error.error_count()} errors", reached=True) from error
