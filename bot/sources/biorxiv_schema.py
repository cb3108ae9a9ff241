"""Schema and parser of api.biorxiv.org: one row per version of a preprint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import Field

from bot.domain.identifiers import doi
from bot.domain.papers import Listing, Paper
from bot.domain.servers import BIORXIV, MEDRXIV
from bot.domain.subject_areas import normalized_area
from bot.sources import fields, jats_text
from bot.sources.fields import Unusable
from bot.sources.licenses import is_open
from bot.sources.result_builder import ParsedPaper
from bot.sources.schema import Lenient, Record, read

#: what the API calls the servers -> as stored; DOIs do not tell them apart
_SERVERS = {"biorxiv": BIORXIV, "medrxiv": MEDRXIV}
_WITHDRAWN = "withdrawn"


class _VersionRow(Record):
    doi: str
    title: Lenient[str] = None
    #: "Wright, K. M.; Gaudinier, A."
    authors: Lenient[str] = None
    #: of this version
    date: date
    version: Annotated[int, Field(ge=1)]
    type: Lenient[str] = None
    license: Lenient[str] = None
    category: Lenient[str] = None
    abstract: Lenient[str] = None
    #: DOI of the journal article, or "NA"
    published: Lenient[str] = None
    server: Lenient[str] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreprintVersion:
    """One version of a preprint."""

    paper: Paper
    number: int
    posted: date
    withdrawn: bool


def read_version(raw: object, asked: str) -> PreprintVersion:
    """Parse a row; `asked` is the server that was asked, for rows that name none. Raise `Unusable`."""
    row = read(_VersionRow, raw)
    id = doi(row.doi)
    if id is None:
        raise Unusable(f"{row.doi[:60]!r} is not a DOI")
    title = jats_text.title(row.title or "")
    paper = Paper(
        id=id,
        server=_SERVERS.get((row.server or asked).casefold(), asked),
        aliases=fields.aliases(id, row.published),
        title=fields.title(title),
        abstract=jats_text.prose(row.abstract or "") if is_open(row.license or "") else "",
        authors=fields.names(map(_in_order, (row.authors or "").split(";"))),
        categories=tuple(filter(None, (normalized_area(row.category or ""),))),
    )
    withdrawn = (row.type or "").casefold() == _WITHDRAWN or title.casefold().startswith(_WITHDRAWN + ":")
    return PreprintVersion(paper=paper, number=row.version, posted=row.date, withdrawn=withdrawn)


def row_label(raw: object, number: int) -> str:
    """Return a label for an unusable row: its DOI or its position."""
    match raw:
        case {"doi": str(id)} if doi(id):
            return id
        case _:
            return f"row {number}"


def joined(versions: Iterable[PreprintVersion]) -> Mapping[str, Sequence[PreprintVersion]]:
    """Return the versions of each preprint by its id, the highest first, without withdrawn preprints."""
    by_id: dict[str, list[PreprintVersion]] = defaultdict(list)
    for each in versions:
        by_id[each.paper.id].append(each)
    ordered = {id: sorted(each, key=lambda one: one.number, reverse=True) for id, each in by_id.items()}
    return {id: each for id, each in ordered.items() if not any(one.withdrawn for one in each)}


def newest(versions: Sequence[PreprintVersion], now: datetime, source: str = "") -> ParsedPaper:
    """Return the paper as of its highest version, dated by the first one if that is among them.

    With `source` the paper is on that source's list of the day on which its first version was posted.
    """
    paper, day = versions[0].paper, first_day(versions, now)
    if day is None:
        return ParsedPaper(paper=paper)
    dated = replace(
        paper,
        published_at=datetime.combine(day, time(), UTC),
        listed_on=day if source else None,
        listed_by=(source,) if source else (),
    )
    return ParsedPaper(paper=dated, listings=(Listing(paper_id=paper.id, source=source, day=day),) if source else ())


def first_day(versions: Sequence[PreprintVersion], now: datetime) -> date | None:
    """Return the day of the first version, None if it is not among them: then the preprint is not new."""
    return min(versions[-1].posted, now.date()) if versions[-1].number == 1 else None


def _in_order(name: str) -> str:
    """Return "Wright, K. M." as "K. M. Wright"; the name of a consortium stays as it is."""
    last, *rest = (part.strip() for part in name.split(","))
    return " ".join((*rest[:1], last, *rest[1:]))
