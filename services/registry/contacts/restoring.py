"""Giving a person back what was known of them before the last fact."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import PersonRecorded
from services.chassis import history
from services.chassis.identity import Actor
from services.registry.contacts.administrators import (
    lock_clusters,
    must_leave_two,
    name_administrators,
)
from services.registry.contacts.rotas import set_rotas
from services.registry.people.commands import locked, restate
from services.registry.people.model import Person, Stated


async def restore_person(
    session: AsyncSession, actor: Actor, *, person_id: UUID, before: int, at: datetime
) -> list[UUID]:
    """Let what is kept be again what it was before the fact number `before`, the last one.

    Gives the ids of the facts: none when the former one was emptied.

    Raises:
        PersonNotFound: the association keeps no such person any more.
        TooFewAdministrators: fewer than two would answer for a published profile.
    """
    person = await locked(session, actor, person_id)
    former = await _former(session, person, before)
    if former is None:
        return []
    moved = former.administers ^ person.stated.administers
    clusters = await lock_clusters(session, actor, moved)
    lost = [each for each in clusters if each.id in person.stated.administers]
    await must_leave_two(session, lost, without={person_id})
    asked_at = person.stated.asked_at
    restored = await restate(session, actor, person, former, at)
    named = await name_administrators(session, actor, clusters, at=at)
    named += await set_rotas(session, actor, person_id, before=asked_at, now=former.asked_at, at=at)
    return [restored.event, *named] if restored.event else named


async def _former(session: AsyncSession, person: Person, before: int) -> Stated | None:
    rows = await history.rows_of(session, str(person.id))
    told = [history.event_of(row) for row in rows if row["sequence"] < before and row["data"]]
    known = [each for each in told if isinstance(each, PersonRecorded)]
    if not known:
        return None
    names = [each.name for each in fields(Stated) if each.name != "consent"]
    kept = {name: getattr(known[-1], name) for name in names}
    return Stated(**kept, consent=person.former_consent)
