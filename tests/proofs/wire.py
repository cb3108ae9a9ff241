"""A wire to PostgreSQL that can be made to carry nothing for a while, without breaking."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PIECE = 2**16


class Wire:
    """Listens on a port of 127.0.0.1, and carries everything to a server's socket and back."""

    def __init__(self, socket: Path) -> None:
        self.port = 0
        self._socket = socket
        self._carries = asyncio.Event()
        self._cut = asyncio.Event()
        self._listens = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def stall(self) -> None:
        """Carry nothing from now on; what is under way waits."""
        self._there(self._carries.clear)

    def go_on(self) -> None:
        """Carry what waits, and everything else."""
        self._there(self._carries.set)

    def cut(self) -> None:
        """The end."""
        self._there(self._cut.set)

    def wait(self) -> None:
        """Until somebody may connect."""
        self._listens.wait(10)

    async def serve(self) -> None:
        """Until it is cut; in a thread of its own."""
        self._loop = asyncio.get_running_loop()
        self._carries.set()
        async with await asyncio.start_server(self._carry, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._listens.set()
            await self._cut.wait()

    def _there(self, act: Callable[[], None]) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(act)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(str(self._socket))
        with suppress(asyncio.CancelledError):
            await asyncio.gather(self._one_way(reader, back), self._one_way(there, writer))

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(_PIECE):
                await self._carries.wait()
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()


@contextmanager
def wire(socket: Path) -> Iterator[Wire]:
    """A wire to the server that listens at a socket, for as long as the context lasts."""
    made = Wire(socket)
    thread = threading.Thread(target=lambda: asyncio.run(made.serve()))
    thread.start()
    made.wait()
    try:
        yield made
    finally:
        made.cut()
        thread.join()
