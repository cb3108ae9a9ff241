"""Faults of ours, kept to the one delivery that has them."""

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
    """A fault of ours that is logged already; the message is the reason for people."""


def noted(event: str, error: Exception, **facts: object) -> str:
    """Log an exception that nobody expected; return the reason for people, with the reference that finds the line."""
    reference = os.urandom(4).hex()
    log.exception(event, reference=reference, kind=type(error).__name__, **facts)
    return f"an error of Paperboy's own, in the log as {reference}"


async def apart(
    items: Sequence[T], work: Callable[[Sequence[T]], Awaitable[R]], event: str
) -> tuple[list[R], list[tuple[T, str]]]:
    """Return what `work` made of all items at once; where that fails, of each alone, and those with which it failed.

    Raises `StoreError`, which is nobody's fault among them.
    """
    if not items:
        return [], []
    try:
        return [await work(items)], []
    except StoreError:
        raise
    except Exception as error:
        fault = noted(event, error, items=len(items))
        if len(items) == 1:
            return [], [(items[0], fault)]
    done: list[R] = []
    failed: list[tuple[T, str]] = []
    for item in items:
        some, none = await apart([item], work, event)
        done += some
        failed += none
    return done, failed
