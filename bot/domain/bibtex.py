"""Format a paper as a BibTeX entry, as its server does."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.identifiers import is_doi
from bot.domain.papers import Paper
from bot.domain.servers import ARXIV

#: TeX escapes; "\{" breaks an entry because BibTeX still counts the brace
_SIGNS = {character: f"\\{character}" for character in "&%$#_"}
_ESCAPES = str.maketrans(
    _SIGNS
    | {
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)
#: programs make links from a DOI, so it contains no commands
_IN_DOI = str.maketrans(_SIGNS)
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")
#: one-letter words that are lower case within a sentence, or that no style changes
_ARTICLES = frozenset("AI")
#: BibTeX separates names at "and" and reads a comma as "last, first"
_BREAKS_NAMES = re.compile(r",|(?<!\S)(?:and|others)(?!\S)", re.IGNORECASE)
#: DOIs of bioRxiv and medRxiv begin with the date: "10.1101/2024.01.02.573456"
_DATED = re.compile(r"/((?:19|20)\d\d)\.\d\d\.\d\d\.\d+$")
#: stop words, which are not used in the citation key
_STOP_WORDS = frozenset("a an the on of in to for and with is are from by towards toward how why what".split())


def entry(paper: Paper) -> str:
    """Return an entry that every BibTeX parser accepts, with braces around capitals that styles must not lower."""
    year = _year(paper)
    fields = {
        "title": _title(paper.title),
        "author": " and ".join(filter(None, map(_author, paper.authors))),
        "year": year,
        **_identification(paper),
        "url": paper.url,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{_key(paper, year)},\n{lines}\n}}"


def _title(title: str) -> str:
    """Return a title with braces around acronyms and names: "{LLM}s for {DeepSeek}"."""
    parts: list[str] = []
    end = 0
    for found in _LETTERS_AND_DIGITS.finditer(title):
        parts += (_escaped(title[end : found.start()]), _protected(found[0]))
        end = found.end()
    return _one_line("".join((*parts, _escaped(title[end:]))))


def _protected(word: str) -> str:
    """Return a word, in braces if a style that lowers titles would change more than its first letter."""
    inner = any(letter.isupper() for letter in word[1:])
    capitals = word.isupper() and word not in _ARTICLES
    return f"{{{word}}}" if inner or capitals else word


def _author(name: str) -> str:
    escaped = _one_line(_escaped(name))
    return f"{{{escaped}}}" if _BREAKS_NAMES.search(escaped) else escaped


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _identification(paper: Paper) -> dict[str, str]:
    if paper.server == ARXIV:
        primary = _escaped(paper.categories[0]) if paper.categories else ""
        return {"eprint": paper.id, "archivePrefix": paper.host.title, "primaryClass": primary}
    return {"howpublished": paper.host.title if paper.server else "", "doi": paper.id.translate(_IN_DOI)}


def _key(paper: Paper, year: str) -> str:
    """Return the citation key, such as "lovelace2026engines": first author, year, first significant title word."""
    names = _ascii_words(paper.authors[0]) if paper.authors else []
    words = [word for word in _ascii_words(paper.title) if word not in _STOP_WORDS]
    return f"{names[-1] if names else 'anonymous'}{year}{words[0] if words else ''}"


def _ascii_words(text: str) -> list[str]:
    # compatibility forms such as "℉" contain capitals, and folding can make new letters with accents
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return [word for word in _WORD.findall("".join(c for c in bare if not unicodedata.combining(c))) if word.isascii()]


def _year(paper: Paper) -> str:
    """Return the year in which a paper appeared, else the one in its id, else that of its list; "" if unknown."""
    if paper.published_at:
        return str(paper.published_at.year)
    if not is_doi(paper.id):
        digits = paper.id.rpartition("/")[2][:2]
        return ("19" if int(digits) > 90 else "20") + digits
    if dated := _DATED.search(paper.id):
        return dated[1]
    return str(paper.listed_on.year) if paper.listed_on else ""


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
