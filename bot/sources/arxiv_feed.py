"""Pure: parser for the feeds of arXiv's new listings, Atom and RSS (https://info.arxiv.org/help/rss.html)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import feedparser

from bot.domain.identifiers import paper_id
from bot.domain.source_troubles import TroubleCode
from bot.domain.text import plain
from bot.sources.atom import InvalidFeed, each_mapping, text_of
from bot.sources.fields import Unusable

#: entries at which the feed is cut; the new papers are the ones that are lost
CAP = 2_000
_ERROR = "feed error"
_ENDS = (b"</feed>", b"</rss>", b"</rdf:RDF>")
_HEAD = re.compile(r"\s*arXiv:\s*(\S+)\s+Announce Type:\s*(\S+)\s*", re.IGNORECASE)
_ABSTRACT = re.compile(r"\s*Abstract:\s*", re.IGNORECASE)
#: a part of a name behind a comma that is not a name
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)


class Announced(StrEnum):
    """As what a paper is on the list of a category."""

    #: new, with this category as its primary one
    NEW = "new"
    #: from another primary category
    CROSS = "cross"
    #: a new version, of either kind; no news
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"

    @property
    def is_news(self) -> bool:
        """Whether it is a new paper on this list."""
        return self in (Announced.NEW, Announced.CROSS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPaper:
    """An entry of a category's list, as written."""

    #: as written, perhaps with a version
    id: str
    #: as written; see `Announced`
    kind: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    #: primary first; may be empty
    categories: tuple[str, ...]
    #: the DOI of a published version, as written; may be empty
    doi: str = ""
    #: the authors' comment, where the list has it
    comment: str = ""

    def announced(self) -> Announced:
        """Return its kind. Raise `Unusable` for an unknown one."""
        try:
            return Announced(self.kind)
        except ValueError:
            raise Unusable(f"it is announced as {self.kind[:40]!r}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFeed:
    """A response: entries, or an error message."""

    entries: tuple[ListedPaper, ...] = ()
    error: str = ""

    @property
    def capped(self) -> bool:
        """Whether new papers may be missing."""
        return len(self.entries) >= CAP


def read_listing_feed(body: bytes) -> ListingFeed:
    """Parse a feed; one without entries is valid. Raise `InvalidFeed` for anything that is not a whole feed."""
    # a stream, because bytes may be taken for a file name; abstracts are plain text, in which "<" is no tag
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version"):
        is_page = b"<html" in body[:1000].lower()
        raise InvalidFeed(TroubleCode.WEB_PAGE if is_page else TroubleCode.NOT_A_FEED)
    if parsed.bozo and not body.rstrip().endswith(_ENDS):
        raise InvalidFeed(TroubleCode.INCOMPLETE_FEED)
    channel: Mapping[str, object] = parsed.feed
    if _ERROR in text_of(channel, "title").lower():
        return ListingFeed(error=plain(text_of(channel, "subtitle"))[:200] or "unknown error")
    return ListingFeed(entries=tuple(_entry(raw) for raw in parsed.entries))


def _entry(raw: Mapping[str, object]) -> ListedPaper:
    said = text_of(raw, "summary")
    head = _HEAD.match(said)
    rest = said[head.end() :] if head else said
    start = _ABSTRACT.match(rest)
    return ListedPaper(
        id=_id(text_of(raw, "id"), head[1] if head else "", text_of(raw, "link")),
        kind=(text_of(raw, "arxiv_announce_type") or (head[2] if head else "")).strip().lower(),
        title=text_of(raw, "title"),
        abstract=rest[start.end() :] if start else rest,
        authors=tuple(_names(raw)),
        categories=tuple(dict.fromkeys(term for tag in each_mapping(raw, "tags") if (term := text_of(tag, "term")))),
        doi=text_of(raw, "arxiv_doi"),
    )


def _id(*candidates: str) -> str:
    """Return the first text with an arXiv id; else the first that is not empty, as the label of a rejected entry."""
    told = [text for text in candidates if text]
    return next((text for text in told if paper_id(text)), told[0] if told else "")


def _names(raw: Mapping[str, object]) -> Iterator[str]:
    """Yield the names of a list in one text: "Ada Lovelace, Charles Babbage (Royal Society), Sammy Davis, Jr."."""
    written = [text_of(author, "name") for author in each_mapping(raw, "authors")] or [text_of(raw, "author")]
    pending = ""
    for piece in (piece.strip() for text in written for piece in _at_commas(text)):
        if pending and _SUFFIX.fullmatch(piece):
            pending = f"{pending}, {piece}"
            continue
        if pending:
            yield pending
        pending = piece
    if pending:
        yield pending


def _at_commas(text: str) -> Iterator[str]:
    """Split at commas outside of parentheses; what is in parentheses are affiliations, which are dropped."""
    depth, piece = 0, ""
    for sign in text.replace("\n", " "):
        if sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif sign == "," and not depth:
            yield piece
            piece = ""
        elif not depth:
            piece += sign
    yield piece
