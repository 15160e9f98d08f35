"""Commits the declarations of many requests together; no answer leaves before its group is on disk.

While groups are being committed, the next gathers; associations have their turns. So a lone
declaration waits for nobody, a flood pays for few transactions, and one that is slow or broken
holds up its own association only.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Final

from services.chassis import failpoints, problems
from services.chassis.database import Sessions, is_transient, sqlstate
from services.chassis.errors import DomainError
from services.chassis.faults import mark
from services.chassis.intake import Accepted, Intake, Item, Key, Outcome
from services.chassis.logs import log
from services.chassis.problems import LOST_RACES
from services.chassis.refusals import Failed, TooMany

LANES: Final = 3  # groups at work at a time
ASSOCIATIONS_IN_A_GROUP: Final = 2
MOST_TOGETHER: Final = 100  # of one association
MOST_WAITING: Final = 5_000  # of one association
MANY: Final = 8  # from here on a group is part of a flood …
GATHER_SECONDS: Final = 0.002  # … and those it answered are about to send the next
TRIES: Final = 3

Waiting = tuple[Item, "asyncio.Future[Outcome]"]
Group = dict[str, list[Waiting]]  # by association


class Desk:
    """Where requests wait for their group."""

    def __init__(self, intake: Intake, sessions: Sessions) -> None:
        self._intake = intake
        self._sessions = sessions
        self._queues: dict[str, deque[Waiting]] = {}
        self._busy: set[str] = set()  # associations whose declarations are being taken
        self._lanes = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, items: Sequence[Item]) -> list[Outcome]:
        """Take items of one association, in their order; gives what became of each.

        Raises:
            TooMany: the association already has too many waiting; none of these was taken.
        """
        if not items:
            return []
        queue = self._queues.setdefault(items[0].association, deque())
        if len(queue) + len(items) > MOST_WAITING:
            raise TooMany(mark("too many declarations are waiting; send these again in a moment"))
        loop = asyncio.get_running_loop()
        waiting = [(item, loop.create_future()) for item in items]
        queue.extend(waiting)
        self._begin()
        return [await outcome for _, outcome in waiting]

    def _begin(self) -> None:
        if self._lanes < LANES:
            self._lanes += 1
            self._start(self._commit_groups())

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _commit_groups(self) -> None:
        await asyncio.sleep(0)  # whoever is ready joins the first group
        while group := self._next_group():
            many = sum(map(len, group.values())) >= MANY
            try:
                await self._commit(group)
            except Exception as fault:  # noqa: BLE001 - whoever is at fault, the neighbours go on
                log.info("declarations taken one by one", why=type(fault).__name__)
                for association, waiting in group.items():
                    self._start(self._one_by_one(association, waiting))
            else:
                self._busy -= set(group)
            if many:
                await asyncio.sleep(GATHER_SECONDS)
        self._lanes -= 1  # nothing was awaited since the queues were seen empty

    def _next_group(self) -> Group:
        """The beginnings of some queues that nobody is working on, the longest unserved first."""
        ready = [name for name, queue in self._queues.items() if queue and name not in self._busy]
        group: Group = {}
        for name in ready[:ASSOCIATIONS_IN_A_GROUP]:
            queue = self._queues[name] = self._queues.pop(name)  # last in line from now on
            group[name] = _beginning(queue, MOST_TOGETHER)
        self._busy.update(group)
        return group

    async def _commit(self, group: Group) -> None:
        waiting = [each for own in group.values() for each in own]
        async with self._sessions.begin() as session:
            outcomes = await self._intake.take(session, [item for item, _ in waiting])
        await failpoints.hit("intake.accepted")
        for (_, answer), outcome in zip(waiting, outcomes, strict=True):
            _tell(answer, outcome)
        taken = sum(isinstance(outcome, Accepted) for outcome in outcomes)
        log.info("declarations taken", items=len(outcomes), accepted=taken)

    async def _one_by_one(self, association: str, waiting: Sequence[Waiting]) -> None:
        for item, answer in waiting:
            _tell(answer, await self._alone(item))
        self._busy.remove(association)
        self._begin()

    async def _alone(self, item: Item) -> Outcome:
        """Take one item in a transaction of its own; what fails for good is this item's alone."""
        for _ in range(TRIES):
            try:
                async with self._sessions.begin() as session:
                    [outcome] = await self._intake.take(session, [item])
            except DomainError as refusal:
                return refusal
            except Exception as fault:  # noqa: BLE001 - whoever is at fault, the neighbours go on
                last = fault
                if not is_transient(fault) and sqlstate(fault) not in LOST_RACES:
                    break
            else:
                await failpoints.hit("intake.accepted")
                return outcome
        foreseen = problems.foreseen(last)
        if foreseen is None:
            log.error("declaration failed", type=item.declared.envelope.type, exc_info=last)
            return Failed(mark("nobody foresaw this; report it with the trace id below"))
        return foreseen


def _beginning(queue: deque[Waiting], most: int) -> list[Waiting]:
    """Take from the queue its longest beginning in which no id stands twice."""
    group: list[Waiting] = []
    keys: set[Key] = set()
    while queue and len(group) < most and queue[0][0].key not in keys:
        keys.add(queue[0][0].key)
        group.append(queue.popleft())
    return group


def _tell(answer: "asyncio.Future[Outcome]", outcome: Outcome) -> None:
    if not answer.done():  # whoever asked may be gone; it is taken all the same
        answer.set_result(outcome)
