"""The person on whose behalf a task runs (context variable), for rate limits that people share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_asker: ContextVar[str | None] = ContextVar("asker", default=None)


def current_asker() -> str | None:
    """Return who asked for what the current task does; None for background work such as the daily lists."""
    return _asker.get()


@contextmanager
def on_behalf_of(asker: str) -> Iterator[None]:
    """Set who asks, in this context and in tasks started within it, unless it is already set.

    A surface that knows more than a `Request` says, such as a visitor's network on the website, sets it before
    passing the request on.
    """
    if _asker.get() is not None:
        yield
        return
    token = _asker.set(asker)
    try:
        yield
    finally:
        _asker.reset(token)
