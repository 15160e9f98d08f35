"""What can be seen of imports: the list, one of them, its rows, and how columns were matched."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.chassis.paging import cursor_of, page, values_of
from services.registry.associations.queries import day_at, home_of
from services.registry.clusters.finding import visible_to
from services.registry.clusters.model import Cluster
from services.registry.clusters.pointing import ENDED
from services.registry.imports.documents import Place
from services.registry.imports.fields import Kind, fields_of, schemes_of
from services.registry.imports.headers import guess
from services.registry.imports.model import Habit, Import, ImportRow
from services.registry.imports.refusals import ImportNotFound
from services.registry.imports.states import OPEN, State

SAMPLES: Final = 3

COUNTS: Final = text("""
  select effect, count(*) as rows from import_rows where import_id = :id group by effect
""")
SAMPLED: Final = text("""
  select row, cells from import_rows where import_id = :id order by row limit 60
""")
EQUAL: Final = text("""
  select count(*) from import_rows
  where import_id = :id and effect = 'bad' and cells[:column] = :value
""")


@dataclass(frozen=True, slots=True)
class Known:
    """For whom an import is read, and which of the clusters it may name are about dual use."""

    place: Place
    dual_use: frozenset[str]


async def import_of(
    session: AsyncSession, actor: Actor, key: str, *, for_update: bool = False
) -> Import:
    """The import of that number (`IM-1031`) or id.

    Raises:
        ImportNotFound: there is none, or none for this actor.
    """
    named = Import.number == key.upper()
    if (found := _as_id(key)) is not None:
        named = Import.id == found
    query = select(Import).where(named, visible(actor))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    found_import = (await session.scalars(query)).one_or_none()
    if found_import is None:
        raise ImportNotFound(mark("no import {key} is here for you: look at the list"), key=key)
    return found_import


async def imports_page(
    session: AsyncSession,
    actor: Actor,
    *,
    cursor: str | None,
    size: int,
    state: State | None = None,
) -> tuple[Sequence[Import], str | None]:
    """The newest imports of the actor's association, and the cursor of those before."""
    keys = (Import.started_at, Import.id)
    rows = select(Import).where(visible(actor))
    if state is not None:
        rows = rows.where(Import.state == state)
    if cursor is not None:
        rows = rows.where(tuple_(*keys) < tuple_(*values_of(cursor, datetime, UUID)))
    rows = rows.order_by(*(key.desc() for key in keys)).limit(size + 1)
    found = (await session.scalars(rows)).all()
    shown = found[:size]
    more = len(found) > size
    return shown, cursor_of(shown[-1].started_at, shown[-1].id) if more else None


async def same_file(
    session: AsyncSession, actor: Actor, *, kind: Kind, cluster: str | None, digest: bytes
) -> Import | None:
    """The import of the very same file that is under way or done: nothing is read twice."""
    alive = [*OPEN, State.DONE]
    query = select(Import).where(
        Import.association == actor.association,
        Import.digest == digest,
        Import.kind == kind,
        Import.cluster_number.is_not_distinct_from(cluster),
        Import.state.in_(alive),
        visible(actor),
    )
    return (await session.scalars(query.order_by(Import.started_at.desc()).limit(1))).one_or_none()


async def rows_page(
    session: AsyncSession, found: Import, *, effect: str, cursor: str | None, size: int
) -> tuple[Sequence[ImportRow], str | None]:
    """The rows with one effect, in the order of the file."""
    rows = select(ImportRow).where(ImportRow.import_id == found.id, ImportRow.effect == effect)
    return await page(session, rows, ImportRow.row, cursor=cursor, size=size)


async def rows_of(session: AsyncSession, import_id: UUID) -> Sequence[ImportRow]:
    """All rows, in the order of the file."""
    query = select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.row)
    return (await session.scalars(query)).all()


async def bad_rows(session: AsyncSession, found: Import) -> Sequence[ImportRow]:
    """Every row that cannot be saved as it is."""
    query = select(ImportRow).where(ImportRow.import_id == found.id, ImportRow.effect == "bad")
    return (await session.scalars(query.order_by(ImportRow.row))).all()


async def row_of(session: AsyncSession, found: Import, row: int) -> ImportRow | None:
    """The row of that number."""
    return await session.get(ImportRow, (found.id, row))


async def counts_of(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """How many rows there are of each effect."""
    found = await session.execute(COUNTS, {"id": import_id})
    return {each.effect or "": each.rows for each in found}


async def equal_values(session: AsyncSession, found: Import, column: int, value: str) -> int:
    """In how many bad rows the same stands in this column."""
    asked = {"id": found.id, "column": column + 1, "value": value}
    count: int = (await session.execute(EQUAL, asked)).scalar_one()
    return count


async def samples_of(session: AsyncSession, found: Import) -> list[list[str]]:
    """For each column some different values from the first rows."""
    rows = (await session.execute(SAMPLED, {"id": found.id})).all()
    samples: list[list[str]] = []
    for column in range(len(found.columns)):
        cells = (row.cells[column] for row in rows if column < len(row.cells))
        different = dict.fromkeys(cell for cell in cells if cell.strip())
        samples.append(list(different)[:SAMPLES])
    return samples


async def habit_of(session: AsyncSession, found: Import) -> dict[str, int]:
    """The column of each field: as such columns were matched before, else as their names say."""
    for cluster in dict.fromkeys((found.cluster_number or "", "")):
        key = (found.association, found.kind, cluster, key_of(found.columns))
        habit = await session.get(Habit, key)
        if habit is not None:
            return {name: int(at) for name, at in habit.matched.items()}
    country = found.association
    names = [field.name for field in fields_of(found.kind, country)]
    schemes = schemes_of(country)
    return guess(found.columns, names, generic=schemes[0].value if schemes else "")


def key_of(columns: Sequence[str]) -> bytes:
    """What tells lists with the same columns from others."""
    return hashlib.sha256("\0".join(map(fold, columns)).encode()).digest()


async def known_for(session: AsyncSession, actor: Actor, found: Import) -> Known:
    """What the rows of an import are judged by: its association's home, day and clusters."""
    language, zone = await home_of(session, found.association)
    own = select(Cluster).where(
        Cluster.association == found.association, Cluster.state.not_in(ENDED), visible_to(actor)
    )
    clusters = (await session.scalars(own.order_by(Cluster.number))).all()
    numbers: dict[str, str] = {}
    for cluster in clusters:
        for name in _names_of(cluster):
            numbers.setdefault(fold(name), cluster.number)
    place = Place(
        country=found.association,
        language=language,
        zone=zone,
        today=await day_at(session, found.association, at=found.started_at),
        clusters=numbers,
        cluster=found.cluster_number,
    )
    return Known(place, frozenset(each.number for each in clusters if each.dual_use))


def visible(actor: Actor) -> ColumnElement[bool]:
    """The imports that are there for this actor: those of the own association (R-14)."""
    own = Import.association == actor.association
    return own if actor.is_vetted else own & ~Import.dual_use


async def next_number(session: AsyncSession) -> str:
    """A readable number that was never given out."""
    return f"IM-{await session.scalar(select(func.nextval('import_numbers')))}"


def _names_of(cluster: Cluster) -> list[str]:
    profile = cluster.pending or cluster.profile
    names = [profile.names.original, profile.names.en, profile.short_name, cluster.ref]
    former = [cluster.profile.names.original, cluster.profile.names.en]
    return [name for name in (cluster.number, *names, *former, cluster.legal_value) if name]


def _as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def matched_of(found: Import) -> Mapping[str, int]:
    """The number of the column of each field that has one."""
    return {name: int(at) for name, at in found.matched.items()}
