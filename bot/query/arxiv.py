"""Names in text: ids of papers, and categories of arXiv (https://arxiv.org/category_taxonomy, and the archives from
before 1998).
"""

from __future__ import annotations

from bot.domain.category_listings import CategoryDemand
from bot.domain.identifiers import paper_ids
from bot.domain.servers import ARXIV
from bot.query.model import Query
from bot.query.tokens import Match, QueryLine, Token

_SUBJECTS = {
    "cs": (
        "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF PL RO SC "
        "SD SE SI SY"
    ),
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "math": "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST",
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "nlin": "AO CD CG PS SI",
    "physics": (
        "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph geo-ph "
        "hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph"
    ),
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "stat": "AP CO ME ML OT TH",
}
_WHOLE = "gr-qc hep-ex hep-lat hep-ph hep-th math-ph nucl-ex nucl-th quant-ph".split()
_OLD = (
    "acc-phys adap-org alg-geom ao-sci atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas dg-ga funct-an mtrl-th "
    "patt-sol plasm-ph q-alg solv-int supr-con"
).split()
#: archives that may start an id from before April 2007
ARCHIVES = frozenset({*_SUBJECTS, *_WHOLE, *_OLD})

_EVERY = {
    name.casefold(): name
    for name in (
        *ARCHIVES,
        *(f"{archive}.{subject}" for archive, subjects in _SUBJECTS.items() for subject in subjects.split()),
    )
}
#: after "cat:", subjects of computer science need no archive, and four have well-known short names
_SHORT = {subject.casefold(): f"cs.{subject}" for subject in _SUBJECTS["cs"].split()} | {
    "nlp": "cs.CL",
    "vision": "cs.CV",
    "ml": "cs.LG",
    "robotics": "cs.RO",
}


def category(word: str) -> str | None:
    """Return the arXiv spelling of a category typed after "cat:", or None."""
    return _EVERY.get(word) or _SHORT.get(word) or _EVERY.get(word.removesuffix(".*"))


def plain_category(word: str) -> str | None:
    """Return the arXiv spelling of a word that is a category in any context because it has a dot, or None."""
    return _EVERY.get(word) if "." in word else None


#: categories that have a list of new papers of their own
LISTED = (
    *(f"{archive}.{subject}" for archive, subjects in _SUBJECTS.items() for subject in subjects.split()),
    *_WHOLE,
)
_LISTED_IN = {name: (name,) for name in LISTED} | {
    archive: tuple(f"{archive}.{subject}" for subject in subjects.split()) for archive, subjects in _SUBJECTS.items()
}


def listed_for(demand: CategoryDemand) -> tuple[str, ...]:
    """Return the categories with lists of their own that a query asks for: of an archive all of them.

    Archives that have ended have none, nor have the categories of other servers.
    """
    if demand.servers and ARXIV not in demand.servers:
        return ()
    names = (name for category in demand.categories for name in _LISTED_IN.get(category, ()))
    return tuple(dict.fromkeys(names))


def ids_of(token: Token) -> tuple[str, ...]:
    """Return the ids of papers in a token; a quoted phrase of several words has none."""
    if token.quoted and " " in token.word:
        return ()
    return tuple(dict.fromkeys(paper_ids(token.typed))) or tuple(dict.fromkeys(paper_ids(token.word)))


def like(line: QueryLine, place: int) -> Match | None:
    """Parse "similar to 2604.01234"; the id alone is the query."""
    if line.word(place) not in ("like", "similar"):
        return None
    start = place + 1 + (line.word(place + 1) == "to")
    ids = ids_of(line.tokens[start]) if start < len(line) else ()
    return Match(start + 1, Query(ids=ids)) if ids else None
