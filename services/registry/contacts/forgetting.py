"""Forgetting a person, who answers for no profile from then on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.contacts.administrators import (
    lock_clusters,
    must_leave_two,
    name_administrators,
    read_clusters,
)
from services.registry.contacts.rotas import set_rotas
from services.registry.people.commands import erase_person, locked
from services.registry.people.queries import person_of
from services.registry.staff.erasing import erase_all_staff
from services.registry.staff.queries import appointments_of


async def forget_wholly(
    session: AsyncSession, actor: Actor, *, person_id: UUID, at: datetime
) -> None:
    """Erase a person everywhere, also as somebody who was on the staff under the same address.

    Raises:
        PersonNotFound: the association keeps no such person.
        NotAllowed: the actor is not of the back office.
        StillOnStaff: the person acts for the association; the appointment ends first.
        TooFewAdministrators: fewer than two would answer for a published profile.
    """
    actor.must_be(BACK_OFFICE)
    person = await locked(session, actor, person_id)
    await erase_all_staff(session, actor, mail=person.mail, at=at)
    await forget_person(session, actor, person_id=person_id, at=at)


async def must_be_forgettable(session: AsyncSession, actor: Actor, *, person_id: UUID) -> None:
    """Ask, before anybody is asked to confirm it, whether a person could be forgotten.

    Raises:
        PersonNotFound, NotAllowed, StillOnStaff, TooFewAdministrators: as `forget_wholly` would.
    """
    actor.must_be(BACK_OFFICE)
    person = await person_of(session, actor, person_id)
    for member in await appointments_of(session, actor, person.mail):
        member.must_have_left()
    clusters = await read_clusters(session, actor, person.stated.administers)
    await must_leave_two(session, clusters, without={person_id})


async def forget_person(
    session: AsyncSession, actor: Actor, *, person_id: UUID, at: datetime
) -> list[UUID]:
    """Erase a person everywhere; gives the ids of the facts.

    Raises:
        PersonNotFound: the association keeps no such person.
        NotAllowed: the actor is not of the back office.
        TooFewAdministrators: fewer than two would answer for a published profile.
    """
    actor.must_be(BACK_OFFICE)
    person = await locked(session, actor, person_id)
    clusters = await lock_clusters(session, actor, person.stated.administers)
    await must_leave_two(session, clusters, without={person_id})
    asked_at = person.stated.asked_at
    erased = await erase_person(session, actor, person_id=person_id, at=at)
    named = await name_administrators(session, actor, clusters, at=at)
    left = await set_rotas(session, actor, person_id, before=asked_at, now=(), at=at)
    return [erased, *named, *left]
