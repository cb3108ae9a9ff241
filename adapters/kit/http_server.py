"""An HTTP server that slow clients cannot hold up: uvicorn with deadlines, and with a limit of connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from adapters.kit.connections import Admission, ConnectionTable, ServerLimits

#: an ASGI application, of whatever framework: it is given the scope of a request, and how to receive and to send
Application = Callable[[Any, Any, Any], Awaitable[None]]

#: for a connection that is closed: seconds in which the client may take the rest of what was sent
_LINGER = 5.0
_KEEP_ALIVE = 5
_GRACE = 5
#: bytes of a request's head
_LONGEST_HEAD = 32 * 1024
_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_FULL = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 10\r\nconnection: close\r\n\r\n"


class Server(uvicorn.Server):
    """One that leaves the process' signals to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(
    app: Application, limits: ServerLimits | None = None, reserved: Callable[[str], bool] = lambda path: False
) -> Server:
    """Return a server for an application; `reserved` says which paths are answered when it is full."""
    table = ConnectionTable(limits or ServerLimits())

    def protocol(**given: Any) -> TimedProtocol:
        return TimedProtocol(table=table, reserved=reserved, **given)

    return Server(
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
    #: a request has begun, or the connection has, and its head is not complete
    HEAD = auto()
    BODY = auto()
    #: everything was received, or nothing is expected
    NONE = auto()


class TimedProtocol(H11Protocol):
    """A connection whose client has only so long for the head and the body of a request, and to take the answer.

    uvicorn itself waits for a head for ever, and starts its one time-out, that of a connection which is kept, anew
    with each byte.
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
        # there is none before the first request, whatever uvicorn's types say
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    def evict(self) -> None:
        """Make room for somebody else."""
        self._give_up()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Begin, unless there are too many."""
        super().connection_made(transport)
        admission = self._table.admit(self, self.client[0] if self.client else "")
        if admission is Admission.REFUSED:
            transport.write(_FULL)
            self._close()
            return
        if admission is Admission.RESERVED:
            self.app = _Reserved(self.app, self._reserved)
        self._enter(_Phase.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._table.release(self)
        for timer in (self._deadline, self._stalled, self._lingering):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take some bytes in, and see how far the request is."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._follow()

    def on_response_complete(self) -> None:
        """An answer was sent, at least into the system's buffers."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._linger()
        elif self.conn.their_state is not h11.IDLE or self.conn.trailing_data[0]:
            self._follow()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        super().send_400_response(msg)
        self._linger()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing more has come."""
        super().timeout_keep_alive_handler()
        self._linger()

    def pause_writing(self) -> None:
        """The client does not take the answer as quickly as it is made."""
        super().pause_writing()
        self._stalled = self._stalled or self.loop.call_later(self._table.limits.reading, self._too_slow)

    def resume_writing(self) -> None:
        """It has taken most of it."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _follow(self) -> None:
        if self.conn.their_state is h11.IDLE:
            self._enter(_Phase.HEAD)
        elif self.conn.their_state is h11.SEND_BODY:
            self._enter(_Phase.BODY)
        else:
            self._enter(_Phase.NONE)

    def _enter(self, phase: _Phase) -> None:
        """Start the time of a phase; that of the same phase goes on, however many bytes come."""
        if phase is self._phase:
            return
        self._phase = phase
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        limits = self._table.limits
        seconds = {_Phase.HEAD: limits.head, _Phase.BODY: limits.body}.get(phase)
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self._table.note("slow")
        self._give_up()

    def _give_up(self) -> None:
        """Close, with a word about it where no answer has begun."""
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
        """A closed connection stays until its client has taken everything: not for ever."""
        if self._lingering is None:
            self._lingering = self.loop.call_later(_LINGER, self.transport.abort)


class _Reserved:
    """Answers a few paths only."""

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
