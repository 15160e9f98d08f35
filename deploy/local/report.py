"""How a running instance is: every service asked at once, one that is silent is down."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Final
from urllib.request import urlopen

from deploy.local.instance import Running

HEAD: Final = ("Service", "Version", "Health", "Database", "Lag", "Relay", "Parked")
TIMEOUT_SECONDS: Final = 5
UNKNOWN: Final = "–"


@dataclass(frozen=True, slots=True)
class Entry:
    """One service: words as `status.json` has them; None is unknown, never zero."""

    service: str
    health: str
    version: str | None = None
    database: str | None = None
    lag_events: int | None = None
    relay_age_seconds: float | None = None
    parked: int | None = None


def of(running: Running) -> list[Entry]:
    """The services of an instance, in its order."""
    with ThreadPoolExecutor(max(len(running.services), 1)) as pool:
        return list(pool.map(lambda service: _ask(running.address, service), running.services))


def row(entry: Entry) -> Sequence[str]:
    """An entry as the cells of `HEAD`, with what to type about parked records."""
    hint = f"  → talka parked list --service {entry.service}" if entry.parked else ""
    relay = UNKNOWN if entry.relay_age_seconds is None else f"{entry.relay_age_seconds:.1f} s"
    return (
        entry.service,
        entry.version or UNKNOWN,
        entry.health,
        entry.database or UNKNOWN,
        UNKNOWN if entry.lag_events is None else f"{entry.lag_events:,}",
        relay,
        (UNKNOWN if entry.parked is None else f"{entry.parked:,}") + hint,
    )


def as_json(running: Running, entries: Sequence[Entry]) -> str:
    """The whole report as one document."""
    document = {
        "address": running.address,
        "ready": running.ready,
        "pid": running.pid,
        "kafka": running.kafka,
        "services": [asdict(entry) for entry in entries],
    }
    return json.dumps(document, indent=2)


def _ask(address: str, service: str) -> Entry:
    try:
        with urlopen(f"{address}/{service}/status.json", timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            said = json.load(answer)
    except (OSError, ValueError):
        return Entry(service, "down")
    parts = {part["name"]: part["health"] for part in said["parts"]}
    return Entry(
        service=service,
        health=said["health"],
        version=said["versions"].get("talka"),
        database=parts.get("database"),
        lag_events=said["lag_events"],
        relay_age_seconds=said["relay_age_seconds"],
        parked=said["parked"],
    )
