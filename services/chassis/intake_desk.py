"""Commits the declarations of many requests together, one association beside the other.

While one group of an association is being committed, the next gathers; so a lone declaration waits
for nobody, and a flood pays for few transactions. No answer leaves before its group is on disk.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final

from services.chassis import failpoints, problems, tenancy
from services.chassis.database import Sessions, is_transient, sqlstate
from services.chassis.errors import DomainError
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.intake import Accepted, Intake, Item, Outcome
from services.chassis.logs import log
from services.chassis.problems import LOST_RACES
from services.chassis.refusals import Failed, TooMany

MOST_TOGETHER: Final = 200
MOST_WAITING: Final = 5_000
TRIES: Final = 3

Waiting = tuple[Item, "asyncio.Future[Outcome]"]


class Desk:
    """Where requests wait for their group."""

    def __init__(self, intake: Intake, sessions: Sessions) -> None:
        self._intake = intake
        self._sessions = sessions
        self._queues: dict[str, deque[Waiting]] = {}
        self._at_work: dict[str, asyncio.Task[None]] = {}

    async def take(self, items: Sequence[Item]) -> list[Outcome]:
        """Take items of one association, in their order; gives what became of each.

        Raises:
            TooMany: the association already has too many waiting; none of these was taken.
        """
        if not items:
            return []
        association = items[0].actor.association
        queue = self._queues.setdefault(association, deque())
        if len(queue) + len(items) > MOST_WAITING:
            raise TooMany(mark("too many declarations are waiting; send these again in a moment"))
        loop = asyncio.get_running_loop()
        waiting = [(item, loop.create_future()) for item in items]
        queue.extend(waiting)
        if association not in self._at_work:
            self._at_work[association] = asyncio.create_task(self._work(association, queue))
        return list(await asyncio.gather(*(outcome for _, outcome in waiting)))

    async def _work(self, association: str, queue: deque[Waiting]) -> None:
        while queue:
            await asyncio.sleep(0)  # whoever is ready joins this group
            group = _next_group(queue)
            outcomes = await self._commit(association, [item for item, _ in group])
            for (_, waiting), outcome in zip(group, outcomes, strict=True):
                if not waiting.done():  # whoever asked may be gone; it is taken all the same
                    waiting.set_result(outcome)
        del self._at_work[association]

    async def _commit(self, association: str, group: Sequence[Item]) -> list[Outcome]:
        try:
            outcomes = await self._transact(association, group)
        except Exception as fault:  # noqa: BLE001 - whoever is at fault, the neighbours go on
            log.info("declarations taken one by one", items=len(group), why=type(fault).__name__)
            return [await self._alone(association, item) for item in group]
        taken = sum(isinstance(outcome, Accepted) for outcome in outcomes)
        log.info("declarations taken", items=len(group), accepted=taken)
        return outcomes

    async def _alone(self, association: str, item: Item) -> Outcome:
        """Take one item in a transaction of its own; what fails for good is this item's alone."""
        for _ in range(TRIES):
            try:
                [outcome] = await self._transact(association, [item])
            except DomainError as refusal:
                return refusal
            except Exception as fault:  # noqa: BLE001 - whoever is at fault, the neighbours go on
                last = fault
                if not is_transient(fault) and sqlstate(fault) not in LOST_RACES:
                    break
            else:
                return outcome
        foreseen = problems.foreseen(last)
        if foreseen is None:
            log.error("declaration failed", type=item.declared.envelope.type, exc_info=last)
            return Failed(mark("nobody foresaw this; report it with the trace id below"))
        return foreseen

    async def _transact(self, association: str, group: Sequence[Item]) -> list[Outcome]:
        async with self._sessions.begin() as session:
            await tenancy.enter(session, Actor("system:intake", association))
            outcomes = await self._intake.take(session, group)
        await failpoints.hit("intake.accepted")
        return outcomes


def _next_group(queue: deque[Waiting]) -> list[Waiting]:
    """The longest beginning of the queue in which no id stands twice."""
    group: list[Waiting] = []
    keys: set[tuple[str, str]] = set()
    while queue and len(group) < MOST_TOGETHER and queue[0][0].key not in keys:
        keys.add(queue[0][0].key)
        group.append(queue.popleft())
    return group
