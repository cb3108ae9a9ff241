"""Normalize the fields that all sources have in common: ids, titles, names, URLs, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.domain import text
from bot.domain.identifiers import is_doi, paper_id, paper_ids

#: longest URL in characters
_LONGEST_ADDRESS = 2_000
#: tolerance for publication dates in the future, because of time zones
_AHEAD = timedelta(days=2)

#: far longer than the DOIs that authors name for a paper, and more categories than any paper has
_LONGEST_IDS, _MOST_CATEGORIES = 500, 30

_CATEGORY = re.compile(r"[a-z]{1,10}(?:-[a-z]{2,5})?(?:\.(?:[A-Z]{2}|[a-z]{2,9}(?:-[a-z]{2,5})?))?")
_SHORTENED_ID = re.compile(r"(?:arxiv:)?(\d{4})\.(\d{3,4})", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[\w.-]+\.\w[\w-]*(?::\d{1,5})?(?:[/?#][^\s\\\"<>]*)?", re.IGNORECASE)
_TOP_LEVEL_DOMAIN = re.compile(r"\.(?!local$|internal$|localhost$)(?:[a-z]{2,}|xn--[a-z0-9-]+)$")
_REPOSITORY = re.compile(r"github\.com/([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9_.-]*[A-Za-z0-9_-])", re.IGNORECASE)
_ON_GITHUB = re.compile(r"https?://(?:www\.)?github\.com/", re.IGNORECASE)
#: first path segments on github.com that are not repository owners
_NO_OWNERS = frozenset({"orgs", "topics", "features", "sponsors", "about", "user-attachments"})


class Unusable(ValueError):
    """An item of a response cannot be used; the message is the reason, one clause."""


def arxiv_id(raw: str) -> str:
    """Return the id without version from "2604.01234v2", "arXiv:2604.01234", "http://arxiv.org/abs/cs/0112017v1", ...

    Lost zeros are restored: "2406.105" becomes "2406.00105", as ids have five digits since 2015. Raise `Unusable`.
    """
    known = next((id for id in paper_ids(raw) if not is_doi(id)), None)
    if short := _SHORTENED_ID.fullmatch(raw.strip()):
        known = next(paper_ids(f"{short[1]}.{short[2].zfill(5 if short[1] >= '1501' else 4)}"), None)
    if known is None:
        raise Unusable(f"{raw[:40]!r} is not an arXiv id")
    return known


def key(raw: str) -> str:
    """Return the id of a paper from a DOI or an arXiv id in any form. Raise `Unusable`."""
    if known := paper_id(raw):
        return known
    raise Unusable(f"{raw[:40]!r} is neither a DOI nor an arXiv id")


def aliases(key: str, *raw: str | None) -> tuple[str, ...]:
    """Return the other ids of the paper `key` in texts such as "10.1038/S41586" or "NA"; what is no id is left out.

    A text may have several, as authors name the DOIs of an article and of its erratum.
    """
    known = (id for one in raw if one for id in paper_ids(one[:_LONGEST_IDS]))
    return tuple(dict.fromkeys(id for id in known if id != key))


def arxiv_categories(raw: Iterable[str]) -> tuple[str, ...]:
    """Return the categories of arXiv in their order, without duplicates.

    The API mixes them with classes of MSC and ACM: "math.AG", "14J28 (Primary)", "I.2.7".
    """
    return tuple(dict.fromkeys(term for term in raw if _CATEGORY.fullmatch(term)))[:_MOST_CATEGORIES]


def item_label(raw: str, place: str) -> str:
    """Return a label for an unusable item: its id if that is valid, or its position."""
    try:
        return arxiv_id(raw)
    except Unusable:
        return place


def title(*raw: str | None) -> str:
    """Return the first non-empty title, cleaned. Raise `Unusable` if there is none."""
    for clean in (text.title(one) for one in raw if one):
        if clean:
            return clean
    raise Unusable("it has no title")


def names(raw: Iterable[str]) -> tuple[str, ...]:
    """Return the cleaned names in order, without empty ones."""
    return tuple(filter(None, map(text.name, raw)))


def keywords(raw: Iterable[str]) -> tuple[str, ...]:
    """Return the keywords in lower case, without duplicates."""
    clean = (text.title(word).lower() for word in raw)
    return tuple(dict.fromkeys(word for word in clean if word))


def address(raw: str) -> str:
    """Return an http(s) URL, or "" for anything else."""
    clean = raw.strip()
    return clean if len(clean) <= _LONGEST_ADDRESS and clean.isprintable() and _ADDRESS.fullmatch(clean) else ""


def picture(raw: str) -> str:
    """Return an https URL at a named host on the usual port, or "" for anything else.

    Platforms load pictures by themselves, so an address in a private network must not reach them.
    """
    url = address(raw)
    parts = urlsplit(url)
    named = _TOP_LEVEL_DOMAIN.search(parts.hostname or "")
    return url if parts.scheme == "https" and parts.netloc == parts.hostname and named else ""


def repository_in(*texts: str) -> str:
    """Return the GitHub repository in the texts, or "" if they contain none or several.

    If Hugging Face knows a paper's repository and the abstract contains exactly one, they agree in 681 of 689 cases.
    """
    found: dict[str, str] = {}
    for match in _REPOSITORY.finditer(" ".join(texts)):
        owner, repository = match[1], match[2].removesuffix(".git")
        if owner.lower() not in _NO_OWNERS:
            found.setdefault(f"{owner}/{repository}".lower(), f"https://github.com/{owner}/{repository}")
    return next(iter(found.values())) if len(found) == 1 else ""


def addresses(repository: str, project: str, abstract: str) -> tuple[str, str]:
    """Return the URLs of the code and of the project page; a project page on GitHub counts as code."""
    code, page = address(repository), address(project)
    if _ON_GITHUB.match(page):
        code, page = code or page, ""
    return code or repository_in(abstract), page


def moment(raw: datetime) -> datetime:
    """Return the moment in UTC, assuming UTC if it has no time zone. Raise `ValueError` if it is out of range."""
    try:
        return raw.replace(tzinfo=UTC) if raw.tzinfo is None else raw.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies beyond the calendar") from None


def published(raw: datetime | None, now: datetime) -> datetime | None:
    """Return the publication date, or None if it is in the future; a wrong date does not invalidate the paper."""
    return raw if raw is not None and raw <= now + _AHEAD else None
