"""Follow-ups: what is done to a delivered message afterwards, as rows of the ledger that workers claim."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.papers import DeliveryReason

#: edits of one digest, and the shortest time between two
MOST_EDITS, BETWEEN_EDITS = 3, timedelta(minutes=30)


class FollowUpKind(StrEnum):
    """What is done to the message."""

    #: show new votes in it
    EDIT = "edit"
    #: open a thread for its discussion
    THREAD = "thread"


class FollowUpState(StrEnum):
    """State of a follow-up."""

    PLANNED = "planned"
    #: a worker has it and has not called the platform yet
    CLAIMED = "claimed"
    #: the platform may have done it
    SENDING = "sending"
    DONE = "done"
    #: deliberately not done
    SKIPPED = "skipped"
    #: the platform refuses it, so the message stays as it is
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Something to do to the message of a delivery."""

    id: int
    delivery_id: int
    kind: FollowUpKind
    #: starting at 1
    number: int
    due_at: datetime
    #: not done after this moment
    expires_at: datetime
    state: FollowUpState
    #: not claimable before this moment
    visible_at: datetime
    #: number of claims
    attempts: int = 0
    #: number of attempts that ended with a temporary failure
    failures: int = 0
    #: the worker that has or last had the claim
    owner: str = ""
    reason: DeliveryReason = DeliveryReason.NONE
    #: what the platform said; may be empty
    note: str = ""
    #: the name of the thread, or the encoded `PaperNews` that an edit shows; empty until its first attempt
    content: str = ""
    #: moment of the news
    as_of: datetime | None = None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFollowUp:
    """A follow-up that is planned when its message has been sent."""

    kind: FollowUpKind
    number: int
    due_at: datetime
    expires_at: datetime
    #: as in `FollowUp`
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperNews:
    """What has become of a paper since its digest was sent."""

    paper_id: str
    #: how many places it has gained among the papers of the digest, ranked by the same order; negative if it lost some
    moved: int
    votes: int
    #: votes gained during the last `hours`
    gained: int
    hours: float


def edit_times(sent_at: datetime, day_ends_at: datetime) -> tuple[datetime, ...]:
    """Return when a digest is edited: at most three times, evenly spread over the rest of the day."""
    rest = day_ends_at - sent_at
    count = min(MOST_EDITS, max(0, rest // BETWEEN_EDITS - 1))
    return tuple(sent_at + rest * number / (count + 1) for number in range(1, count + 1))


def encoded(news: Sequence[PaperNews]) -> str:
    """Return news as text for the ledger."""
    return json.dumps([asdict(each) for each in news])


def decoded(text: str) -> tuple[PaperNews, ...]:
    """Return news from the ledger. Raise `ValueError` or `TypeError` if the text is invalid."""
    return tuple(PaperNews(**each) for each in json.loads(text))
