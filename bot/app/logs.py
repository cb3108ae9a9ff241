"""Logging configuration: one format for every log line, without secrets."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from bot.domain.log import FACTS
from bot.domain.redaction import Redactor

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

#: packages that log at the configured level. Libraries log from WARNING upwards, because some write URLs with tokens
#: at INFO.
_OWN_PACKAGES = ("bot", "adapters")

#: fields that are not redacted: they contain no text from outside, and programs that read the log rely on them
_OURS = frozenset({"timestamp", "level"})


class _RedactingFormatter(logging.Formatter):
    """Formats with structlog, imported at the first line; secrets in all values are redacted before formatting."""

    def __init__(self, redact: Redactor, *, pretty: bool) -> None:
        super().__init__()
        self._redact = redact
        self._pretty = pretty
        self._inner: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        self._inner = self._inner or _formatter(self._redact, pretty=self._pretty)
        return self._inner.format(record)


def configure(level: str, form: str, secrets: Sequence[str] = (), stream: TextIO = sys.stderr) -> None:
    """Log to `stream` from `level` upwards, as "pretty" text or "json"; "auto" is pretty on a terminal."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _RedactingFormatter(Redactor(secrets), pretty=form == "pretty" or (form == "auto" and stream.isatty()))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    chosen = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(logging.WARNING, chosen))
    for package in _OWN_PACKAGES:
        logging.getLogger(package).setLevel(chosen)


def _formatter(redact: Redactor, *, pretty: bool) -> logging.Formatter:
    import structlog

    def redacted(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Redact secrets in all values, before JSON escapes could hide them."""
        found = event.pop("exc_info", None)
        error = found[1] if isinstance(found, tuple) else found
        if stack := event.pop("stack_info", None):
            event["stack"] = stack
        values: EventDict = {name: value if name in _OURS else redact.value(value) for name, value in event.items()}
        if isinstance(error, BaseException):
            values["exception"] = redact.exception(error)
        return values

    ending: Processor = structlog.processors.JSONRenderer(default=str)
    if pretty:
        ending = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_facts,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redacted, ending],
    )


def _with_facts(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the key-value facts of our own log calls to the event."""
    event.update(getattr(event["_record"], FACTS, {}))
    return event
