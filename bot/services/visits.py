"""A visit of a source: its results in numbers, and the wait after a failure."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.domain.log import Log
from bot.domain.source_troubles import NO_TROUBLE, SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult

log = Log(__name__)

#: the wait after a failure, doubled with each further one
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Result of collecting one source in one round."""

    source: str
    papers: int = 0
    observations: int = 0
    #: repositories and stories that were read
    signals: int = 0
    rejected: int = 0
    requests: int = 0
    #: why it ended early
    trouble: SourceTrouble = NO_TROUBLE

    def plus(self, harvest: FetchResult) -> Visit:
        """Return the visit with one more fetch result counted."""
        return replace(
            self,
            papers=self.papers + len(harvest.papers),
            observations=self.observations + len(harvest.observations),
            signals=self.signals + len(harvest.repositories) + len(harvest.stories),
            rejected=self.rejected + len(harvest.rejected),
            requests=self.requests + harvest.requests,
        )

    def facts(self) -> dict[str, str | int]:
        """Return the numbers, and the problem as a clause, for logs and output."""
        return {**asdict(self), "trouble": str(self.trouble)}


def retry_at(now: datetime, failures: int) -> datetime:
    """Return when to retry after this many consecutive failures, including the current one."""
    doubled: timedelta = _FIRST_WAIT * (1 << min(failures - 1, 16))
    return now + min(_LONGEST_WAIT, doubled)


def internal_error(source: str) -> SourceTrouble:
    """Log a result that caused an internal error; return the reason for /status."""
    reference = os.urandom(4).hex()
    log.exception("harvest passed over", source=source, reference=reference)
    return SourceTrouble(TroubleCode.INTERNAL, reference)


def log_visit(visit: Visit, took_ms: int) -> None:
    """Log the numbers of a visit."""
    (log.warning if visit.trouble else log.info)("fetched", **visit.facts(), took_ms=took_ms)


def log_rejected(harvest: FetchResult) -> None:
    """Log the items of a result that could not be used."""
    for piece in harvest.rejected:
        log.warning("rejected", source=harvest.source, day=str(harvest.day or ""), what=piece.what, reason=piece.reason)
