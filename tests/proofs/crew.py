"""How the workers of a proof work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.services.delivery.worker_config import WorkerConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A lease in a proof is short, as every kill waits for one to end."""

    #: seconds
    lease: float = 30.0
    #: seconds for one answer of the platform
    timeout: float = 10.0
    #: deliveries in flight where a crash leaves them in doubt, and where the platform drops doubles
    chunk: int = WorkerConfig().chunk
    nonced_chunk: int = WorkerConfig().nonced_chunk
    #: messages a second that all of them allow themselves together; 0 is without limit
    per_second: float = 0
    #: papers in one message
    cards: int = 50
    #: seconds between two ticks
    tick: float = 0.2

    @property
    def config(self) -> WorkerConfig:
        """As the deliverer takes it."""
        return WorkerConfig(
            chunk=self.chunk,
            nonced_chunk=self.nonced_chunk,
            lease=timedelta(seconds=self.lease),
            timeout=timedelta(seconds=self.timeout),
            patience=timedelta(seconds=min(5, (self.lease - self.timeout) / 2)),
        )
