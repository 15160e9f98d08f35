"""What may be asked of participations: to write one down, to correct it, to end it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import ParticipationDeclared
from contracts.event import Event, uuid7
from services.chassis import history
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry import holders
from services.registry.participations.finding import participation_of
from services.registry.participations.model import Participation


async def declare_participation(
    session: AsyncSession,
    actor: Actor,
    declared: ParticipationDeclared,
    *,
    participation_id: UUID | None = None,
    at: datetime,
) -> tuple[Participation, list[UUID]]:
    """Write it down, or correct the one of that `ref` or id; with the ids of the events.

    Raises:
        NotAllowed: the actor does not work for the back office of an association.
        Invalid: no such holder or programme, or the last day is before the first.
        ParticipationHasEnded: the one of that ref was ended.
    """
    actor.must_be(BACK_OFFICE)
    holder = await holders.pointed_at(session, actor, declared.holder)
    known = await _known(session, actor, declared.ref, participation_id)
    event: Event
    if known is not None:
        participation, event = known, known.correct(declared, holder=holder, at=at)
    else:
        participation, event = Participation.record(
            declared,
            participation_id=uuid7(),
            association=actor.association,
            holder=holder,
            at=at,
        )
        session.add(participation)
    return participation, [await history.record(session, event, actor=actor)]


async def end_participation(
    session: AsyncSession, actor: Actor, *, participation_id: UUID, on: date, at: datetime
) -> Participation:
    """Say on which day a participation ended for good.

    Raises:
        ParticipationNotFound: there is none, or none for this actor.
        NotAllowed: the actor has no back-office role in its association.
        ParticipationHasEnded: it was ended before.
        Invalid: the day is before the first.
    """
    participation, _, _ = await participation_of(session, actor, participation_id)
    actor.must_be(BACK_OFFICE, of=participation.association)
    await session.refresh(participation, with_for_update=True)
    await history.record(session, participation.end(on=on, at=at), actor=actor)
    return participation


async def _known(
    session: AsyncSession, actor: Actor, ref: str | None, participation_id: UUID | None
) -> Participation | None:
    if ref is None and participation_id is None:
        return None
    named = (
        Participation.id == participation_id
        if participation_id is not None
        else Participation.ref == ref
    )
    rows = select(Participation).where(Participation.association == actor.association, named)
    return (await session.scalars(rows.with_for_update())).one_or_none()
