"""Internal errors, confined to the one delivery that they occur in."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.domain.errors import StoreError
from bot.domain.log import Log

log = Log(__name__)
T = TypeVar("T")
R = TypeVar("R")


class Fault(Exception):
    """An internal error that is already logged; the message is its reference in the log."""


def log_fault(event: str, error: Exception, **facts: object) -> str:
    """Log an unexpected exception, and return a reference that is in the log line."""
    reference = os.urandom(4).hex()
    log.exception(event, reference=reference, kind=type(error).__name__, **facts)
    return reference


async def isolate_failures(
    items: Sequence[T], work: Callable[[Sequence[T]], Awaitable[R]], event: str
) -> tuple[list[R], list[tuple[T, str]]]:
    """Return the results of `work` on all items at once, or if that fails on each alone, and the items that fail.

    Each of those comes with the reference of its error in the log. Raise `StoreError`, which no item has caused.
    """
    if not items:
        return [], []
    try:
        return [await work(items)], []
    except StoreError:
        raise
    except Exception as error:
        fault = log_fault(event, error, items=len(items))
        if len(items) == 1:
            return [], [(items[0], fault)]
    done: list[R] = []
    failed: list[tuple[T, str]] = []
    for item in items:
        some, none = await isolate_failures([item], work, event)
        done += some
        failed += none
    return done, failed
