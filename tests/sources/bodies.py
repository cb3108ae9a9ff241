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
