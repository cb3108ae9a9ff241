"""Worker settings: batch sizes, lease, timeouts and retention."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.deliveries import Delivery
from bot.services.delivery.retry_policy import OnUncertain
from bot.services.paper_signals import ALL_SIGNALS, ScoredSignals


class Notify(StrEnum):
    """Who is told that a subscription was paused or runs again."""

    #: whoever subscribed
    SUBSCRIBER = "subscriber"
    #: the administrators of the server or chat
    ADMINS = "admins"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """Limits and timeouts of a worker. The defaults suit every platform; tests use shorter ones."""

    #: batch size: deliveries in flight at once, and the most that are uncertain after a crash
    chunk: int = 5
    #: batch size on a platform that drops duplicates by nonce, where a crash leaves nothing uncertain
    nonced_chunk: int = 100
    #: how long a claim is valid
    lease: timedelta = timedelta(seconds=90)
    #: timeout of one message
    timeout: timedelta = timedelta(seconds=25)
    #: longest wait for the rate limiter with a claim; a longer one releases the claim
    patience: timedelta = timedelta(seconds=5)
    #: how late a digest may be; a later one is skipped
    grace: timedelta = timedelta(hours=6)
    #: how long finished rows stay in the ledger
    retention: timedelta = timedelta(days=90)
    #: what happens if a platform without nonces did not confirm a digest
    on_uncertain: OnUncertain = OnUncertain.ASK
    #: who is told that a subscription was paused or runs again
    notify: Notify = Notify.SUBSCRIBER
    #: whether digests show pictures of papers, unless a subscription says otherwise
    thumbnails: bool = True
    #: what orders papers without votes besides the query
    scored: ScoredSignals = ALL_SIGNALS

    def for_answers_within(self, timeout: timedelta) -> WorkerConfig:
        """Return the settings for a platform with a longer timeout, with the lease extended by it."""
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
        """Return the time until which a delivery is tried."""
        return delivery.expires_at or delivery.due_at + self.grace
