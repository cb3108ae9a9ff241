"""Database errors as messages for the operator: what failed, why, and what to do."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.storage.address import describe, is_sqlite

NOTHING_LOST = "Stored data is intact; only the last change was not made."
NOT_ALLOWED = "Paperboy can't write to {place}. Give its user write permission for the file and its directory."

FULL = "{place} is busy: no connection became available in time. Try again in a moment."
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
        f"{NOTHING_LOST} Stop the other process, or try again when it has finished."
    ),
    sqlite3.SQLITE_READONLY: NOT_ALLOWED,
    sqlite3.SQLITE_IOERR: (
        f"{{place}} can't be read or written: {{reason}}. {NOTHING_LOST} The disk may be full, over quota or faulty."
    ),
    sqlite3.SQLITE_CORRUPT: "{place} is damaged: {reason}. Move it away, then restore a backup or start without one.",
    sqlite3.SQLITE_FULL: f"The disk with {{place}} is full. {NOTHING_LOST} Free some space, then try again.",
    sqlite3.SQLITE_CANTOPEN: (
        "{place} can't be opened. It must be a file in a directory that Paperboy's user may write to."
    ),
    sqlite3.SQLITE_NOTADB: "{place} is not a database. Choose another path, or move the file away.",
}

#: prefixes of PostgreSQL's error codes (https://www.postgresql.org/docs/current/errcodes-appendix.html)
POSTGRESQL = {
    "08": "Check that the server is running, and that host, user and password are correct.",
    "25P03": f"The transaction was idle for too long. {NOTHING_LOST} Try again.",
    "25006": "The server is read-only at the moment; it may be a standby.",
    "28": "Check the user and the password.",
    "3D000": "Create the database first.",
    "40": f"Another transaction changed the same rows. {NOTHING_LOST} Try again.",
    "42501": "Give the user permission to create and alter tables there.",
    "53100": f"The server's disk is full. {NOTHING_LOST}",
    "53": "The server has run out of a resource. Try again later.",
    "55P03": "Another session holds a lock. Try again later.",
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
    return f"{describe(url)} can't be used: {_reason(cause)}. {NOTHING_LOST} Try again in a moment."


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
    return hint and f"{describe(url)} can't be used: {_reason(cause)}. {hint}"
