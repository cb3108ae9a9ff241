"""Health checks and their results."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One thing that was looked at, to see whether all is well."""

    what: str
    well: bool
    #: what was found, and what to do where it is not well
    told: str
