"""Metrics in Prometheus' text format, at /metrics."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from bot.commands.facade import BotService, Figures
from bot.domain.deliveries import DeliveryState

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """The metrics registry of this process, filled from the application facade."""

    def __init__(self, service: BotService) -> None:
        self._service = service
        self._registry = CollectorRegistry()
        self._lag = self._gauge("due_lag_seconds", "How long the oldest due delivery has waited")
        self._papers = self._gauge("papers", "Stored papers")
        self._deliveries = self._gauge("deliveries", "Deliveries of the last two days", "state")
        self._ages = self._gauge("source_age_seconds", "Time since the last successful fetch from a source", "source")
        self._times = Histogram(
            "paperboy_command_seconds",
            "Duration of answers",
            ["surface", "command"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        service.observe(self._answered)

    async def text(self) -> bytes:
        """Return the current metrics."""
        self._set(await self._service.figures())
        return generate_latest(self._registry)

    def _gauge(self, name: str, description: str, *labels: str) -> Gauge:
        return Gauge(f"paperboy_{name}", description, labels, registry=self._registry)

    def _answered(self, surface: str, command: str, seconds: float) -> None:
        self._times.labels(surface, command or "unknown").observe(seconds)

    def _set(self, figures: Figures) -> None:
        self._lag.set(figures.lag.total_seconds())
        self._papers.set(figures.papers)
        for state in DeliveryState:
            self._deliveries.labels(state).set(figures.deliveries.get(state, 0))
        for source, age in figures.ages.items():
            self._ages.labels(source).set(age.total_seconds())
