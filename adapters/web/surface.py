"""The web adapter: serves the site until it is cancelled."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import time
from collections.abc import Sequence
from contextlib import suppress

from starlette.applications import Starlette

from adapters.kit.connection_limits import ServerLimits
from adapters.kit.http_server import server
from adapters.web.mail_routes import MailRoutes
from adapters.web.middleware import VisitorLimiter
from adapters.web.site import SiteOptions, site
from bot.commands.facade import BotService
from bot.domain.errors import SettingsError
from bot.domain.health import HealthCheck

#: seconds between heartbeats
_HEARTBEAT_SECONDS = 30


class Web:
    """A listener that serves the site over HTTP."""

    name = "web"

    def __init__(
        self,
        host: str,
        port: int,
        *,
        public_url: str = "",
        metrics_token: str = "",
        pages_per_second: float = 20,
        limits: ServerLimits | None = None,
    ) -> None:
        """Port 0 takes a free port. `pages_per_second` is the limit per visitor; 0 is unlimited.

        `public_url` is where visitors reach the site; empty: at `host` and `port`.
        """
        self._host = host
        self._port = port
        self._public_url = public_url.rstrip("/")
        self._metrics_token = metrics_token
        self._limits = limits
        self._held: socket.socket | None = None
        self._visitors = VisitorLimiter(time.monotonic, per_second=pages_per_second or math.inf)

    async def listen(self, service: BotService) -> None:
        """Serve until cancelled. Raise `SettingsError` if the address cannot be bound."""
        bound, self._held = self._held or self._create_socket(), None
        options = SiteOptions(url=self._url(bound.getsockname()[1]), metrics_token=self._metrics_token)
        served = server(_site(service, options, self._visitors), self._limits, reserved)
        serving = asyncio.create_task(served.serve([bound]))
        try:
            while not serving.done():
                await service.alive(self.name, f"serves http://{self._host}:{bound.getsockname()[1]}")
                await asyncio.wait([serving], timeout=_HEARTBEAT_SECONDS)
            await serving
        finally:
            served.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving
            bound.close()

    def bind(self) -> str:
        """Bind the address for `listen`, and return the URL to show. Raise `SettingsError` if it cannot be bound."""
        self._held = self._held or self._create_socket()
        return self._local_url(self._held.getsockname()[1])

    async def examine(self) -> Sequence[HealthCheck]:
        """Check whether the address is free, or in use (perhaps by this Paperboy)."""
        try:
            self._create_socket().close()
        except SettingsError as error:
            return (HealthCheck(self.name, True, f"{error} Perhaps Paperboy is already running."),)
        return (HealthCheck(self.name, True, f"http://{self._host}:{self._port} is free"),)

    def _create_socket(self) -> socket.socket:
        try:
            bound = socket.create_server((self._host, self._port), family=_family(self._host), reuse_port=False)
        except OSError as error:
            # `error.strerror` would repeat the address
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise SettingsError(f"PAPERBOY_WEB_ADDRESS {self._host}:{self._port}: {reason}.") from error
        # asyncio sets this only on sockets that it creates itself; without it, responses on kept-alive connections are
        # delayed by 40 ms until the browser's acknowledgement
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bound

    def _url(self, port: int) -> str:
        return self._public_url or self._local_url(port)

    def _local_url(self, port: int) -> str:
        host = "localhost" if self._host in ("", "0.0.0.0", "::") else self._host  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def reserved(path: str) -> bool:
    """Whether a path is answered when the server is full: health checks, bounce reports, unsubscribe links."""
    return path in ("/healthz", "/bounces") or path.startswith(("/u/", "/bounces/"))


def _site(service: BotService, options: SiteOptions, visitors: VisitorLimiter | None) -> Starlette:
    if service.mailing is None:
        return site(service, options, visitors=visitors)
    return site(service, options, visitors=visitors, more=MailRoutes(service, service.mailing).routes, mail=True)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
