"""How a running instance is: every service asked at once, one that is silent is down."""

import json
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import urlopen

from deploy.local.instance import Running

HEAD: Final = ("Service", "Version", "Health", "Database", "Lag", "Relay", "Parked")
TIMEOUT_SECONDS: Final = 5
UNKNOWN: Final = "–"
CONNECT_SECONDS: Final = 2
POSTGRES_PORT: Final = 5432
AWAY: Final = (
    "nothing is lost, all goes on when it is back; one of Talka's own is started again by itself. "
    "If it stays away: talka down, then talka up"
)


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
    kafka_away_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """Kafka or PostgreSQL: whether it answers; `since` is when a service first missed it."""

    name: str
    address: str
    is_there: bool
    since: datetime | None = None

    @property
    def line(self) -> str:
        """One line, with what to do about a server that is away."""
        if self.is_there:
            return f"{self.name} at {self.address}: reachable"
        since = f" since {self.since.astimezone():%H:%M}" if self.since else ""
        return f"{self.name} at {self.address}: away{since}  → {AWAY}"


def of(running: Running) -> list[Entry]:
    """The services of an instance, in its order."""
    with ThreadPoolExecutor(max(len(running.services), 1)) as pool:
        return list(pool.map(lambda service: _ask(running.address, service), running.services))


def servers_of(running: Running, entries: Sequence[Entry]) -> list[Server]:
    """Kafka and PostgreSQL of an instance: asked from here, and what the services say of them."""
    missed = [entry.kafka_away_since for entry in entries if entry.kafka_away_since]
    postgres = urlsplit(running.postgres)
    at = f"{postgres.hostname or 'localhost'}:{postgres.port or POSTGRES_PORT}"
    has_database = all(entry.database != "down" for entry in entries)
    kafkas = running.kafka.split(",")
    return [
        Server(
            "Kafka",
            running.kafka,
            is_there=not missed and any(map(_listens, kafkas)),
            since=min(missed, default=None),
        ),
        Server("PostgreSQL", at, is_there=has_database and _listens(at)),
    ]


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


def as_json(running: Running, entries: Sequence[Entry], servers: Sequence[Server]) -> str:
    """The whole report as one document."""
    document = {
        "address": running.address,
        "ready": running.ready,
        "pid": running.pid,
        "kafka": running.kafka,
        "servers": [asdict(server) for server in servers],
        "services": [asdict(entry) for entry in entries],
    }
    return json.dumps(document, indent=2, default=datetime.isoformat)


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


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
        kafka_away_since=_missed_since(said["parts"]),
    )


def _missed_since(parts: Sequence[dict[str, Any]]) -> datetime | None:
    """Since when a service cannot read from Kafka, or send to it."""
    since = [
        datetime.fromisoformat(part["since"])
        for part in parts
        if part["name"] in ("relay", "consumer") and part["since"]
    ]
    return min(since, default=None)
