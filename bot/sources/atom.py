"""Parser for arXiv's Atom feeds."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time

import feedparser

from bot.domain.source_troubles import TroubleCode
from bot.domain.text import plain

#: errors are entries whose ids contain this, with status 400, formerly 200
_ERROR = "/api/errors"


class InvalidFeed(ValueError):
    """A response is not a feed, or not a whole one."""

    def __init__(self, code: TroubleCode) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomEntry:
    """One entry of a feed, as written."""

    #: with version: "http://arxiv.org/abs/1605.08386v1"
    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    #: primary category first
    categories: tuple[str, ...]
    published_at: datetime | None
    #: pages, figures, venue, often a link to the code
    comment: str
    #: of the published version; empty if the authors named none
    doi: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomFeed:
    """A response: entries, or an error message."""

    entries: tuple[AtomEntry, ...] = ()
    error: str = ""


def read_feed(body: bytes) -> AtomFeed:
    """Parse a feed as far as possible, even with characters that XML forbids. Raise `InvalidFeed` for anything else."""
    # feedparser treats bytes as a file name if such a file exists; a stream is safe
    parsed = feedparser.parse(io.BytesIO(body))
    if not parsed.get("version"):
        is_page = b"<html" in body[:1000].lower()
        raise InvalidFeed(TroubleCode.WEB_PAGE if is_page else TroubleCode.NOT_A_FEED)
    if parsed.bozo and not body.rstrip().endswith(b"</feed>"):
        raise InvalidFeed(TroubleCode.INCOMPLETE_FEED)
    for entry in parsed.entries:
        if _ERROR in entry.get("id", ""):
            return AtomFeed(error=plain(entry.get("summary", ""))[:200] or "unknown error")
    return AtomFeed(entries=tuple(_entry(entry) for entry in parsed.entries))


def _entry(raw: Mapping[str, object]) -> AtomEntry:
    return AtomEntry(
        id=text_of(raw, "id"),
        title=text_of(raw, "title"),
        abstract=text_of(raw, "summary"),
        authors=tuple(text_of(author, "name") for author in each_mapping(raw, "authors")),
        categories=_categories(raw),
        published_at=_moment(raw.get("published_parsed")),
        comment=text_of(raw, "arxiv_comment"),
        doi=text_of(raw, "arxiv_doi"),
    )


def _categories(raw: Mapping[str, object]) -> tuple[str, ...]:
    match raw.get("arxiv_primary_category"):
        case {"term": str(primary)}:
            pass
        case _:
            primary = ""
    terms = (primary, *(text_of(tag, "term") for tag in each_mapping(raw, "tags")))
    return tuple(dict.fromkeys(term for term in terms if term))


def _moment(parts: object) -> datetime | None:
    """Return the moment, which the parser has converted to UTC, or None."""
    if not isinstance(parts, struct_time):
        return None
    try:
        return datetime(*parts[:6], tzinfo=UTC)
    except ValueError:
        return None


def text_of(raw: Mapping[str, object], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def each_mapping(raw: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    values = raw.get(key)
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []
