"""Pure: the pieces that every source's answers are made of, as the house wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot import text
from bot.identity import paper_id

#: Characters. Cleaning is made for lines and paragraphs; more than this is a fault or an attack, not a paper.
_LONGEST_LINE, _LONGEST_TEXT, _LONGEST_ADDRESS = 1_000, 20_000, 2_000
#: a paper may appear somewhere on its way round the globe before it is that day in Greenwich
_AHEAD = timedelta(days=2)

_SHORTENED_ID = re.compile(r"(?:arxiv:)?(\d{4})\.(\d{3,4})", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s/?#@\\\"<>]+\.[^\s\\\"<>]+", re.IGNORECASE)
_REPOSITORY = re.compile(r"github\.com/([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9_.-]*[A-Za-z0-9_-])", re.IGNORECASE)
#: the first part of addresses on github.com that belong to GitHub itself
_NO_OWNERS = frozenset({"orgs", "topics", "features", "sponsors", "about", "user-attachments"})


class Unusable(ValueError):
    """A piece of an answer cannot be used; the message is the reason, one clause."""


def arxiv_id(raw: str) -> str:
    """The id without version of "2604.01234v2", "arXiv:2604.01234", "http://arxiv.org/abs/cs/0112017v1", ...

    Zeros that somebody lost come back: "2406.105" is "2406.00105", as ids have five digits since 2015. Raises `Unusable`.
    """
    known = paper_id(raw)
    if short := _SHORTENED_ID.fullmatch(raw.strip()):
        known = paper_id(f"{short[1]}.{short[2].zfill(5 if short[1] >= '1501' else 4)}")
    if known is None:
        raise Unusable(f"{raw[:40]!r} is not an arXiv id")
    return known


def title(raw: str) -> str:
    """A clean title. Raises `Unusable` where nothing is left of it."""
    clean = text.title(raw[:_LONGEST_LINE])
    if not clean:
        raise Unusable("it has no title")
    return clean


def prose(raw: str) -> str:
    """A clean abstract or summary; may be empty."""
    return text.prose(raw[:_LONGEST_TEXT])


def names(raw: Iterable[str]) -> tuple[str, ...]:
    """Clean names, in order; those of which nothing is left are left out."""
    clean = (text.name(name[:_LONGEST_LINE]) for name in raw)
    return tuple(name for name in clean if name)


def keywords(raw: Iterable[str]) -> tuple[str, ...]:
    """Topics in lower case, each once."""
    clean = (text.title(word[:_LONGEST_LINE]).lower() for word in raw)
    return tuple(dict.fromkeys(word for word in clean if word))


def address(raw: str) -> str:
    """An http(s) address, or "" for anything else."""
    clean = raw.strip()
    return clean if len(clean) <= _LONGEST_ADDRESS and clean.isprintable() and _ADDRESS.fullmatch(clean) else ""


def repository_in(*texts: str) -> str:
    """The one GitHub repository that the texts name, or "" where they name none or several.

    Where Hugging Face knows a paper's repository and the abstract names exactly one, they agree in 681 of 689 cases.
    """
    found: dict[str, str] = {}
    for match in _REPOSITORY.finditer(" ".join(texts)):
        owner, repository = match[1], match[2].removesuffix(".git")
        if owner.lower() not in _NO_OWNERS:
            found.setdefault(f"{owner}/{repository}".lower(), f"https://github.com/{owner}/{repository}")
    return next(iter(found.values())) if len(found) == 1 else ""


def is_repository(url: str) -> bool:
    """Whether an address leads to GitHub rather than to a page about a paper."""
    return re.match(r"https?://(?:www\.)?github\.com/", url, re.IGNORECASE) is not None


def moment(raw: datetime) -> datetime:
    """Aware and in UTC; a moment without a zone is taken to be in UTC. Raises `ValueError` at the ends of time."""
    try:
        return raw.replace(tzinfo=UTC) if raw.tzinfo is None else raw.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies beyond the calendar") from None


def published(raw: datetime | None, now: datetime) -> datetime | None:
    """When a paper appeared; None where that lies in the future. A wrong date is no reason to do without the paper."""
    return raw if raw is not None and raw <= now + _AHEAD else None
