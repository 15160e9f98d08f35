"""What is asked about people in visits, and how they are shown, as JSON."""

from uuid import UUID

from pydantic import BaseModel

from contracts.vocabulary import ErasureReason, ParticipantRole
from services.exchanges.people.finding import Place


class PlaceOut(BaseModel):
    """A person's place in a visit; `person_id` is the same in all visits of the association."""

    person_id: UUID
    participant_id: UUID
    visit: str
    role: ParticipantRole
    name: str
    mail: str
    awaited: bool

    @classmethod
    def of(cls, place: Place) -> "PlaceOut":
        """The place as JSON."""
        person = place.participant
        return cls(
            person_id=person.person_id,
            participant_id=person.id,
            visit=place.visit.number,
            role=person.role,
            name=person.name,
            mail=person.mail,
            awaited=place.awaited,
        )


class ErasureIn(BaseModel):
    """Why the person is erased."""

    reason: ErasureReason
