"""What registry promises about organisations: legal entities, whichever clusters they belong to.

The name and number of a sole trader are a person's: they live in `registry.people` only.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from .event import Classification, Event
from .vocabulary import Association, LegalId, MemberKind, Names, Place, SizeClass


class OrganisationEvent(Event):
    """What happens to one organisation."""

    topic: ClassVar[str] = "registry.organisations"
    classification: ClassVar[Classification] = Classification.INTERNAL


class OrganisationRecord(OrganisationEvent):
    """The whole present description of an organisation.

    Of a sole trader `names` and `legal_ids` are left out; `person_id` says whose they are.
    """

    number: str
    legal_ids: tuple[LegalId, ...]
    names: Names | None = None
    legal_form: str | None = None
    kind: MemberKind
    place: Place
    nace: tuple[str, ...] = ()
    web: str | None = None
    sole_trader: bool = False
    person_id: UUID | None = None


class OrganisationRegistered(OrganisationRecord):
    """The organisation is in the register, under a number of its own."""

    type: ClassVar[str] = "talka.registry.organisation.registered.v1"


class OrganisationRevised(OrganisationRecord):
    """The description changed, for example by a correction."""

    type: ClassVar[str] = "talka.registry.organisation.revised.v1"


class OrganisationSizeClassified(OrganisationEvent):
    """The organisation had this size on `size_day`; `basis` says by what it is known."""

    type: ClassVar[str] = "talka.registry.organisation.size_classified.v1"

    size_class: SizeClass
    size_day: date
    basis: Annotated[str, Field(max_length=200)]


class OrganisationMergeRequested(OrganisationEvent):
    """Two entries seem to be one legal entity; `association_asked` owns the other and decides."""

    type: ClassVar[str] = "talka.registry.organisation.merge_requested.v1"

    other_id: UUID
    association_asked: Association

    def shared_with(self) -> frozenset[str]:
        """The association that is asked reads the request."""
        return frozenset({self.association_asked})


class OrganisationMerged(OrganisationEvent):
    """The entry is one with `into_id` from now on; its id and number are never used again."""

    type: ClassVar[str] = "talka.registry.organisation.merged.v1"

    into_id: UUID


class OrganisationMergeDeclined(OrganisationEvent):
    """The association that was asked says that both are two legal entities; they stay apart."""

    type: ClassVar[str] = "talka.registry.organisation.merge_declined.v1"

    other_id: UUID
    reason: Annotated[str, Field(max_length=2000)]
