"""What ours is held against: one field and every word of the query, by tantivy and by SQLite."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import tantivy

from tests.benchmarks.labelled import Labelled

DEEP = 100
#: as both engines cut; nothing of ours helps them, and nothing hinders them
_WORD = re.compile(r"[^\W_]+")


class Bm25:
    """tantivy with English stems, one field, any word."""

    name = "bm25"

    def __init__(self, labelled: Labelled, directory: Path, limit: int = DEEP) -> None:
        self._limit = limit
        directory.mkdir()
        builder = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
        self._index = tantivy.Index(builder.add_text_field("text", tokenizer_name="en_stem").build(), str(directory))
        writer = self._index.writer(64_000_000, 1)
        for paper in labelled.papers:
            writer.add_document(tantivy.Document(id=paper.id, text=f"{paper.title} {paper.abstract}"))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    async def rank(self, text: str) -> Sequence[str]:
        """The first papers."""
        return self.find(text)

    def find(self, text: str) -> Sequence[str]:
        """The first papers, and this thread waits for them."""
        # a word once, and none of the parser's operators
        words = " ".join(dict.fromkeys(_WORD.findall(text.lower())))
        found = self._searcher.search(self._index.parse_query(words, ["text"]), self._limit, count=False)
        return [self._searcher.doc(place)["id"][0] for _, place in found.hits]


class Fts5:
    """SQLite's full-text search with the Porter stemmer, one field, any word."""

    name = "fts5"

    def __init__(self, labelled: Labelled, limit: int = DEEP) -> None:
        self._limit = limit
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE papers USING fts5(id UNINDEXED, text, tokenize='porter unicode61')"
        )
        rows = ((paper.id, f"{paper.title} {paper.abstract}") for paper in labelled.papers)
        self._database.executemany("INSERT INTO papers VALUES (?, ?)", rows)

    async def rank(self, text: str) -> Sequence[str]:
        """The first papers."""
        return self.find(text)

    def find(self, text: str) -> Sequence[str]:
        """The first papers, and this thread waits for them."""
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORD.findall(text.lower())))
        query = "SELECT id FROM papers WHERE papers MATCH ? ORDER BY bm25(papers) LIMIT ?"
        return [row[0] for row in self._database.execute(query, (words, self._limit))]
