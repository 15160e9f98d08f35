"""What would become of declarations if they were taken now: they are taken, and rolled back.

So the faults are those of the doors, by the same code. Nothing stays, and locks are held for one
chunk only; declarations of different chunks do not see each other.
"""

from collections.abc import Sequence
from typing import Final

from services.chassis import problems
from services.chassis.database import Sessions, is_transient, sqlstate
from services.chassis.errors import DomainError
from services.chassis.intake import Intake, Item, Outcome
from services.chassis.logs import log
from services.chassis.problems import LOST_RACES

CHUNK: Final = 250


async def rehearse(intake: Intake, sessions: Sessions, items: Sequence[Item]) -> list[Outcome]:
    """The outcome that each item of one association would have; no two have the same key.

    Raises:
        DBAPIError: the database is away or overloaded; try again.
    """
    outcomes: list[Outcome] = []
    for begin in range(0, len(items), CHUNK):
        outcomes += await _rolled_back(intake, sessions, items[begin : begin + CHUNK])
    return outcomes


async def _rolled_back(
    intake: Intake, sessions: Sessions, items: Sequence[Item]
) -> Sequence[Outcome]:
    async with sessions() as session:
        try:
            return await intake.take(session, items)
        except DomainError as refusal:
            if len(items) == 1:
                return [refusal]
        except Exception as fault:
            if is_transient(fault) and sqlstate(fault) not in LOST_RACES:
                raise
            foreseen = problems.foreseen(fault)
            if len(items) == 1:
                if foreseen is None:
                    raise
                return [foreseen]
        finally:
            await session.rollback()
    log.info("declarations rehearsed one by one", items=len(items))
    return [outcome for item in items for outcome in await _rolled_back(intake, sessions, [item])]
