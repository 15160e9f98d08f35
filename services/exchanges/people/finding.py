"""Finding people of an association in visits, with their places there."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import ParticipantRole
from services.chassis.identity import BACK_OFFICE, Actor
from services.exchanges.participants.model import Participant
from services.exchanges.participants.queries import is_in_register
from services.exchanges.participants.refusals import PartlyDualUse
from services.exchanges.people.refusals import NobodyInVisits
from services.exchanges.visits.access import shown_to
from services.exchanges.visits.delegates import Delegate
from services.exchanges.visits.model import Visit
from services.exchanges.visits.states import EXPECTED, OPEN_TO_DELEGATES


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in a visit; `awaited` while a visit to come counts on the person.

    `delegate` is None for who signs for an organisation.
    """

    participant: Participant
    visit: Visit
    delegate: Delegate | None

    @property
    def awaited(self) -> bool:
        """Whether the visit has not begun, and the person is to come to it or to sign."""
        if self.visit.state not in OPEN_TO_DELEGATES:
            return False
        return self.delegate is None or self.delegate.state in EXPECTED


@dataclass(frozen=True, slots=True)
class Known:
    """A person with all places in visits; `in_register` while the register keeps the person too."""

    person_id: UUID
    places: Sequence[Place]
    in_register: bool

    @property
    def name(self) -> str:
        """As the newest record has it."""
        return self.places[-1].participant.name

    @property
    def mail(self) -> str:
        """As the newest record has it."""
        return self.places[-1].participant.mail


async def person_known(
    session: AsyncSession, actor: Actor, person_id: UUID, *, for_update: bool = False
) -> Known:
    """One person of the association with all places in visits, the oldest first.

    Raises:
        NotAllowed: the actor is not of the back office.
        NobodyInVisits: no visit knows the person, or the person was erased.
        PartlyDualUse: the actor is not vetted, and some of the visits are of dual use.
    """
    actor.must_be(BACK_OFFICE)
    theirs = known_to(actor).where(Participant.person_id == person_id).order_by(Participant.id)
    if for_update:
        theirs = theirs.with_for_update(key_share=True)
    found = (await session.scalars(theirs)).all()
    if not found:
        raise NobodyInVisits
    seen = select(Visit.id).where(shown_to(actor), Visit.id.in_({p.visit_id for p in found}))
    if {p.visit_id for p in found} - set(await session.scalars(seen)):
        raise PartlyDualUse
    places = await places_of(session, found)
    return Known(person_id, places, await is_in_register(session, found))


def known_to(actor: Actor) -> Select[Participant]:
    """The records of the actor's association that still say who somebody is."""
    return select(Participant).where(
        Participant.association == actor.association, Participant.mail != ""
    )


async def places_of(session: AsyncSession, participants: Sequence[Participant]) -> list[Place]:
    """The place of each of these records, in their order."""
    ids = sorted({each.visit_id for each in participants})
    visits = await session.scalars(select(Visit).where(Visit.id.in_(ids)))
    known = {visit.id: visit for visit in visits}
    return [
        Place(each, known[each.visit_id], _delegate(known[each.visit_id], each))
        for each in participants
    ]


def _delegate(visit: Visit, participant: Participant) -> Delegate | None:
    if participant.role is not ParticipantRole.DELEGATE:
        return None
    return visit.delegate(participant.id)
