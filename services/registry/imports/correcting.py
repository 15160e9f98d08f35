"""Other values for wrong cells; what a colleague corrected meanwhile is not overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.errors import Conflict
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.imports import finding
from services.registry.imports.deciding import Choice
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.states import State

SAME: Final = text("""
  update import_rows as row set cells[:column] = fix.new
  from unnest(cast(:old as text[]), cast(:new as text[])) as fix (old, new)
  where row.import_id = :id and row.effect = 'bad' and row.cells[:column] = fix.old
""")


@dataclass(frozen=True, slots=True)
class Correction:
    """Another value for one cell; with `everywhere`, for all bad rows with the same value.

    `seen` is the value that the person looked at; None when it was not looked at.
    """

    row: int
    column: int
    value: str
    everywhere: bool = False
    seen: str | None = None


class CorrectedMeanwhile(Conflict):
    """Somebody corrected the same since it was looked at, or is just having it checked.

    `cells` are the values that stand there now, by row and column; `choices` what was chosen.
    """

    code = "TLK-R129"
    title = "Somebody was faster"

    def __init__(
        self, cells: Mapping[tuple[int, int], str], choices: Mapping[int, Choice], *, busy: bool
    ) -> None:
        super().__init__(
            mark("a colleague corrected this import since you opened it; compare, and send again")
        )
        self.cells, self.choices, self.busy = cells, choices, busy


async def correct_rows(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    corrections: Sequence[Correction],
    choices: Mapping[int, Choice],
    at: datetime,
) -> Import:
    """Write other values into cells, decide about duplicates, and let all rows be judged again.

    Raises:
        CorrectedMeanwhile: somebody was faster with one of them; nothing is written.
        WrongImportState: its rows are not waiting.
    """
    actor.must_be(BACK_OFFICE)
    found = await finding.import_of(session, actor, key, for_update=True)
    found.must_be(State.WAITING, State.CHECKING)
    numbers = {*choices, *(each.row for each in corrections)}
    rows = await finding.rows_by_number(session, found, numbers)
    others = _others(rows, corrections)
    chosen = {
        number: Choice(row.choice)
        for number, row in rows.items()
        if number in choices and row.choice not in {None, choices[number]}
    }
    busy = found.state is State.CHECKING
    if others or chosen or busy:
        raise CorrectedMeanwhile(others, chosen, busy=busy)
    await _write_cells(session, found, rows, corrections)
    for number, choice in choices.items():
        if number in rows:
            rows[number].choice = choice
    found.check(at=at)
    return found


def _others(
    rows: Mapping[int, ImportRow], corrections: Sequence[Correction]
) -> dict[tuple[int, int], str]:
    """The cells that hold neither what was seen nor what is to be written."""
    return {
        (each.row, each.column): now
        for each in corrections
        if each.seen not in {None, each.value}
        and (now := _cell(rows, each)) is not None
        and now not in {each.seen, each.value}
    }


def _cell(rows: Mapping[int, ImportRow], each: Correction) -> str | None:
    row = rows.get(each.row)
    return row.cells[each.column] if row and 0 <= each.column < len(row.cells) else None


async def _write_cells(
    session: AsyncSession,
    found: Import,
    rows: Mapping[int, ImportRow],
    corrections: Sequence[Correction],
) -> None:
    """Write corrections, those for all rows first; a cell that a form only repeats is none."""
    changes = [
        each
        for each in corrections
        if each.value != each.seen and _cell(rows, each) not in {None, each.value}
    ]
    everywhere: dict[int, dict[str, str]] = {}
    for each in changes:
        if each.everywhere:
            old = rows[each.row].cells[each.column]
            everywhere.setdefault(each.column, {})[old] = each.value
    for column, fixes in everywhere.items():
        # all at once: no fix is taken for the value of another
        asked = {"id": found.id, "column": column + 1, "old": [*fixes], "new": [*fixes.values()]}
        await session.execute(SAME, asked)
    fresh = await finding.rows_by_number(session, found, {each.row for each in changes})
    for each in changes:
        row = fresh[each.row]
        row.cells = [*row.cells[: each.column], each.value, *row.cells[each.column + 1 :]]
    await session.flush()
