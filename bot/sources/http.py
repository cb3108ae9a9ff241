"""One client for one source, which keeps to the source's manners and calls every trouble by its name."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import httpx
import stamina

from bot.domain.asker import current_asker
from bot.domain.errors import FetchError, RateLimited
from bot.sources.cache import Cache, Remembered
from bot.sources.errors import PASSING, clause
from bot.sources.rate_limits import Peace
from bot.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How a source wants to be asked, and how long and how often we try. Times are in seconds."""

    #: least time between the starts of two requests
    pace: float = 0.0
    #: requests under way at once
    connections: int = 1
    #: tries before a passing trouble (a cut connection, a 500) counts as a failure
    tries: int = 3
    #: before the second try; twice that before the third, and up to as much again by chance
    pause: float = 0.5
    connect_within: float = 5.0
    #: from the first byte of the question to the last of the answer
    answer_within: float = 20.0
    #: bytes of a body, unpacked
    largest: int = 20 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source said, whole: any status but a refusal for now (429), a trouble of its own (5xx) or a redirect."""

    url: str
    status: int
    body: bytes = field(repr=False)
    #: whether a `Link` header names a next page
    has_next: bool = False
    #: HTTP requests that it took
    requests: int = 1


class _Passing(FetchError):
    """Worth another try in the same round."""


class RateLimitedClient:
    """Asks one source: paced, conditional, patient within a round, and silent while the source wants peace.

    Redirects are not followed: a source that moves is the operator's to judge. Proxies come from the environment,
    except for an address of this very machine.
    """

    def __init__(
        self,
        source: str,
        base_url: str,
        manners: FetchPolicy,
        *,
        contact: str = "",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._source = source
        self._manners = manners
        self._clock = clock
        self._sleep = sleep
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"User-Agent": user_agent(contact)},
            timeout=httpx.Timeout(None, connect=manners.connect_within),
            trust_env=not _is_this_machine(base_url),
        )
        self._retrying = stamina.AsyncRetryingCaller(
            attempts=manners.tries,
            timeout=None,
            wait_initial=manners.pause,
            wait_max=4 * manners.pause,
            wait_jitter=manners.pause,
        ).on(_Passing)
        self._cache = Cache()
        self._turns = asyncio.Semaphore(manners.connections)
        self._pacing = asyncio.Lock()
        self._started: float | None = None
        #: half of the connections at most, so that what people ask never stands in the way of the lists
        self._peoples = asyncio.Semaphore(max(1, manners.connections // 2))
        self._peace = Peace()

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def get(self, path: str, query: Mapping[str, str], now: datetime) -> Answer:
        """What the source has under `path`, fresh or known to be unchanged.

        Raises `FetchError` after the last try, `RateLimited` without asking while the source wants to be left alone.
        """
        if until := self._peace.until(now, people=_for_people()):
            raise RateLimited(self._source, "asked us to wait", until)
        tries = 0

        async def attempt() -> Answer:
            nonlocal tries
            tries += 1
            return await self._ask(path, query, now, tries)

        return await self._retrying(attempt)

    def unusable(self, answer: Answer, reason: str) -> FetchError:
        """The error for an answer that is not what was promised. It is forgotten, so that it is not kept for good."""
        self._cache.forget(answer.url)
        return FetchError(self._source, reason)

    async def _ask(self, path: str, query: Mapping[str, str], now: datetime, tries: int) -> Answer:
        request = self._client.build_request("GET", path, params=dict(query))
        url = str(request.url)
        known = self._cache.get(url)
        if known is not None:
            request.headers.update(known.conditions)
        response, body = await self._exchange(request)
        self._refuse(response, now)
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return self._unchanged(url, known, tries)
        has_next = "next" in response.links
        if response.status_code == httpx.codes.OK:
            self._cache.put(url, response.headers, body, has_next=has_next)
        return Answer(url=url, status=response.status_code, body=body, has_next=has_next, requests=tries)

    def _unchanged(self, url: str, known: Remembered | None, tries: int) -> Answer:
        if known is None:
            raise FetchError(self._source, "answered 304 to a question without a condition")
        return Answer(url=url, status=200, body=known.body, has_next=known.has_next, requests=tries)

    async def _exchange(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """One request in its turn. The time it may take does not count the wait for the turn."""
        async with self._peoples if _for_people() else nullcontext(), self._turns:
            await self._keep_pace()
            try:
                async with asyncio.timeout(self._manners.answer_within):
                    return await self._send(request)
            except TimeoutError:
                raise FetchError(self._source, f"no answer within {self._manners.answer_within:g} s") from None
            except PASSING as error:
                raise _Passing(self._source, clause(error, self._manners.connect_within)) from error
            except httpx.HTTPError as error:
                raise FetchError(self._source, clause(error, self._manners.connect_within)) from error

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
                raise FetchError(self._source, f"sent more than {self._manners.largest // 2**20} MB")
        return bytes(body)

    async def _keep_pace(self) -> None:
        async with self._pacing:
            if self._started is not None:
                await self._sleep(max(0.0, self._started + self._manners.pace - self._clock()))
            self._started = self._clock()

    def _refuse(self, response: httpx.Response, now: datetime) -> None:
        """Raise for an answer that no caller can use; remember when the source wants to be left alone."""
        status, headers = response.status_code, response.headers
        if status == httpx.codes.TOO_MANY_REQUESTS or (status == 503 and "retry-after" in headers):
            until = self._peace.refused(headers, now, people=_for_people())
            raise RateLimited(self._source, f"answered {status}: too many requests", until)
        self._peace.answered(headers, now)
        if status >= 500:
            raise _Passing(self._source, f"answered {status}")
        if response.has_redirect_location:
            raise FetchError(self._source, f"sends us on to {headers['location'][:200]}")


class WebSource:
    """What every source behind an address is: one polite client. Close it, or use it as an asynchronous context."""

    def __init__(self, web: RateLimitedClient) -> None:
        self._web = web

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._web.aclose()


def user_agent(contact: str = "") -> str:
    """Who is asking, and where to complain: "Paperboy/0.1.0 (+https://example.org/paperboy)"."""
    plain = "".join(sign for sign in contact if sign.isascii() and sign.isprintable())
    return f"Paperboy/{VERSION}" + (f" (+{plain})" if plain else "")


def _for_people() -> bool:
    """Whether a person waits for the answer; the daily lists come before them."""
    return current_asker() is not None


def _is_this_machine(base_url: str) -> bool:
    host = httpx.URL(base_url).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
