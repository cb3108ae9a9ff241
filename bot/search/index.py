"""Full-text index (tantivy) in a directory. Derived data: rebuilt if it cannot be used. Everything here blocks."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import tantivy

from bot.domain.papers import Paper
from bot.domain.private_files import make_directory, tighten_all
from bot.query import Order, Query
from bot.search.analyzer import analyzers, stems
from bot.search.concepts import Concept
from bot.search.expansion import ExpandedQuery, expand
from bot.search.feedback import StemWeights
from bot.search.forward import ForwardIndex, ForwardWriter, id_of, passages_of
from bot.search.lexicon import Lexicon
from bot.search.names import wanted_keys
from bot.search.passages import Passages
from bot.search.query_builder import QueryBuilder
from bot.search.schema import RECORD, VERSION, schema, title_key
from bot.search.writing import WriteSession

#: writer memory in bytes; tantivy needs at least 15 MB per thread
_HEAP = 64_000_000
#: papers with the same title that are found
_SAME_TITLE = 20
#: title words considered as spelling corrections
_SPELLED = 20_000
T = TypeVar("T")

#: sort field for each order
_ORDERED_BY = {Order.NEW: "day", Order.VOTES: "votes"}
_LEXICON = "lexicon.json"
_CURSOR = "cursor"
_FORWARD = "forward"


class Damaged(Exception):
    """The files of the index are corrupted."""


class Busy(Exception):
    """Another process holds the writer lock; the index can still be read."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that matches."""

    id: str
    #: comparable only within one result list
    score: float
    #: ordinal of its day, 0 if unknown, and its votes
    day: int = 0
    votes: int = 0
    #: its record in the forward index; empty for a paper that does not come from the index
    record: bytes = field(default=b"", repr=False, compare=False)

    @property
    def passages(self) -> Passages:
        """Return the packed text of the paper, as it was when it was added to the index."""
        return passages_of(self.record)

    def scored(self, score: float) -> Hit:
        """Return the paper with another score."""
        return Hit(self.id, score, self.day, self.votes, self.record)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A state of the index that does not change while it is searched."""

    searcher: tantivy.Searcher
    forward: ForwardIndex


class RunInThread(Protocol):
    """Runs a blocking function of the index in a thread."""

    async def __call__(self, work: Callable[[], T]) -> T: ...


def checked(work: Callable[[], T]) -> T:
    """Call `work` and return its result. Raise `Damaged` if the engine panics, as it does on corrupted files."""
    try:
        return work()
    except BaseException as error:
        # the class of a panic cannot be imported and is not a subclass of `Exception`
        if type(error).__name__ != "PanicException":
            raise
        raise Damaged(str(error)) from error


class Index:
    """Index of the stored papers. One process at a time can write it; any number can read it."""

    def __init__(self, directory: Path) -> None:
        """Open or create the index in `directory`. Raise `OSError` or `ValueError` if that is impossible."""
        self.directory = directory / f"search-{VERSION}"
        try:
            checked(self._open)
        except (OSError, ValueError, Damaged):
            self.clear()

    def clear(self) -> None:
        """Delete the index and create an empty one. Raise `OSError` or `ValueError` if that is impossible."""
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
        self._builder = QueryBuilder(self._index.schema)
        self.lexicon, self._lexicon_of = Lexicon(), (0, 0)
        self.refresh()

    def _read_lexicon(self) -> None:
        """Reload the lexicon if another process has written it."""
        try:
            seen = (self.directory / _LEXICON).stat()
            if (seen.st_mtime_ns, seen.st_size) != self._lexicon_of:
                self.lexicon = Lexicon.load((self.directory / _LEXICON).read_text())
                self._lexicon_of = seen.st_mtime_ns, seen.st_size
        except FileNotFoundError:
            self.lexicon = Lexicon()

    def usable(self) -> bool:
        """Return whether the files of the index exist and can be opened."""
        try:
            if not (self.directory / _FORWARD).is_file():
                return False
            return tantivy.Index.exists(str(self.directory)) and tantivy.Index.open(str(self.directory)) is not None
        except (OSError, ValueError):
            return False

    def refresh(self) -> None:
        """Reload what this or another process has written."""
        self._read_lexicon()
        self._index.reload()
        self._snapshot = _Snapshot(self._index.searcher(), self._forward())
        self._often: dict[str, int] = {}
        #: weights for relevance feedback
        self.stem_weights = StemWeights(self.frequency, self.papers())

    def _forward(self) -> ForwardIndex:
        """Return the forward index with all committed records. Raise `OSError` if it was deleted."""
        path = self.directory / _FORWARD
        if self._index.searcher().num_docs and not path.is_file():
            raise FileNotFoundError(errno.ENOENT, "the forward index is missing", str(path))
        return ForwardIndex(path)

    @property
    def _searcher(self) -> tantivy.Searcher:
        return self._snapshot.searcher

    @property
    def cursor(self) -> str:
        """Position in the store up to which the index is current, as passed to `write`; empty for an empty index."""
        try:
            return (self.directory / _CURSOR).read_text() if self.papers() else ""
        except OSError:
            return ""

    def write(self, told: Iterable[tuple[Paper, int]], cursor: str) -> int:
        """Add papers with their votes, replacing their earlier versions, and save the cursor. Return the number of
        papers.

        Raise `Busy` while another process is writing the index, `OSError` or `ValueError` if it cannot be written.
        """
        with self.writing() as session:
            taken = session.add(told)
            session.commit(cursor)
        return taken

    def writing(self) -> WriteSession:
        """Open a write session, which must be closed. Raise `Busy` while another process is writing the index."""
        try:
            writer = self._index.writer(_HEAP, 1)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise Busy from error
            raise
        # also drops what a session learned without committing it
        self._lexicon_of = (0, 0)
        self._read_lexicon()
        forward = ForwardWriter(self.directory / _FORWARD)
        return WriteSession(writer, forward, self.lexicon, self._published, self._position, empty=not self.papers())

    def _position(self, paper_id: str, record: bytes) -> int | None:
        """Return the position of a paper's record; None if there is none or it is another one."""
        snapshot = self._snapshot
        found = snapshot.searcher.search(self._builder.among([paper_id], None), 1, count=False).hits
        positions = snapshot.searcher.fast_field_values(RECORD, [place for _, place in found])
        known = (int(position) for position in positions if position is not None)
        return next((position for position in known if snapshot.forward.record(position) == record), None)

    def _published(self, cursor: str) -> None:
        """Write the files that belong to a commit, and reload the index."""
        _replace(self.directory / _LEXICON, self.lexicon.dump())
        _replace(self.directory / _CURSOR, cursor)
        tighten_all(self.directory)
        seen = (self.directory / _LEXICON).stat()
        # the session continues with its own lexicon
        self._lexicon_of = seen.st_mtime_ns, seen.st_size
        self.refresh()

    def ids(self) -> set[str]:
        """Return the ids of all papers in the index."""
        return {paper_id for paper_id, _ in self._searcher.terms_with_prefix("id", "")}

    # vocabulary

    def stems(self, text: str) -> list[str]:
        """Return the stems of a text."""
        return stems(text)

    def papers(self) -> int:
        """Return the number of papers."""
        return self._searcher.num_docs

    def frequency(self, stem: str) -> int:
        """Return the number of papers that contain the stem; cached until the next refresh."""
        if stem not in self._often:
            self._often[stem] = self._searcher.doc_freq("body", stem)
        return self._often[stem]

    def spelled(self, prefix: str) -> Sequence[tuple[str, int]]:
        """Return the title words with this prefix, each with the number of titles that contain it."""
        return self._searcher.terms_with_prefix("spelled", prefix, limit=_SPELLED)

    # search

    def expanded(self, query: Query) -> ExpandedQuery:
        """Return the expanded query: the stems to look up for its words and phrases."""
        return expand(query, self, self.lexicon)

    def best(self, query: Query, stems: Mapping[str, float], limit: int) -> list[Hit]:
        """Return papers that contain any of the stems and pass the query's filters, best first."""
        if not stems:
            return []
        return self._hits(self._builder.ranked(stems, query.guesses, self._builder.filters(query)), limit)

    def about(self, query: Query, concepts: Sequence[Concept], limit: int, order: Order = Order.RELEVANCE) -> list[Hit]:
        """Return papers that mention each of the concepts and pass the query's filters, in the given order."""
        found = self._builder.about(concepts, query.either, self._builder.filters(query))
        return self._hits(found, limit, _ORDERED_BY.get(order))

    def sorted(self, query: Query, expanded: ExpandedQuery, least: int, order: Order, limit: int) -> list[Hit]:
        """Return filtered papers with at least `least` of the words, newest or most voted first."""
        found = self._builder.matching(expanded.each, least, self._builder.filters(query))
        return self._hits(found, limit, _ORDERED_BY[order])

    def passing(self, query: Query, paper_ids: Sequence[str]) -> list[Hit]:
        """Return those of some papers that are in the index and pass the query's filters, in any order."""
        if not paper_ids:
            return []
        return self._hits(self._builder.among(paper_ids, self._builder.filters(query)), len(paper_ids))

    def filtered(self, query: Query, limit: int) -> list[Hit] | None:
        """Return the papers that pass the query's filters; None if it has none, or if more than `limit` pass."""
        filters = self._builder.filters(query)
        found = None if filters is None else self._hits(filters, limit + 1)
        return None if found is None or len(found) > limit else found

    def titled(self, text: str) -> frozenset[str]:
        """Return the ids of papers whose title equals a text, apart from stop words and the order of words."""
        key = title_key(text)
        return frozenset(hit.id for hit in self._hits(self._builder.titled(key), _SAME_TITLE)) if key else frozenset()

    def is_author(self, words: Sequence[str]) -> bool:
        """Return whether some words are the name of an author in the index."""
        keys = wanted_keys(" ".join(words))
        return bool(keys) and all(self._searcher.doc_freq("author", key) for key in keys)

    def count(self, query: Query, expanded: ExpandedQuery, least: int) -> int:
        """Return the number of papers with at least `least` of the words that pass the query's filters."""
        found = self._builder.matching(expanded.each, least, self._builder.filters(query))
        counted = self._searcher.aggregate(found, {"papers": {"value_count": {"field": "day"}}})
        return int(counted["papers"]["value"])

    def _hits(self, query: tantivy.Query, limit: int, order_by: str | None = None) -> list[Hit]:
        searcher, forward = self._snapshot.searcher, self._snapshot.forward
        # counting all matches would disable the engine's early termination (block-max WAND)
        found = searcher.search(query, limit, count=False, order_by_field=order_by).hits
        places = [place for _, place in found]
        days, votes, positions = (searcher.fast_field_values(name, places) for name in ("day", "votes", RECORD))
        hits = []
        for (score, _), day, voted, position in zip(found, days, votes, positions, strict=True):
            record = forward.record(-1 if position is None else int(position))
            hits.append(Hit(id_of(record), float(score), int(day or 0), int(voted or 0), record))
        return hits


def _replace(path: Path, text: str) -> None:
    """Replace a file atomically."""
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.replace(path)
