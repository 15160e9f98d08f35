"""Declarations of members: organisations that joined or left a cluster."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from ..declarations import Ref, RegistryDeclaration
from ..rules import BrokenRule
from ..vocabulary import MemberKind, Names, Pointer, SizeClass, Value
from .values import CheckedLegalId, KnownPlace, Line, Paragraph


class DeclaredOrganisation(Value):
    """The organisation as the back office knows it; `ref` is the poster's own key for it.

    `size_class` is that of `size_day`. Of a sole trader name and number are a person's data.
    """

    ref: Ref | None = None
    legal_id: CheckedLegalId
    names: Names
    legal_form: Annotated[str | None, Field(max_length=200)] = None
    kind: MemberKind
    size_class: SizeClass = SizeClass.UNKNOWN
    size_day: date | None = None
    place: KnownPlace
    nace: tuple[Line, ...] = ()
    web: Annotated[str | None, Field(max_length=500)] = None
    sole_trader: bool = False

    @field_validator("names")
    @classmethod
    def _has_a_name(cls, names: Names) -> Names:
        if not any(letter.isalnum() for letter in names.original):
            raise BrokenRule("TLK-D001", "This field is missing.")
        return names

    @field_validator("size_day")
    @classmethod
    def _stands_beside_a_class(cls, size_day: date | None, known: ValidationInfo) -> date | None:
        if size_day is None and known.data.get("size_class", SizeClass.UNKNOWN) != "unknown":
            raise BrokenRule("TLK-D060", "Give the day on which the organisation had this size.")
        return size_day

    @field_validator("place")
    @classmethod
    def _is_where_the_legal_id_comes_from(
        cls, place: KnownPlace, known: ValidationInfo
    ) -> KnownPlace:
        legal_id = known.data.get("legal_id")
        if legal_id is not None and legal_id.scheme.country != place.country:
            raise BrokenRule(
                "TLK-D014",
                "The legal id comes from {country}, the seat does not. Correct one of them.",
                country=legal_id.scheme.country,
            )
        return place


class MemberDeclared(RegistryDeclaration):
    """An organisation is a member of the cluster from `joined_day` on.

    With `ended_day`, its last day, it is one no longer, for the `reason` given: a member that is
    known to go on ends then.
    """

    type: ClassVar[str] = "talka.registry.member.declared.v1"

    cluster: Pointer
    organisation: DeclaredOrganisation
    joined_day: date
    ended_day: date | None = None
    reason: Annotated[Paragraph | None, Field(validate_default=True)] = None

    def about_a_person(self) -> bool:
        """Of a sole trader it is."""
        return self.organisation.sole_trader

    @field_validator("joined_day")
    @classmethod
    def _is_not_ahead(cls, joined_day: date, known: ValidationInfo) -> date:
        declared_at = known.data.get("time")
        if declared_at is not None and joined_day > declared_at.date():
            raise BrokenRule("TLK-D061", "This day is after the posting. Give the day of joining.")
        return joined_day

    @field_validator("ended_day")
    @classmethod
    def _is_not_before_joining(cls, ended_day: date | None, known: ValidationInfo) -> date | None:
        joined_day = known.data.get("joined_day")
        if ended_day is not None and joined_day is not None and ended_day < joined_day:
            raise BrokenRule(
                "TLK-R112",
                "This day is before the organisation joined on {day}. Give a later one.",
                day=joined_day.isoformat(),
            )
        return ended_day

    @field_validator("reason")
    @classmethod
    def _stands_beside_a_last_day(cls, reason: str | None, known: ValidationInfo) -> str | None:
        ends = known.data.get("ended_day", ...)  # absent where its own rule was broken
        if ends is None and reason is not None:
            raise BrokenRule("TLK-D129", "Give the last day as well, or leave this reason out.")
        if isinstance(ends, date) and reason is None:
            raise BrokenRule("TLK-D001", "This field is missing.")
        return reason


class MembershipEnded(RegistryDeclaration):
    """The organisation left the cluster; `ended_day` was its last day as a member."""

    type: ClassVar[str] = "talka.registry.membership.ended.v1"

    cluster: Pointer
    organisation: Pointer
    ended_day: date
    reason: Paragraph
