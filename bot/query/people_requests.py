"""Requests for the papers of a person or an organization: "work of Kaiming He on ...", "did Jan Peters publish ..."."""

from __future__ import annotations

from dataclasses import replace

from bot.query.model import Order, Query
from bot.query.people_phrases import (
    MODELS,
    NOT_NAMES,
    authors,
    is_person,
    name_end,
    organization_end,
    organizations,
    owner,
)
from bot.query.tokens import Match, QueryLine, phrase

_PAPERS = frozenset(
    """
    paper papers article articles preprint preprints publication publications research work works stuff literature
    results something anything everything things
    """.split()
)
_BEFORE_PAPERS = frozenset("the all any some new newest latest recent more other of those find show me us a an".split())
_WRITTEN = frozenset("written authored published released posted done".split())
_WHOSE = frozenset("my our the".split())
_NEWEST = frozenset({"latest", "newest"})
_ROLES = frozenset(
    """
    colleague colleagues coauthor co-author supervisor advisor adviser professor prof friend boss mentor teammate
    collaborator manager student postdoc author authors researcher dr doctor
    """.split()
)
_ASKING = frozenset("has have had did does is are what what's whats was were".split())
_PUBLISHED = frozenset(
    """
    publish published publishing write written wrote writing post posted posting release released releasing do done
    doing put say said up working
    """.split()
)
_VAGUE = frozenset(
    """
    anything something new recently lately so far out to yet on paper papers work works articles much any of late
    """.split()
)
_PART_OF_LAB = frozenset("research lab labs team group ai".split())
_ABOUT = frozenset("on about in regarding concerning for with since from before after this last".split())
#: words in a name, and words looked at before or behind one
_LONGEST_NAME, _MOST_AROUND = 3, 6


def people_request(line: QueryLine, place: int) -> Match | None:
    """Parse a request for somebody's papers at the start of the line, up to the topic."""
    if place:
        return None
    return _asked_about(line) or _papers_of(line) or _their_papers(line)


def _asked_about(line: QueryLine) -> Match | None:
    """Parse "what has Chelsea Finn published on", "did Sergey Levine post anything", "what is Google doing in"."""
    start = _skip(line, 0, _ASKING)
    if not start:
        return None
    end, asks = _who(line, start, loosely=True)
    end = _skip(line, end, _PART_OF_LAB)
    if asks is None or line.word(end) not in _PUBLISHED:
        return None
    while end < len(line) and end - start < _LONGEST_NAME + _MOST_AROUND and line.word(end) in _PUBLISHED | _VAGUE:
        if line.word(end) in _ABOUT and line.word(end) not in ("on", "of"):
            break
        end += 1
    return Match(end, asks) if line.ends(end) or line.word(end - 1) == "on" or line.word(end) in _ABOUT else None


def _papers_of(line: QueryLine) -> Match | None:
    """Parse "work of Kaiming He on", "papers by my supervisor Maria Garcia", "work out of Stanford"."""
    noun = _skip(line, _skip(line, 0, _ASKING | {"there"}), _BEFORE_PAPERS)
    order = line.word(noun - 1)
    lead = _skip(line, noun + (line.word(noun) in _PAPERS), _WRITTEN | {"new", "recent"})
    if lead == noun and order not in _NEWEST:
        return None
    if with_author := _with_author(line, lead):
        return with_author
    out = line.word(lead) == "out" and line.word(lead + 1) == "of"
    if not out and line.word(lead) not in ("by", "of", "from"):
        return None
    start = _skip(line, lead + 1 + out, _WHOSE)
    named = _skip(line, start, _ROLES)
    newest = Query(sort=Order.NEW) if order in _NEWEST else Query()
    several = authors(line, start) if line.word(lead) == "by" else None
    if found := several or (organizations(line, start) if line.word(lead) != "of" else None):
        return replace(found, asks=replace(found.asks, sort=newest.sort))
    by_name = line.word(lead) == "by" or named > start
    end, asks = _who(line, named, loosely=by_name, either=line.word(lead) == "from" and named == start)
    return Match(end, replace(asks, sort=newest.sort)) if asks and line.ends(end) else None


def _with_author(line: QueryLine, lead: int) -> Match | None:
    """Parse "with Yoshua Bengio as an author"."""
    if line.word(lead) != "with":
        return None
    end, asks = _who(line, lead + 1, loosely=True)
    behind = _skip(line, end, frozenset("as an a the first last co".split()))
    found = asks and asks.authors and behind > end and line.word(behind) in _ROLES
    return Match(behind + 1, asks) if asks and found else None


def _their_papers(line: QueryLine) -> Match | None:
    """Parse "Yann LeCun papers on", "Hinton's work", "new ByteDance papers on"."""
    start = _skip(line, 0, _BEFORE_PAPERS)
    end, asks = _who(line, start, loosely=False)
    if asks is None:
        return None
    noun = _skip(line, end, _BEFORE_PAPERS)
    own = line.words[end - 1].endswith("'s")
    if own and line.word(end) in _NEWEST and line.word(end + 1) in _ABOUT:
        return Match(end + 1, replace(asks, sort=Order.NEW))
    known = bool(asks.organizations or asks.guesses)
    if line.word(noun) not in _PAPERS or not (own or known or line.word(noun + 1) in _ABOUT or line.closed(noun + 1)):
        return None
    return Match(noun + 1, asks)


def _skip(line: QueryLine, place: int, words: frozenset[str]) -> int:
    """Return the position after the words of a set, or `place` if there is none."""
    end = place
    while end - place < _MOST_AROUND and line.word(end) in words:
        end += 1
    return end


def _who(line: QueryLine, start: int, *, loosely: bool, either: bool = False) -> tuple[int, Query | None]:
    """Return the position after a name, and the query for its papers.

    `loosely` accepts names in lower case. With `either`, a name may also be that of an unknown organization.
    """
    if end := organization_end(line, start, anywhere=True):
        name = owner(line, start, end)
        asks = Query(organizations=(name,))
        # "Qwen papers" may be papers about the model
        return end, Query(words=tuple(name.split()), guesses=(asks,)) if name in MODELS else asks
    end = name_end(line, start)
    if end == start and loosely:
        end = _loose_end(line, start)
    name = phrase(" ".join(line.words[start:end])).removesuffix("'s")
    if not is_person(line, start, end):
        return end, None
    author = Query(authors=(name,))
    return end, Query(either=((author, Query(organizations=(name,))),)) if either else author


def _loose_end(line: QueryLine, start: int) -> int:
    """Return the position after two or three words that could be a name in lower case."""
    end = start
    stops = _PUBLISHED | {"as", "and", "or"} | _ABOUT | _PAPERS | _VAGUE
    while end - start < _LONGEST_NAME and line.word(end).replace("-", "").isalpha() and line.word(end) not in stops:
        end += 1
        if line.closed(end):
            break
    return end if end - start > 1 and not any(map(NOT_NAMES.fullmatch, line.words[start:end])) else start
