"""The declarations that were posted: what the intake took, and why it refused others.

Of a refused declaration its faults stay for a while, until the same id is taken.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    column,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Pointer
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.history import history
from services.chassis.identity import Actor
from services.chassis.intake import Way
from services.chassis.intake_refused import as_faults
from services.chassis.paging import cursor_of, values_of
from services.registry.associations.queries import zone_of
from services.registry.centres.model import DUAL_USE
from services.registry.clusters.pointing import clusters_pointed_at
from services.registry.declarations.consequences import built_upon, consequences_of
from services.registry.declarations.dependants import dependants_of
from services.registry.declarations.model import (
    REFUSED,
    DeclarationNotFound,
    InFull,
    Posted,
    Refusal,
    State,
)
from services.registry.declarations.standing import is_in, put_right_by, state_of
from services.registry.declarations.things import called
from services.registry.declarations.unchanged import clusters_named_in
from services.registry.staff.queries import names_of
from services.registry.taken import INTAKE, produced_by

SHORTEST: Final = 3  # signs of a word by which things are looked for: shorter ones name all
SHOWN = ("association", "source", "id", "type", "way", "actor")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which declarations a list shows; None and no text show all."""

    text: str = ""
    state: State | None = None
    type: str = ""
    way: Way | None = None
    day: date | None = None  # at the association's seat


async def declarations_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Posted], str | None]:
    """The newest declarations of the actor's association, and the cursor of those before."""
    rows = (await _rows(session, actor, wanted)).subquery()
    keys = (rows.c.at, rows.c.source, rows.c.id)
    page = select(rows).order_by(*(key.desc() for key in keys)).limit(size + 1)
    if cursor is not None:
        page = page.where(tuple_(*keys) < tuple_(*values_of(cursor, datetime, str, str)))
    found = (await session.execute(_with_state(page))).all()
    shown = found[:size]
    last = shown[-1] if len(found) > size else None
    following = cursor_of(last.at, last.source, last.id) if last else None
    return await _told(session, actor, shown), following


async def declarations_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many declarations the list has."""
    rows = (await _rows(session, actor, wanted)).subquery()
    return await session.scalar(select(func.count()).select_from(rows)) or 0


async def declaration_of(session: AsyncSession, actor: Actor, source: str, name: str) -> InFull:
    """The declaration that came from `source` under the id `name`.

    Raises:
        DeclarationNotFound: none came, or it is another association's.
    """
    mine = (INTAKE.c.source == source, INTAKE.c.id == name)
    taken = (await session.execute(select(INTAKE).where(taken_by(actor), *mine))).one_or_none()
    refusal = await _refusal(session, actor, source, name)
    if taken is not None and refusal is not None and refusal.at < taken.taken_at:
        refusal = None
    if taken is None and refusal is None:
        raise DeclarationNotFound(
            mark("no declaration {id} of {source} was taken: look at the list"),
            id=name,
            source=source,
        )
    rows = _posted_rows(actor).where(INTAKE.c.source == source, INTAKE.c.id == name)
    if taken is None:
        rows = _refused_rows(actor).where(REFUSED.c.source == source, REFUSED.c.id == name)
    [posted] = await _told(session, actor, (await session.execute(_with_state(rows))).all())
    events = list(taken.events) if taken else []
    found = await consequences_of(session, actor, events)
    return InFull(
        posted=posted,
        data=await _shown(session, actor, taken.data) if taken and taken.data else None,
        consequences=[found[event] for event in events if event in found],
        refusal=refusal,
        puts_right=await _named(session, actor, taken.puts_right) if taken else None,
        put_right_by=await _put_right_by(session, actor, [name, *map(str, events)]),
        built_upon=await built_upon(session, actor, events),
        dependants=await dependants_of(
            session, actor, await produced_by(session, actor.association, set(events))
        ),
    )


async def declaration_named(session: AsyncSession, actor: Actor, event: UUID) -> InFull:
    """The declaration that is named by its own id or by one of its events.

    Raises:
        DeclarationNotFound: the association has none.
    """
    posted = await _named(session, actor, event)
    if posted is None:
        raise DeclarationNotFound(mark("your association posted nothing under this event id"))
    return await declaration_of(session, actor, posted.source, posted.id)


def taken_by(actor: Actor) -> ColumnElement[bool]:
    """The declarations that are there for this actor: those of the own association."""
    return INTAKE.c.association == actor.association


def refused_of(actor: Actor) -> ColumnElement[bool]:
    """The refusals that are there for this actor: those of the own association."""
    return REFUSED.c.association == actor.association


async def _rows(session: AsyncSession, actor: Actor, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    both = union_all(_posted_rows(actor), _refused_rows(actor)).subquery()
    rows = select(both)
    if wanted.state is not None:
        rows = rows.where(is_in(wanted.state, both))
    if wanted.type:
        rows = rows.where(both.c.type == wanted.type)
    if wanted.way is not None:
        rows = rows.where(both.c.way == wanted.way)
    if wanted.text:
        ways = [each.icontains(wanted.text, autoescape=True) for each in (both.c.id, both.c.source)]
        if any(len(word) >= SHORTEST for word in fold(wanted.text).split()):
            ways.append(tuple_(both.c.source, both.c.id).in_(_about(actor, wanted.text)))
        rows = rows.where(or_(*ways))
    if wanted.day is not None:
        zone = ZoneInfo(await zone_of(session, actor.association))
        begin = datetime.combine(wanted.day, time.min, zone)
        end = datetime.combine(wanted.day + timedelta(days=1), time.min, zone)
        rows = rows.where(both.c.at >= begin, both.c.at < end)
    return rows


def _posted_rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    columns = (INTAKE.c[name] for name in SHOWN)
    at, refused = INTAKE.c.taken_at.label("at"), literal(value=False).label("refused")
    return select(*columns, refused, at, INTAKE.c.events).where(taken_by(actor))


def _refused_rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Those that were not taken since."""
    same = and_(
        INTAKE.c.association == REFUSED.c.association,
        INTAKE.c.source == REFUSED.c.source,
        INTAKE.c.id == REFUSED.c.id,
    )
    columns = (REFUSED.c[name] for name in SHOWN)
    none = literal([], type_=INTAKE.c.events.type).label("events")
    at, refused = REFUSED.c.refused_at.label("at"), literal(value=True).label("refused")
    rows = select(*columns, refused, at, none)
    return rows.where(refused_of(actor), ~select(INTAKE).where(same).exists())


def _with_state(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """These few rows, each with what became of it, in their order."""
    few = rows.subquery()
    keys = (few.c.at, few.c.source, few.c.id)
    later = put_right_by(few).label("later")
    return select(few, state_of(few).label("state"), later).order_by(*(key.desc() for key in keys))


def _about(actor: Actor, text: str) -> Select[str, str]:
    """Source and id of the declarations that had an event about a thing that is called so."""
    facts = select(history.c.event_id).where(history.c.subject.in_(called(actor, text)))
    came_of = func.declared_with(func.array(facts.scalar_subquery()))
    found = came_of.table_valued(column("source", Text), column("id", Text))
    return select(found.c.source, found.c.id)


async def _told(session: AsyncSession, actor: Actor, rows: Sequence[Any]) -> list[Posted]:
    names = await names_of(session, {row.actor for row in rows})
    firsts = {row.events[0] for row in rows if row.events}
    found = await consequences_of(session, actor, firsts)
    same = {(row.source, row.id) for row in rows if row.state == State.UNCHANGED}
    known = await clusters_named_in(session, actor, same)
    about = {
        (row.source, row.id): found[row.events[0]].about
        for row in rows
        if row.events and row.events[0] in found
    }
    return [
        Posted(
            source=row.source,
            id=row.id,
            type=row.type,
            way=Way(row.way),
            state=State(row.state),
            poster=names.get(row.actor, row.actor),
            at=row.at,
            later=tuple(row.later) if row.later else None,
            about=(about | known).get((row.source, row.id)),
        )
        for row in rows
    ]


async def _refusal(session: AsyncSession, actor: Actor, source: str, name: str) -> Refusal | None:
    mine = (REFUSED.c.source == source, REFUSED.c.id == name)
    row = (await session.execute(select(REFUSED).where(refused_of(actor), *mine))).one_or_none()
    return Refusal(as_faults(row.faults), row.refused_at, row.times) if row else None


async def _named(session: AsyncSession, actor: Actor, event: UUID | None) -> Posted | None:
    if event is None:
        return None
    named = or_(INTAKE.c.id == str(event), INTAKE.c.events.contains([event]))
    rows = (await session.execute(_with_state(_posted_rows(actor).where(named).limit(1)))).all()
    return next(iter(await _told(session, actor, rows)), None)


async def _put_right_by(session: AsyncSession, actor: Actor, names: list[str]) -> list[Posted]:
    """The declarations that name this one by its own id or by one of its events, and hold."""
    named = [UUID(name) for name in names if _is_uuid(name)]
    later = _with_state(_posted_rows(actor).where(INTAKE.c.puts_right.in_(named)))
    told = await _told(session, actor, (await session.execute(later)).all()) if named else []
    return [each for each in told if each.state is not State.WITHDRAWN]


async def _shown(session: AsyncSession, actor: Actor, kept: bytes) -> dict[str, Any] | None:
    """The data as they came; not those of what is for vetted people only."""
    data: dict[str, Any] = json.loads(kept)
    if (data.get("dual_use") or data.get("centre") == DUAL_USE) and not actor.is_vetted:
        return None
    pointer = data.get("cluster") or (data.get("holder") or {}).get("cluster")
    if not isinstance(pointer, dict):
        return data
    meant = Pointer.model_validate(pointer)
    pointed = (await clusters_pointed_at(session, actor.association, [meant])).at(meant)
    hidden = isinstance(pointed, Fault) or (pointed.dual_use and not actor.is_vetted)
    return None if hidden else data


def _is_uuid(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
