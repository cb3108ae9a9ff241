"""Harvests for the store's tests."""

from __future__ import annotations

from datetime import date, datetime

from bot.models import Harvest, Listing, Observation, Paper
from tests.builders import NOON


def harvest(
    *facts: Paper | Listing | Observation,
    seen_at: datetime = NOON,
    day: date | None = None,
    source: str = "huggingface",
) -> Harvest:
    """What one visit at noon brought, unless told otherwise."""
    return Harvest(
        source=source,
        seen_at=seen_at,
        day=day,
        papers=tuple(fact for fact in facts if isinstance(fact, Paper)),
        listings=tuple(fact for fact in facts if isinstance(fact, Listing)),
        observations=tuple(fact for fact in facts if isinstance(fact, Observation)),
    )
