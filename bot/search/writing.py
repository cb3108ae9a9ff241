"""Writing papers into the index, in short slices, so that the thread that answers people is never kept waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.domain.papers import Paper
from bot.search.lexicon import Lexicon
from bot.search.schema import document

if TYPE_CHECKING:
    import tantivy

#: seconds that a thread may compute before it lets go of the interpreter lock, and for how long it does
SLICE, PAUSE = 0.002, 0.001


class TimeSlices:
    """Lets go of the interpreter lock after every slice of computing.

    A thread that only computes gives the lock up every 5 ms at best, and the event loop, which needs it dozens of times
    for one answer, waits so long for it each time.
    """

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._since = clock()

    def begin(self) -> None:
        """Start a slice; the time before counts for nothing."""
        self._since = self._clock()

    def step(self) -> None:
        """Pause, where the slice is over."""
        if self._clock() - self._since >= SLICE:
            self._sleep(PAUSE)
            self.begin()


class WriteSession:
    """Papers on their way into the index. They are found after a commit; what is not committed is forgotten.

    Holds the lock of the index until it is closed. It blocks, and belongs to one thread at a time.
    """

    def __init__(
        self,
        writer: tantivy.IndexWriter,
        lexicon: Lexicon,
        published: Callable[[str], None],
        *,
        empty: bool,
        slices: TimeSlices | None = None,
    ) -> None:
        """`published` is called with the cursor after each commit; `empty` tells that the index holds no paper yet."""
        self._writer = writer
        self._lexicon = lexicon
        self._published = published
        self._slices = slices or TimeSlices()
        #: papers that may have to be replaced: None for any
        self._added: set[str] | None = set() if empty else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, told: Iterable[tuple[Paper, int]]) -> int:
        """Take in papers, each with its votes, in the place of what was known of them; return how many there were."""
        taken = 0
        self._slices.begin()
        for paper, votes in told:
            if self._added is None or paper.id in self._added:
                self._writer.delete_documents_by_term("id", paper.id)
            else:
                self._added.add(paper.id)
            self._writer.add_document(document(paper, votes))
            self._lexicon.learn(f"{paper.title}. {paper.abstract}")
            taken += 1
            self._slices.step()
        return taken

    def commit(self, cursor: str) -> None:
        """Let everything that was added be found. Raise `OSError` or `ValueError` where it cannot be written."""
        self._writer.commit()
        self._published(cursor)

    def close(self) -> None:
        """Let go of the lock."""
        self._writer.wait_merging_threads()
