"""Write papers to the index in short time slices, so that the event loop stays responsive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.domain.papers import Paper
from bot.search.forward import ForwardWriter, record_of
from bot.search.lexicon import Lexicon
from bot.search.passages import uncached_passages
from bot.search.schema import document

if TYPE_CHECKING:
    import tantivy

#: seconds of computing before the thread releases the interpreter lock (GIL), and length of the pause
SLICE, PAUSE = 0.002, 0.001


class TimeSlices:
    """Releases the interpreter lock (GIL) after every time slice.

    A computing thread yields the lock every 5 ms at best, and the event loop, which needs it dozens of times per
    reply, would wait that long each time.
    """

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._since = clock()

    def begin(self) -> None:
        """Start a time slice."""
        self._since = self._clock()

    def step(self) -> None:
        """Pause if the time slice is over."""
        if self._clock() - self._since >= SLICE:
            self._sleep(PAUSE)
            self.begin()


class WriteSession:
    """Adds papers to the index. They can be found after a commit; without one they are dropped.

    Holds the writer lock of the index until it is closed. Blocks; to be used by one thread at a time.
    """

    def __init__(
        self,
        writer: tantivy.IndexWriter,
        forward: ForwardWriter,
        lexicon: Lexicon,
        published: Callable[[str], None],
        position: Callable[[str, bytes], int | None],
        *,
        empty: bool,
        slices: TimeSlices | None = None,
    ) -> None:
        """`published` is called with the cursor after each commit; `empty` means that the index has no papers yet.

        `position` returns where a paper's record was written before, None if it has changed.
        """
        self._writer = writer
        self._forward = forward
        self._position = position
        self._lexicon = lexicon
        self._published = published
        self._slices = slices or TimeSlices()
        #: ids that may have to be replaced; None for any
        self._added: set[str] | None = set() if empty else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, told: Iterable[tuple[Paper, int]]) -> int:
        """Add papers with their votes, replacing their earlier versions. Return the number of papers."""
        taken = 0
        self._slices.begin()
        for paper, votes in told:
            # an alias can be the id under which the paper was added before
            for id in (paper.id, *paper.aliases):
                if self._added is None or id in self._added:
                    self._writer.delete_documents_by_term("id", id)
            if self._added is not None:
                self._added.add(paper.id)
            text = uncached_passages(paper)
            self._writer.add_document(document(paper, votes, text, self._recorded(record_of(paper.id, text), paper.id)))
            self._lexicon.learn(f"{paper.title}. {paper.abstract}")
            taken += 1
            self._slices.step()
        return taken

    def _recorded(self, record: bytes, paper_id: str) -> int:
        """Return the position of a record, which is only written if it has changed, as votes change far more often."""
        known = self._position(paper_id, record) if self._added is None else None
        return self._forward.append(record) if known is None else known

    def remove(self, paper_ids: Iterable[str]) -> None:
        """Remove papers."""
        for paper_id in paper_ids:
            self._writer.delete_documents_by_term("id", paper_id)

    def commit(self, cursor: str) -> None:
        """Commit everything added. Raise `OSError` or `ValueError` if it cannot be written."""
        # first, so that no paper in the index lacks its record
        self._forward.flush()
        self._writer.commit()
        self._published(cursor)

    def close(self) -> None:
        """Release the writer lock."""
        self._writer.wait_merging_threads()
