"""Bodies of arXiv's new listings as its feed and its pages write them, with made-up papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

_SPACES = (
    "xmlns:arxiv='http://arxiv.org/schemas/atom' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns='http://www.w3.org/2005/Atom' xml:lang='en-us'"
)
_NAMES = {"new": "New submissions", "cross": "Cross submissions", "replace": "Replacement submissions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a list."""

    id: str
    kind: str = "new"
    title: str = "A Made Up Title"
    abstract: str = "A made up abstract."
    authors: str = "Ada Lovelace, Charles Babbage"
    categories: tuple[str, ...] = ("hep-th",)
    doi: str = ""
    comment: str = ""

    @property
    def atom(self) -> str:
        """The entry in an Atom feed."""
        terms = "".join(f'<category term="{name}"/>' for name in self.categories)
        doi = f"<arxiv:DOI>{self.doi}</arxiv:DOI>" if self.doi else ""
        summary = f"arXiv:{self.id}v1 Announce Type: {self.kind} \nAbstract: {self.abstract}"
        return (
            f"<entry><id>oai:arXiv.org:{self.id}v1</id><title>{escape(self.title)}</title>"
            f"<updated>2026-08-12T04:00:19+00:00</updated>"
            f'<link href="https://arxiv.org/abs/{self.id}" rel="alternate" type="text/html"/>'
            f"<summary>{escape(summary)}</summary>{terms}<published>2026-08-12T00:00:00-04:00</published>"
            f"<arxiv:announce_type>{self.kind}</arxiv:announce_type>{doi}"
            f"<dc:creator>{escape(self.authors)}</dc:creator></entry>"
        )

    @property
    def rss(self) -> str:
        """The item in an RSS feed."""
        terms = "".join(f"<category>{name}</category>" for name in self.categories)
        said = f"arXiv:{self.id}v1 Announce Type: {self.kind} \nAbstract: {self.abstract}"
        return (
            f"<item><title>{escape(self.title)}</title><link>https://arxiv.org/abs/{self.id}</link>"
            f"<description>{escape(said)}</description>"
            f'<guid isPermaLink="false">oai:arXiv.org:{self.id}v1</guid>{terms}'
            f"<pubDate>Wed, 12 Aug 2026 00:00:00 -0400</pubDate>"
            f"<arxiv:announce_type>{self.kind}</arxiv:announce_type>"
            f"<dc:creator>{escape(self.authors)}</dc:creator></item>"
        )

    def html(self, number: int) -> str:
        """The entry on a page."""
        primary, *others = self.categories
        subjects = "; ".join((f'<span class="primary-subject">A Field ({primary})</span>', *map(_subject, others)))
        people = ", ".join(
            f'<a href="https://arxiv.org/search/x">{escape(name)}</a>' for name in self.authors.split(", ")
        )
        comment = (
            f"<div class='list-comments mathjax'><span class='descriptor'>Comments:</span> {self.comment}</div>"
            if self.comment
            else ""
        )
        return (
            f'<dt><a name=\'item{number}\'>[{number}]</a> <a href ="/abs/{self.id}" title="Abstract">arXiv:{self.id}'
            f'</a> [<a href="/pdf/{self.id}">pdf</a>, <a href="https://arxiv.org/html/{self.id}v1">html</a>]</dt>'
            f"<dd><div class='meta'><div class='list-title mathjax'><span class='descriptor'>Title:</span> "
            f"{escape(self.title)}</div><div class='list-authors'>{people}</div>{comment}"
            f"<div class='list-subjects'><span class='descriptor'>Subjects:</span> {subjects}</div>"
            f"<p class='mathjax'>{escape(self.abstract)}</p></div></dd>"
        )


def _subject(name: str) -> str:
    return f"Another Field ({name})"


def atom(entries: Sequence[Entry] = (), title: str = "hep-th updates on arXiv.org") -> bytes:
    """An Atom feed."""
    head = (
        f"<id>http://rss.arxiv.org/atom/hep-th</id><title>{title}</title><updated>2026-08-12T04:00:19+00:00</updated>"
    )
    body = "".join(entry.atom for entry in entries)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<feed {_SPACES}>{head}{body}</feed>\n".encode()


def rss(entries: Sequence[Entry] = (), title: str = "hep-th updates on arXiv.org", description: str = "") -> bytes:
    """An RSS feed."""
    spaces = _SPACES.replace(" xmlns='http://www.w3.org/2005/Atom'", "")
    items = "".join(entry.rss for entry in entries)
    head = f"<title>{title}</title><link>http://rss.arxiv.org/rss/hep-th</link><description>{description}</description>"
    channel = f"<rss {spaces} version='2.0'><channel>{head}{items}</channel></rss>"
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{channel}\n".encode()


def page(day: date, entries: Sequence[Entry] = (), *, totals: dict[str, int] | None = None) -> bytes:
    """The page of a list; `totals` are the numbers of entries that sections state in place of the true ones."""
    parts = [f"<h3>Showing new listings for {day:%A}, {day.day} {day:%B} {day.year}</h3>"]
    number = 0
    for kind, name in _NAMES.items():
        those = [entry for entry in entries if entry.kind == kind]
        total = (totals or {}).get(kind, len(those))
        parts.append(f"<dl><h3>{name} (showing {len(those)} of {total} entries)</h3>")
        for entry in those:
            number += 1
            parts.append(entry.html(number))
        parts.append("</dl>")
    return f"<!DOCTYPE html><html lang='en'><body>{''.join(parts)}</body></html>".encode()
