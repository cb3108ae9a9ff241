"""Atom feeds (RFC 4287). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from xml.etree import ElementTree

from bot.commands.feeds import Feed
from bot.domain.pages import Card
from bot.domain.papers import Paper
from bot.domain.servers import permanent_url
from bot.messages.localization import text_in

_ATOM = "http://www.w3.org/2005/Atom"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: for papers without a known date
_UNDATED = datetime(1991, 8, 14, tzinfo=UTC)


def atom(feed: Feed, papers: Mapping[str, Paper], *, here: str, page_url: str, language: str) -> bytes:
    """Return the feed as XML; `here` is its URL and permanent id, `page_url` that of the HTML page."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": language})
    _text(root, "title", f"{text_in(feed.title, language)} · Paperboy")
    _text(root, "id", here)
    _link(root, "self", here)
    _link(root, "alternate", page_url)
    dates = [_dated(papers.get(card.key)) for card in feed.cards]
    _text(root, "updated", max(dates, default=_UNDATED).isoformat())
    author = ElementTree.SubElement(root, "author")
    _text(author, "name", "Paperboy")
    for card, moment in zip(feed.cards, dates, strict=True):
        _entry(root, card, papers.get(card.key), moment, language)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode").encode()


def _entry(root: ElementTree.Element, card: Card, paper: Paper | None, moment: datetime, language: str) -> None:
    entry = ElementTree.SubElement(root, "entry")
    _text(entry, "title", card.title)
    # the same in every feed, so that readers recognize the paper
    _text(entry, "id", permanent_url(card.key))
    _link(entry, "alternate", card.url)
    _text(entry, "updated", moment.isoformat())
    for name in (paper.authors if paper else ())[:20]:
        _text(ElementTree.SubElement(entry, "author"), "name", name)
    for category in paper.categories if paper else ():
        ElementTree.SubElement(entry, "category", term=_clean(category))
    _text(entry, "summary", "\n".join(filter(None, (text_in(card.reason, language), card.body))))


def _dated(paper: Paper | None) -> datetime:
    """Return when a paper became news: not the time of the request, as readers would show it as changed each time."""
    if paper and paper.listed_on:
        return datetime.combine(paper.listed_on, time(), UTC)
    return (paper.published_at if paper else None) or _UNDATED


def _link(parent: ElementTree.Element, rel: str, href: str) -> None:
    ElementTree.SubElement(parent, "link", rel=rel, href=_clean(href))


def _text(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = _clean(text)


def _clean(text: str) -> str:
    """Return the text without characters that XML 1.0 cannot contain."""
    return _FORBIDDEN.sub("", text)
