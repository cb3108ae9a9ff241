"""Harvests for the store's tests."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.observations import Observation
from bot.domain.papers import Listing, Paper
from bot.domain.sources import FetchResult
from tests.builders import NOON


def harvest(
    *facts: Paper | Listing | Observation,
    seen_at: datetime = NOON,
    day: date | None = None,
    source: str = "huggingface",
) -> FetchResult:
    """What one visit at noon brought, unless told otherwise."""
    return FetchResult(
        source=source,
        seen_at=seen_at,
        day=day,
        papers=tuple(fact for fact in facts if isinstance(fact, Paper)),
        listings=tuple(fact for fact in facts if isinstance(fact, Listing)),
        observations=tuple(fact for fact in facts if isinstance(fact, Observation)),
    )
