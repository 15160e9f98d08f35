"""Have a person erased whom only visits know (D-02, D-04)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import ErasureReason
from services.chassis import history
from services.chassis.identity import Actor
from services.exchanges.participants.commands import forget
from services.exchanges.people.finding import person_known
from services.exchanges.people.refusals import KeptInRegister
from services.exchanges.visits.access import visit_of


async def forget_person(
    session: AsyncSession, actor: Actor, *, person_id: UUID, reason: ErasureReason, at: datetime
) -> None:
    """Erase a person from all visits of the association; other services drop what they know.

    What the person did stays, without saying who it was, and each visit tells why.

    Raises:
        NotAllowed: the actor is not of the back office.
        NobodyInVisits: no visit knows the person, or the person was erased.
        PartlyDualUse: the actor is not vetted, and some of the visits are of dual use.
        KeptInRegister: the register keeps the person, and forgets for all.
    """
    known = await person_known(session, actor, person_id, for_update=True)
    if known.in_register:
        raise KeptInRegister
    for place in known.places:
        participant = place.participant
        visit = await visit_of(session, actor, str(participant.visit_id), for_update=True)
        event = visit.forget(participant.id, role=participant.role, reason=reason, at=at)
        await history.record(session, event, actor=actor)
        await forget(session, participant, actor=actor, at=at)
