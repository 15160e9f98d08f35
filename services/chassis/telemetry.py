"""What a process tells about itself: metrics, and the trace an act belongs to.

Labels hold names of parts and event types, never ids of people or clusters.
"""

import re
import secrets
from contextvars import ContextVar
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

HANDLED: Final = Counter("talka_events_handled", "Events applied", ["consumer", "type"])
SKIPPED: Final = Counter("talka_events_skipped", "Events nobody here handles", ["consumer"])
REPEATED: Final = Counter("talka_events_repeated", "Events seen before", ["consumer"])
PARKED: Final = Counter("talka_events_parked", "Records set aside", ["consumer", "kind"])
JUMPS: Final = Counter("talka_position_jumps", "Records missing between positions", ["consumer"])
BATCH_SECONDS: Final = Histogram(
    "talka_batch_seconds",
    "Time to apply one batch",
    ["consumer"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
SENT: Final = Counter("talka_relay_sent", "Events acknowledged by Kafka", ["service"])
REFUSED: Final = Counter("talka_relay_refused", "Events Kafka refuses for good", ["service"])
TIMER_REFUSED: Final = Counter("talka_timer_refused", "Due acts that were refused", ["timer"])
RELAY_FAILING: Final = Gauge("talka_relay_failing", "1 while nothing can be sent", ["service"])
RELAY_ROUND_SECONDS: Final = Histogram("talka_relay_round_seconds", "Relay rounds", ["service"])

_trace: ContextVar[str | None] = ContextVar("trace", default=None)
_TRACEPARENT: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def start_trace(given: str | None = None) -> str:
    """Continue the W3C trace of a caller, or begin one; gives the `traceparent` of this act."""
    if given is None or not _TRACEPARENT.fullmatch(given):
        given = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    _trace.set(given)
    return given


def trace() -> str | None:
    """The `traceparent` of the act under way, if it belongs to one."""
    return _trace.get()


def trace_id() -> str:
    """The 32 digits that an error page shows and the logs carry."""
    return (_trace.get() or start_trace()).split("-")[1]
