"""What can be seen of imports: the list, one of them, its rows, and how columns were matched."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, cast, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.history import history
from services.chassis.identity import Actor
from services.chassis.paging import cursor_of, page, values_of
from services.registry.associations.queries import day_at, home_of
from services.registry.clusters.model import Cluster
from services.registry.imports import finding, keeping, naming
from services.registry.imports.checking import bare
from services.registry.imports.documents import Place
from services.registry.imports.fields import Kind
from services.registry.imports.finding import key_of, visible
from services.registry.imports.keeping import Stated
from services.registry.imports.matching import guess, told_by_values
from services.registry.imports.model import Habit, Import, ImportRow
from services.registry.imports.states import CAN_UNDO, State
from services.registry.memberships.model import Membership
from services.registry.organisations.model import Organisation
from services.registry.taken import INTAKE

SAMPLES: Final = 3
SHOWN: Final = 5  # later imports
SOURCE: Final = "/imports/"  # before its number, of what an import declares
REPAIRED: Final = '$[*] ? (@.repair == true && @.field != "")'  # the others tell why it is skipped
SAVED: Final = ("new", "changed")  # the effects of rows that are, or will be, in the register

COUNTS: Final = text("""
  select effect, count(*) as rows from import_rows where import_id = :id group by effect
""")
SAMPLED: Final = text("""
  select row, cells from import_rows where import_id = :id order by row limit 60
""")
EQUAL: Final = text("""
  select place.at, cells[place.at] as value, count(*) as rows
  from import_rows, unnest(cast(:places as int[])) as place (at)
  where import_id = :id and effect = 'bad' and cells[place.at] = any(cast(:values as text[]))
  group by 1, 2
""")


@dataclass(frozen=True, slots=True)
class Known:
    """For whom an import is read, and what the register has of what it may name.

    `since` are the days on which members joined, by legal id without signs and number of cluster.
    """

    place: Place
    dual_use: frozenset[str]  # numbers of clusters
    stated: Mapping[str, Stated]  # clusters or organisations, by legal ids without signs
    since: Mapping[tuple[str, str], date]


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


async def rows_page(
    session: AsyncSession,
    found: Import,
    *,
    effects: Collection[str],
    cursor: str | None,
    size: int,
) -> tuple[Sequence[ImportRow], str | None]:
    """The rows with one of some effects, in the order of the file."""
    rows = select(ImportRow).where(
        ImportRow.import_id == found.id, ImportRow.effect.in_(sorted(effects))
    )
    return await page(session, rows, ImportRow.row, cursor=cursor, size=size)


async def rows_of(session: AsyncSession, import_id: UUID) -> Sequence[ImportRow]:
    """All rows, in the order of the file."""
    query = select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.row)
    return (await session.scalars(query)).all()


async def bad_rows(session: AsyncSession, found: Import) -> Sequence[ImportRow]:
    """Every row that cannot be saved as it is."""
    query = select(ImportRow).where(ImportRow.import_id == found.id, ImportRow.effect == "bad")
    return (await session.scalars(query.order_by(ImportRow.row))).all()


async def repaired_rows(session: AsyncSession, found: Import, *, most: int) -> Sequence[ImportRow]:
    """Rows that are good after a repair, the first ones of the file."""
    query = select(ImportRow).where(
        ImportRow.import_id == found.id,
        ImportRow.effect.in_(["new", "changed", "skipped"]),
        func.jsonb_path_exists(ImportRow.notes, cast(REPAIRED, JSONPATH)),
    )
    return (await session.scalars(query.order_by(ImportRow.row).limit(most))).all()


async def later_imports(
    session: AsyncSession, actor: Actor, found: Import, rows: Sequence[ImportRow]
) -> Sequence[Import]:
    """The imports, the last one first, that changed since what these saved rows are about."""
    own, later = history.alias(), history.alias()
    same = (later.c.subject == own.c.subject) & (later.c.sequence > own.c.sequence)
    events = [event for row in rows for event in row.events]
    asked = select(later.c.event_id).join(own, same).where(own.c.event_id.in_(events))
    since = (await session.scalars(asked)).all() if events else []
    if not since:
        return []
    sources = select(INTAKE.c.source).where(
        INTAKE.c.association == found.association,
        INTAKE.c.events.overlap(cast(since, ARRAY(Uuid))),
    )
    query = select(Import).where(
        visible(actor),
        Import.id != found.id,
        Import.state.in_(CAN_UNDO),
        func.concat(SOURCE, Import.number).in_(sources),
    )
    return (await session.scalars(query.order_by(Import.saved_at.desc()).limit(SHOWN))).all()


async def counts_of(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """How many rows there are of each effect."""
    found = await session.execute(COUNTS, {"id": import_id})
    return {each.effect or "": each.rows for each in found}


async def equal_values(
    session: AsyncSession, found: Import, cells: Collection[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    """In how many bad rows the same stands, for each column and value in it."""
    if not cells:
        return {}
    places = sorted({column + 1 for column, _ in cells})
    asked = {"id": found.id, "places": places, "values": sorted({value for _, value in cells})}
    equal = await session.execute(EQUAL, asked)
    return {(each.at - 1, each.value): each.rows for each in equal}


async def samples_of(session: AsyncSession, found: Import) -> list[list[str]]:
    """For each column some different values from the first rows."""
    rows = (await session.execute(SAMPLED, {"id": found.id})).all()
    samples: list[list[str]] = []
    for column in range(len(found.columns)):
        cells = (row.cells[column] for row in rows if column < len(row.cells))
        different = dict.fromkeys(cell for cell in cells if cell.strip())
        samples.append(list(different)[:SAMPLES])
    return samples


async def habit_of(
    session: AsyncSession, found: Import, rows: Sequence[tuple[int, Sequence[str]]]
) -> dict[str, int]:
    """The column of each field: as such columns were matched before, else as their names say.

    Where a name could mean two fields, the first values decide.
    """
    for cluster in dict.fromkeys((found.cluster_number or "", "")):
        key = (found.association, found.kind, cluster, key_of(found.columns))
        habit = await session.get(Habit, key)
        if habit is not None:
            return {name: int(at) for name, at in habit.matched.items()}
    return told_by_values(guess(found.columns, finding.listing_of(found)), rows)


async def known_for(session: AsyncSession, actor: Actor, found: Import) -> Known:
    """What the rows of an import are judged by: its association's home, day and clusters."""
    language, zone = await home_of(session, found.association)
    clusters = await naming.own_clusters(session, actor, found.association)
    names = naming.names_of(clusters)
    place = Place(
        country=found.association,
        language=language,
        zone=zone,
        today=await day_at(session, found.association, at=found.started_at),
        number=found.number,
        clusters={name: number for name, (number, _) in names.items()},
        cluster=found.cluster_number,
        consent=found.consent,
        from_workbook=bool(found.sheets),
    )
    stated: dict[str, Stated] = {}
    since: dict[tuple[str, str], date] = {}
    if found.kind is Kind.CLUSTERS:
        stated = {bare(each.legal_value): keeping.of_cluster(each) for each in clusters}
    elif found.kind is Kind.MEMBERS:
        stated = await _organisations(session, found.association)
        since = await _since(session, found.association)
    dual_use = frozenset(each.number for each in clusters if each.dual_use)
    return Known(place, dual_use, stated, since)


async def _organisations(session: AsyncSession, association: str) -> dict[str, Stated]:
    own = select(Organisation).where(
        Organisation.association == association,
        Organisation.merged_into.is_(None),
        ~Organisation.sole_trader,
    )
    return {
        bare(number.value): keeping.of_organisation(each)
        for each in await session.scalars(own)
        for number in each.numbers
    }


async def _since(session: AsyncSession, association: str) -> dict[tuple[str, str], date]:
    """When those joined who are members without an end."""
    query = (
        select(Organisation, Cluster.number, Membership.joined_day)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(Membership.association == association, Membership.ended_day.is_(None))
        .where(~Organisation.sole_trader)
    )
    return {
        (bare(each.value), number): day
        for organisation, number, day in await session.execute(query)
        for each in organisation.numbers
    }
