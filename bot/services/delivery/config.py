"""How many deliveries a worker has in flight, and how long it may take over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.deliveries import Delivery
from bot.services.delivery.retry_policy import OnUncertain


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """The defaults fit every platform; tests hurry."""

    #: deliveries that are in flight at once; after a crash, at most so many are in doubt
    chunk: int = 5
    #: the same on a platform that drops doubles, where a crash leaves no doubt however many they were; the database is
    #: asked less often
    nonced_chunk: int = 100
    #: how long they are the worker's alone
    lease: timedelta = timedelta(seconds=90)
    #: how long the platform may take over one message
    timeout: timedelta = timedelta(seconds=25)
    #: a longer wait for the platform's limits is not waited for with a claim in hand
    patience: timedelta = timedelta(seconds=5)
    #: an occurrence that was missed by more is skipped
    grace: timedelta = timedelta(hours=6)
    #: rows that are over are kept so long
    kept: timedelta = timedelta(days=90)
    #: what happens where a platform without nonces did not say whether it took a digest
    on_uncertain: OnUncertain = OnUncertain.ASK

    def for_answers_within(self, timeout: timedelta) -> WorkerConfig:
        """Return the pace for a platform that may take so long: the lease lasts until its last answer."""
        if timeout <= self.timeout:
            return self
        return replace(self, timeout=timeout, lease=timeout + self.lease)

    def __post_init__(self) -> None:
        if self.timeout + self.patience >= self.lease:
            raise ValueError(
                f"A lease of {self.lease} is too short for a wait of {self.patience} and an answer after "
                f"{self.timeout}: another worker would take over what is still on its way."
            )

    def deadline(self, delivery: Delivery) -> datetime:
        """Until when a delivery is tried."""
        return delivery.expires_at or delivery.due_at + self.grace
