"""On whose behalf something is done, for what is shared by all people and rationed: requests to the sources."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_asker: ContextVar[str | None] = ContextVar("asker", default=None)


def current_asker() -> str | None:
    """Return who has asked for what the current task does; None where nobody has, as for the daily lists."""
    return _asker.get()


@contextmanager
def on_behalf_of(asker: str) -> Iterator[None]:
    """Name who asks, in this context and in every task that is started in it. Who is named first stays it.

    A surface that knows better than a `Request` tells who somebody is names them before it hands the request on, as a
    site does with the network of a visitor.
    """
    if _asker.get() is not None:
        yield
        return
    token = _asker.set(asker)
    try:
        yield
    finally:
        _asker.reset(token)
