"""An HTTP server (uvicorn) with deadlines for slow clients and connection limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from adapters.kit.connection_limits import ConnectionDecision, ConnectionTable, ServerLimits

#: an ASGI application of any framework
Application = Callable[[Any, Any, Any], Awaitable[None]]

_KEEP_ALIVE = 5
_GRACE = 5
#: bytes of a request's headers
_LONGEST_HEAD = 32 * 1024
_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_FULL = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 10\r\nconnection: close\r\n\r\n"


class HttpServer(uvicorn.Server):
    """A uvicorn server that leaves signal handling to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(
    app: Application, limits: ServerLimits | None = None, reserved: Callable[[str], bool] = lambda path: False
) -> HttpServer:
    """Return a server for an application; `reserved` tells which paths are still answered when it is full."""
    table = ConnectionTable(limits or ServerLimits())

    def protocol(**given: Any) -> TimedProtocol:
        return TimedProtocol(table=table, reserved=reserved, **given)

    return HttpServer(
        uvicorn.Config(
            app,
            http=protocol,  # type: ignore[arg-type] # it is only called
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            h11_max_incomplete_event_size=_LONGEST_HEAD,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_GRACE,
        )
    )


class _Phase(Enum):
    #: a request or a connection has started, and its headers are incomplete
    HEAD = auto()
    BODY = auto()
    #: the request is complete, or none is expected
    NONE = auto()


class TimedProtocol(H11Protocol):
    """A connection with deadlines for the request's headers, its body, and for reading the response.

    uvicorn has no deadline for headers, and restarts its keep-alive time-out with each byte.
    """

    def __init__(self, *, table: ConnectionTable, reserved: Callable[[str], bool], **given: Any) -> None:
        super().__init__(**given)
        self._table = table
        self._reserved = reserved
        self._phase = _Phase.NONE
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._lingering: asyncio.TimerHandle | None = None

    @property
    def waits(self) -> bool:
        """Whether no request is being answered."""
        return self._phase is not _Phase.NONE or self._answered

    @property
    def _answered(self) -> bool:
        # it is None before the first request, unlike uvicorn's types say
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    def evict(self) -> None:
        """Close the connection to make room for another one."""
        self._close_with_408()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Register the connection, or refuse it if there are too many."""
        super().connection_made(transport)
        admission = self._table.admit(self, self.client[0] if self.client else "")
        if admission is ConnectionDecision.REFUSED:
            transport.write(_FULL)
            self._close()
            return
        if admission is ConnectionDecision.RESERVED:
            self.app = _Reserved(self.app, self._reserved)
        self._enter_phase(_Phase.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection and cancel its timers."""
        self._table.release(self)
        for timer in (self._deadline, self._stalled, self._lingering):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read some bytes, and restart or cancel the deadlines."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._update_deadline()

    def on_response_complete(self) -> None:
        """A response was written, at least to the system's buffers."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._linger()
        elif self.conn.their_state is not h11.IDLE or self.conn.trailing_data[0]:
            self._update_deadline()

    def send_400_response(self, msg: str) -> None:
        """The request is not valid HTTP."""
        super().send_400_response(msg)
        self._linger()

    def timeout_keep_alive_handler(self) -> None:
        """The keep-alive time-out has passed."""
        super().timeout_keep_alive_handler()
        self._linger()

    def pause_writing(self) -> None:
        """The client reads the response more slowly than it is written."""
        super().pause_writing()
        self._stalled = self._stalled or self.loop.call_later(self._table.limits.reading, self._timed_out)

    def resume_writing(self) -> None:
        """The client has read most of the response."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _update_deadline(self) -> None:
        if self.conn.their_state is h11.IDLE:
            self._enter_phase(_Phase.HEAD)
        elif self.conn.their_state is h11.SEND_BODY:
            self._enter_phase(_Phase.BODY)
        else:
            self._enter_phase(_Phase.NONE)

    def _enter_phase(self, phase: _Phase) -> None:
        """Start the deadline of a new phase; further bytes within a phase do not extend it."""
        if phase is self._phase:
            return
        self._phase = phase
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        limits = self._table.limits
        seconds = {_Phase.HEAD: limits.head, _Phase.BODY: limits.body}.get(phase)
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self._timed_out)

    def _timed_out(self) -> None:
        self._table.note("slow")
        self._close_with_408()

    def _close_with_408(self) -> None:
        """Close the connection, with a 408 response if none has started."""
        if self.transport.is_closing() or self._stalled is not None:
            self.transport.abort()
            return
        begun = self._phase is _Phase.BODY or bool(self.conn.trailing_data[0])
        if begun and (self._answered or not self.cycle.response_started):
            self.transport.write(_SLOW)
        self._close()

    def _close(self) -> None:
        self.transport.close()
        self._linger()

    def _linger(self) -> None:
        """Abort a closed connection whose client does not read the rest in time."""
        if self._lingering is None:
            self._lingering = self.loop.call_later(self._table.limits.linger, self.transport.abort)


class _Reserved:
    """Answer reserved paths only, and everything else with 503."""

    def __init__(self, app: Application, reserved: Callable[[str], bool]) -> None:
        self._app = app
        self._reserved = reserved

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._reserved(str(scope.get("path", ""))):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-length", b"0"), (b"retry-after", b"10"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
