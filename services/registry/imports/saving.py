"""Posts the good rows of an import as declarations, and withdraws them when it is undone.

Each row has an id of its own under the import's source: one that was posted before a process died
gets the same answer again, and is counted once.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select, text

from services.chassis import clock, failpoints, tenancy
from services.chassis.database import Sessions
from services.chassis.errors import DomainError
from services.chassis.identity import Actor
from services.chassis.intake import Intake, Item, Outcome, Way
from services.chassis.intake_desk import Desk
from services.chassis.intake_reading import Reader
from services.registry.imports import finding
from services.registry.imports.checking import Checked, Note, faults_of
from services.registry.imports.differing import told_by
from services.registry.imports.judging import Judge, Judged, stored, write
from services.registry.imports.model import Import, ImportRow

AT_ONCE: Final = 200
PROGRESS: Final = text("update imports set done = :done where id = :id")
TAKEN_BACK: Final = text("""
  update import_rows set effect = 'skipped', events = '{}'
  where import_id = :id and row = any(:rows)
""")
KEPT: Final = text("""
  update import_rows set notes = cast(:notes as jsonb) where import_id = :id and row = :kept
""")


async def save_rows(judge: Judge, desk: Desk) -> None:
    """Post every row that was shown as good and is not posted yet, in the order of the file.

    One that was shown as bad stays bad, also when the register would take it by now.
    """
    checked = await judge.check()
    for begin in range(judge.found.done, len(checked), AT_ONCE):
        part = [each for each in checked[begin : begin + AT_ONCE] if each.row not in judge.bad]
        good = [each for each in part if each.is_good]
        outcomes = await desk.take([each.item for each in good if each.item is not None])
        await failpoints.hit("import.row_done")
        judged = await _judged(judge, good, outcomes)
        rest = [
            Judged(each, "bad" if each.errors else "skipped") for each in part if not each.is_good
        ]
        await write(judge, [*judged, *rest], done=min(begin + AT_ONCE, len(checked)))


async def undo_rows(
    sessions: Sessions, intake: Intake, desk: Desk, actor: Actor, found: Import
) -> None:
    """Withdraw what the rows declared, the last one first; what others built upon stays."""
    posted = select(ImportRow).where(
        ImportRow.import_id == found.id, ImportRow.effect.in_(["new", "changed"])
    )
    eyes = finding.eyes_of(actor)
    async with sessions.begin() as session:
        await tenancy.enter(session, eyes)
        rows = (await session.scalars(posted.order_by(ImportRow.row.desc()))).all()
    reader = Reader(intake, actor, clock.now(), Way.IMPORT)
    for begin in range(0, len(rows), AT_ONCE):
        part = rows[begin : begin + AT_ONCE]
        items = {row.row: _withdrawal(reader, found, row) for row in part if row.events}
        sound = {row: item for row, item in items.items() if isinstance(item, Item)}
        refused = {row: item for row, item in items.items() if isinstance(item, DomainError)}
        outcomes = await desk.take(list(sound.values()))
        answers: dict[int, Outcome] = {**refused, **dict(zip(sound, outcomes, strict=True))}
        taken = [row for row, said in answers.items() if not isinstance(said, DomainError)]
        held = [_held(row, answers[row.row]) for row in part if row.row in answers]
        async with sessions.begin() as session:
            await tenancy.enter(session, eyes)
            await session.execute(TAKEN_BACK, {"id": found.id, "rows": taken})
            kept = [each for each in held if each["kept"] not in taken]
            if kept:
                await session.execute(KEPT, kept)
            await session.execute(PROGRESS, {"id": found.id, "done": begin + len(part)})


async def _judged(
    judge: Judge, rows: Sequence[Checked], outcomes: Sequence[Outcome]
) -> list[Judged]:
    async with judge.sessions.begin() as session:
        await tenancy.enter(session, finding.eyes_of(judge.actor))
        told = await told_by(session, outcomes)
    return [judge.judged(each, outcome, told) for each, outcome in zip(rows, outcomes, strict=True)]


def _held(row: ImportRow, said: Outcome) -> dict[str, Any]:
    """A row with why it stays, beside what was repaired in it."""
    repairs = [note for note in row.notes if note["repair"]]
    faults = faults_of(said) if isinstance(said, DomainError) else []
    why = stored([Note("", fault) for fault in faults])
    return {"id": row.import_id, "kept": row.row, "notes": json.dumps([*repairs, *why])}


def _withdrawal(reader: Reader, found: Import, row: ImportRow) -> Item | DomainError:
    return reader.try_document(
        {
            "specversion": "1.0",
            "id": f"undo-{row.row}",
            "source": f"/imports/{found.number}",
            "type": "talka.registry.withdrawal.declared.v1",
            "data": {
                "declaration": str(row.events[0]),
                "reason": found.problem,
            },
        }
    )
