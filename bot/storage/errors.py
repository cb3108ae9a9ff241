"""Database errors as messages for the operator: what failed, why, and what to do."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.storage.address import describe, is_sqlite

NOTHING_LOST = "What was kept before is still there; the last change was not made."
NOT_ALLOWED = (
    "{place} cannot be written. The user that Paperboy runs as must be allowed to write to the file and its directory."
)

FULL = "{place} is busy: no connection became free in time. Try again in a moment."
#: errors of the database rather than of our statements, whatever their code
TROUBLE = (
    exc.TimeoutError,
    exc.DisconnectionError,
    exc.ResourceClosedError,
    exc.PendingRollbackError,
    exc.InterfaceError,
    exc.OperationalError,
    exc.InternalError,
)

#: SQLite's primary result codes (https://www.sqlite.org/rescode.html)
SQLITE = {
    sqlite3.SQLITE_PERM: NOT_ALLOWED,
    sqlite3.SQLITE_BUSY: (
        "{place} has been locked by another process for more than {timeout} seconds. "
        f"{NOTHING_LOST} Stop the other process, or try again when it is done."
    ),
    sqlite3.SQLITE_READONLY: NOT_ALLOWED,
    sqlite3.SQLITE_IOERR: (
        f"{{place}} cannot be read or written: {{reason}}. {NOTHING_LOST} "
        "The disk may be full, over its quota or broken."
    ),
    sqlite3.SQLITE_CORRUPT: "{place} is damaged: {reason}. Move it away and bring back a copy, or start anew.",
    sqlite3.SQLITE_FULL: f"The disk that holds {{place}} is full. {NOTHING_LOST} Make room, then try again.",
    sqlite3.SQLITE_CANTOPEN: (
        "{place} cannot be opened. It must be a file in a directory where the user that Paperboy runs as may write."
    ),
    sqlite3.SQLITE_NOTADB: "{place} is some other file, not a database. Choose another place, or move the file away.",
}

#: prefixes of PostgreSQL's error codes (https://www.postgresql.org/docs/current/errcodes-appendix.html)
POSTGRESQL = {
    "08": "Is the server running, and are host, name and password right?",
    "25P03": f"This process stood still in the middle of a change. {NOTHING_LOST} Try again.",
    "25006": "The server lets nobody write at the moment; it may be a standby.",
    "28": "Are name and password right?",
    "3D000": "Create the database first.",
    "40": f"Others changed the same at that moment. {NOTHING_LOST} Try again.",
    "42501": "Give the user the right to create and change tables there.",
    "53100": f"The server's disk is full. {NOTHING_LOST}",
    "53": "The server is short of something. Try again later.",
    "55P03": "Somebody else holds a lock. Try again later.",
    "57014": f"It took too long. {NOTHING_LOST} Try again later.",
    "57": "Try again when the server is back.",
}


def explain(error: Exception, url: sa.URL) -> str | None:
    """Return a message for the operator, or None if the error is in our own statements."""
    if isinstance(error, exc.TimeoutError):
        return FULL.format(place=describe(url))
    cause = error.orig if isinstance(error, DBAPIError) else error
    known = _explain_sqlite(cause, url) if is_sqlite(url) else _explain_postgresql(cause, _state(error, cause), url)
    if known or not isinstance(error, TROUBLE):
        return known
    return f"{describe(url)} cannot be used: {_reason(cause)}. {NOTHING_LOST} Try again in a moment."


def _state(error: Exception, cause: BaseException | None) -> str:
    """Return the SQLSTATE; connection errors have none and count as "08"."""
    return getattr(cause, "sqlstate", None) or ("08" if isinstance(error, OperationalError) else "")


def _reason(cause: BaseException | None) -> str:
    return str(cause).strip().partition("\n")[0].rstrip(".") or type(cause).__name__


def _explain_sqlite(cause: BaseException | None, url: sa.URL) -> str | None:
    # the low byte of an extended code is the primary code: SQLITE_IOERR_WRITE is a kind of SQLITE_IOERR
    primary = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    sentence = SQLITE.get(primary)
    return sentence and sentence.format(place=describe(url), reason=cause, timeout=url.query["timeout"])


def _explain_postgresql(cause: BaseException | None, state: str, url: sa.URL) -> str | None:
    hint = next((hint for beginning, hint in POSTGRESQL.items() if state.startswith(beginning)), None)
    return hint and f"{describe(url)} cannot be used: {_reason(cause)}. {hint}"
