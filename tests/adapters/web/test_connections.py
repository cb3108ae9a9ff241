"""Slow clients are closed, and nobody waits for them; real sockets, a real server."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from adapters.kit.connection_limits import ConnectionDecision, ConnectionTable, ServerLimits
from adapters.kit.tls import trusted
from adapters.web.surface import Web, reserved
from bot.commands.facade import BotService
from tests.adapters.web.conftest import free_port, up

HALF = b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: 1\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def serving(desk: BotService, limits: ServerLimits) -> AsyncIterator[httpx.AsyncClient]:
    port = free_port()
    task = asyncio.create_task(Web("127.0.0.1", port, limits=limits).listen(desk))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, verify=trusted()) as client:
        await up(client, [task])
        yield client
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def opened(client: httpx.AsyncClient, sent: bytes = b"", source: str = "127.0.0.1") -> Streams:
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port, local_addr=(source, 0))
    writer.write(sent)
    return reader, writer


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """Everything that the server says before it ends the connection."""
    said = b""
    async with asyncio.timeout(30):
        with suppress(ConnectionError):
            while more := await reader.read(65_536):
                said += more
    return said


async def trickled(streams: Streams, piece: bytes) -> None:
    """Send a little again and again, until the server has enough."""
    with suppress(ConnectionError):
        while not streams[0].at_eof():
            streams[1].write(piece)
            await streams[1].drain()
            await asyncio.sleep(0.05)


#: what is sent at first, and then again and again
SLOW = (
    (b"", b""),
    (b"", b"\r\n"),
    (b"G", b""),
    (HALF, b"x-more: 1\r\n"),
    (b"GET /robots.txt HTTP/1.1\r\nhost: x\r\n\r\n", b"G"),
    (b"POST /chat HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\nline=", b"a"),
    (b"POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\nline=", b"a"),
    (b"POST /chat HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n", b"a"),
    (b"no http at all\r\n", b"\r\n"),
)


async def test_a_slow_request_is_ended_however_it_is_slow(desk: BotService) -> None:
    async with serving(desk, ServerLimits(head=0.4, body=0.4)) as client:

        async def ended(begun: bytes, piece: bytes) -> None:
            streams = await opened(client, begun)
            sending = asyncio.create_task(trickled(streams, piece)) if piece else None
            try:
                await until_closed(streams[0])
            except TimeoutError:
                pytest.fail(f"{begun!r}, then {piece!r}, is waited for")
            finally:
                if sending:
                    sending.cancel()
                streams[1].close()

        await asyncio.gather(*(ended(*slow) for slow in SLOW))

        assert (await client.get("/healthz")).status_code == 200


async def asking_for_ever(writer: asyncio.StreamWriter) -> None:
    """Ask for as many answers as no buffer holds, and for more."""
    while True:
        writer.write(b"GET /style.css HTTP/1.1\r\nhost: x\r\n\r\n" * 500)
        await writer.drain()
        await asyncio.sleep(0.02)


async def test_who_does_not_read_the_answer_is_let_go(desk: BotService) -> None:
    async with serving(desk, ServerLimits(reading=0.4)) as client:
        _, writer = await opened(client)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(asking_for_ever(writer), 30)

        assert (await client.get("/")).status_code == 200


async def test_520_slow_connections_keep_nobody_out(desk: BotService) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2_048:
        pytest.skip("the system allows too few open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_048), hard))
    try:
        async with serving(desk, ServerLimits(head=2.0)) as client:
            slow = [await opened(client, HALF) for _ in range(520)]

            for source in ("127.0.0.1", "127.9.9.9"):
                transport = httpx.AsyncHTTPTransport(local_address=source, verify=trusted())
                async with httpx.AsyncClient(
                    base_url=client.base_url, transport=transport, timeout=30, verify=trusted()
                ) as other:
                    for path in ("/healthz", "/", "/help"):
                        assert (await other.get(path)).status_code == 200, (source, path)
            began = time.monotonic()
            said = await asyncio.gather(*(until_closed(reader) for reader, _ in slow))

            # their heads have had two seconds; the rest is for a busy machine
            assert time.monotonic() - began < 60
            assert sum(each.startswith(b"HTTP/1.1 408") for each in said) >= 450
            for _, writer in slow:
                writer.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Held:
    """A connection that waits, or is being answered."""

    def __init__(self, *, waits: bool = True) -> None:
        self.waits = waits
        self.evicted = False

    def evict(self) -> None:
        self.evicted = True


FEW = ServerLimits(connections=6, of_one_network=3, reserved=2)


@pytest.mark.parametrize(
    ("one", "alike", "other"),
    [("198.51.100.7", "198.51.100.250", "198.51.101.7"), ("2a00:1:2:3::1", "2a00:1:2:3:9::9", "2a00:1:2:4::1")],
)
def test_a_network_has_its_share_and_its_oldest_waiting_makes_room(one: str, alike: str, other: str) -> None:
    table = ConnectionTable(FEW)
    first, second, third, fourth = Held(waits=False), Held(), Held(), Held()
    for connection, host in ((first, one), (second, alike), (third, one)):
        assert table.admit(connection, host) is ConnectionDecision.SERVED

    assert table.admit(Held(), other) is ConnectionDecision.SERVED
    assert not second.evicted
    assert table.admit(fourth, alike) is ConnectionDecision.SERVED

    assert [each.evicted for each in (first, second, third, fourth)] == [False, True, False, False]
    assert len(table) == 4


def test_a_network_that_is_all_answered_gets_no_more() -> None:
    table = ConnectionTable(FEW)
    busy = [Held(waits=False) for _ in range(3)]
    assert [table.admit(each, "203.0.113.1") for each in busy] == [ConnectionDecision.SERVED] * 3

    assert table.admit(Held(), "203.0.113.200") is ConnectionDecision.REFUSED
    table.release(busy[0])
    table.release(busy[0])
    assert table.admit(Held(), "203.0.113.200") is ConnectionDecision.SERVED


def test_where_all_are_answered_a_few_places_stay_for_what_is_reserved() -> None:
    table = ConnectionTable(FEW)
    for number in range(6):
        assert table.admit(Held(waits=False), f"203.0.{number}.1") is ConnectionDecision.SERVED

    admissions = [table.admit(Held(waits=False), f"203.1.{number}.1") for number in range(3)]

    assert admissions == [ConnectionDecision.RESERVED, ConnectionDecision.RESERVED, ConnectionDecision.REFUSED]


def test_the_largest_network_makes_room_for_others() -> None:
    table = ConnectionTable(FEW)
    alone = [Held() for _ in range(3)]
    many = [Held() for _ in range(3)]
    for number, each in enumerate(alone):
        table.admit(each, f"203.0.{number}.1")
    for each in many:
        table.admit(each, "198.51.100.1")

    assert table.admit(Held(), "192.0.2.1") is ConnectionDecision.SERVED

    assert [each.evicted for each in (*alone, *many)] == [False] * 3 + [True, False, False]


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "::1", "fd00::1", ""])
def test_a_proxy_speaks_for_everybody(host: str) -> None:
    table = ConnectionTable(ServerLimits(of_one_network=3))

    assert all(table.admit(Held(waits=False), host) is ConnectionDecision.SERVED for _ in range(500))


@pytest.mark.parametrize(
    ("path", "kept"), [("/healthz", True), ("/u/abc", True), ("/bounces", True), ("/", False), ("/chat", False)]
)
def test_monitors_and_who_unsubscribes_have_places_of_their_own(path: str, kept: bool) -> None:
    assert reserved(path) is kept


async def test_a_full_site_still_says_that_it_is_well(desk: BotService) -> None:
    async with serving(desk, ServerLimits(connections=0, reserved=2)) as client:
        assert (await client.get("/healthz", headers={"connection": "close"})).status_code == 200
        refused = await client.get("/help", headers={"connection": "close"})

    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "10"
