"""Import archives of past lists and votes into the store.

Papers are JSON lines: one object each, with `id`, `title`, `observed_at` and any of `list_dates`, `summary`,
`authors`, `paper_published_at`, `upvotes`, `num_comments`, `github_repo`, `github_stars`, `project_page`,
`organization`, `ai_summary`, `ai_keywords`. Observations are a CSV table with the columns `paper_id`, `observed_at`,
`upvotes`, `num_comments`, `github_stars`. Either file may be compressed with gzip. Both are stored as data from
Hugging Face.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import FetchError
from bot.domain.observations import Observation
from bot.domain.sources import FetchResult, Rejected
from bot.sources.archive_schema import Archived, read_observation, read_paper
from bot.sources.fields import Unusable
from bot.sources.huggingface_schema import NAME
from bot.sources.lines import ArchiveLine, Lines

T = TypeVar("T")

_COLUMNS = ("paper_id", "observed_at", "upvotes")
#: timestamp of a batch without usable items
_NEVER = datetime.min.replace(tzinfo=UTC)


class Archive:
    """Reads one or two files sequentially, in batches that fit into a transaction."""

    def __init__(self, papers: Path, observations: Path | None = None) -> None:
        """Raise `FetchError` if a file is missing."""
        self._papers = Lines(papers)
        self._observations = Lines(observations) if observations else None

    @property
    def total_bytes(self) -> int:
        """Size of both files on disk."""
        return self._papers.total_bytes + (self._observations.total_bytes if self._observations else 0)

    @property
    def read_bytes(self) -> int:
        """Number of bytes read so far; equals `total_bytes` at the end."""
        return self._papers.read_bytes + (self._observations.read_bytes if self._observations else 0)

    def harvests(self, batch: int = 500) -> Iterator[FetchResult]:
        """Yield all papers, then all observations; these may also refer to papers that are only in the store.

        Each result has its oldest timestamp, so that an archive never replaces newer data. Unusable lines are in
        `FetchResult.rejected`. Raise `FetchError` if a file cannot be read at all.
        """
        for parsed, rejected in _batches(self._papers, iter(self._papers), read_paper, batch):
            yield _of_papers(parsed, rejected)
        if self._observations:
            lines = iter(self._observations)
            row = partial(read_observation, _columns(self._observations, lines))
            for seen, rejected in _batches(self._observations, lines, row, batch):
                yield _of_observations(seen, rejected)


def _columns(table: Lines, lines: Iterator[ArchiveLine]) -> Sequence[str]:
    header = next(lines, ArchiveLine("", "")).text.removeprefix("\ufeff").split(",")
    if missing := [column for column in _COLUMNS if column not in header]:
        raise FetchError("archive", f"the first line of the observations has no column {missing[0]!r}")
    return header


def _batches(
    file: Lines, lines: Iterator[ArchiveLine], read: Callable[[str], T], size: int
) -> Iterator[tuple[list[T], list[Rejected]]]:
    while some := list(islice(lines, size)):
        yield _read_all(some, read)
    if file.damaged_at:
        yield [], [Rejected(file.damaged_at, "the file is incomplete or damaged")]


def _read_all(lines: Iterable[ArchiveLine], read: Callable[[str], T]) -> tuple[list[T], list[Rejected]]:
    good, bad = [], []
    for line in lines:
        if not line.utf8:
            bad.append(Rejected(line.place, "is not UTF-8 text"))
            continue
        try:
            good.append(read(line.text))
        except Unusable as error:
            bad.append(Rejected(line.place, str(error)))
    return good, bad


def _of_papers(archived: Sequence[Archived], rejected: Sequence[Rejected]) -> FetchResult:
    parsed = [one.parsed for one in archived]
    return FetchResult(
        source=NAME,
        seen_at=min((one.seen_at for one in archived), default=_NEVER),
        papers=tuple(one.paper for one in parsed),
        listings=tuple(listing for one in parsed for listing in one.listings),
        observations=tuple(observation for one in parsed for observation in one.observations),
        rejected=tuple(rejected),
    )


def _of_observations(seen: Sequence[Observation], rejected: Sequence[Rejected]) -> FetchResult:
    oldest = min((observation.seen_at for observation in seen), default=_NEVER)
    return FetchResult(source=NAME, seen_at=oldest, observations=tuple(seen), rejected=tuple(rejected))
