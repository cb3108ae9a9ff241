"""One form for every log line, ours and the libraries': pretty on a terminal, JSON elsewhere, never a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import TextIO

import structlog
from structlog.typing import Processor

#: what stands where a secret was
MASK = "***"
#: libraries that tell at INFO what our own lines tell better, or that put addresses with tokens into their lines
_CHATTY = ("httpx", "httpcore", "apscheduler", "alembic", "discord", "telegram", "aiosqlite", "stamina")


class _Masking(logging.Formatter):
    """Formats with another formatter and blanks every secret in the finished line, tracebacks included."""

    def __init__(self, inner: logging.Formatter, secrets: Sequence[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = tuple(filter(None, secrets))

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return line


def configure(level: str, form: str, secrets: Sequence[str] = (), stream: TextIO = sys.stderr) -> None:
    """Send every line at `level` and above to `stream`, as "pretty" text or as "json"; "auto" looks at the stream."""
    pretty = form == "pretty" or (form == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Masking(_formatter(pretty, shared), secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _formatter(pretty: bool, shared: list[Processor]) -> logging.Formatter:
    if pretty:
        ending: list[Processor] = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    else:
        ending = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
    )
