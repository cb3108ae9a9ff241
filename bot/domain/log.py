"""A logger whose lines are an event and facts, on the standard library's logging."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


FACTS = "facts"


class Log:
    """A logger whose lines are an event and facts: `log.info("fetched", source="arxiv", papers=3)`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **facts: object) -> None:
        """Something was done."""
        self._logger.info(event, extra={FACTS: facts})

    def warning(self, event: str, **facts: object) -> None:
        """Something went wrong that heals itself or that somebody else has to mend."""
        self._logger.warning(event, extra={FACTS: facts})

    def error(self, event: str, **facts: object) -> None:
        """Something could not be done."""
        self._logger.error(event, extra={FACTS: facts})

    def exception(self, event: str, **facts: object) -> None:
        """A fault of ours, with its traceback."""
        self._logger.exception(event, extra={FACTS: facts})
