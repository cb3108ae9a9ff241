"""Connections that the server has closed, and whose clients do not read what is left."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.kit.connection_limits import ServerLimits
from adapters.kit.http_server import HttpServer, server

#: more than all buffers of a connection hold
LARGE = b"x" * 16_000_000
REQUEST = b"GET / HTTP/1.1\r\nhost: x\r\n"


async def large(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers everything with a long text."""
    headers = [(b"content-length", str(len(LARGE)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": LARGE})


@asynccontextmanager
async def running(limits: ServerLimits) -> AsyncIterator[tuple[HttpServer, int]]:
    """A server and its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        served = server(large, limits)
        task = asyncio.create_task(served.serve(sockets=[listening]))
        yield served, listening.getsockname()[1]
        served.should_exit = True
        await task


async def until_connections(served: HttpServer, count: int) -> None:
    """Wait until the server has so many connections."""
    async with asyncio.timeout(30):
        while len(served.server_state.connections) != count:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("asked", "then"),
    [(b"connection: close\r\n\r\n", b""), (b"\r\n", b"no request\r\n\r\n")],
    ids=["closed", "invalid"],
)
async def test_a_closed_connection_is_given_up_if_its_client_does_not_read(asked: bytes, then: bytes) -> None:
    async with running(ServerLimits(linger=0.2, reading=600)) as (served, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(REQUEST + asked)
        await until_connections(served, 1)
        await asyncio.sleep(0.1)
        writer.write(then)

        await until_connections(served, 0)

        writer.transport.resume_reading()  # type: ignore[attr-defined]
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await reader.readexactly(len(LARGE))
        writer.close()


async def test_a_client_that_reads_slowly_gets_everything_before_the_time_is_over() -> None:
    async with running(ServerLimits(linger=60, reading=600)) as (served, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(REQUEST + b"connection: close\r\n\r\n")
        await until_connections(served, 1)
        await asyncio.sleep(0.3)

        writer.transport.resume_reading()  # type: ignore[attr-defined]
        said = await reader.read()

        assert said.endswith(LARGE)
        writer.close()
