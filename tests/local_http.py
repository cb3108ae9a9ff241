"""A real HTTP/1.1 server on 127.0.0.1 that answers as it is told, faults included."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it arrived."""

    method: str
    #: without the query
    path: str
    query: Mapping[str, str]
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes = b""
    #: the event loop's clock when the request had been read
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer, whole or broken."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: seconds before the first byte
    delay: float = 0.0
    #: bytes of the body after which the connection is cut; 0 cuts it before the status line
    cut_after: int | None = None


Answering = Callable[[Asked], Reply | Awaitable[Reply]]


def json_reply(content: object, **headers: str) -> Reply:
    """The content as JSON; a header's name is given with underscores: `RateLimit`, `Retry_After`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(headers={"Content-Type": "application/json"} | named, body=json.dumps(content).encode())


def in_turn(*replies: Reply) -> Answering:
    """Answers with one reply after the other, and with the last one from then on."""
    waiting = list(replies)

    def answer(_: Asked) -> Reply:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return answer


class LocalHttp:
    """Serves on a port of its own while the `async with` block runs, and remembers what it was asked."""

    def __init__(self, answer: Answering | Reply) -> None:
        self.answer: Answering = in_turn(answer) if isinstance(answer, Reply) else answer
        self.asked: list[Asked] = []
        #: connections that were opened, ever
        self.connections = 0
        #: the most requests that were under way at once
        self.busiest = 0
        self._busy = 0
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The address without a path: "http://127.0.0.1:54321"."""
        if self._server is None:
            raise RuntimeError("the server runs inside `async with` only")
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order, without the queries."""
        return [asked.path for asked in self.asked]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None:
            return
        self._server.close()
        tasks = dict(self._open)
        for task, writer in tasks.items():
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a connection is served by a task")
        self.connections += 1
        self._open[task] = writer
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            del self._open[task]
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One question and its answer; whether the connection may serve another."""
        asked = await _read(reader)
        self.asked.append(asked)
        self._busy += 1
        self.busiest = max(self.busiest, self._busy)
        try:
            answered = self.answer(asked)
            reply = answered if isinstance(answered, Reply) else await answered
            await asyncio.sleep(reply.delay)
            return await _send(writer, reply, bare=asked.method == "HEAD")
        finally:
            self._busy -= 1


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    fields = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    parts = urlsplit(target)
    return Asked(
        method=method,
        path=parts.path,
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers=headers,
        body=await reader.readexactly(int(headers.get("content-length", "0"))),
        at=asyncio.get_running_loop().time(),
    )


async def _send(writer: asyncio.StreamWriter, reply: Reply, *, bare: bool) -> bool:
    if reply.cut_after == 0:
        writer.transport.abort()
        return False
    headers = {"Content-Length": str(len(reply.body))} | dict(reply.headers)
    lines = [
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    writer.write(b"" if bare else reply.body[: reply.cut_after])
    await writer.drain()
    return reply.cut_after is None
