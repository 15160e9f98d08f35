"""An outlet of the tests: it notes what the relay sent, and takes it or fails as told."""

from collections.abc import Sequence
from typing import Any

from services.chassis.outlet import Outlet


class Journal(Outlet):
    """What reached Kafka, in order; `lose_next_ack` has it fail after the records arrived."""

    def __init__(self) -> None:
        super().__init__("nowhere", client_id="journal")
        self.sent: list[tuple[str, int]] = []
        self.lose_next_ack = False

    async def send(self, rows: Sequence[Any]) -> list[Any]:
        self.sent += [(row["subject"].decode(), row["sequence"]) for row in rows]
        if self.lose_next_ack:
            self.lose_next_ack = False
            raise ConnectionError
        return []

    async def close(self) -> None:
        return
