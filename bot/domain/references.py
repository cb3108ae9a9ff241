"""Which papers a pasted text names: arXiv ids, addresses, BibTeX, RIS, CSV or JSON of a reference manager."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.identifiers import paper_id

#: papers that are read from one text
MOST_REFERENCES = 200
#: an entry of BibTeX or RIS begins here
_ENTRY = re.compile(r"(?:^|(?<=\s))(?=@[a-z]+\s*\{|TY\s{1,2}-\s)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;|\"'<>(){}\[\]]+")
#: titles of BibTeX and RIS; a BibTeX title may have braces around some of its words
_TITLES = (
    re.compile(r"(?<![a-z])title\s*=\s*[{\"]((?:[^{}\"]|\{[^{}]*\})+)[}\"]", re.IGNORECASE),
    re.compile(r"(?:^|(?<=\s))T[I1]\s{1,2}-\s+(.+?)(?=\s+[A-Z][A-Z0-9]\s{1,2}-\s|$)", re.MULTILINE),
)


@dataclass(frozen=True, slots=True)
class References:
    """What a text names, each once, in order."""

    ids: tuple[str, ...]
    #: of entries without an arXiv id
    titles: tuple[str, ...]


def references(text: str) -> References:
    """Return the arXiv ids in a text, and the titles of those entries that have none."""
    found, titles = dict[str, None](), dict[str, None]()
    for entry in _ENTRY.split(text):
        ids = list(_ids(entry))
        found |= dict.fromkeys(ids)
        if not ids and (title := _title(entry)):
            titles[title] = None
    ids_found = tuple(found)[:MOST_REFERENCES]
    return References(ids_found, tuple(titles)[: MOST_REFERENCES - len(ids_found)])


def _ids(entry: str) -> Iterator[str]:
    for word in _SEPARATORS.split(entry):
        if id := paper_id(word):
            yield id


def _title(entry: str) -> str:
    for pattern in _TITLES:
        if match := pattern.search(entry):
            return " ".join(re.sub(r"[{}]", "", match[1]).split())
    return ""
