"""Repositories of papers' code, and their stars by day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

_ON_GITHUB = re.compile(
    r"https?://(?:www\.)?github\.com/([A-Za-z0-9][A-Za-z0-9-]{0,38})/([A-Za-z0-9._-]{1,100})(?=[/?#]|$)", re.IGNORECASE
)


class RepositoryState(StrEnum):
    """Result of the last request for a repository. The values are stored."""

    KNOWN = "known"
    #: deleted, private, or never there
    MISSING = "missing"
    #: the source refused or failed to answer for this repository
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StarDay:
    """Stars that a repository gained on one day."""

    #: as the source counts days, which need not begin at midnight UTC
    day: date
    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryStars:
    """What is known of a repository and its stars."""

    #: "owner/name" in lower case
    repository: str
    asked_at: datetime
    state: RepositoryState = RepositoryState.KNOWN
    #: the repository's permanent path on the source if it was renamed: "repositories/123"; else empty
    moved_to: str = ""
    #: latest day on which it can have been created, as far as its stars tell; None if unknown
    first_day: date | None = None
    #: oldest first, without gaps; the last day may not be over
    days: tuple[StarDay, ...] = ()


def repository_of(url: str) -> str:
    """Return "owner/name" in lower case from the URL of a repository on GitHub; "" for any other URL."""
    found = _ON_GITHUB.match(url)
    if found is None:
        return ""
    name = found[2].removesuffix(".git")
    return f"{found[1]}/{name}".lower() if name.strip(".") else ""
