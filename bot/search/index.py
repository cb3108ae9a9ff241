"""The index in its directory: derived data, made anew whenever it cannot be used. Everything here blocks."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import tantivy

from bot.domain.papers import Paper
from bot.domain.private_files import make_directory, tighten_all
from bot.query import Order, Query
from bot.search.analyzer import analyzers
from bot.search.concepts import Concept
from bot.search.expansion import ExpandedQuery, expand
from bot.search.lexicon import Lexicon
from bot.search.normalization import normalized
from bot.search.query_builder import QueryBuilder
from bot.search.schema import VERSION, schema
from bot.search.writing import WriteSession

#: memory for papers that are not yet written, in bytes; the engine's least is 15 MB for each thread
_HEAP = 64_000_000
#: words of titles that a misspelled one is held against
_SPELLED = 20_000
T = TypeVar("T")

#: the field that an order goes by
_ORDERED_BY = {Order.NEW: "day", Order.VOTES: "votes"}
_LEXICON = "lexicon.json"
_CURSOR = "cursor"


class Damaged(Exception):
    """The files of the index are not what the engine wrote."""


class Busy(Exception):
    """Another process is writing the index; what it writes can be read."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that answers."""

    id: str
    #: comparable within one answer only
    score: float


def whole(work: Callable[[], T]) -> T:
    """Do something with the engine. Raises `Damaged` where it panics, which it does over bytes that it never wrote."""
    try:
        return work()
    except BaseException as error:
        # what a panic becomes has no name that could be imported, and is no `Exception`
        if type(error).__name__ != "PanicException":
            raise
        raise Damaged(str(error)) from error


class Index:
    """What is known of the stored papers' words. Only one process at a time can write it; any number can read."""

    def __init__(self, directory: Path) -> None:
        """Open the index in the directory, or begin one. Raises `OSError` or `ValueError` where none can be."""
        self.directory = directory / f"search-{VERSION}"
        try:
            whole(self._open)
        except (OSError, ValueError, Damaged):
            self.clear()

    def clear(self) -> None:
        """Forget everything, whatever the directory holds. Raises `OSError` or `ValueError` where that cannot be."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self._open()

    def _open(self) -> None:
        make_directory(self.directory)
        if not os.access(self.directory, os.W_OK):
            raise PermissionError(errno.EACCES, "no index can be written here", str(self.directory))
        self._index = tantivy.Index(schema(), str(self.directory))
        tighten_all(self.directory)
        made = analyzers()
        for name, analyzer in made.items():
            self._index.register_tokenizer(name, analyzer)
        self._stems = made["stems"]
        self._asking = QueryBuilder(self._index.schema)
        self.lexicon, self._lexicon_of = Lexicon(), (0, 0)
        self.refresh()

    def _read_lexicon(self) -> None:
        """Take over what another process has learned."""
        try:
            seen = (self.directory / _LEXICON).stat()
            if (seen.st_mtime_ns, seen.st_size) != self._lexicon_of:
                self.lexicon = Lexicon.load((self.directory / _LEXICON).read_text())
                self._lexicon_of = seen.st_mtime_ns, seen.st_size
        except FileNotFoundError:
            self.lexicon = Lexicon()

    def usable(self) -> bool:
        """Whether its files are still there, whoever else may have been at them."""
        try:
            return tantivy.Index.exists(str(self.directory)) and tantivy.Index.open(str(self.directory)) is not None
        except (OSError, ValueError):
            return False

    def refresh(self) -> None:
        """See what has been written since, by this process or another."""
        self._read_lexicon()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._often: dict[str, int] = {}

    @property
    def cursor(self) -> str:
        """How far the store has been followed, as it was given to `write`; empty for an empty index."""
        try:
            return (self.directory / _CURSOR).read_text() if self.papers() else ""
        except OSError:
            return ""

    def write(self, told: Iterable[tuple[Paper, int]], cursor: str) -> int:
        """Take in papers, each with its votes, in the place of what was known of them. Says how many there were.

        Raises `Busy` while another process is writing the index, `OSError` or `ValueError` where it cannot be written.
        """
        with self.writing() as session:
            taken = session.add(told)
            session.commit(cursor)
        return taken

    def writing(self) -> WriteSession:
        """Begin to write; to be closed. Raise `Busy` while another process is writing the index."""
        try:
            writer = self._index.writer(_HEAP, 1)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise Busy from error
            raise
        # what a session learned that was never committed is forgotten too
        self._lexicon_of = (0, 0)
        self._read_lexicon()
        return WriteSession(writer, self.lexicon, self._published, empty=not self.papers())

    def _published(self, cursor: str) -> None:
        """Write down what belongs to a commit, and see it."""
        _replace(self.directory / _LEXICON, self.lexicon.dump())
        _replace(self.directory / _CURSOR, cursor)
        seen = (self.directory / _LEXICON).stat()
        # the session goes on with the lexicon that it has
        self._lexicon_of = seen.st_mtime_ns, seen.st_size
        self.refresh()

    def ids(self) -> set[str]:
        """The ids of all papers in it."""
        return {paper_id for paper_id, _ in self._searcher.terms_with_prefix("id", "")}

    # what it knows of words

    def stems(self, text: str) -> list[str]:
        """The stems of a folded text."""
        return self._stems.analyze(text)

    def papers(self) -> int:
        """How many papers there are."""
        return self._searcher.num_docs

    def frequency(self, stem: str) -> int:
        """How many of them have the stem."""
        if stem not in self._often:
            self._often[stem] = self._searcher.doc_freq("body", stem)
        return self._often[stem]

    def spelled(self, prefix: str) -> Sequence[tuple[str, int]]:
        """Words of titles that begin so, each with the number of its titles."""
        return self._searcher.terms_with_prefix("spelled", prefix, limit=_SPELLED)

    # what it answers

    def wanted(self, query: Query) -> ExpandedQuery:
        """What is looked up for the words and phrases of a query."""
        return expand(query, self, self.lexicon)

    def best(self, query: Query, stems: Mapping[str, float], limit: int) -> list[Hit]:
        """Papers with any of the stems that pass the query's filters, best first."""
        if not stems:
            return []
        return self._hits(self._asking.ranked(stems, query.guesses, self._asking.filters(query)), limit)

    def about(self, query: Query, concepts: Sequence[Concept], limit: int, order: Order = Order.RELEVANCE) -> list[Hit]:
        """Return papers that mention each of the concepts and pass the query's filters, in an order."""
        found = self._asking.about(concepts, query.either, self._asking.filters(query))
        return self._hits(found, limit, _ORDERED_BY.get(order))

    def sorted(self, query: Query, asked: ExpandedQuery, least: int, order: Order, limit: int) -> list[Hit]:
        """Papers with so many of the words that pass the query's filters: newest first, or most votes first."""
        found = self._asking.matching(asked.each, least, self._asking.filters(query))
        return self._hits(found, limit, _ORDERED_BY[order])

    def count(self, query: Query, asked: ExpandedQuery, least: int) -> int:
        """How many papers have so many of the words and pass the query's filters."""
        found = self._asking.matching(asked.each, least, self._asking.filters(query))
        counted = self._searcher.aggregate(found, {"papers": {"value_count": {"field": "day"}}})
        return int(counted["papers"]["value"])

    def text_stems(self, paper: Paper) -> list[str]:
        """The stems of what a paper says of itself."""
        return self._stems.analyze(normalized(f"{paper.title} {paper.abstract}"))

    def _hits(self, query: tantivy.Query, limit: int, field: str | None = None) -> list[Hit]:
        # counting all papers that match would keep the engine from skipping those that cannot be among the best
        found = self._searcher.search(query, limit, count=False, order_by_field=field)
        return [Hit(self._searcher.doc(place)["id"][0], float(score)) for score, place in found.hits]


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is there whole or as it was."""
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.replace(path)
