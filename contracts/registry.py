"""What registry promises: associations, their clusters, and who may act for them."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from .associations import AssociationEvent, AssociationRegistered, RulePackAdopted
from .event import Classification, Event
from .staff import (
    ApiKeyEvent,
    ApiKeyIssued,
    ApiKeyRecord,
    ApiKeyRevoked,
    StaffAppointed,
    StaffDismissed,
    StaffErased,
    StaffEvent,
    StaffRecord,
    StaffRolesSet,
)
from .vocabulary import (
    COUNTRIES,
    SUPPORT_OFFICE,
    Asked,
    ClusterState,
    Country,
    CriterionResult,
    Ecosystem,
    Language,
    LegalId,
    Names,
    Place,
    Recognition,
    Region,
    Texts,
    Value,
)

__all__ = [
    "ApiKeyEvent",
    "ApiKeyIssued",
    "ApiKeyRecord",
    "ApiKeyRevoked",
    "AssociationEvent",
    "AssociationRegistered",
    "ClusterArchived",
    "ClusterConfirmed",
    "ClusterDrafted",
    "ClusterEvent",
    "ClusterProfile",
    "ClusterPublished",
    "ClusterReinstated",
    "ClusterRejected",
    "ClusterReopened",
    "ClusterReturned",
    "ClusterReviewStarted",
    "ClusterRevised",
    "ClusterRevisionStarted",
    "ClusterSubmitted",
    "ClusterSuspended",
    "ClusterWentDormant",
    "ClusterWithdrawn",
    "Criterion",
    "PublishedProfile",
    "Reason",
    "RulePackAdopted",
    "StaffAppointed",
    "StaffDismissed",
    "StaffErased",
    "StaffEvent",
    "StaffRecord",
    "StaffRolesSet",
]


class ClusterProfile(Value):
    """What a cluster says of itself to the public; `staff_fte` is in full-time equivalents.

    `operating_place` is where it works when that is not the seat. `ecosystem` is the main one.
    `machine_translated` names the languages of `services` that a machine translated from the
    others, until a person confirms them.
    """

    legal_id: LegalId
    names: Names
    short_name: str | None = None
    legal_form: str
    established: date
    seat: Place
    operating_place: Place | None = None
    languages: tuple[Language, ...]
    ecosystem: Ecosystem
    further_ecosystems: Annotated[tuple[Ecosystem, ...], Field(max_length=3)] = ()
    nace: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    s3_areas: tuple[str, ...] = ()
    web: str
    staff_fte: Annotated[float, Field(ge=0)]
    services: Texts | None = None
    machine_translated: tuple[Language, ...] = ()
    recognition: Recognition | None = None
    partner_regions: tuple[Region, ...] = ()
    dual_use: bool = False


class Criterion(Value):
    """One criterion of a review; `value` is what the reviewer found, `waiver` names the paper."""

    id: str
    result: CriterionResult
    value: str | None = None
    waiver: str | None = None


class Reason(Value):
    """Why a review did not end in publication: the criterion, and a stable code for its fault."""

    criterion: str
    code: str


class ClusterEvent(Event):
    """What happens to one cluster."""

    topic: ClassVar[str] = "registry.clusters"
    classification: ClassVar[Classification] = Classification.INTERNAL


class ClusterDrafted(ClusterEvent):
    """A profile was begun or changed before it was ever public; nobody else relies on it yet."""

    type: ClassVar[str] = "talka.registry.cluster.drafted.v1"

    number: str
    version: int
    legal_id: LegalId
    names: Names
    country: Country
    profile: ClusterProfile


class ClusterSubmitted(ClusterEvent):
    """The draft awaits a review; the association decides within ten working days."""

    type: ClassVar[str] = "talka.registry.cluster.submitted.v1"

    number: str
    version: int
    legal_id: LegalId
    names: Names
    country: Country


class ClusterReviewStarted(ClusterEvent):
    """A person of the back office looks at the profile: `reviewer_id` is a staff id."""

    type: ClassVar[str] = "talka.registry.cluster.review_started.v1"

    version: int
    reviewer_id: UUID


class ClusterReturned(ClusterEvent):
    """The profile is a draft again; its cluster mends what `reasons` name."""

    type: ClassVar[str] = "talka.registry.cluster.returned.v1"

    version: int
    reasons: tuple[Reason, ...]
    note: str | None = None


class ClusterRejected(ClusterEvent):
    """The profile will not be published as it is; the reasons are kept."""

    type: ClassVar[str] = "talka.registry.cluster.rejected.v1"

    version: int
    reasons: tuple[Reason, ...]
    note: str | None = None


class ClusterWithdrawn(ClusterEvent):
    """The draft was given up for good; its number is never used again."""

    type: ClassVar[str] = "talka.registry.cluster.withdrawn.v1"


class ClusterReopened(ClusterEvent):
    """A rejected profile became a draft again."""

    type: ClassVar[str] = "talka.registry.cluster.reopened.v1"


class PublishedProfile(ClusterEvent):
    """A profile as the public sees it from now on, with the review that let it through.

    `completeness` is the share of fields filled, 0 to 1. `changed` names the fields that differ
    from the version before. A `dual_use` profile is for vetted roles only.
    """

    number: str
    version: int
    profile: ClusterProfile
    criteria: tuple[Criterion, ...] = ()
    completeness: Annotated[float, Field(ge=0, le=1)]
    dual_use: bool
    changed: tuple[str, ...] = ()

    def shared_with(self) -> frozenset[str]:
        """All associations may read what is public; dual-use profiles stay with their own."""
        return frozenset() if self.dual_use else frozenset({*COUNTRIES, SUPPORT_OFFICE})


class ClusterPublished(PublishedProfile):
    """The profile is in the catalogue: the cluster can visit and host."""

    type: ClassVar[str] = "talka.registry.cluster.published.v1"


class ClusterRevised(PublishedProfile):
    """A new version of a published profile took the place of the old one."""

    type: ClassVar[str] = "talka.registry.cluster.revised.v1"


class ClusterRevisionStarted(ClusterEvent):
    """`fields` of the profile are being changed; version `from_version` stays public until then."""

    type: ClassVar[str] = "talka.registry.cluster.revision_started.v1"

    from_version: int
    fields: tuple[str, ...]


class ClusterConfirmed(ClusterEvent):
    """The cluster said that its profile is still right; it holds for another twelve months."""

    type: ClassVar[str] = "talka.registry.cluster.confirmed.v1"

    confirmed_day: date


class ClusterWentDormant(ClusterEvent):
    """Nobody confirmed the profile for twelve months: it left the catalogue.

    Each of `asked`, a person or one of the staff, can bring it back through a link of their own
    until `answer_by_at`.
    """

    type: ClassVar[str] = "talka.registry.cluster.went_dormant.v1"

    last_confirmed_day: date
    asked: tuple[Asked, ...] = ()
    answer_by_at: AwareDatetime | None = None


class ClusterSuspended(ClusterEvent):
    """The back office took the profile out of matching; running visits go on.

    `review_day` is the day, at the association's seat, by which it looks again.
    """

    type: ClassVar[str] = "talka.registry.cluster.suspended.v1"

    reason: str
    review_day: date | None = None


class ClusterReinstated(ClusterEvent):
    """A dormant or suspended profile is in the catalogue again."""

    type: ClassVar[str] = "talka.registry.cluster.reinstated.v1"

    from_state: ClusterState


class ClusterArchived(ClusterEvent):
    """The cluster ended, on `archived_day`; id and number are never used again."""

    type: ClassVar[str] = "talka.registry.cluster.archived.v1"

    reason: str
    archived_day: date
