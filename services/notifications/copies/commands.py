"""Brings the copies up to date, set by set; the consumer calls them in its transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.exchanges import (
    DelegateInvited,
    SessionDropped,
    SessionPlan,
    VisitEvent,
    VisitOpened,
)
from contracts.participants import ParticipantErased, ParticipantRecorded
from contracts.people import PersonErased, PersonRecorded
from contracts.registry import PublishedProfile
from contracts.vocabulary import DelegateState
from services.chassis.database import upsert
from services.chassis.folding import fold_all
from services.chassis.received import Received
from services.notifications.copies.model import (
    ClusterCopy,
    ContactCopy,
    DelegateCopy,
    PersonCopy,
    SessionCopy,
    VisitCopy,
)


async def keep_people(
    session: AsyncSession, events: Sequence[Received[ParticipantRecorded]]
) -> None:
    """Keep the newest record of each person."""
    rows = [
        {
            "participant_id": received.subject,
            "visit_id": received.event.visit_id,
            "organisation_id": received.event.organisation_id,
            "role": received.event.role,
            "name": received.event.names.preferred or received.event.names.original,
            "latin_name": received.event.names.latin,
            "mail": received.event.mail,
            "language": received.event.language,
            "zone": received.event.zone,
            "folded": fold_all((*received.event.names.model_dump().values(), received.event.mail)),
            "as_of": received.event.time,
        }
        for received in events
    ]
    await upsert(session, PersonCopy, rows)


async def forget_people(
    session: AsyncSession, events: Sequence[Received[ParticipantErased]]
) -> None:
    """Remove what is known of the people named."""
    erased = sorted(received.subject for received in events)
    await session.execute(delete(PersonCopy).where(PersonCopy.participant_id.in_(erased)))


async def keep_contacts(session: AsyncSession, events: Sequence[Received[PersonRecorded]]) -> None:
    """Keep where to write to those whom associations keep, and when they are away."""
    rows = [
        {
            "person_id": UUID(received.subject),
            "association": received.envelope.association,
            "name": received.event.names.preferred or received.event.names.original,
            "mail": received.event.mail,
            "language": received.event.language,
            "zone": received.event.zone,
            "absences": [each.model_dump(mode="json") for each in received.event.absences],
            "as_of": received.event.time,
        }
        for received in events
    ]
    await upsert(session, ContactCopy, rows)


async def forget_contacts(session: AsyncSession, events: Sequence[Received[PersonErased]]) -> None:
    """Remove what is known of the people named."""
    erased = sorted(UUID(received.subject) for received in events)
    await session.execute(delete(ContactCopy).where(ContactCopy.person_id.in_(erased)))


async def keep_clusters(
    session: AsyncSession, events: Sequence[Received[PublishedProfile]]
) -> None:
    """Keep the newest public name of each cluster."""
    rows = [
        {
            "cluster_id": received.subject,
            "name": received.event.profile.names.original,
            "name_en": received.event.profile.names.en,
            "country": received.event.profile.seat.country,
            "dual_use": received.event.dual_use,
            "as_of": received.event.time,
        }
        for received in events
    ]
    await upsert(session, ClusterCopy, rows)


async def open_visits(session: AsyncSession, events: Sequence[Received[VisitOpened]]) -> None:
    """Keep the two sides of new visits."""
    rows = [
        {
            "visit_id": received.subject,
            "number": received.event.number,
            "title": received.event.title,
            "state": received.event.state,
            "visitor_association": received.event.visitor_association,
            "host_association": received.event.host_association,
            "visiting_organisation_id": received.event.visiting_organisation_id,
            "host_organisation_id": received.event.host_organisation_id,
            "host_zone": received.event.host_zone,
            "dual_use": received.event.dual_use,
            "as_of": received.event.time,
        }
        for received in events
    ]
    await upsert(session, VisitCopy, rows)


async def keep_states(session: AsyncSession, events: Sequence[Received[VisitEvent]]) -> None:
    """Keep the state that the newest event of each visit names."""
    newest = {received.subject: received.event for received in events}
    for visit_id, event in sorted(newest.items()):
        await session.execute(
            update(VisitCopy)
            .where(VisitCopy.visit_id == visit_id)
            .values(state=event.state, as_of=event.time)
        )


async def keep_sessions(session: AsyncSession, events: Sequence[Received[SessionPlan]]) -> None:
    """Keep the newest plan of each session."""
    await upsert(session, SessionCopy, map(_session_row, events))


def _session_row(received: Received[SessionPlan]) -> dict[str, Any]:
    event = received.event
    return {
        "session_id": event.session_id,
        "visit_id": received.subject,
        "kind": event.kind,
        "title": event.title,
        "mode": event.mode,
        "place": event.place.model_dump(mode="json") if event.place is not None else None,
        "starts_wall": event.starts.wall,
        "starts_zone": event.starts.zone,
        "starts_at": event.starts.instant,
        "ends_wall": event.ends.wall,
        "ends_zone": event.ends.zone,
        "ends_at": event.ends.instant,
        "calendar_sequence": event.calendar_sequence,
        "dropped": False,
        "as_of": event.time,
    }


async def drop_sessions(session: AsyncSession, events: Sequence[Received[SessionDropped]]) -> None:
    """Mark sessions as dropped, with the sequence their calendar entries end at."""
    for received in sorted(events, key=lambda received: received.event.session_id):
        await session.execute(
            update(SessionCopy)
            .where(SessionCopy.session_id == received.event.session_id)
            .values(
                dropped=True,
                calendar_sequence=received.event.calendar_sequence,
                as_of=received.event.time,
            )
        )


async def keep_invitations(
    session: AsyncSession, events: Sequence[Received[DelegateInvited]]
) -> None:
    """Keep who was asked, and until when an answer counts."""
    rows = [
        {
            "participant_id": received.event.participant_id,
            "visit_id": received.subject,
            "state": DelegateState.INVITED,
            "reply_by_at": received.event.reply_by_at,
            "link_id": received.event.link_id,
            "as_of": received.event.time,
        }
        for received in events
    ]
    await upsert(session, DelegateCopy, rows)


async def keep_delegate_state(
    session: AsyncSession, received: Received[Any], state: DelegateState
) -> None:
    """Keep what became of one person's invitation."""
    await session.execute(
        update(DelegateCopy)
        .where(DelegateCopy.participant_id == received.event.participant_id)
        .values(state=state, as_of=received.event.time)
    )
