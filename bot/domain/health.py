"""Health checks and their results."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """Result of one health check."""

    name: str
    ok: bool
    #: what was found, including what to do about a failure
    detail: str
