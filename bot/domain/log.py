"""Structured logging: an event name and key-value facts, on top of the standard library's logging."""

from __future__ import annotations

import logging

FACTS = "facts"


class Log:
    """Structured logger: `log.info("fetched", source="arxiv", papers=3)`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **facts: object) -> None:
        """Log something that was done."""
        self._logger.info(event, extra={FACTS: facts})

    def warning(self, event: str, **facts: object) -> None:
        """Log a problem that resolves itself or that the operator has to fix."""
        self._logger.warning(event, extra={FACTS: facts})

    def error(self, event: str, **facts: object) -> None:
        """Log something that failed."""
        self._logger.error(event, extra={FACTS: facts})

    def exception(self, event: str, **facts: object) -> None:
        """Log an unexpected exception with its traceback."""
        self._logger.exception(event, extra={FACTS: facts})
