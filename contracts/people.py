"""What registry promises about people: contacts and administrators; personal, erasable."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from .event import Classification, Event, Personal
from .vocabulary import (
    Language,
    LanguageSkill,
    LegalId,
    PersonFunctionKind,
    PersonNames,
    Value,
    Zone,
)


class ContactNames(PersonNames):
    """`latin` is the official transliteration; `passport` how the travel document spells it."""

    passport: Annotated[str | None, Personal()] = None


class PersonFunction(Value):
    """What a person does: administrator or contact of a cluster, or on the rota of a centre."""

    function: PersonFunctionKind
    cluster_id: UUID | None = None
    centre: str | None = None


class Absence(Value):
    """A time in which `substitute_id` gets what the person would get; the end is not included."""

    from_at: AwareDatetime
    until_at: AwareDatetime
    substitute_id: UUID


class PersonEvent(Event):
    """What happens to one person."""

    topic: ClassVar[str] = "registry.people"
    classification: ClassVar[Classification] = Classification.PERSONAL


class PersonRecorded(PersonEvent):
    """The whole present state of one person. `phone` is in E.164, `language` that of messages.

    `legal_ids` are the numbers of a sole trader.
    """

    type: ClassVar[str] = "talka.registry.person.recorded.v1"

    names: ContactNames
    mail: Annotated[str, Personal()]
    phone: Annotated[str | None, Personal()] = None
    language: Language
    languages: tuple[LanguageSkill, ...] = ()
    zone: Zone
    organisation_id: UUID | None = None
    clusters: tuple[UUID, ...] = ()
    functions: tuple[PersonFunction, ...] = ()
    absences: tuple[Absence, ...] = ()
    legal_ids: Annotated[tuple[LegalId, ...], Personal()] = ()


class PersonErased(PersonEvent):
    """Everything about the person is to be forgotten."""

    type: ClassVar[str] = "talka.registry.person.erased.v1"
    tombstone: ClassVar[bool] = True
