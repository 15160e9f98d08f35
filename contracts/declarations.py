"""What back offices post: facts of their own system of record, checked before they are taken.

A declaration is no event of a service: it becomes one, or is refused with every fault named.
Unlike events, declarations refuse unknown fields, so that a misspelt one is noticed. Their faults
have codes of their own (`TLK-D…`), which stay the same in every language.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, ValidationInfo, field_validator

from . import reference
from .event import Classification, Event
from .registry import ClusterProfile
from .rules import BrokenRule
from .vocabulary import (
    AttendanceMethod,
    LegalId,
    Place,
    Pointer,
    Region,
    Value,
    check_legal_id,
)

Ref = Annotated[str, Field(pattern=r"^[A-Za-z0-9._/-]{1,64}$")]


class Declaration(Event):
    """A fact of a back office's system, posted to one service.

    `ref` is the poster's own key for the thing: an unknown one declares a new thing, a known one a
    change. `corrects` is the event id of the declaration that was wrong. `at` is from when the
    fact is true, when that is not the time of the posting.
    """

    service: ClassVar[str]

    subject: str = Field(default="", exclude=True)
    ref: Ref | None = None
    corrects: UUID | None = None
    note: Annotated[str | None, Field(max_length=500)] = None
    at: AwareDatetime | None = None

    def about_a_person(self) -> bool:
        """Whether its data say something about a person, so that it may not come by Kafka."""
        return self.classification is Classification.PERSONAL

    def is_sensitive(self) -> bool:
        """Whether its data tell of a person, or are for vetted people only: they are not kept."""
        return self.about_a_person() or bool(getattr(self, "dual_use", False))

    def puts_right(self) -> UUID | None:
        """The event id of the declaration that this one corrects or takes back."""
        return self.corrects


class RegistryDeclaration(Declaration):
    """What registry takes."""

    service: ClassVar[str] = "registry"
    topic: ClassVar[str] = "intake.registry"
    classification: ClassVar[Classification] = Classification.INTERNAL


class ExchangesDeclaration(Declaration):
    """What exchanges takes."""

    service: ClassVar[str] = "exchanges"
    topic: ClassVar[str] = "intake.exchanges"
    classification: ClassVar[Classification] = Classification.INTERNAL


class ClusterDeclared(ClusterProfile, RegistryDeclaration):
    """A cluster of the association, as its back office knows it; becomes a profile to review."""

    type: ClassVar[str] = "talka.registry.cluster.declared.v1"

    def profile(self) -> ClusterProfile:
        """The profile alone, without what belongs to the posting."""
        return ClusterProfile(**{name: getattr(self, name) for name in ClusterProfile.model_fields})

    @field_validator("legal_id")
    @classmethod
    def _has_its_check_digit(cls, legal_id: LegalId) -> LegalId:
        number = check_legal_id(legal_id.scheme, legal_id.value)
        return LegalId(scheme=legal_id.scheme, value=number)

    @field_validator("established")
    @classmethod
    def _is_not_ahead(cls, established: date, known: ValidationInfo) -> date:
        declared_at = known.data.get("time")
        if declared_at is not None and established > declared_at.date():
            raise BrokenRule(
                "TLK-D011", "This day is after the posting. Give the day of the foundation."
            )
        return established

    @field_validator("seat", "operating_place")
    @classmethod
    def _is_in_a_region_of_its_country(cls, place: Place | None) -> Place | None:
        if place is not None:
            check_place(place)
        return place

    @field_validator("seat")
    @classmethod
    def _is_where_the_legal_id_comes_from(cls, seat: Place, known: ValidationInfo) -> Place:
        legal_id = known.data.get("legal_id")
        if legal_id is not None and legal_id.scheme.country != seat.country:
            raise BrokenRule(
                "TLK-D014",
                "The legal id comes from {country}, the seat does not. Correct one of them.",
                country=legal_id.scheme.country,
            )
        return seat

    @field_validator("machine_translated")
    @classmethod
    def _has_its_source_beside_it(
        cls, languages: tuple[str, ...], known: ValidationInfo
    ) -> tuple[str, ...]:
        written = set(known.data.get("services") or {})
        if languages and not set(languages) < written:
            raise BrokenRule(
                "TLK-D070", "Keep the text it was translated from, in a language without the mark."
            )
        return languages

    @field_validator("partner_regions")
    @classmethod
    def _are_known_regions(cls, regions: tuple[Region, ...]) -> tuple[Region, ...]:
        for region in regions:
            _refuse_unknown(region)
        return regions

    @field_validator("ecosystem")
    @classmethod
    def _is_one_of_the_fourteen(cls, ecosystem: str) -> str:
        if ecosystem not in reference.ecosystems():
            raise BrokenRule(
                "TLK-D015",
                "There is no such ecosystem. Choose one of: {known}.",
                known=", ".join(reference.ecosystems()),
            )
        return ecosystem

    @field_validator("further_ecosystems")
    @classmethod
    def _are_of_the_fourteen(cls, ecosystems: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(cls._is_one_of_the_fourteen(ecosystem) for ecosystem in ecosystems)


class DeclaredAttendance(Value):
    """One delegate, by id or ref, with the minutes spent in the session."""

    delegate: Pointer
    minutes: Annotated[int, Field(ge=0)]


class AttendanceDeclared(ExchangesDeclaration):
    """Who was present in a session, by the list taken at `taken_at`.

    A later list for the same session takes the place of the one it names in `corrects`.
    """

    type: ClassVar[str] = "talka.exchanges.attendance.declared.v1"

    visit: Pointer
    session: Pointer
    attended: tuple[DeclaredAttendance, ...]
    taken_at: AwareDatetime
    method: AttendanceMethod


def check_place(place: Place) -> None:
    """Refuse a place whose region is unknown or lies in another country.

    Raises:
        BrokenRule: with the sentence for people.
    """
    _refuse_unknown(place.region)
    country = reference.country_of_region(place.region.scheme, place.region.code)
    if country != place.country:
        raise BrokenRule(
            "TLK-D013",
            "The region lies in {country}. Correct the region or the country.",
            country=country,
        )


def _refuse_unknown(region: Region) -> None:
    if not reference.region_exists(region.scheme, region.code):
        raise BrokenRule(
            "TLK-D012",
            "There is no such region in the list {scheme}. Look its code up.",
            scheme=region.scheme,
        )
