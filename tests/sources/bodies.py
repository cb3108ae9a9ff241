"""Hand-made answers of the sources, as small as they can be."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from bot.sources.http import FetchPolicy

#: as polite as a test needs: no pace, no pause between tries
AT_ONCE = FetchPolicy(pause=0, answer_within=5)

Json = dict[str, object]


def author(name: str, **facts: object) -> Json:
    """An author as Hugging Face writes one."""
    return {"_id": "0", "name": name, "hidden": False} | facts


def item(id: object = "2604.00001", *, around: Json | None = None, **paper: object) -> Json:
    """An entry of a daily list in the newest generation; `around` is what stands beside the paper."""
    inner: Json = {
        "id": id,
        "authors": [author("Ada Lovelace"), author("Charles Babbage")],
        "publishedAt": "2026-04-23T00:00:00.000Z",
        "submittedOnDailyAt": "2026-04-24T00:00:00.000Z",
        "title": f"A Made Up Title for {id}",
        "summary": "A made up abstract.",
        "upvotes": 7,
    }
    outer: Json = {"publishedAt": "2026-04-22T20:00:00.000Z", "title": f"A Made Up Title for {id}", "numComments": 2}
    return outer | (around or {}) | {"paper": inner | paper}


def items(count: int, first: int = 1) -> list[Json]:
    """Entries with ids in a row."""
    return [item(f"2604.{number:05}") for number in range(first, first + count)]


def entry(id: str = "http://arxiv.org/abs/2604.00001v2", title: str = "A Made Up Title", **facts: str) -> str:
    """An entry of an Atom feed as arXiv writes one; `facts` replace its elements' texts, or add elements."""
    texts = {
        "id": id,
        "title": title,
        "summary": "A made up abstract.",
        "published": "2026-04-23T17:59:46Z",
        "updated": "2026-04-24T17:59:46Z",
    } | {name.replace("arxiv_", "arxiv:"): text for name, text in facts.items()}
    elements = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items())
    terms = '<category term="cs.LG"/><category term="cs.CL"/><arxiv:primary_category term="cs.CL"/>'
    return f"<entry>{elements}{terms}<author><name>Ada Lovelace</name></author></entry>"


def feed(entries: Sequence[str] = ()) -> bytes:
    """An answer of arXiv."""
    spaces = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    head = "<id>https://arxiv.org/api/x</id><title>arXiv Query</title><updated>2026-04-24T00:00:00Z</updated>"
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<feed {spaces}>{head}{''.join(entries)}</feed>\n".encode()


def preprint(doi: str = "10.64898/2026.04.23.600001", version: int = 1, **facts: object) -> Json:
    """A version of a preprint as the API of bioRxiv writes one."""
    row: Json = {
        "title": f"A Made Up Preprint {doi}",
        "authors": "Lovelace, A.; Babbage, C. J.",
        "author_corresponding": "Ada Lovelace",
        "author_corresponding_institution": "A Made Up Institute",
        "doi": doi,
        "date": "2026-04-23",
        "version": str(version),
        "type": "new results",
        "license": "cc_by",
        "category": "neuroscience",
        "jatsxml": "https://www.biorxiv.org/content/early/2026/04/23/2026.04.23.600001.source.xml",
        "abstract": "A made up abstract.",
        "funder": "NA",
        "published": "NA",
        "server": "bioRxiv",
    }
    return row | facts


def details(*rows: Json, cursor: int = 0, total: object = None, **message: object) -> Json:
    """A page of such rows; `total` is the number of rows of all pages, by default that of these rows."""
    told = str(len(rows) if total is None else total)
    head: Json = {"status": "ok", "category": "all", "cursor": cursor, "count": len(rows), "total": told}
    return {"messages": [head | message], "collection": list(rows)}


#: how the API says that there is nothing
NO_DETAILS: Json = {"messages": [{"status": "no posts found"}], "collection": []}


def article(doi: str = "10.1101/2026.04.01.500001", **facts: object) -> Json:
    """A preprint in a result of Europe PMC."""
    result: Json = {
        "id": "PPR100001",
        "source": "PPR",
        "doi": doi,
        "title": f"A Made Up Preprint {doi}.",
        "authorString": "Lovelace A, Babbage CJ.",
        "authorList": {
            "author": [
                {"fullName": "Lovelace A", "firstName": "Ada", "lastName": "Lovelace", "initials": "A"},
                {"fullName": "Babbage CJ", "initials": "CJ"},
                {"collectiveName": "Engine Consortium"},
            ]
        },
        "bookOrReportDetails": {"publisher": "bioRxiv", "yearOfPublication": 2026},
        "abstractText": "<h4>Background</h4>A made up abstract. <h4>Results</h4>CO<sub>2</sub> rose.",
        "license": "cc by",
        "firstPublicationDate": "2026-04-01",
    }
    return result | facts


def results(*found: Json) -> Json:
    """An answer of Europe PMC."""
    return {"version": "6.9", "hitCount": len(found), "nextCursorMark": "x", "resultList": {"result": list(found)}}
