"""HTTP client for a source: rate limit, retries, conditional requests, size and time limits, typed errors."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address
from types import MappingProxyType, TracebackType
from typing import Self

import httpx
import stamina

from bot.domain.asker import current_asker
from bot.domain.errors import FetchError, RateLimited
from bot.domain.ports import SourceTurns
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.sources.cache import ROOM, Cache, Remembered
from bot.sources.errors import PASSING, trouble_of
from bot.sources.rate_limits import DEFAULT_WAIT, Peace, asks_to_wait
from bot.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """Rate limit, retry policy and timeouts of a source. Times are in seconds."""

    #: minimum interval between the starts of two requests
    pace: float = 0.0
    #: maximum number of concurrent requests
    connections: int = 1
    #: attempts before a transient error (connection lost, status 500) counts as a failure
    tries: int = 3
    #: delay before the second attempt, doubled before the third, plus as much random jitter
    pause: float = 0.5
    connect_within: float = 5.0
    #: total timeout of a request, including the body
    answer_within: float = 20.0
    #: name under which all processes of an installation, and all clients with this name, take turns; empty for none
    turns: str = ""
    #: total size of the bodies that are kept for conditional requests, in bytes
    cached: int = ROOM
    #: wait after a refusal because of too many requests that does not say how long
    refused: timedelta = DEFAULT_WAIT
    #: maximum size of a decompressed body in bytes
    largest: int = 20 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResponse:
    """A complete response with any status except 5xx, redirects, and refusals because of too many requests."""

    url: str
    status: int
    body: bytes = field(repr=False)
    #: whether a `Link` header has a next page
    has_next: bool = False
    #: URL of the last page; empty if the `Link` header has none
    last_page: str = ""
    #: number of HTTP requests, including retries
    requests: int = 1


class Redirected(FetchError):
    """The source answered with a redirect, which only its client can judge."""

    def __init__(self, source: str, location: str) -> None:
        self.location = location
        super().__init__(source, SourceTrouble(TroubleCode.REDIRECT, location[:200]))


class _Passing(FetchError):
    """A transient error, to be retried."""


class RateLimitedClient:
    """Rate-limited HTTP client for one source, with retries, a cache and respect for `Retry-After`.

    Redirects are not followed, because the operator should decide about a source that has moved. Proxies come from
    the environment, except for loopback addresses.
    """

    def __init__(
        self,
        source: str,
        base_url: str,
        manners: FetchPolicy,
        *,
        contact: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
        turns: SourceTurns | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._source = source
        self._manners = manners
        self._shared = turns if manners.turns else None
        self._clock = clock
        self._sleep = sleep
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"User-Agent": user_agent(contact), **headers},
            timeout=httpx.Timeout(None, connect=manners.connect_within),
            trust_env=not _is_this_machine(base_url),
            verify=_trusted(),
        )
        self._retrying = stamina.AsyncRetryingCaller(
            attempts=manners.tries,
            timeout=None,
            wait_initial=manners.pause,
            wait_max=4 * manners.pause,
            wait_jitter=manners.pause,
        ).on(_Passing)
        self._cache = Cache(manners.cached)
        self._turns = asyncio.Semaphore(manners.connections)
        self._pacing = asyncio.Lock()
        self._started: float | None = None
        #: at most half of the connections, so that people's queries never delay the daily lists
        self._peoples = asyncio.Semaphore(max(1, manners.connections // 2))
        self._peace = Peace(manners.refused)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(self, path: str, query: Mapping[str, str], now: datetime) -> SourceResponse:
        """Return the response for `path`, from the server or revalidated from the cache.

        Raise `FetchError` after the last attempt. Raise `RateLimited` without a request while the source's waiting
        time lasts.
        """
        if until := self._peace.until(now, people=_for_people()):
            raise RateLimited(self._source, SourceTrouble(TroubleCode.WAIT), until)
        tries = 0

        async def attempt() -> SourceResponse:
            nonlocal tries
            tries += 1
            return await self._ask(path, query, now, tries)

        return await self._retrying(attempt)

    def unusable(self, answer: SourceResponse, trouble: SourceTrouble) -> FetchError:
        """Return the error for an invalid response and drop it from the cache."""
        self._cache.forget(answer.url)
        return FetchError(self._source, trouble)

    async def _ask(self, path: str, query: Mapping[str, str], now: datetime, tries: int) -> SourceResponse:
        request = self._client.build_request("GET", path, params=dict(query))
        url = str(request.url)
        known = self._cache.get(url)
        if known is not None:
            request.headers.update(known.conditions)
        response, body = await self._exchange(request)
        self._refuse(response, now)
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return self._unchanged(url, known, tries)
        has_next, last_page = "next" in response.links, response.links.get("last", {}).get("url", "")
        if response.status_code == httpx.codes.OK:
            self._cache.put(url, response.headers, body, has_next=has_next, last_page=last_page)
        return SourceResponse(
            url=url,
            status=response.status_code,
            body=body,
            has_next=has_next,
            last_page=last_page,
            requests=tries,
        )

    def _unchanged(self, url: str, known: Remembered | None, tries: int) -> SourceResponse:
        if known is None:
            raise FetchError(self._source, SourceTrouble(TroubleCode.NOT_MODIFIED))
        return SourceResponse(
            url=url,
            status=200,
            body=known.body,
            has_next=known.has_next,
            last_page=known.last_page,
            requests=tries,
        )

    async def _exchange(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Send one request within the rate limit; waiting for limit and turn does not count towards the timeout."""
        async with self._peoples if _for_people() else nullcontext(), self._turns:
            await self._keep_pace()
            async with self._turn():
                return await self._timed(request)

    async def _timed(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        try:
            async with asyncio.timeout(self._manners.answer_within):
                return await self._send(request)
        except TimeoutError:
            waited = f"{self._manners.answer_within:g} s"
            raise FetchError(self._source, SourceTrouble(TroubleCode.TIMEOUT, waited)) from None
        except PASSING as error:
            raise _Passing(self._source, trouble_of(error, self._manners.connect_within)) from error
        except httpx.HTTPError as error:
            raise FetchError(self._source, trouble_of(error, self._manners.connect_within)) from error

    def _turn(self) -> AbstractAsyncContextManager[None]:
        """Return the turn among all processes; the lease outlives the longest request."""
        if self._shared is None:
            return nullcontext()
        lease = self._manners.connect_within + self._manners.answer_within
        return self._shared.turn(self._manners.turns, self._manners.pace, lease)

    async def _send(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        response = await self._client.send(request, stream=True)
        try:
            return response, await self._whole(response)
        finally:
            await response.aclose()

    async def _whole(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > self._manners.largest:
                size = f"{self._manners.largest // 2**20} MB"
                raise FetchError(self._source, SourceTrouble(TroubleCode.TOO_LARGE, size))
        return bytes(body)

    async def _keep_pace(self) -> None:
        async with self._pacing:
            if self._started is not None:
                await self._sleep(max(0.0, self._started + self._manners.pace - self._clock()))
            self._started = self._clock()

    def _refuse(self, response: httpx.Response, now: datetime) -> None:
        """Raise for a response that no caller can use, and record until when the source wants no requests."""
        status, headers = response.status_code, response.headers
        if asks_to_wait(status, headers):
            until = self._peace.refused(headers, now, people=_for_people())
            raise RateLimited(self._source, SourceTrouble(TroubleCode.RATE_LIMIT, str(status)), until)
        self._peace.answered(headers, now)
        if status >= 500:
            raise _Passing(self._source, SourceTrouble(TroubleCode.STATUS, str(status)))
        if response.has_redirect_location:
            raise Redirected(self._source, headers["location"])


class WebSource:
    """Base class of web sources. Close it, or use it as an asynchronous context manager."""

    def __init__(self, web: RateLimitedClient) -> None:
        self._web = web

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._web.aclose()


def user_agent(contact: str = "") -> str:
    """Return the User-Agent header with a contact: "Paperboy/0.1.0 (+https://example.org/paperboy)"."""
    plain = "".join(sign for sign in contact if sign.isascii() and sign.isprintable())
    return f"Paperboy/{VERSION}" + (f" (+{plain})" if plain else "")


def _for_people() -> bool:
    """Return whether the request is on behalf of a person; daily lists have priority."""
    return current_asker() is not None


@cache
def _trusted() -> ssl.SSLContext:
    """Return the certificates that are trusted: to load them takes 25 ms, which each client would do again."""
    return httpx.create_ssl_context()


def _is_this_machine(base_url: str) -> bool:
    host = httpx.URL(base_url).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
