"""Pure: a paper as a BibTeX entry, as arXiv writes them."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.papers import Paper

_SPECIAL = re.compile(r"([&%$#_])")
_WORD = re.compile(r"[^\W\d_]+")
#: title words that say nothing about a paper
_EMPTY = frozenset("a an the on of in to for and with is are from by towards toward how why what".split())


def entry(paper: Paper) -> str:
    """Six lines, with braces balanced and what TeX would take for itself escaped."""
    year = paper.published_at.year if paper.published_at else _year(paper.id)
    primary = f"\n  primaryClass = {{{paper.categories[0]}}}," if paper.categories else ""
    return (
        f"@misc{{{_key(paper, year)},\n"
        f"  title = {{{_escaped(paper.title)}}},\n"
        f"  author = {{{' and '.join(map(_escaped, paper.authors))}}},\n"
        f"  year = {{{year}}},\n"
        f"  eprint = {{{paper.id}}},\n"
        f"  archivePrefix = {{arXiv}},{primary}\n"
        f"  url = {{{paper.url}}}\n"
        "}"
    )


def _key(paper: Paper, year: int) -> str:
    """ "lovelace2026engines": the first author, the year and the first word that says something."""
    names = _ascii_words(paper.authors[0]) if paper.authors else []
    words = [word for word in _ascii_words(paper.title) if word not in _EMPTY]
    return f"{names[-1] if names else 'anonymous'}{year}{words[0] if words else ''}"


def _ascii_words(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return [word for word in _WORD.findall("".join(c for c in bare if not unicodedata.combining(c))) if word.isascii()]


def _year(id: str) -> int:
    digits = id.rpartition("/")[2][:2]
    return (1900 if int(digits) > 90 else 2000) + int(digits)


def _escaped(text: str) -> str:
    """A brace or a backslash that is not TeX's own is left out: an entry that does not parse is worth nothing."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"[{}\\]", "", text)).replace("~", r"\textasciitilde{}").replace("^", r"\^{}")
