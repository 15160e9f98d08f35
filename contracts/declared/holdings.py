"""Declarations of what clusters and organisations hold: labels, sites, offers, participations."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from ..centres import Quarter
from ..declarations import RegistryDeclaration, check_place
from ..rules import BrokenRule
from ..vocabulary import (
    Activity,
    HolderPointer,
    LabelLevel,
    Language,
    Money,
    OfferKind,
    ParticipationRole,
    Place,
    Pointer,
    Texts,
)

Line = Annotated[str, Field(min_length=1, max_length=200)]


class LabelDeclared(RegistryDeclaration):
    """A cluster got a quality label; `certificate` is the number or address of its paper."""

    type: ClassVar[str] = "talka.registry.label.declared.v1"

    cluster: Pointer
    level: LabelLevel
    issuer: Line
    from_day: date
    until_day: date
    certificate: Annotated[str | None, Field(max_length=500)] = None


class ParticipationDeclared(RegistryDeclaration):
    """A cluster or organisation takes part in a project of a programme."""

    type: ClassVar[str] = "talka.registry.participation.declared.v1"

    holder: HolderPointer
    programme: Line
    call_id: Line
    project_id: Annotated[str | None, Field(max_length=200)] = None
    role: ParticipationRole
    from_day: date
    until_day: date | None = None
    budget_share: Money | None = None
    fstp_received: Money | None = None
    activities: tuple[Activity, ...] = ()


class SiteDeclared(RegistryDeclaration):
    """A place that can host sessions; `shelter_minutes` on foot, `parking` counts places."""

    type: ClassVar[str] = "talka.registry.site.declared.v1"

    holder: HolderPointer
    names: Texts
    place: Place
    seats: Annotated[int, Field(ge=1, le=100_000)]
    step_free: bool
    booth: bool
    shelter_minutes: Annotated[int | None, Field(ge=0, le=1440)] = None
    generator: bool
    satellite: bool
    parking: Annotated[int | None, Field(ge=0, le=100_000)] = None
    opened_day: date
    closed_day: date | None = None
    dual_use: bool

    @field_validator("place")
    @classmethod
    def _is_in_a_region_of_its_country(cls, place: Place) -> Place:
        check_place(place)
        return place


class SiteEndDeclared(RegistryDeclaration):
    """Sessions can be held at the site until the end of `closed_day`, and no more."""

    type: ClassVar[str] = "talka.registry.site_end.declared.v1"

    site: Pointer
    closed_day: date


class CentreServiceDeclared(RegistryDeclaration):
    """A centre can give so much of a service in a quarter."""

    type: ClassVar[str] = "talka.registry.centre_service.declared.v1"

    centre: Line
    texts: Texts
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    capacity: Annotated[int, Field(ge=0, le=100_000)]
    quarter: Quarter


class OfferDeclared(RegistryDeclaration):
    """What a cluster or organisation can give or looks for, under tags by which it is found."""

    type: ClassVar[str] = "talka.registry.offer.declared.v1"

    holder: HolderPointer
    kind: OfferKind
    tags: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    text: Texts
    intent: Line
    until_day: date
    anonymous: bool

    @field_validator("tags")
    @classmethod
    def _say_something(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        if not any(tag.strip() for tag in tags):
            raise BrokenRule("TLK-D048", "Give at least one tag that is a word.")
        return tags
