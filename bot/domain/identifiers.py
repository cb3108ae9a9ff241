"""Extract paper ids, which are arXiv ids and DOIs, from ids, URLs and other text.

The id of a paper is the key under which it is stored: its arXiv id without version, else its DOI in lower case, without
the version of bioRxiv or medRxiv. A DOI that arXiv has registered ("10.48550/arXiv.2604.01234") is the arXiv id.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import unquote

#: a DOI is "10.48550/arXiv.2604.01234"; after any other dot the digits are part of another number
_NEW = re.compile(
    r"(?:(?<![\d.])|(?<=arxiv\.))(\d{2}(?:0[1-9]|1[0-2]))\.(\d{4,5})(?:v\d+)?(?![\d])",
    re.IGNORECASE | re.ASCII,
)
#: archives of ids from before April 2007; other words before the digits are not archives
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-(?:ex|lat|ph|th)|math-ph|math|mtrl-th|nlin|nucl-(?:ex|th)|patt-sol|physics|plasm-ph|q-alg|"
    "q-bio|quant-ph|solv-int|supr-con"
)
#: in a URL the id must be in arXiv's place: "github.com/math/1201234" has none
_OLD = re.compile(
    rf"(?:(?<![\w/-])|(?<=abs/)|(?<=pdf/)|(?<=papers/)|(?<=%2f))({_ARCHIVES})(?:\.[a-z]{{2,8}}(?:-[a-z]{{2,5}})?)?"
    r"(?:/|%2f)(\d{2}(?:0[1-9]|1[0-2])\d{3})(?:v\d+)?(?!\d)",
    re.IGNORECASE | re.ASCII,
)

_DOI_START = "10."
#: the longest DOI that is accepted, in characters; those of papers have at most 80
LONGEST_DOI = 120
#: with names of pages and brackets behind it
_LONGEST_WRITTEN = 300
#: Characters of a suffix, as registration agencies recommend them; others end a DOI, because they are more often part
#: of the text around it. Only the DOIs that Wiley made from the codes of articles until 2000 have more of them:
#: "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2".
_SUFFIX = r"\(sici\)[!-~]{1,90}?3\.0\.co;2-[a-z0-9#]|[-.:/_()+a-z0-9]+"
#: the same as written: a URL has "%2F", an entry of BibTeX "\_"
_WRITTEN_SUFFIX = (
    r"(?:\(|%28)sici(?:\)|%29)[!-~]{1,150}?3\.0\.co(?:;|%3b)2-(?:[a-z0-9]|\\?#|%23)"
    r"|(?:[-.:/_()+a-z0-9]|%[0-7][0-9a-f]|\\(?=[_()%-]))+"
)
_DOI = re.compile(
    rf"(?:(?<![\w.])|(?<=%2f))10\.\d{{4,9}}(?:\.\d+)*(?:/|%2f)(?:{_WRITTEN_SUFFIX})", re.IGNORECASE | re.ASCII
)
_WHOLE = re.compile(rf"10\.\d{{4,9}}(?:\.\d+)*/(?:{_SUFFIX})", re.ASCII)
#: what publishers append to a DOI in URLs
_PAGES = re.compile(
    r"(?:\.(?:full|abstract|short|article-info|article-metrics|supplementary-material)(?:[-.+][a-z.+]+)?"
    r"|\.pdf(?:\+html)?|/(?:full|pdf|epdf|html|xml|abstract|fulltext|full-text|meta|references|summary|asset.*))+$"
)
#: a DOI of bioRxiv or medRxiv, with or without a version: "10.1101/2024.01.02.573456v2", "10.1101/123456"
_OPENRXIV = re.compile(r"(10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})(?:v\d+)?(?:[./].*)?")
#: URLs of bioRxiv and medRxiv until 2019, whose last part is that of the DOI
_EARLY = re.compile(
    r"(?:bio|med)rxiv\.org/content/(?:biorxiv/|medrxiv/)?early/\d{4}/\d\d/\d\d/((?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})",
    re.IGNORECASE | re.ASCII,
)
_ARXIV_DOI = "10.48550/arxiv."
#: ids up to this length are short enough for buttons and deep links with the longest command
_SHORT_ID = 32
#: a handle: a prefix and 80 bits of a hash
_HANDLE = re.compile(r"(?<![\w-])doi-[a-z2-7]{16}(?![\w-])", re.ASCII)
#: punctuation and emphasis behind a DOI in text
_TRAILING = ".:_+/-"


def paper_id(text: str) -> str | None:
    """Return the first paper id or handle in a text, or None, such as in "arXiv:2604.01234v2"."""
    return next(paper_ids(text), None)


def paper_ids(text: str) -> Iterator[str]:
    """Yield the paper ids and handles in a text in order, each as often as it occurs."""
    found = sorted(_found(text))
    end = 0
    for start, stop, known in found:
        # the digits of a DOI can look like an arXiv id
        if start >= end:
            yield known
            end = stop


def doi(text: str) -> str | None:
    """Return the first DOI in a text as it is stored, or None. Those of papers on arXiv are arXiv ids."""
    return next(filter(is_doi, paper_ids(text)), None)


def is_doi(paper_id: str) -> bool:
    """Return whether the id of a paper is a DOI, as opposed to an arXiv id."""
    return paper_id.startswith(_DOI_START)


def handle(paper_id: str) -> str:
    """Return what stands for an id in buttons and links, which hold 64 bytes: the id, or a hash of a long DOI.

    The store knows the handle of every paper, as another alias.
    """
    if len(paper_id) <= _SHORT_ID:
        return paper_id
    digest = hashlib.sha256(paper_id.encode()).digest()[:10]
    return f"doi-{base64.b32encode(digest).decode().lower()}"


def is_handle(paper_id: str) -> bool:
    """Return whether an id is the handle of a long DOI."""
    return _HANDLE.fullmatch(paper_id) is not None


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and id of what looks like an id; a DOI before what it contains."""
    for match in _DOI.finditer(text):
        if known := _normalized(match[0]):
            yield match.start(), match.end(), known
    for match in _HANDLE.finditer(text):
        yield match.start(), match.end(), match[0]
    for match in _EARLY.finditer(text):
        yield match.start(), match.end(), f"10.1101/{match[1]}"
    for match in _NEW.finditer(text):
        yield match.start(), match.end(), f"{match[1]}.{match[2]}"
    for match in _OLD.finditer(text):
        yield match.start(), match.end(), f"{match[1].lower()}/{match[2]}"


def _normalized(found: str) -> str | None:
    """Return the id for a DOI as written, or None if it is none."""
    match = _WHOLE.match(unquote(found).replace("\\", "").lower())
    if match is None or len(match[0]) > _LONGEST_WRITTEN:
        return None
    known = match[0] if _is_sici(match[0]) else _trimmed(match[0])
    if known.startswith(_ARXIV_DOI):
        return _arxiv(known.removeprefix(_ARXIV_DOI))
    if openrxiv := _OPENRXIV.fullmatch(known):
        known = openrxiv[1]
    has_suffix = any(character.isalnum() for character in known.partition("/")[2])
    return known if has_suffix and len(known) <= LONGEST_DOI else None


def _is_sici(known: str) -> bool:
    return "/(sici)" in known


def _arxiv(text: str) -> str | None:
    if found := _NEW.match(text):
        return f"{found[1]}.{found[2]}"
    if found := _OLD.match(text):
        return f"{found[1]}/{found[2]}"
    return None


def _trimmed(known: str) -> str:
    """Return a DOI without what text and URLs add to it: punctuation, brackets of the text, names of pages."""
    shorter = _PAGES.sub("", _balanced(known).rstrip(_TRAILING))
    return known if shorter == known else _trimmed(shorter)


def _balanced(known: str) -> str:
    """Return a DOI up to the first bracket that it does not open or close itself."""
    opened: list[int] = []
    for place, character in enumerate(known):
        if character == "(":
            opened.append(place)
        elif character == ")" and not opened:
            return known[:place]
        elif character == ")":
            opened.pop()
    return known[: opened[0]] if opened else known
