"""Which papers a pasted text names: ids, URLs, BibTeX, RIS, CSV or JSON of a reference manager."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bot.domain.identifiers import doi, is_doi, paper_ids

#: papers that are read from one text
MOST_REFERENCES = 200
#: an entry of BibTeX or RIS begins here
_ENTRY = re.compile(r"(?:^|(?<=\s))(?=@[a-z]+\s*\{|TY\s{1,2}-\s)", re.IGNORECASE)
#: the DOI of the entry itself, as opposed to those that it mentions
_DOI_FIELD = re.compile(r"(?<![a-z])doi\s*=\s*([^,]+)|(?:^|(?<=\s))DO\s{1,2}-\s+(\S+)", re.IGNORECASE)
#: titles of BibTeX and RIS; a BibTeX title may have braces around some of its words
_TITLES = (
    re.compile(r"(?<![a-z])title\s*=\s*[{\"]((?:[^{}\"]|\{[^{}]*\})+)[}\"]", re.IGNORECASE),
    re.compile(r"(?:^|(?<=\s))T[I1]\s{1,2}-\s+(.+?)(?=\s+[A-Z][A-Z0-9]\s{1,2}-\s|$)", re.MULTILINE),
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One paper that a text names: by an id, by a title, or by both."""

    #: "" for an entry without an id
    id: str
    #: of an entry that has no arXiv id, to find papers by it that are stored under another id
    title: str = ""


def references(text: str) -> tuple[Reference, ...]:
    """Return what a text names, each paper once, in order."""
    found = (reference for entry in _ENTRY.split(text) for reference in _of_entry(entry))
    return tuple(islice({(each.id or each.title): each for each in found}.values(), MOST_REFERENCES))


def _of_entry(entry: str) -> Iterator[Reference]:
    """Yield the papers in an entry or any other text. An entry has one DOI, and none if it has an arXiv id."""
    ids = list(dict.fromkeys(paper_ids(entry)))
    if not _ENTRY.match(entry):
        yield from map(Reference, ids)
    elif on_arxiv := [id for id in ids if not is_doi(id)]:
        yield from map(Reference, on_arxiv)
    else:
        field = _DOI_FIELD.search(entry)
        known = (doi(field[1] or field[2]) if field else None) or next(iter(ids), "")
        if known or _title(entry):
            yield Reference(known, _title(entry))


def _title(entry: str) -> str:
    for pattern in _TITLES:
        if match := pattern.search(entry):
            return " ".join(re.sub(r"[{}]", "", match[1]).split())
    return ""
