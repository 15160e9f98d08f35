"""The work behind `talka parked`: finds what is set aside, tries it again or lets it go.

Each subject is one transaction, under the same lock as the batches of the running service.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.cli.reach import Reach
from deploy.local.faults import Exit, Fault
from services.chassis import redrive
from services.chassis.consumer import Consumer
from services.chassis.parked import (
    Parked,
    ParkedInFull,
    Wanted,
    is_dual_use,
    parked_record,
    parked_records,
)
from services.chassis.redrive import ParkedRecordNotFound

ALL: Final = 100_000
ACTOR: Final = "system:operator"
COLUMNS: Final = (
    "service", "id", "parked_at", "kind", "attempts", "behind", "type", "subject", "sequence",
    "topic", "association", "tried_at", "reason",
)  # fmt: skip
OUTCOME: Final = ("service", "id", "subject", "result", "still_parked")


@dataclass(frozen=True, slots=True)
class Found:
    """A record that stands first in the way of its subject, and where."""

    service: str
    head: Parked

    def row(self) -> dict[str, object]:
        """It under the names of `COLUMNS`."""
        head = self.head
        return {
            "service": self.service,
            **{name: getattr(head, name) for name in COLUMNS[1:]},
            "id": str(head.id),
            "kind": head.kind.value,
            "parked_at": head.parked_at.isoformat(timespec="seconds"),
            "tried_at": head.tried_at.isoformat(timespec="seconds"),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record and what waited behind it."""

    found: Found
    result: str  # applied, dropped, still parked
    still_parked: int

    def row(self) -> dict[str, object]:
        """It under the names of `OUTCOME`."""
        return {
            "service": self.found.service,
            "id": str(self.found.head.id),
            "subject": self.found.head.subject,
            "result": self.result,
            "still_parked": self.still_parked,
        }


Act = Callable[[AsyncSession, Consumer, Found], Awaitable[int]]


async def all_of(
    reach: Reach,
    services: Sequence[str],
    wanted: Wanted,
    *,
    subject: str | None = None,
) -> list[Found]:
    """What stands first in the way in these services, the oldest of each first."""
    found: list[Found] = []
    for service in services:
        async with reach.sessions(service, "worker") as sessions, sessions() as session:
            heads = await parked_records(session, wanted, limit=ALL)
        found += [Found(service, head) for head in heads if subject in (None, head.subject)]
    return found


async def one_of(
    reach: Reach, services: Sequence[str], parked_id: UUID
) -> tuple[Found, ParkedInFull]:
    """One record in full, whichever of the services has it.

    Raises:
        Fault: none of them has it.
    """
    for service in services:
        async with reach.sessions(service, "worker") as sessions, sessions() as session:
            try:
                openly = not await is_dual_use(session, parked_id)
                record = await parked_record(session, parked_id, openly=openly)
            except ParkedRecordNotFound:
                continue
            return Found(service, record.head), record
    raise Fault(
        ParkedRecordNotFound.code,
        f"No record {parked_id} is parked in {', '.join(services)}.",
        "It may have been retried or dropped meanwhile. See what is there:",
        "talka parked list",
        exit_code=Exit.REFUSED,
    )


async def retry(reach: Reach, chosen: Sequence[Found]) -> list[Outcome]:
    """Try each record again, with everything of its subject."""

    async def again(session: AsyncSession, consumer: Consumer, found: Found) -> int:
        return await redrive.retry_one(session, consumer, found.head.id)

    done = await _each(reach, chosen, again)
    return [
        replace(each, result="still parked" if each.still_parked else "applied") for each in done
    ]


async def drop(reach: Reach, chosen: Sequence[Found], *, why: str) -> list[Outcome]:
    """Let each record go for good; what waited behind it is applied."""

    async def away(session: AsyncSession, consumer: Consumer, found: Found) -> int:
        return await redrive.drop(session, consumer, found.head.id, why=why, actor=ACTOR)

    return await _each(reach, chosen, away)


async def _each(reach: Reach, chosen: Sequence[Found], act: Act) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for service in dict.fromkeys(found.service for found in chosen):
        consumer = reach.consumer(service)
        async with reach.sessions(service, "worker") as sessions:
            for found in chosen:
                if found.service == service:
                    async with sessions.begin() as session:
                        left = await act(session, consumer, found)
                    outcomes.append(Outcome(found, "dropped", left))
    return outcomes
