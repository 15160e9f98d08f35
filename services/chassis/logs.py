"""Logs: one escaped line per entry, lower-case words, ids as fields, nothing personal."""

import logging
import sys
from typing import Final

import structlog

# without local variables: they would be whole payloads
_TRACEBACKS: Final = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def configure(*, as_json: bool) -> None:
    """Write to standard error, as JSON lines or readable; libraries speak from warning upwards."""
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_TRACEBACKS)
        if as_json
        else structlog.processors.ExceptionPrettyPrinter(),
        structlog.processors.JSONRenderer() if as_json else structlog.processors.LogfmtRenderer(),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    for name in ("aiokafka", "faststream", "kafka"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
