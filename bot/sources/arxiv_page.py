"""Pure: parser for the page of a category's new papers, `https://arxiv.org/list/hep-th/new`.

The page states its date and how many entries each section has, so that a page that cannot be read in full is noticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser

from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.sources.arxiv_feed import Announced, ListedPaper

_DATE = re.compile(r"(?:showing )?new listings for\s+(?:\w+,\s*)?(\d{1,2} \w+ \d{4})", re.IGNORECASE)
_SECTION = re.compile(
    r"(new|cross|replacement)\b.*?(?:\(\s*showing\s+(?:first\s+)?([\d,]+)\s+of\s+([\d,]+)\s+entr)",
    re.IGNORECASE | re.DOTALL,
)
#: the page is in English, whatever the locale of this process
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_KINDS = {"new": Announced.NEW, "cross": Announced.CROSS, "replacement": Announced.REPLACE}
_ID = re.compile(r"/abs/([^\s?#]+)")
_CATEGORY = re.compile(r"\(([a-z][a-z-]*(?:\.[A-Za-z-]+)?)\)")
#: class of an element of an entry -> its field
_FIELDS = {
    "list-title": "title",
    "list-authors": "authors",
    "list-comments": "comment",
    "list-subjects": "subjects",
}
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class InvalidPage(ValueError):
    """A response is not the page of a list, or not a whole one."""

    def __init__(self, trouble: SourceTrouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """The list of one day."""

    day: date
    entries: tuple[ListedPaper, ...]
    #: new and cross-listed entries that the page leaves out, as it shows a limited number
    left_out: int = 0


def read_listing_page(body: bytes) -> ListingPage:
    """Parse a page. Raise `InvalidPage` if it has no date, or other entries than it says."""
    parser = _Parser()
    parser.feed(body.decode("utf-8", errors="replace"))
    parser.close()
    if parser.day is None:
        raise InvalidPage(SourceTrouble(TroubleCode.INCOMPLETE_LIST, "no date"))
    if parser.outside:
        raise InvalidPage(SourceTrouble(TroubleCode.INCOMPLETE_LIST, f"{parser.outside} entries in no section"))
    for section in parser.sections:
        if len(section.entries) != section.shown:
            found = f"{len(section.entries)} of {section.shown} entries"
            raise InvalidPage(SourceTrouble(TroubleCode.INCOMPLETE_LIST, found))
    news = [section for section in parser.sections if section.kind.is_news]
    return ListingPage(
        day=parser.day,
        entries=tuple(entry.whole(section.kind) for section in parser.sections for entry in section.entries),
        left_out=sum(max(0, section.total - section.shown) for section in news),
    )


@dataclass(slots=True)
class _Entry:
    id: str
    texts: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    #: URLs that the comment links, whose text is only "this https URL"
    links: list[str] = field(default_factory=list)

    def whole(self, kind: Announced) -> ListedPaper:
        """Return the entry with its texts."""
        categories = _CATEGORY.findall(self.texts.get("subjects", ""))
        return ListedPaper(
            id=self.id,
            kind=kind.value,
            title=_without_label(self.texts.get("title", "")),
            abstract=self.texts.get("abstract", ""),
            authors=tuple(self.authors),
            categories=tuple(dict.fromkeys(categories)),
            comment=" ".join((_without_label(self.texts.get("comment", "")), *self.links)),
        )


@dataclass(slots=True)
class _Section:
    kind: Announced
    shown: int
    total: int
    entries: list[_Entry] = field(default_factory=list)


class _Parser(HTMLParser):
    """Reads headings, and in each section the entries: a `dt` with the id, then a `dd` with the rest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.day: date | None = None
        self.sections: list[_Section] = []
        #: number of entries under a heading that cannot be read
        self.outside = 0
        self._in_section = False
        #: whether this is the head of an entry; links to papers stand elsewhere, too
        self._in_head = False
        #: the field that text belongs to, and the depth of elements in it
        self._field = ""
        self._depth = 0
        self._heading: str | None = None
        self._author: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a heading, an entry or one of its fields."""
        values = {name: value or "" for name, value in attrs}
        if tag in ("dt", "dd"):
            self._in_head = tag == "dt"
        if tag == "h3":
            self._heading = ""
        elif tag == "a" and not self._field and (found := _ID.search(values.get("href", ""))):
            self._open_entry(found[1])
        elif tag == "a" and self._field:
            self._link(values.get("href", ""))
        if self._field:
            self._depth += tag not in _VOID
        elif name := _field_of(tag, values.get("class", "").split()):
            self._field, self._depth = name, 1

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag has opened."""
        if tag == "h3" and self._heading is not None:
            self._read_heading(self._heading)
            self._heading = None
        if tag == "a" and self._author is not None:
            self._entry_authors(self._author)
            self._author = None
        if self._field and tag not in _VOID:
            self._depth -= 1
            if self._depth == 0:
                self._field = ""

    def handle_data(self, data: str) -> None:
        """Add text to the open heading or field."""
        if self._heading is not None:
            self._heading += data
        if self._author is not None:
            self._author += data
        if self._field and (entry := self._entry()):
            entry.texts[self._field] = entry.texts.get(self._field, "") + data

    def _entry(self) -> _Entry | None:
        return self.sections[-1].entries[-1] if self.sections and self.sections[-1].entries else None

    def _open_entry(self, id: str) -> None:
        if not self._in_section:
            self.outside += self._in_head
        elif not self.sections[-1].entries or self.sections[-1].entries[-1].id != id:
            self.sections[-1].entries.append(_Entry(id))

    def _link(self, url: str) -> None:
        if self._field == "authors":
            self._author = ""
        elif self._field == "comment" and (entry := self._entry()) and url.startswith("http"):
            entry.links.append(url)

    def _entry_authors(self, name: str) -> None:
        if entry := self._entry():
            entry.authors.append(name)

    def _read_heading(self, text: str) -> None:
        self._in_section = False
        if self.day is None and (found := _DATE.search(text)):
            self.day = _day(found[1])
        elif found := _SECTION.match(text.strip()):
            self._in_section = True
            self.sections.append(_Section(_KINDS[found[1].lower()], _number(found[2]), _number(found[3])))


def _field_of(tag: str, classes: list[str]) -> str:
    if tag == "p" and "mathjax" in classes:
        return "abstract"
    return next((name for mark, name in _FIELDS.items() if mark in classes), "")


def _without_label(text: str) -> str:
    """Return a text without the label that the page puts before it: "Title:"."""
    return re.sub(r"^\s*(?:Title|Comments):\s*", "", text)


def _number(text: str) -> int:
    return int(text.replace(",", "") or 0)


def _day(text: str) -> date | None:
    day, month, year = text.split()
    number = _MONTHS.get(month[:3].lower(), 0)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
