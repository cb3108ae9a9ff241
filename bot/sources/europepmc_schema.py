"""Schema and parser of Europe PMC's search results (`resultType=core`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from types import MappingProxyType

from pydantic import Field

from bot.domain.papers import Paper
from bot.domain.servers import ARXIV, OPENRXIV_DOIS, SERVERS
from bot.sources import fields, jats_text
from bot.sources.fields import Unusable
from bot.sources.licenses import is_open
from bot.sources.result_builder import ParsedPaper
from bot.sources.schema import Lenient, Record, read

#: preprints; everything else is from journals
PREPRINTS = "PPR"
#: the relation of a preprint to the article in a journal
_PREPRINT_OF = "preprint of"
#: how titles of withdrawn papers begin
_WITHDRAWN = ("withdrawn:", "retracted:", "retraction:", "removed:")
#: how Europe PMC calls preprint servers -> as stored
_SERVERS = {server.title.casefold(): server.name for server in SERVERS if server.name}


class _ListedAuthor(Record):
    full_name: Lenient[str] = Field(None, alias="fullName")
    first_name: Lenient[str] = Field(None, alias="firstName")
    last_name: Lenient[str] = Field(None, alias="lastName")
    collective_name: Lenient[str] = Field(None, alias="collectiveName")

    @property
    def display_name(self) -> str:
        """Name in printed order: "Qiaoling Liu"; "Liu Q" if only that is known."""
        whole = f"{self.first_name} {self.last_name}" if self.first_name and self.last_name else self.full_name
        return whole or self.collective_name or ""


class _AuthorList(Record):
    author: Lenient[list[Lenient[_ListedAuthor]]] = None


class _Keywords(Record):
    keyword: Lenient[list[Lenient[str]]] = None


class _Publisher(Record):
    publisher: Lenient[str] = None


class _Relation(Record):
    """Another version of the work: `{"type": "Preprint of", "source": "MED", "id": "41792208"}`."""

    id: Lenient[str] = None
    type: Lenient[str] = None


class _Relations(Record):
    relation: Lenient[list[Lenient[_Relation]]] = Field(None, alias="commentCorrection")


class _Result(Record):
    source: Lenient[str] = None
    doi: str
    title: Lenient[str] = None
    author_list: Lenient[_AuthorList] = Field(None, alias="authorList")
    #: "Liu Q, Yu N, Cheng J."
    author_string: Lenient[str] = Field(None, alias="authorString")
    abstract: Lenient[str] = Field(None, alias="abstractText")
    keyword_list: Lenient[_Keywords] = Field(None, alias="keywordList")
    license: Lenient[str] = None
    first_published: Lenient[date] = Field(None, alias="firstPublicationDate")
    book: Lenient[_Publisher] = Field(None, alias="bookOrReportDetails")
    relations: Lenient[_Relations] = Field(None, alias="commentCorrectionList")


def read_result(raw: object, now: datetime, dois: Mapping[str, str] = MappingProxyType({})) -> ParsedPaper:
    """Parse a search result. Raise `Unusable` for a withdrawn paper and for one without a DOI.

    `dois` are those of all results by their ids, so that a preprint knows the journal's DOI if both were found.
    """
    result = read(_Result, raw)
    title = jats_text.title(result.title or "")
    if title.casefold().startswith(_WITHDRAWN):
        raise Unusable("it was withdrawn")
    id = fields.key(result.doi)
    quotable = is_open(result.license or "")
    keywords = result.keyword_list.keyword if quotable and result.keyword_list else None
    published = datetime.combine(result.first_published, time(), UTC) if result.first_published else None
    return ParsedPaper(
        paper=Paper(
            id=id,
            server=_server(result, id),
            aliases=fields.aliases(id, *(dois.get(article) for article in _articles(result))),
            title=fields.title(title),
            abstract=jats_text.prose(result.abstract or "") if quotable else "",
            authors=fields.names(_authors(result)),
            keywords=fields.keywords(word for word in keywords or () if word),
            published_at=fields.published(published, now),
        )
    )


def dois_by_id(results: Iterable[object]) -> dict[str, str]:
    """Return the DOIs of results by the ids that relations name."""
    found: dict[str, str] = {}
    for result in results:
        match result:
            case {"id": str(id), "doi": str(doi)}:
                found[id] = doi
    return found


def result_label(raw: object, number: int) -> str:
    """Return a label for an unusable result: its DOI, its id or its position."""
    match raw:
        case {"doi": str(name)} | {"id": str(name)} if name:
            return name[:80]
        case _:
            return f"result {number}"


def _articles(result: _Result) -> Iterator[str]:
    """Yield the ids of the journal articles of a preprint."""
    for each in (result.relations.relation if result.relations else None) or ():
        if each and each.id and (each.type or "").casefold() == _PREPRINT_OF:
            yield each.id


def _server(result: _Result, id: str) -> str:
    """Return the server of a preprint, "" for one whose page there could not be derived from its DOI."""
    publisher = result.book.publisher if result.book and result.source == PREPRINTS else None
    server = _SERVERS.get((publisher or "").casefold(), "")
    return server if server == ARXIV or id.startswith(OPENRXIV_DOIS) else ""


def _authors(result: _Result) -> Iterator[str]:
    listed = result.author_list.author if result.author_list else None
    if listed:
        yield from (each.display_name for each in listed if each)
    else:
        yield from (result.author_string or "").rstrip(". ").split(",")
