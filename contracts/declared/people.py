"""Declarations of people; they come by HTTP or spreadsheet, never by Kafka."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field, ValidationInfo, field_validator

from ..declarations import RegistryDeclaration
from ..event import Classification, Personal
from ..people import ContactNames
from ..rules import BrokenRule
from ..vocabulary import (
    Language,
    LanguageSkill,
    Mark,
    PersonFunctionKind,
    PersonNames,
    Pointer,
    Role,
    Value,
    Zone,
)
from .values import Line

Mail = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$"),
    Personal(),
]
Phone = Annotated[str, Field(min_length=5, max_length=40), Personal()]


class DeclaredFunction(Value):
    """What the person does, and for which cluster or centre (its code)."""

    function: PersonFunctionKind
    cluster: Pointer | None = None
    centre: Annotated[str | None, Field(max_length=20)] = None


class DeclaredAbsence(Value):
    """A time in which another person of the register gets what this one would get."""

    from_at: AwareDatetime
    until_at: AwareDatetime
    substitute: Pointer

    @field_validator("until_at")
    @classmethod
    def _ends_after_it_begins(cls, until_at: AwareDatetime, known: ValidationInfo) -> AwareDatetime:
        from_at = known.data.get("from_at")
        if from_at is not None and until_at <= from_at:
            raise BrokenRule("TLK-D065", "The absence ends before it begins. Correct one of them.")
        return until_at


class PersonDeclared(RegistryDeclaration):
    """A person whom clusters and associations work with; `consent` is the version of the text.

    `phone` is as people write it in their country, `language` that of messages.
    """

    type: ClassVar[str] = "talka.registry.person.declared.v1"
    classification: ClassVar[Classification] = Classification.PERSONAL

    names: ContactNames
    mail: Mail
    phone: Phone | None = None
    languages: tuple[LanguageSkill, ...] = ()
    language: Language
    zone: Zone
    organisation: Pointer | None = None
    functions: tuple[DeclaredFunction, ...] = ()
    absences: tuple[DeclaredAbsence, ...] = ()
    consent: Line


class StaffDeclared(RegistryDeclaration):
    """A person acts for the association from `from_day` to `until_day`, both included.

    `login` is the subject of the sign-in provider.
    """

    type: ClassVar[str] = "talka.registry.staff.declared.v1"
    classification: ClassVar[Classification] = Classification.PERSONAL

    names: PersonNames
    mail: Mail
    language: Language
    zone: Zone
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    marks: tuple[Mark, ...] = ()
    from_day: date
    until_day: date | None = None
    login: Annotated[str | None, Field(max_length=255), Personal()] = None

    @field_validator("until_day")
    @classmethod
    def _ends_after_it_begins(cls, until_day: date | None, known: ValidationInfo) -> date | None:
        from_day = known.data.get("from_day")
        if until_day is not None and from_day is not None and until_day < from_day:
            raise BrokenRule("TLK-D066", "The last day is before the first. Correct one of them.")
        return until_day
