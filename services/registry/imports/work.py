"""The worker of imports: reads, judges, saves and undoes; what it has done stands in rows.

One process works on an import at a time, under a lock that ends with its connection. A process
that dies leaves the import where it was; the next one goes on from there, and what was saved
already is recognised as at any other door.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from services.chassis import clock, failpoints, history, staff, tenancy
from services.chassis.database import Sessions
from services.chassis.errors import NotSignedIn
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.intake import Intake
from services.chassis.intake_desk import Desk
from services.chassis.logs import log
from services.registry.clusters.intake import registry_intake
from services.registry.imports import finding, queries
from services.registry.imports.judging import Judge, judge_all
from services.registry.imports.looking import FileRefused
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.reading import Choice, read
from services.registry.imports.saving import save_rows, undo_rows
from services.registry.imports.states import AT_WORK, State

IDLE_SECONDS: Final = 0.5
AT_ONCE: Final = 1_000

LOCK: Final = text("select pg_try_advisory_lock(hashtextextended(:id, 1))")
UNLOCK: Final = text("select pg_advisory_unlock(hashtextextended(:id, 1))")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the worker works with: the application's sessions, and the door of declarations."""

    sessions: Sessions  # of the application: row-level security holds for imports too
    worker_sessions: Sessions
    engine: AsyncEngine
    intake: Intake
    desk: Desk

    @classmethod
    def of(cls, app: FastAPI) -> "Workshop":
        """The workshop of a running application."""
        sessions: Sessions = app.state.sessions
        desk = Desk(registry_intake, sessions)
        worker: Sessions = app.state.worker_sessions
        return cls(sessions, worker, app.state.engines[1], registry_intake, desk)


async def imports(app: FastAPI) -> None:
    """Work on whatever import is due, until cancelled."""
    workshop = Workshop.of(app)
    while True:
        if not await work_once(workshop):
            await asyncio.sleep(IDLE_SECONDS)


async def work_once(workshop: Workshop) -> bool:
    """Bring one import that is due to where it waits for people; whether there was one.

    One that fails holds up no other; it is told when there is nothing else to do.
    """
    due = select(Import.id).where(Import.state.in_(AT_WORK)).order_by(Import.changed_at)
    async with workshop.worker_sessions() as session:
        waiting = (await session.scalars(due)).all()
    failed: Exception | None = None
    for import_id in waiting:
        try:
            if await _work_alone(workshop, import_id):
                return True
        except Exception as fault:  # noqa: BLE001 - whatever it is, others have their turn
            failed = failed or fault
    if failed is not None:
        raise failed
    return False


async def _work_alone(workshop: Workshop, import_id: UUID) -> bool:
    """Work on an import that no other process works on; whether it was free."""
    async with workshop.engine.connect() as connection:
        asked = {"id": str(import_id)}
        mine = (await connection.execute(LOCK, asked)).scalar_one()
        await connection.commit()
        if not mine:
            return False
        try:
            await _work_on(workshop, import_id)
        finally:
            await connection.execute(UNLOCK, asked)
            await connection.commit()
    return True


async def _work_on(workshop: Workshop, import_id: UUID) -> None:
    async with workshop.worker_sessions.begin() as session:
        found = await session.get_one(Import, import_id)
        actor = await _actor(session, found)
    match found.state:
        case State.QUEUED | State.READING:
            await _read(workshop, actor, found)
        case State.CHECKING:
            await _check(workshop, actor, found)
        case State.SAVING:
            await _save(workshop, actor, found)
        case State.UNDOING:
            await _undo(workshop, actor, found)
        case _:
            return
    log.info("import worked on", number=found.number, was=found.state.value)


async def _actor(session: AsyncSession, found: Import) -> Actor:
    """Who the import acts for, with the roles of this moment; whoever left has none."""
    name = found.confirmed_by or found.started_by
    kind, _, identity = name.partition(":")
    if kind == "staff":
        try:
            return await staff.actor_of(session, UUID(identity))
        except NotSignedIn:
            return Actor(name, found.association)
    return Actor(name, found.association, roles=frozenset({BACK_OFFICE}))


async def _read(workshop: Workshop, actor: Actor, found: Import) -> None:
    if found.state is State.QUEUED:
        async with workshop.sessions.begin() as session:
            current = await _current(session, actor, found)
            if current.state is not State.QUEUED:
                return
            current.read(at=clock.now())
    async with workshop.worker_sessions() as session:
        file: bytes = await session.scalar(select(Import.file).where(Import.id == found.id)) or b""
    choice = Choice(found.encoding, found.separator, found.sheet)
    try:
        sheet = await read(file, country=found.association, choice=choice)
    except FileRefused as refusal:
        async with workshop.sessions.begin() as session:
            current = await _current(session, actor, found)
            if current.state is State.READING:
                event = current.fail(refusal.text, refusal.values, at=clock.now())
                await history.record(session, event, actor=actor)
        return
    async with workshop.sessions.begin() as session:
        current = await _current(session, actor, found)
        if current.state is not State.READING:
            return
        await session.execute(delete(ImportRow).where(ImportRow.import_id == found.id))
        await _add_rows(session, found.id, sheet.rows)
        current.columns = list(sheet.columns)
        current.found(
            encoding=sheet.encoding,
            separator=sheet.separator,
            sheet=sheet.name,
            sheets=sheet.sheets,
            header_row=sheet.header_row,
            columns=sheet.columns,
            matched=await queries.habit_of(session, current, sheet.rows),
            left_out=[asdict(each) for each in sheet.left_out],
            rows=len(sheet.rows),
            at=clock.now(),
        )


async def _add_rows(
    session: AsyncSession, import_id: UUID, rows: Sequence[tuple[int, list[str]]]
) -> None:
    for begin in range(0, len(rows), AT_ONCE):
        added = [
            {
                "import_id": import_id,
                "row": row,
                "cells": cells,
                "notes": [],
                "events": [],
                "differences": [],
            }
            for row, cells in rows[begin : begin + AT_ONCE]
        ]
        await session.execute(insert(ImportRow), added)


async def _check(workshop: Workshop, actor: Actor, found: Import) -> None:
    judge = await Judge.of(workshop.sessions, workshop.intake, actor, found)
    if not await judge_all(judge):
        return  # somebody discarded it meanwhile
    async with workshop.sessions.begin() as session:
        current = await _current(session, actor, found)
        if current.state is not State.CHECKING:
            return
        counts = await queries.counts_of(session, found.id)
        event = current.judged(counts, dual_use=judge.touches_dual_use, at=clock.now())
        await history.record(session, event, actor=actor)


async def _save(workshop: Workshop, actor: Actor, found: Import) -> None:
    judge = await Judge.of(workshop.sessions, workshop.intake, actor, found)
    await save_rows(judge, workshop.desk)
    await failpoints.hit("import.saved")
    async with workshop.sessions.begin() as session:
        current = await _current(session, actor, found)
        counts = await queries.counts_of(session, found.id)
        event = current.finish(counts, at=clock.now())
        await history.record(session, event, actor=actor)


async def _undo(workshop: Workshop, actor: Actor, found: Import) -> None:
    await undo_rows(workshop.sessions, workshop.intake, workshop.desk, actor, found)
    async with workshop.sessions.begin() as session:
        current = await _current(session, actor, found)
        counts = await queries.counts_of(session, found.id)
        event = current.undone(counts, at=clock.now())
        await history.record(session, event, actor=actor)


async def _current(session: AsyncSession, actor: Actor, found: Import) -> Import:
    """The import as it is now, locked; a system's eyes see it whoever began it."""
    eyes = finding.eyes_of(actor)
    await tenancy.enter(session, eyes)
    return await finding.import_of(session, eyes, str(found.id), for_update=True)
