"""A platform that takes messages over a socket, in a process of its own, as fast as it can."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.messages.plain_text import plain


class Sink:
    """Paperboy's side of it: without limits, and with nonces, as Discord has them."""

    name = "sink"
    nonced = True
    allowance = Allowance()

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._rendered: dict[int, tuple[Page, bytes]] = {}

    def parts(self, page: Page) -> Sequence[Page]:
        return [page]

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        connection = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = connection
        # a page that many chats get is rendered once; keeping it keeps its number from being another's
        if id(part) not in self._rendered:
            self._rendered[id(part)] = (part, plain(part).encode())
        _, body = self._rendered[id(part)]
        writer.write(f"{chat.id} {nonce} {len(body)}\n".encode() + body)
        message_id = await reader.readline()
        self._free.append(connection)
        return message_id.decode().strip()

    def close(self) -> None:
        for _, writer in self._free:
            writer.close()


@contextmanager
def serving() -> Iterator[int]:
    """The port of one."""
    context = multiprocessing.get_context("spawn")
    ports: multiprocessing.Queue[int] = context.Queue()
    child = context.Process(target=_serve, args=(ports,), daemon=True)
    child.start()
    try:
        yield ports.get(timeout=30)
    finally:
        child.terminate()
        child.join()


async def _listen(port: multiprocessing.Queue[int]) -> None:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readline():
            await reader.readexactly(int(head.split()[2]))
            writer.write(b"1\n")

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port.put(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _serve(port: multiprocessing.Queue[int]) -> None:
    asyncio.run(_listen(port))
