"""What exchanges promises about the people of a visit: personal, compacted, erasable."""

from typing import Annotated, ClassVar
from uuid import UUID

from .event import Classification, Event, Personal
from .vocabulary import Language, LanguageSkill, ParticipantRole, PersonNames, Zone


class ParticipantEvent(Event):
    """What happens to the record of one person in a visit."""

    topic: ClassVar[str] = "exchanges.participants"
    classification: ClassVar[Classification] = Classification.PERSONAL


class ParticipantRecorded(ParticipantEvent):
    """The whole present state of the record; `language` is the one to write in."""

    type: ClassVar[str] = "talka.exchanges.participant.recorded.v1"

    person_id: UUID | None = None
    visit_id: UUID | None = None
    registration_id: UUID | None = None
    role: ParticipantRole | None = None
    names: PersonNames
    mail: Annotated[str, Personal()]
    phone: Annotated[str | None, Personal()] = None
    language: Language
    languages: tuple[LanguageSkill, ...] = ()
    zone: Zone
    organisation_id: UUID


class ParticipantErased(ParticipantEvent):
    """Everything about the person is to be forgotten."""

    type: ClassVar[str] = "talka.exchanges.participant.erased.v1"
    tombstone: ClassVar[bool] = True
