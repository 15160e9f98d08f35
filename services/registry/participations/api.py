"""Participations for systems: the list, one, and ending one; they come by declaration."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from contracts.vocabulary import Money, ParticipationRole
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.identity import Actor
from services.chassis.paging import Cursor, Page, Size
from services.registry.holding import Found
from services.registry.participations import commands, finding, queries
from services.registry.participations.model import Participation
from services.registry.participations.queries import Programme, Wanted

router = Router(prefix="/registry/v1/participations", tags=["participations"])


class ParticipationOut(BaseModel):
    """A participation; the two amounts are for its own association and the support office."""

    id: UUID
    association: str
    holder_kind: str
    holder_id: UUID
    holder_number: str | None
    holder_name: str | None
    programme: str
    call_id: str
    project_id: str | None
    role: ParticipationRole
    from_day: date
    until_day: date | None
    ended_on: date | None
    budget_share: Money | None
    fstp_received: Money | None
    activities: list[str]
    changed_at: datetime

    @classmethod
    def of(cls, actor: Actor, found: Found[Participation]) -> "ParticipationOut":
        """The participation with its holder, as far as this actor may see into it."""
        one, number, name = found
        fields = {each: getattr(one, each) for each in cls.model_fields if hasattr(one, each)}
        if not finding.sees_money(actor, one):
            fields |= {"budget_share": None, "fstp_received": None}
        return cls(**fields, holder_number=number, holder_name=name)


class Ending(BaseModel):
    """The last day of the participation."""

    ended_day: date


@router.get("")
async def list_participations(
    *,
    session: Transaction,
    actor: Acting,
    q: str = "",
    programme: Programme = "",
    role: ParticipationRole | None = None,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[ParticipationOut]:
    """Participations of those you may see, by their first day; `q` finds clusters."""
    rows, following = await queries.participations_page(
        session, actor, Wanted(q, programme, role), cursor=cursor, size=limit
    )
    return Page(items=[ParticipationOut.of(actor, row) for row in rows], next=following)


@router.get("/{participation_id}")
async def one_participation(
    participation_id: UUID, session: Transaction, actor: Acting
) -> ParticipationOut:
    """One participation."""
    found = await finding.participation_of(session, actor, participation_id)
    return ParticipationOut.of(actor, found)


@router.put("/{participation_id}/ending")
async def end(
    participation_id: UUID, ending: Ending, session: Transaction, actor: Acting
) -> ParticipationOut:
    """Say on which day a participation ended for good."""
    await commands.end_participation(
        session, actor, participation_id=participation_id, on=ending.ended_day, at=clock.now()
    )
    found = await finding.participation_of(session, actor, participation_id)
    return ParticipationOut.of(actor, found)
