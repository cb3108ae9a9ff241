"""The web surface: serves the site until it is told to stop."""

from __future__ import annotations

import asyncio
import math
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import uvicorn
from starlette.applications import Starlette

from adapters.web.guard import Visitors
from adapters.web.mailing import Mails
from adapters.web.site import site
from bot.desk import Desk
from bot.errors import SettingsError
from bot.models import Finding

#: signs of life, in seconds
_SIGN_SECONDS = 30
#: connections at once; more are refused instead of making everybody slow
_MOST_CONNECTIONS = 500
_GRACE_SECONDS = 5


class Web:
    """A listener: it answers whoever comes with a browser."""

    name = "web"

    def __init__(self, host: str, port: int, *, pages_per_second: float = 20) -> None:
        """Port 0 takes any that is free. `pages_per_second` is for one visitor's address; 0 is without limit."""
        self._host = host
        self._port = port
        self._held: socket.socket | None = None
        self._visitors = Visitors(time.monotonic, per_second=pages_per_second or math.inf)

    async def listen(self, desk: Desk) -> None:
        """Serve until cancelled. Raises `SettingsError` where the address cannot be had."""
        bound, self._held = self._held or self._bound(), None
        server = _Server(
            uvicorn.Config(
                _site(desk, self._visitors),
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                limit_concurrency=_MOST_CONNECTIONS,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        serving = asyncio.create_task(server.serve([bound]))
        try:
            while not serving.done():
                await desk.alive(self.name, f"serves http://{self._host}:{bound.getsockname()[1]}")
                await asyncio.wait([serving], timeout=_SIGN_SECONDS)
            await serving
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving
            bound.close()

    def bind(self) -> str:
        """Hold the address for `listen`, and return it for people. Raise `SettingsError` where it cannot be had."""
        self._held = self._held or self._bound()
        host = "localhost" if self._host in ("0.0.0.0", "::") else self._host  # noqa: S104 - compared, not bound
        port = self._held.getsockname()[1]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def examine(self) -> Sequence[Finding]:
        """Whether the address is free, or taken by us."""
        try:
            self._bound().close()
        except SettingsError as error:
            return (Finding(self.name, True, f"{error} It may be this Paperboy, running."),)
        return (Finding(self.name, True, f"http://{self._host}:{self._port} is free to be served"),)

    def _bound(self) -> socket.socket:
        try:
            bound = socket.create_server((self._host, self._port), family=_family(self._host), reuse_port=False)
        except OSError as error:
            # Python says once more which address it was
            reason = (error.strerror or str(error)).partition(" (while attempting")[0]
            raise SettingsError(f"PAPERBOY_WEB_ADDRESS {self._host}:{self._port}: {reason}.") from error
        # asyncio does this only for sockets that it makes itself; without it, every answer on a connection that is kept
        # waits 40 ms for the browser's acknowledgement
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bound


def _site(desk: Desk, visitors: Visitors | None) -> Starlette:
    if desk.mailing is None:
        return site(desk, visitors=visitors)
    return site(desk, visitors=visitors, more=Mails(desk.mailing).routes, mail=True)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class _Server(uvicorn.Server):
    """One that leaves the process' signals to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
