"""Logs: one escaped line per entry, lower-case words, ids as fields, nothing personal."""

import logging
import re
import sys
from typing import Any, Final

import structlog

# without local variables: they would be whole payloads
_TRACEBACKS: Final = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
_SECRET: Final = re.compile(r"[\w-]{40,}")


def configure(*, as_json: bool) -> None:
    """Write to standard error, as JSON lines or readable; libraries speak from warning upwards."""
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(tracebacks)
        if as_json
        else structlog.processors.ExceptionPrettyPrinter(sys.stderr, readable),
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


def tracebacks(exc_info: structlog.typing.ExcInfo) -> list[dict[str, Any]]:
    """What was raised and where; of each message its first line only.

    In their further lines databases and validators quote the values they refuse.
    """
    stacks = _TRACEBACKS(exc_info)
    for stack in stacks:
        stack["exc_value"] = stack["exc_value"].partition("\n")[0]
    return stacks


def readable(exc_info: structlog.typing.ExcInfo) -> str:
    """The same as lines for people, the cause first."""
    lines = []
    for stack in reversed(tracebacks(exc_info)):
        frames = stack["frames"]
        lines += [f"  {each['filename']}:{each['lineno']} {each['name']}" for each in frames]
        lines.append(f"{stack['exc_type']}: {stack['exc_value']}")
    return "\n".join(lines)


def without_secrets(path: str) -> str:
    """A path as a log may hold it: who reads the log must not be able to follow its links."""
    return _SECRET.sub("…", path)


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
