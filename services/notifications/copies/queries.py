"""What the copies know, in the shape messages need it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contracts.vocabulary import DelegateState, ParticipantRole, Role
from services.chassis import staff
from services.chassis.identity import VETTED, Actor
from services.chassis.staff import StaffCopy
from services.notifications.copies.model import (
    STILL_ASKED,
    ClusterCopy,
    ContactCopy,
    DelegateCopy,
    PersonCopy,
    SessionCopy,
    VisitCopy,
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to: of a visit, kept by an association, or on its staff with account."""

    id: UUID
    name: str
    mail: str
    language: str
    zone: str
    has_account: bool
    travels: bool = False  # as a delegate: what is sent is for this person alone


async def recipients(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Recipient]:
    """Those among `ids` who are known; the others are still on their way, or erased."""
    people = await session.scalars(select(PersonCopy).where(PersonCopy.participant_id.in_(ids)))
    known = {
        person.participant_id: Recipient(
            person.participant_id,
            person.name,
            person.mail,
            person.language,
            person.zone,
            has_account=False,
            travels=person.role is ParticipantRole.DELEGATE,
        )
        for person in people
    }
    kept = await session.scalars(select(ContactCopy).where(ContactCopy.person_id.in_(ids)))
    known |= {
        contact.person_id: Recipient(
            contact.person_id,
            contact.name,
            contact.mail,
            contact.language,
            contact.zone,
            has_account=False,
        )
        for contact in kept
    }
    employed = await session.scalars(select(StaffCopy).where(StaffCopy.staff_id.in_(ids)))
    return known | {
        person.staff_id: Recipient(
            person.staff_id,
            person.name,
            person.mail,
            person.language,
            person.zone,
            has_account=True,
        )
        for person in employed
    }


async def coordinators(
    session: AsyncSession, associations: Collection[str], *, vetted: bool = False
) -> Sequence[tuple[UUID, str]]:
    """The exchange coordinators of these associations, each with the association; sorted by id.

    `vetted` leaves out whoever may not see what is dual use.
    """
    return sorted(
        (person.staff_id, person.association)
        for person in await staff.in_office(session)
        if person.association in associations
        and Role.COORDINATOR in person.roles
        and (VETTED in person.marks or not vetted)
    )


def is_hidden_from(actor: Actor, about_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether it is about what the actor may not see: a dual-use visit or cluster (R-14)."""
    if actor.is_vetted:
        return false()
    visits = select(VisitCopy.visit_id).where(VisitCopy.dual_use)
    clusters = select(ClusterCopy.cluster_id).where(ClusterCopy.dual_use)
    return or_(about_id.in_(visits), about_id.in_(clusters))


async def programme(session: AsyncSession, visit_id: UUID) -> Sequence[SessionCopy]:
    """The sessions of a visit that are to take place, earliest first."""
    sessions = (
        select(SessionCopy)
        .where(SessionCopy.visit_id == visit_id, ~SessionCopy.dropped)
        .order_by(SessionCopy.starts_at, SessionCopy.session_id)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(sessions)).all()


async def delegates_asked(
    session: AsyncSession, visit_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[UUID]]:
    """By visit, the delegates who may still come: asked, or accepted. Sorted by id."""
    asked = (
        select(DelegateCopy.visit_id, DelegateCopy.participant_id)
        .where(DelegateCopy.visit_id.in_(visit_ids), DelegateCopy.state.in_(STILL_ASKED))
        .order_by(DelegateCopy.participant_id)
    )
    found: dict[UUID, list[UUID]] = {visit_id: [] for visit_id in visit_ids}
    for visit_id, participant_id in await session.execute(asked):
        found[visit_id].append(participant_id)
    return found


async def contacts(session: AsyncSession, visit_id: UUID) -> Sequence[tuple[UUID, ParticipantRole]]:
    """The people who answer and sign for the two organisations of a visit, with their side."""
    answering = (
        select(PersonCopy.participant_id, PersonCopy.role)
        .where(
            PersonCopy.visit_id == visit_id,
            PersonCopy.role.in_([ParticipantRole.VISITOR, ParticipantRole.HOST]),
        )
        .order_by(PersonCopy.participant_id)
    )
    return [(row.participant_id, row.role) for row in await session.execute(answering)]


async def visits(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, VisitCopy]:
    """The visits known among `ids`."""
    found = await session.scalars(
        select(VisitCopy)
        .where(VisitCopy.visit_id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {visit.visit_id: visit for visit in found}


async def clusters(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, ClusterCopy]:
    """The clusters known among `ids`."""
    found = await session.scalars(select(ClusterCopy).where(ClusterCopy.cluster_id.in_(ids)))
    return {cluster.cluster_id: cluster for cluster in found}


async def sessions(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, SessionCopy]:
    """The sessions known among `ids`, dropped ones too."""
    found = await session.scalars(
        select(SessionCopy)
        .where(SessionCopy.session_id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {each.session_id: each for each in found}


async def next_deadline(session: AsyncSession, visit_id: UUID) -> datetime | None:
    """Until when the first of the missing answers is awaited; None when none is missing."""
    return await session.scalar(
        select(func.min(DelegateCopy.reply_by_at)).where(
            DelegateCopy.visit_id == visit_id, DelegateCopy.state == DelegateState.INVITED
        )
    )


async def people_of(session: AsyncSession, visit_id: UUID) -> Sequence[UUID]:
    """Everybody of a visit who has no account: delegates, and who answers for an organisation."""
    delegates = select(DelegateCopy.participant_id).where(DelegateCopy.visit_id == visit_id)
    known = select(PersonCopy.participant_id).where(PersonCopy.visit_id == visit_id)
    return (await session.scalars(delegates.union(known))).all()
