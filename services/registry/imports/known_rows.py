"""Rows about something that the register knows already: how they differ, and what is decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.reference import ecosystems
from services.chassis import paging
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.ui.i18n import Translator
from services.registry.imports import finding, views
from services.registry.imports.deciding import Decision, offered
from services.registry.imports.files import LISTS
from services.registry.imports.headers import title, words_of
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.refusals import BothNotKept, DecidedMeanwhile
from services.registry.imports.states import State

ALL: Final = text("""
  update import_rows set decided = :decision
  where import_id = :id and differences <> '[]' and decided is distinct from :decision
""")


@dataclass(frozen=True, slots=True)
class Differing:
    """One row with its differences in the reader's words: label, what is known, what it says."""

    row: int
    title: str
    decided: Decision
    effect: str
    fields: Sequence[tuple[str, str, str]]
    names: Sequence[str]


async def differing_page(
    session: AsyncSession, found: Import, *, cursor: str | None, size: int
) -> tuple[Sequence[ImportRow], str | None]:
    """The rows that differ from what the register knows, in the order of the file."""
    rows = select(ImportRow).where(ImportRow.import_id == found.id, _differs())
    return await paging.page(session, rows, ImportRow.row, cursor=cursor, size=size)


async def differing_count(session: AsyncSession, found: Import) -> int:
    """How many rows differ."""
    counted = select(func.count()).where(ImportRow.import_id == found.id, _differs())
    return (await session.scalar(counted)) or 0


async def decide(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    decisions: Mapping[int, Decision],
    seen: Mapping[int, Decision] | None = None,
    for_all: Decision | None = None,
    at: datetime,
) -> Import:
    """Decide about rows, one by one or all together, and let all rows be judged again.

    `seen` is what was decided when the actor looked; a form that only repeats it decides nothing.

    Raises:
        BothNotKept: the rules allow no second one.
        DecidedMeanwhile: somebody decided otherwise since.
        WrongImportState: the rows are not waiting.
    """
    actor.must_be(BACK_OFFICE)
    found = await finding.import_of(session, actor, key, for_update=True)
    found.must_be(State.WAITING)
    _must_be_offered(found, [*decisions.values(), *([for_all] if for_all else [])])
    before = seen or {}
    mine = {row: each for row, each in decisions.items() if before.get(row) is not each}
    rows = await finding.rows_by_number(session, found, mine)
    known = {number: row for number, row in rows.items() if row.differences}
    others = {
        number: decided_of(row)
        for number, row in known.items()
        if decided_of(row) not in {mine[number], before.get(number, decided_of(row))}
    }
    if others:
        raise DecidedMeanwhile(others)
    if for_all is not None:
        await session.execute(ALL, {"id": found.id, "decision": for_all.value})
    else:
        for number, row in known.items():
            row.decided = mine[number]
    found.check(at=at)
    return found


def decided_of(row: ImportRow) -> Decision:
    """What becomes of a row: the known one is updated unless somebody decided otherwise."""
    return Decision(row.decided) if row.decided else Decision.UPDATE


def shown(found: Import, row: ImportRow, t: Translator) -> Differing:
    """A row as the reader compares it."""
    fields = [
        (
            title(each["field"], t.language, found.kind),
            worded(each["field"], each["known"], t),
            worded(each["field"], each["said"], t),
        )
        for each in row.differences
    ]
    return Differing(
        row=row.row,
        title=views.name_of(found, row),
        decided=decided_of(row),
        effect=row.effect or "",
        fields=fields,
        names=[each["field"] for each in row.differences],
    )


def worded(field: str, value: str, t: Translator) -> str:
    """A value in the words of the list, where it has some."""
    if field == "ecosystem" and value in ecosystems():
        return ecosystems()[value].names[t.language]
    if field in LISTS:
        first, _, rest = value.partition(" ")
        return f"{words_of(LISTS[field], t.language).get(first, first)} {rest}".strip()
    return value


def _differs() -> ColumnElement[bool]:
    return func.jsonb_array_length(ImportRow.differences) > 0


def _must_be_offered(found: Import, decisions: Collection[Decision]) -> None:
    if not set(decisions) <= set(offered(found.kind)):
        raise BothNotKept
