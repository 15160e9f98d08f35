"""Judges all rows of an import, also against the register: each good row is tried, and undone.

What a trial would make new or change is what a confirmation will; only what others do in between
can differ, and such a row is then bad for the reason that the door gives.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from contracts.declared.members import MemberDeclared
from services.chassis import clock, problems, tenancy
from services.chassis.database import Sessions, is_transient
from services.chassis.errors import DomainError, Fault
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.intake import Intake, Item, Outcome, Way
from services.chassis.intake_reading import Reader
from services.chassis.logs import log
from services.chassis.refusals import Failed
from services.chassis.words import plain
from services.registry.imports import finding, queries
from services.registry.imports.checking import Checked, Checker, Note, bare, faults_of
from services.registry.imports.deciding import SAME, Choice, Decision
from services.registry.imports.differing import Before, Told, before, differences, told_by
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.queries import Known
from services.registry.imports.states import State

OTHER_DAY: Final = (
    "TLK-D135",
    mark(
        "In the register this member joined on {known}, in this row on {said}. Write {known} here;"
        " if that is wrong, use “Correct” on the page of the cluster's members."
    ),
)

AT_ONCE: Final = 500

WRITE: Final = text("""
  update import_rows as old
  set notes = new.notes::jsonb, effect = new.effect, events = old.events || new.events::uuid[],
      differences = coalesce(new.differences::jsonb, old.differences)
  from unnest(cast(:rows as int[]), cast(:notes as text[]), cast(:effects as text[]),
              cast(:events as text[]), cast(:differences as text[]))
       as new (row, notes, effect, events, differences)
  where old.import_id = :id and old.row = new.row
""")
PROGRESS: Final = text("update imports set done = :done where id = :id returning state")


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with what becomes of it: new, changed, skipped or bad.

    `differences` from what the register knows; None when those that were found before stay.
    """

    checked: Checked
    effect: str
    events: Sequence[UUID] = ()
    differences: Sequence[dict[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What would be true if some rows were saved, and what is true of the same things now."""

    told: Told
    before: Before


@dataclass(slots=True)
class Judge:
    """Judges the rows of one import for one actor."""

    sessions: Sessions
    intake: Intake
    actor: Actor
    found: Import
    known: Known
    checker: Checker
    touches_dual_use: bool = False
    bad: frozenset[int] = frozenset()  # the rows that were bad before

    @classmethod
    async def of(cls, sessions: Sessions, intake: Intake, actor: Actor, found: Import) -> "Judge":
        """A judge who knows the association's clusters of this moment."""
        async with sessions.begin() as session:
            await tenancy.enter(session, actor)
            known = await queries.known_for(session, actor, found)
        checker = Checker(
            found.kind,
            finding.matched_of(found),
            known.place,
            Reader(intake, actor, clock.now(), Way.IMPORT),
            f"/imports/{found.number}",
            stated=known.stated,
        )
        return cls(sessions, intake, actor, found, known, checker)

    async def check(self) -> list[Checked]:
        """All rows as they are without the register; other work goes on meanwhile."""
        async with self.sessions.begin() as session:
            await tenancy.enter(session, finding.eyes_of(self.actor))
            rows = await queries.rows_of(session, self.found.id)
        self.bad = frozenset(row.row for row in rows if row.effect == "bad")
        checked: list[Checked] = []
        for begin in range(0, len(rows), AT_ONCE):
            part = rows[begin : begin + AT_ONCE]
            checked += await asyncio.to_thread(self._check_some, part)
        for each in checked:  # only now is known which are left out for another
            self._compare_day(each)
        unknown = self.found.dual_use and any(each.item is None for each in checked)
        self.touches_dual_use = unknown or any(self._is_dual_use(each) for each in checked)
        return checked

    def judged(self, checked: Checked, outcome: Outcome, told: Told) -> Judged:
        """What an answer of the door means for a row."""
        if isinstance(outcome, DomainError):
            self.refuse(checked, outcome)
            return Judged(checked, "bad")
        if not outcome.events:
            checked.skip(SAME)
            return Judged(checked, "skipped")
        effect = "new" if told.new.intersection(outcome.events) else "changed"
        return Judged(checked, effect, outcome.events)

    def tried(self, checked: Checked, outcome: Outcome, trial: Trial) -> Judged:
        """What a trial means for a row, with what it would change of what is known."""
        judged = self.judged(checked, outcome, trial.told)
        if checked.item is None or checked.decided is not None:
            return judged
        facts = [trial.told.changes[e] for e in judged.events if e in trial.told.changes]
        if trial.before.is_dual_use({each.subject for each in facts}):
            self.touches_dual_use = True
        found = differences(checked.item, facts, trial.before, kind=self.found.kind)
        return replace(judged, differences=found)

    def refuse(self, checked: Checked, refusal: DomainError) -> None:
        """Note at its cells why the register refuses a row."""
        for fault in faults_of(refusal):
            at_cell = Fault(fault.pointer, fault.code, fault.text, fault.rule, fault.values)
            checked.notes.append(Note(self.checker.field_of(fault), at_cell))

    def _check_some(self, rows: Sequence[ImportRow]) -> list[Checked]:
        return [
            self.checker.check(
                row.row,
                row.cells,
                Choice(row.choice) if row.choice else None,
                Decision(row.decided) if row.decided else None,
            )
            for row in rows
        ]

    def _compare_day(self, checked: Checked) -> None:
        """Refuse another day of joining: the door would pass it over in silence."""
        event = checked.item.declared.event if checked.item else None
        if not isinstance(event, MemberDeclared) or checked.left_out:
            return
        member = bare(event.organisation.legal_id.value), event.cluster.number or ""
        known, said = self.known.since.get(member), event.joined_day
        if known is None or (event.ended_day is not None and event.ended_day < known):
            return  # what was before it joined again
        if known != said:
            values = {"known": known.isoformat(), "said": said.isoformat()}
            checked.notes.append(Note("joined", Fault("", *OTHER_DAY, values=values)))

    def _is_dual_use(self, checked: Checked) -> bool:
        if checked.item is None:
            return False
        event = checked.item.declared.event
        pointer = getattr(event, "cluster", None)
        return bool(getattr(event, "dual_use", False)) or (
            pointer is not None and pointer.number in self.known.dual_use
        )


async def judge_all(judge: Judge) -> bool:
    """Judge every row and write it down; False when the import was discarded meanwhile."""
    checked = await judge.check()
    for begin in range(0, len(checked), AT_ONCE):
        part = checked[begin : begin + AT_ONCE]
        good = {each.row: each for each in part if each.is_good}
        outcomes = await _tried(judge, list(good.values()))
        judged = [
            outcomes[each.row]
            if each.row in good
            else Judged(
                each,
                "bad" if each.errors else "skipped",
                differences=[] if each.decided is None else None,
            )
            for each in part
        ]
        trial = [replace(each, events=()) for each in judged]  # their events never were
        if await write(judge, trial, done=begin + len(part)) is not State.CHECKING:
            return False
    return True


async def write(judge: Judge, judged: Sequence[Judged], *, done: int) -> State:
    """Write down what becomes of some rows, and how far the work is; gives the import's state."""
    async with judge.sessions.begin() as session:
        await tenancy.enter(session, finding.eyes_of(judge.actor))
        await session.execute(
            WRITE,
            {
                "id": judge.found.id,
                "rows": [each.checked.row for each in judged],
                "notes": [json.dumps(stored(each.checked.notes)) for each in judged],
                "effects": [each.effect for each in judged],
                "events": [f"{{{','.join(map(str, each.events))}}}" for each in judged],
                "differences": [
                    None if each.differences is None else json.dumps(each.differences)
                    for each in judged
                ],
            },
        )
        asked = {"id": judge.found.id, "done": done}
        return State((await session.execute(PROGRESS, asked)).scalar_one())


def stored(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """Notes as rows keep them."""
    return [
        {
            "field": note.field,
            "code": note.fault.code,
            "text": note.fault.text,
            "values": {name: plain(value) for name, value in note.fault.values.items()},
            "repair": note.is_repair,
            "other": note.other,
        }
        for note in notes
    ]


async def _tried(judge: Judge, rows: Sequence[Checked]) -> dict[int, Judged]:
    """What the register would say to good rows; all together if it can, else one by one."""
    if not rows:
        return {}
    items = [each.item for each in rows if each.item is not None]
    try:
        outcomes, trial = await _trial(judge, items)
    except Exception:  # noqa: BLE001 - whatever a group breaks at, its rows are tried alone
        return {each.row: await _tried_alone(judge, each) for each in rows}
    return {
        each.row: judge.tried(each, outcome, trial)
        for each, outcome in zip(rows, outcomes, strict=True)
    }


async def _tried_alone(judge: Judge, checked: Checked) -> Judged:
    if checked.item is None:
        return Judged(checked, "bad")
    try:
        [outcome], trial = await _trial(judge, [checked.item])
    except Exception as fault:
        if is_transient(fault):
            raise
        return judge.judged(checked, _refusal(checked.item, fault), Told())
    return judge.tried(checked, outcome, trial)


def _refusal(item: Item, fault: Exception) -> DomainError:
    """What a row is refused for that will fail however often it is tried."""
    foreseen = problems.foreseen(fault)
    if foreseen is None:
        log.error("row failed", type=item.declared.envelope.type, exc_info=fault)
        return Failed(mark("nobody foresaw this; report it with the trace id below"))
    return foreseen


async def _trial(judge: Judge, items: Sequence[Item]) -> tuple[list[Outcome], Trial]:
    async with judge.sessions() as session:
        await tenancy.enter(session, judge.actor)
        outcomes = await judge.intake.take(session, items)
        await tenancy.enter(session, finding.eyes_of(judge.actor))
        told = await told_by(session, outcomes)
        await session.rollback()
        await tenancy.enter(session, judge.actor)
        known = await before(session, told)
    return outcomes, Trial(told, known)
