"""Extract arXiv ids from ids, URLs, DOIs and other text."""

from __future__ import annotations

import re

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
    rf"(?:(?<![\w/-])|(?<=abs/)|(?<=pdf/))({_ARCHIVES})(?:\.[a-z]{{2}})?"
    r"/(\d{2}(?:0[1-9]|1[0-2])\d{3})(?:v\d+)?(?!\d)",
    re.IGNORECASE | re.ASCII,
)


def paper_id(text: str) -> str | None:
    """Return the arXiv id without version found in an id, URL, DOI or "arXiv:2604.01234v2", or None."""
    if found := _NEW.search(text):
        return f"{found[1]}.{found[2]}"
    if found := _OLD.search(text):
        return f"{found[1].lower()}/{found[2]}"
    return None
