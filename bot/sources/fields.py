"""Pure: the pieces that every source's answers are made of, as the house wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.domain import text
from bot.domain.identifiers import paper_id

#: characters; what is longer is no address that anybody can follow
_LONGEST_ADDRESS = 2_000
#: a paper may appear somewhere on its way round the globe before it is that day in Greenwich
_AHEAD = timedelta(days=2)

_SHORTENED_ID = re.compile(r"(?:arxiv:)?(\d{4})\.(\d{3,4})", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[\w.-]+\.\w[\w-]*(?::\d{1,5})?(?:[/?#][^\s\\\"<>]*)?", re.IGNORECASE)
_REPOSITORY = re.compile(r"github\.com/([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9_.-]*[A-Za-z0-9_-])", re.IGNORECASE)
_ON_GITHUB = re.compile(r"https?://(?:www\.)?github\.com/", re.IGNORECASE)
#: the first part of addresses on github.com that belong to GitHub itself
_NO_OWNERS = frozenset({"orgs", "topics", "features", "sponsors", "about", "user-attachments"})


class Unusable(ValueError):
    """A piece of an answer cannot be used; the message is the reason, one clause."""


def arxiv_id(raw: str) -> str:
    """The id without version of "2604.01234v2", "arXiv:2604.01234", "http://arxiv.org/abs/cs/0112017v1", ...

    Zeros that somebody lost come back: "2406.105" is "2406.00105", as ids have five digits by now. Raises `Unusable`.
    """
    known = paper_id(raw)
    if short := _SHORTENED_ID.fullmatch(raw.strip()):
        known = paper_id(f"{short[1]}.{short[2].zfill(5 if short[1] >= '1501' else 4)}")
    if known is None:
        raise Unusable(f"{raw[:40]!r} is not an arXiv id")
    return known


def called(raw: str, place: str) -> str:
    """What to call a piece that cannot be used: by its id if that is one, or by where it stands."""
    try:
        return arxiv_id(raw)
    except Unusable:
        return place


def title(*raw: str | None) -> str:
    """The first of the titles, clean. Raises `Unusable` where nothing is left of any."""
    for clean in (text.title(one) for one in raw if one):
        if clean:
            return clean
    raise Unusable("it has no title")


def names(raw: Iterable[str]) -> tuple[str, ...]:
    """Clean names, in order; those of which nothing is left are left out."""
    return tuple(filter(None, map(text.name, raw)))


def keywords(raw: Iterable[str]) -> tuple[str, ...]:
    """Topics in lower case, each once."""
    clean = (text.title(word).lower() for word in raw)
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


def addresses(repository: str, project: str, abstract: str) -> tuple[str, str]:
    """Where the code lives, and the project's page unless that is the same place. Some give code as their page."""
    code, page = address(repository), address(project)
    if _ON_GITHUB.match(page):
        code, page = code or page, ""
    return code or repository_in(abstract), page


def moment(raw: datetime) -> datetime:
    """Aware and in UTC; a moment without a zone is taken to be in UTC. Raises `ValueError` at the ends of time."""
    try:
        return raw.replace(tzinfo=UTC) if raw.tzinfo is None else raw.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies beyond the calendar") from None


def published(raw: datetime | None, now: datetime) -> datetime | None:
    """When a paper appeared; None where that lies in the future. A wrong date is no reason to do without the paper."""
    return raw if raw is not None and raw <= now + _AHEAD else None
